// The home page: products (all, of a category, or found), and the newest posts of the journal.

import { call } from "./api.js";
import { element, notice, productCard, show } from "./elements.js";
import { showAccount } from "./session.js";

const PER_PAGE = 12;
const wanted = new URLSearchParams(location.search);

async function showProducts() {
  const container = document.querySelector("#products");
  const query = new URLSearchParams({ page: wanted.get("page") ?? 1, size: PER_PAGE });
  for (const name of ["q", "category"]) if (wanted.has(name)) query.set(name, wanted.get(name));
  try {
    const found = await call("GET", `/api/products${wanted.has("q") ? "/search" : ""}?${query}`);
    show(container, ...(found.items.length ? found.items.map(productCard) : [notice("Nothing found.")]));
    showPager(found);
  } catch (error) {
    show(container, notice(`The products could not be loaded: ${error.message}.`));
  }
}

function showPager({ page, pages }) {
  const link = (to, text) => {
    const query = new URLSearchParams(wanted);
    query.set("page", to);
    return element("a", { href: `/?${query}` }, text);
  };
  const parts = [`Page ${page} of ${Math.max(pages, 1)}`];
  if (page > 1) parts.unshift(link(page - 1, "Previous"));
  if (page < pages) parts.push(link(page + 1, "Next"));
  show(document.querySelector("#pager"), ...parts);
}

async function showPosts() {
  const container = document.querySelector("#posts");
  try {
    const { items } = await call("GET", "/api/posts?size=3");
    show(container, ...items.map(postCard));
  } catch (error) {
    show(container, notice(`The journal could not be loaded: ${error.message}.`));
  }
}

function postCard(post) {
  const summary = element(
    "summary",
    {},
    element("time", { datetime: post.published_on }, post.published_on),
    element("h3", {}, post.title),
    post.summary,
  );
  const card = element("details", { class: "post" }, summary);
  card.addEventListener("toggle", async () => {
    const { author, body } = await call("GET", `/api/posts/${post.id}`);
    card.append(...body.split("\n\n").map((text) => element("p", {}, text)), element("p", { class: "by" }, author));
  }, { once: true });
  return card;
}

function showWhatIsWanted() {
  document.querySelector("#q").value = wanted.get("q") ?? "";
  for (const chip of document.querySelectorAll(".chips a")) {
    if (chip.search === (wanted.has("category") ? `?category=${wanted.get("category")}` : "")) chip.setAttribute("aria-current", "page");
  }
  if (wanted.has("q")) document.querySelector("#products-title").textContent = `Found for “${wanted.get("q")}”`;
}

showAccount();
showWhatIsWanted();
showProducts();
showPosts();
