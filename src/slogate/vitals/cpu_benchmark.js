// A fixed piece of work of the kinds that pages do: numbers, texts, objects and sorting. It is counted and not timed out, so
// a processor that is made slower takes longer for it. Returns how long each pass took, in milliseconds.
(passes) => {
  const STEPS = 30000;
  const pass = () => {
    let hash = 2166136261;
    const rows = [];
    for (let step = 0; step < STEPS; step++) {
      hash = Math.imul(hash ^ (step & 255), 16777619) >>> 0;
      if (step % 3 === 0) rows.push({ key: `row-${hash % 5000}`, value: hash / 7 });
    }
    const sums = new Map();
    for (const row of rows) sums.set(row.key, (sums.get(row.key) ?? 0) + row.value);
    const sorted = [...sums].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    const text = JSON.stringify(sorted);
    return JSON.parse(text).length + text.split("row").length;
  };
  const times = [];
  let result = 0;
  for (let index = 0; index < passes; index++) {
    const began = performance.now();
    result += pass();
    times.push(performance.now() - began);
  }
  return { times, result };
}
