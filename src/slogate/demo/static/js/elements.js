// Builds elements. Text is always set as text, so nothing that the API says can become markup.

const EUROS = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

export const money = (cents) => EUROS.format(cents / 100);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const picture = (image, alt, size) => element("img", { src: image, alt, width: size, height: size });

export function productCard(product) {
  return element(
    "a",
    { class: "product-card", href: `/product/${product.id}` },
    picture(product.image, "", 800),
    element("h3", {}, product.name),
    element("p", { class: "price" }, money(product.price_cents)),
  );
}

export const notice = (...children) => element("p", { class: "notice" }, ...children);

export function show(container, ...children) {
  container.replaceChildren(...children);
  container.removeAttribute("aria-busy");
}
