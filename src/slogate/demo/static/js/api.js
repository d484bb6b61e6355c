// One function to call the shop's API.

import { forget, token } from "./session.js";

const PAUSES_MS = [150, 400]; // before the second and the third attempt

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Answers the parsed JSON, or throws ApiError. A server error is tried again, but for orders: all other calls can safely be repeated.
export async function call(method, path, body) {
  const attempts = method === "POST" && path === "/api/orders" ? [] : PAUSES_MS;
  for (const pause_ms of attempts) {
    const response = await send(method, path, body);
    if (response.status < 500) return read(response);
    await new Promise((resume) => setTimeout(resume, pause_ms));
  }
  return read(await send(method, path, body));
}

function send(method, path, body) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function read(response) {
  const answer = await response.json();
  if (response.ok) return answer;
  if (answer.error === "wrong_token") forget();
  throw new ApiError(response.status, answer.message);
}
