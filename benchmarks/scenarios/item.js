// One GET of /item, as scenarios/item.py. RATE a second with VUS users; without RATE each asks as soon as it has been
// answered. Bodies are thrown away, which is what k6 recommends for load and the cheapest that it can do.
import http from "k6/http";

const vus = Number(__ENV.VUS);
const open = {
  executor: "constant-arrival-rate", rate: Number(__ENV.RATE), timeUnit: "1s", duration: __ENV.DURATION,
  preAllocatedVUs: vus, maxVUs: vus,
};
const closed = { executor: "constant-vus", vus, duration: __ENV.DURATION };

export const options = {
  scenarios: { item: __ENV.RATE ? open : closed },
  discardResponseBodies: true,
  summaryTrendStats: ["avg", "med", "p(95)", "p(99)", "max"],
};

export default () => { http.get(`${__ENV.TARGET}/item`); };
