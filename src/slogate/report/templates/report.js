"use strict";
// What the page can do beyond what it shows: sort the endpoints, zoom all time lanes together, read off values.

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.querySelectorAll("thead th")], body = table.tBodies[0];
  const value = (row, at) => {
    const text = row.cells[at].textContent, number = Number(text.replaceAll(",", ""));
    return Number.isNaN(number) ? text : number;
  };
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.onclick = () => {
      // Names begin with the first of the alphabet, numbers with the largest.
      const first = at === 0 ? "ascending" : "descending", other = at === 0 ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((item) => item.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const compared = (a, b) => (a < b ? -sign : a > b ? sign : 0);
      body.append(...[...body.rows].sort((a, b) => compared(value(a, at), value(b, at))));
    };
    head.replaceChildren(button);
  });
}

const lanes = document.querySelector(".zoomable");
if (lanes) {
  const data = JSON.parse(document.getElementById("lanes-data").textContent);
  const plots = [...lanes.querySelectorAll(".plot")], axes = [...lanes.querySelectorAll(".time")];
  const shortest = Math.min(4, data.end);
  let from = 0, to = data.end, dragged = null;

  const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
    return element;
  };
  const round = (second) => Number(second.toFixed(1)).toString();

  const bar = document.createElement("div");
  bar.className = "zoom";
  const told = document.createElement("output");
  const button = (text, move) => {
    const item = document.createElement("button");
    item.type = "button";
    item.textContent = text;
    item.onclick = move;
    bar.append(item);
    return item;
  };

  const show = (start, end) => {
    const length = Math.min(data.end, Math.max(shortest, end - start));
    from = Math.min(Math.max(0, start), data.end - length);
    to = from + length;
    for (const plot of plots) plot.setAttribute("viewBox", `${from} 0 ${length} ${plot.getAttribute("height")}`);
    let step = 1e-3;
    for (let turn = 0; length / step > 7; turn += 1) step *= turn % 3 === 1 ? 2.5 : 2;
    for (const axis of axes) {
      axis.replaceChildren();
      for (let tick = Math.ceil(from / step - 1e-9) * step; tick <= to + 1e-9; tick += step) {
        const x = data.left + ((tick - from) / length) * data.plot;
        const label = svg("text", {class: "tick", x, y: axis.dataset.y, "text-anchor": "middle"});
        label.textContent = `${Number(tick.toFixed(3))} s`;
        axis.append(label);
      }
    }
    const whole = length >= data.end;
    all.disabled = out.disabled = whole;
    back.disabled = from <= 0;
    on.disabled = to >= data.end;
    into.disabled = length <= shortest;
    told.textContent = whole ? "Drag over a part of a chart to look closer." : `${round(from)} s to ${round(to)} s`;
  };
  const scaled = (factor) => () => {
    const middle = (from + to) / 2, half = ((to - from) / 2) * factor;
    show(middle - half, middle + half);
  };
  const moved = (part) => () => show(from + part * (to - from), to + part * (to - from));
  const into = button("Zoom in", scaled(0.5)), out = button("Zoom out", scaled(2));
  const back = button("Earlier", moved(-0.5)), on = button("Later", moved(0.5));
  const all = button("Whole run", () => show(0, data.end));
  bar.append(told);
  lanes.before(bar);
  show(0, data.end);

  const mark = (kind, x, width) => {
    for (const plot of plots) {
      plot.querySelector(`.${kind}`)?.remove();
      if (x === null) continue;
      const height = plot.getAttribute("height");
      if (kind === "cursor") plot.append(svg("line", {class: kind, x1: x, x2: x, y1: 0, y2: height}));
      else plot.append(svg("rect", {class: kind, x, y: 0, width, height}));
    }
  };
  const second = (event) => {
    const chart = event.target.closest(".lane");
    if (!chart) return null;
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * data.width;
    return Math.min(to, Math.max(from, from + ((x - data.left) / data.plot) * (to - from)));
  };
  const read = (at) => {
    const values = [];
    for (const line of data.lines) {
      let near = 0;
      line.at.forEach((time, index) => { if (Math.abs(time - at) < Math.abs(line.at[near] - at)) near = index; });
      const value = line.values[near];
      if (value !== null && value !== undefined) values.push(`${line.name} ${value.toLocaleString("en")} ${line.unit}`);
    }
    told.textContent = `${round(at)} s: ${values.join(", ")}`;
  };
  lanes.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    dragged = second(event);
    if (dragged !== null) event.preventDefault();
  });
  lanes.addEventListener("pointermove", (event) => {
    const at = second(event);
    if (at === null) return;
    mark("cursor", at);
    read(at);
    if (dragged !== null) mark("drag", Math.min(at, dragged), Math.abs(at - dragged));
  });
  addEventListener("pointerup", (event) => {
    if (dragged === null) return;
    const at = event.target instanceof Element ? second(event) : null, start = dragged;
    dragged = null;
    mark("drag", null);
    if (at !== null && Math.abs(at - start) > (to - from) / 100) show(Math.min(at, start), Math.max(at, start));
  });
  lanes.addEventListener("pointerleave", () => mark("cursor", null));
}
