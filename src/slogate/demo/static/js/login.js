// Signs in, keeps the token, and goes where the visitor wanted to go.

import { call } from "./api.js";
import { keep, showAccount } from "./session.js";

const form = document.querySelector("#login");
const button = document.querySelector("#sign-in");
const problem = document.querySelector("#problem");

// Only an address of this shop: anything else would make the login page a springboard to other sites.
function nextPage() {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  return next.origin === location.origin ? next.pathname + next.search : "/";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  problem.textContent = "";
  try {
    const { token } = await call("POST", "/api/auth/login", { email: form.email.value, password: form.password.value });
    keep(token);
    location.assign(nextPage());
  } catch (error) {
    problem.textContent = `We could not sign you in: ${error.message}.`;
    button.disabled = false;
  }
});

showAccount();
button.disabled = false; // only now does it do anything
