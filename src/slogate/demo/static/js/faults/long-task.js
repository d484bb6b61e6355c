// The fault `long-task`: work that blocks the main thread for about half a second, three times after loading. It is a count of steps and
// not a span of time, so that a slower processor takes longer over it, as it does over real work.

const STEPS = 300_000_000;
const STARTS_MS = [1500, 3000, 4500]; // after load; the gaps between are too short to be the 5 s of quiet that TTI waits for

function work() {
  let state = 1;
  for (let step = 0; step < STEPS; step += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  document.documentElement.dataset.work = String(state); // used, so that no compiler leaves the loop out
}

addEventListener("load", () => {
  for (const start_ms of STARTS_MS) setTimeout(work, start_ms);
});
