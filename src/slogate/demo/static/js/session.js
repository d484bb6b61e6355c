// Who is signed in: a bearer token in a cookie that scripts can read. It is sent as a header, never trusted as a cookie.

const NAME = "shop_session";

export function token() {
  const entry = document.cookie.split("; ").find((part) => part.startsWith(`${NAME}=`));
  return entry ? entry.slice(NAME.length + 1) : null;
}

export function keep(newToken) {
  document.cookie = `${NAME}=${newToken}; path=/; max-age=43200; SameSite=Lax`;
}

export function forget() {
  document.cookie = `${NAME}=; path=/; max-age=0; SameSite=Lax`;
}

// The link in the header says what it does: sign in, or out.
export function showAccount() {
  if (!token()) return;
  const link = document.querySelector("#account");
  link.textContent = "Sign out";
  link.href = "/";
  link.addEventListener("click", forget);
}

export function signInAndComeBack() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
