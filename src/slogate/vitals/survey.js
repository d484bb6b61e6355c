// Looks over a page once it is there, for `slogate init`: where it links to, and which element shows that it is the page
// it should be. Nothing is timed here, so it may ask as much as it likes.
() => {
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const tells = (element) => shown(element) && (element.innerText.trim() !== "" || element.querySelector("img, canvas, video"));
  const is_only = (selector) => {
    try {
      return document.querySelectorAll(selector).length === 1;
    } catch {
      return false;
    }
  };
  // An id that has digits in it is often made anew with each load.
  const steady = (element) => element.id && /^[A-Za-z][A-Za-z_-]*$/.test(element.id);
  const inside = document.querySelector("main, [role=main], #content, #root, #app") || document.body;
  const candidates = [
    ...[...inside.querySelectorAll("[data-testid]")].map((e) => [e, `[data-testid="${CSS.escape(e.dataset.testid)}"]`]),
    ...[...inside.querySelectorAll("[id]")].filter(steady).map((e) => [e, `#${CSS.escape(e.id)}`]),
    ...[...inside.querySelectorAll("h1, form, table, article")].map((e) => [e, e.localName]),
    ...[...document.querySelectorAll("h1, main")].map((e) => [e, e.localName]),
  ];
  const found = candidates.find(([element, selector]) => is_only(selector) && tells(element));
  const links = [...document.querySelectorAll("a[href]")]
    .filter((link) => shown(link) && !link.hasAttribute("download") && link.target !== "_blank")
    .map((link) => link.href);
  return {
    title: document.title,
    ready: found ? found[1] : null,
    text_length: (document.body ? document.body.innerText : "").trim().length,
    links: [...new Set(links)].slice(0, 500),
  };
}
