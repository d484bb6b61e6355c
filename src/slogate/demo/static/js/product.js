// The page of one product: what it is, the form that puts it in the cart, and four more of its category.

import { call } from "./api.js";
import { element, money, notice, picture, productCard, show } from "./elements.js";
import { showAccount, signInAndComeBack, token } from "./session.js";

const id = Number(location.pathname.split("/").pop());

async function showProduct() {
  const container = document.querySelector("#product");
  try {
    const product = await call("GET", `/api/products/${id}`);
    document.title = `${product.name} · Fernhill`;
    show(container, picture(product.image, product.name, 800), details(product));
    await showRelated(product);
  } catch (error) {
    show(container, notice(`The product could not be loaded: ${error.message}.`));
  }
}

function details(product) {
  return element(
    "div",
    {},
    element("a", { class: "kind", href: `/?category=${product.category}` }, product.category),
    element("h1", {}, product.name),
    element("p", { class: "price" }, money(product.price_cents)),
    element("p", {}, product.description),
    element("p", { class: "stock" }, product.stock > 0 ? `${product.stock} in stock, sent within two days` : "Sold out"),
    buyForm(product),
  );
}

function buyForm(product) {
  const quantity = element("select", { name: "quantity", "aria-label": "Quantity" });
  for (let count = 1; count <= 10; count += 1) quantity.append(element("option", { value: count }, String(count)));
  const button = element("button", { class: "primary", type: "submit" }, "Add to cart");
  const answer = element("span", { id: "added", role: "status" });
  const form = element("form", { class: "buy" }, quantity, button, answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!token()) {
      signInAndComeBack();
      return;
    }
    button.disabled = true;
    try {
      await call("POST", "/api/cart", { product_id: product.id, quantity: Number(quantity.value) });
      show(answer, element("a", { class: "done", href: "/cart" }, "Added: see your cart"));
    } catch (error) {
      show(answer, element("span", { class: "problem" }, error.message));
    }
    button.disabled = false;
  });
  return form;
}

async function showRelated(product) {
  const { items } = await call("GET", `/api/products?category=${product.category}&size=5`);
  const others = items.filter((item) => item.id !== product.id).slice(0, 4);
  show(document.querySelector("#related"), ...others.map(productCard));
}

showAccount();
showProduct();
