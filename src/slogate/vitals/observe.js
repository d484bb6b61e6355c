// Watches one document: in Chromium from an isolated world, which the page's own scripts can neither see nor disturb, in
// other browsers from the page's own world, before any script of it. What it sees is pushed out through a binding as it happens, so that nobody has to evaluate anything in the page while it
// is being timed: an evaluation is a task on the very main thread that is measured. It records; it computes nothing.
({ binding, ready, readyText }) => {
  // Firefox also comes by with each picture that is a document of its own, such as an SVG; it has no address.
  if (window !== window.top || location.href === "") return;
  const tell = globalThis[binding];
  const round = (ms) => Math.round(ms * 1000) / 1000;
  const seen = (ms) => (ms > 0 ? round(ms) : null);

  // What the browser has no entries of is told, so that nobody takes it for something that did not happen.
  const told = new Set(PerformanceObserver.supportedEntryTypes);
  if (typeof PerformanceEventTiming === "undefined" || !("interactionId" in PerformanceEventTiming.prototype)) {
    ["event", "first-input"].forEach((type) => told.delete(type));  // without the id nobody knows which events are one interaction
  }
  const untold = ["paint", "largest-contentful-paint", "layout-shift", "longtask", "event"].filter((t) => !told.has(t));

  const emptyRows = () => ({
    paints: [], lcp_candidates: [], layout_shifts: [], long_tasks: [], input_events: [],
    soft_entries: [], interaction_paints: [],
  });
  let rows = emptyRows();
  let readyMs = null;
  let readyError = null;

  const timing = () => {
    const entry = performance.getEntriesByType("navigation")[0];
    return {
      response_start_ms: entry ? seen(entry.responseStart) : null,
      dcl_end_ms: entry ? seen(entry.domContentLoadedEventEnd) : null,
      load_end_ms: entry ? seen(entry.loadEventEnd) : null,
    };
  };

  const takeBatch = (images = () => null) => {
    const batch = {
      origin_ms: performance.timeOrigin,
      now_ms: round(performance.now()),
      url: location.href,
      untold,
      timing: timing(),
      ready_ms: readyMs,
      ready_error: readyError,
      ...rows,
      images: images(),
    };
    rows = emptyRows();
    return JSON.stringify(batch);
  };
  const push = () => tell(takeBatch());

  const path = (node) => {
    let element = node && node.nodeType !== Node.ELEMENT_NODE ? node.parentElement : node;
    const steps = [];
    for (; element && steps.length < 4; element = element.parentElement) {
      const classes = [...element.classList].slice(0, 2).map((name) => `.${name}`);
      steps.unshift(element.localName + (element.id ? `#${element.id}` : classes.join("")));
      if (element.id) break;
    }
    return steps.join(" > ").slice(0, 120) || null;
  };

  const observers = [];
  const observe = (type, options, record, { pushes }) => {
    if (!told.has(type)) return;
    const take = (entries) => entries.forEach(record);
    const observer = new PerformanceObserver((list) => {
      take(list.getEntries());
      if (pushes) push();
    });
    observer.observe({ type, buffered: true, ...options });
    observers.push(() => take(observer.takeRecords()));
  };

  const recordInput = (entry) => {
    const known = (row) => row.name === entry.name && row.start_ms === round(entry.startTime);
    if ((entry.interactionId === 0 && entry.entryType !== "first-input") || rows.input_events.some(known)) return;
    rows.input_events.push({
      name: entry.name,
      start_ms: round(entry.startTime),
      duration_ms: round(entry.duration),
      processing_start_ms: round(entry.processingStart),
      processing_end_ms: round(entry.processingEnd),
      interaction_id: entry.interactionId,
    });
  };

  // Few entries are pushed at once; what an animation or a typist makes many of waits for the next push.
  observe("paint", {}, (e) => rows.paints.push({ name: e.name, start_ms: round(e.startTime) }), { pushes: true });
  const candidate = (e) => ({ start_ms: round(e.startTime), size: e.size, element: path(e.element), url: e.url || null });
  observe("largest-contentful-paint", {}, (e) => rows.lcp_candidates.push(candidate(e)), { pushes: true });
  observe("longtask", {}, (e) => rows.long_tasks.push({
    start_ms: round(e.startTime), duration_ms: round(e.duration), name: e.name,
  }), { pushes: true });
  observe("layout-shift", {}, (e) => rows.layout_shifts.push({
    start_ms: round(e.startTime), value: e.value, had_recent_input: e.hadRecentInput,
    element: e.sources.length ? path(e.sources[0].node) : null,
  }), { pushes: false });
  observe("first-input", {}, recordInput, { pushes: false });
  observe("event", { durationThreshold: 16 }, recordInput, { pushes: false });

  // Text as a visitor would search for it: in any case, however it is broken into lines and elements.
  const plain = (text) => text.replace(/\s+/g, " ").toLowerCase();
  const unseen = new Set(["script", "style", "noscript", "template"]);
  const acceptSeen = (node) => (unseen.has(node.localName) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const hasText = (wanted) => {
    // The quick look finds too much, because it also reads scripts; the slow one follows only where it found something.
    if (document.body === null || !plain(document.body.textContent).includes(wanted)) return false;
    const nodes = document.createTreeWalker(
      document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, acceptSeen,
    );
    const texts = [];
    while (nodes.nextNode()) if (nodes.currentNode.nodeType === Node.TEXT_NODE) texts.push(nodes.currentNode.data);
    return plain(texts.join("")).includes(wanted);
  };
  let watcher = null;
  // Says whether it is there already; a selector that cannot be parsed is never there.
  const watchFor = (selector, text) => {
    if (watcher !== null) watcher.disconnect();
    readyMs = null;
    if (selector === null && text === null) return false;
    const wanted = text === null ? "" : plain(text).trim();
    const isThere = () => {
      try {
        return text !== null ? hasText(wanted) : document.querySelector(selector) !== null;
      } catch (error) {
        readyError = error.message;
        return false;
      }
    };
    const own = new MutationObserver(() => {
      if (isThere()) readyMs = round(performance.now());
      else if (readyError === null) return;
      own.disconnect();
      push();
    });
    watcher = own;
    const changes = text === null ? { attributes: true } : { characterData: true };
    own.observe(document, { childList: true, subtree: true, ...changes });
    return isThere();
  };
  watchFor(ready, readyText);

  // The end of a handler phase is known only after the phase, hence the timers.
  addEventListener("DOMContentLoaded", () => setTimeout(push));
  addEventListener("load", () => setTimeout(push));

  // Asks for the layout, so it is called once, when the recording has ended.
  const images = () => [...document.querySelectorAll("img")].map((image) => {
    const box = image.getBoundingClientRect();
    const [left, top] = [box.left + scrollX, box.top + scrollY];
    const visible = box.width > 0 && box.height > 0;
    const url = image.currentSrc || image.src;
    return {
      url: url.startsWith("data:") ? "data:" : url.slice(0, 2000),
      first_screen: visible && left < innerWidth && top < innerHeight && left + box.width > 0 && top + box.height > 0,
      loading: image.loading,
    };
  });

  // A soft navigation is about to come. Chromium tells of its paints from version 151 on; before, it had the same names
  // for something else.
  const softTold =
    PerformanceObserver.supportedEntryTypes.includes("soft-navigation") &&
    typeof PerformanceSoftNavigation.prototype.getLargestInteractionContentfulPaint === "function";
  let watchesSoft = false;
  const observeSoft = () => {
    if (!softTold || watchesSoft) return;
    watchesSoft = true;
    observe("soft-navigation", {}, (e) => rows.soft_entries.push({
      interaction_id: e.interactionId, start_ms: round(e.startTime), paint_ms: seen(e.presentationTime || e.paintTime),
      url: e.name,
    }), { pushes: true });
    observe("interaction-contentful-paint", {}, (e) => rows.interaction_paints.push({
      interaction_id: e.interactionId, interaction_ms: round(e.startTime), start_ms: round(e.startTime + e.duration),
      largest: candidate(e.largestContentfulPaint),
    }), { pushes: true });
  };
  globalThis.slogateStep = (selector, text) => {
    observeSoft();
    const there = watchFor(selector, text);
    push();
    return JSON.stringify({ now_ms: round(performance.now()), told: softTold, ready_there: there });
  };
  globalThis.slogateCollect = () => {
    observers.forEach((drain) => drain());
    return takeBatch(images);
  };
  push();
}
