// The cart of whoever is signed in: its lines, its total, the order button, and earlier orders.

import { call } from "./api.js";
import { element, money, notice, picture, show } from "./elements.js";
import { showAccount, token } from "./session.js";

const RECENT_ORDERS = "/api/orders?size=5";
const container = document.querySelector("#cart");
const orders = document.querySelector("#orders");

function showCart({ items, total_cents }) {
  if (items.length === 0) {
    show(container, notice("Your cart is empty. ", element("a", { href: "/" }, "Look around")));
    return;
  }
  show(container, element("ul", { class: "lines" }, ...items.map(line)), summary(total_cents));
}

function line(item) {
  const remove = element("button", { class: "plain", type: "button", "aria-label": `Remove ${item.name}` }, "Remove");
  remove.addEventListener("click", () => attempt(async () => showCart(await call("DELETE", `/api/cart/${item.product_id}`))));
  return element(
    "li",
    {},
    picture(item.image, "", 76),
    element(
      "a",
      { href: `/product/${item.product_id}` },
      item.name,
      element("small", {}, `${item.quantity} × ${money(item.price_cents)}`),
    ),
    element("span", { class: "price" }, money(item.total_cents)),
    remove,
  );
}

function summary(total_cents) {
  const order = element("button", { id: "order", class: "primary", type: "button" }, "Place the order");
  order.addEventListener("click", () => {
    order.disabled = true;
    attempt(async () => {
      const placed = await call("POST", "/api/orders");
      show(container, notice(`Thank you. Order ${placed.id} over ${money(placed.total_cents)} is on its way.`));
      showOrders(await call("GET", RECENT_ORDERS));
    });
  });
  return element(
    "div",
    { class: "panel" },
    element("p", { class: "total" }, "Total", element("strong", { id: "total", class: "price" }, money(total_cents))),
    order,
  );
}

function showOrders({ items }) {
  if (items.length === 0) return;
  const head = element("tr", {}, ...["Order", "Placed", "Pieces", "Total"].map((text) => element("th", { scope: "col" }, text)));
  const rows = items.map((order) =>
    element(
      "tr",
      {},
      ...[order.id, order.placed_at.slice(0, 10), order.pieces, money(order.total_cents)].map((text) => element("td", {}, String(text))),
    ),
  );
  orders.parentElement.hidden = false;
  show(orders, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    show(container, notice(`That did not work: ${error.message}. `, element("a", { href: "/cart" }, "Try again")));
  }
}

showAccount();
if (token()) {
  attempt(async () => {
    const [cart, recent] = await Promise.all([call("GET", "/api/cart"), call("GET", RECENT_ORDERS)]);
    showCart(cart);
    showOrders(recent);
  });
} else {
  show(container, notice("Please ", element("a", { href: "/login?next=/cart" }, "sign in"), " to see your cart."));
}
