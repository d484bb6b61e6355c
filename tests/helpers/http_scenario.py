"""One scenario, under Locust's HttpUser or under slogate's: prints what each request came to, as JSON lines.

It is a program, because importing Locust patches the process: http_scenario.py CLIENT SCENARIO BASE_URL [CERTIFICATE]
"""

import hashlib
import io
import json
import sys
from collections.abc import Callable
from typing import Any

import locust
from locust.env import Environment
from locust.exception import ResponseError
from requests.auth import HTTPBasicAuth

import slogate


def user_of(client: str, host: str) -> Any:
    """A user of one of the two kinds, whose events are printed."""
    base: Any = {"locust": locust.HttpUser, "slogate": slogate.HttpUser}[client]
    kind: Any = type("Visitor", (base,), {"host": host, "context": lambda _user: {"user": 1}})
    environment = Environment(user_classes=[kind])
    environment.events.request.add_listener(tell_event)
    return kind(environment)


def tell(**facts: Any) -> None:
    """Prints one fact."""
    sys.stdout.write(json.dumps(facts, sort_keys=True) + "\n")


def tell_event(
    request_type: str,
    name: str,
    response_time: float,
    response_length: int,
    response: Any,
    context: Any,
    exception: Any,
    start_time: float,
    url: str,
) -> None:
    """Prints what Locust's event carried."""
    assert response_time >= 0
    assert start_time > 1_700_000_000
    said = None if exception is None or getattr(response, "status_code", 0) == 0 else str(exception)
    tell(
        event=request_type,
        name=name,
        length=response_length,
        context=context,
        failed=exception is not None,
        said=said,
        url=url,
    )


def tell_response(what: str, response: Any) -> None:
    """Prints a response."""
    content = response.content or b""
    tell(
        what=what,
        status=response.status_code,
        reason=response.reason if response.status_code else None,
        ok=bool(response.status_code) and response.ok,
        sha=hashlib.sha256(content).hexdigest(),
        text=response.text[:200],
        type=response.headers.get("content-type"),
        url=response.url if response.status_code else None,
        history=[(hop.status_code, hop.url) for hop in response.history],
        cookies=sorted((cookie.name, cookie.value, cookie.path) for cookie in response.cookies),
        method=response.request.method if response.status_code else None,
    )


def pages(client: Any, _certificate: str) -> None:
    """Methods, files, codings, statuses, paths."""
    for path in ("/small.json", "/large.txt", "/empty.txt", "/204", "/404", "/500", "/close", "/nowhere", "/cut"):
        tell_response(path, client.get(path))
        tell_response(path, client.head(path))
    for path in ("/gzip/large.txt", "/gzip/empty.txt", "/chunked/large.txt", "/chunked/small.json"):
        tell_response(path, client.get(path))
    tell(json=client.get("/small.json").json())
    tell(lines=list(client.get("/large.txt").iter_lines(decode_unicode=True))[-3:])
    with client.get("/gzip/large.txt", stream=True, catch_response=True) as response:
        digest = hashlib.sha256()
        for part in response.iter_content(8192):
            digest.update(part)
        tell(streamed=digest.hexdigest())
    for method in ("put", "patch", "delete", "options", "post"):
        tell_response(method, getattr(client, method)("/seen"))
    for path in (
        "/path/a b",
        "/path/é?q=ü&x=a b",
        "/path/%2f%zz?%",
        "/path/./a/../b",
        "/path/?",
        "/path/#frag",
        "/path/a;b=c?d",
    ):
        tell_response(path, client.get(path))
    for params in ({"a": 1, "b": ["x", "y"], "c": None}, [("a", "ü"), ("a", "2")], "raw=1", b"raw=2"):
        tell_response("params", client.get("/path/?z=0", params=params))


def bodies(client: Any, _certificate: str) -> None:
    """What is sent."""
    makers: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {"json": {"a": [1, "é"]}},
        lambda: {"json": []},
        lambda: {"data": {"a": "1", "b": ["2", "é"]}},
        lambda: {"data": [("a", "1"), ("a", "2")]},
        lambda: {"data": b"bytes"},
        lambda: {"data": "text é"},
        lambda: {"data": b""},
        lambda: {"data": {}},
        lambda: {"data": io.BytesIO(b"a file")},
        lambda: {"files": {"f": ("name.txt", b"content", "text/plain")}, "data": {"x": "y"}},
        lambda: {"json": {"a": 1}, "headers": {"Content-Type": "application/vnd.own+json", "X-Own": "1"}},
    )
    for make in makers:
        response = client.post("/echo", **make())
        tell(body=[*make()], echo=response.text.partition("boundary=")[0], sent=_sent(response))
        tell_response("kept", client.post("/r307", **make()))


def _sent(response: Any) -> Any:
    body = response.request.body
    body = body.encode() if isinstance(body, str) else body
    if not isinstance(body, bytes):
        return None
    boundary = response.request.headers.get("content-type", "").partition("boundary=")[2]
    return (body.replace(boundary.encode(), b"BOUNDARY") if boundary else body).decode()


def redirects(client: Any, _certificate: str) -> None:
    """Chains, methods, what is dropped on the way."""
    for path in ("/r301", "/r302", "/r303", "/r307", "/r308", "/chain"):
        for method in ("get", "post", "put", "head"):
            options = {"data": {"a": "1"}} if method in {"post", "put"} else {}
            tell_response(f"{method} {path}", getattr(client, method)(path, **options))
        tell_response(path, client.get(path, allow_redirects=False, name="not followed"))
    tell_response("head", client.head("/chain", allow_redirects=True))
    tell(status=client.get("/loop", name="loop").status_code)
    for path in ("/same", "/elsewhere"):
        tell_response(path, client.get(path, auth=("ann", "x"), headers={"X-Own": "kept"}, cookies={"c": "1"}))
    tell_response("hop", client.get("/cookie-and-go"))


def identity(client: Any, _certificate: str) -> None:
    """Cookies, headers, who it is from."""
    tell_response("none", client.get("/seen"))
    tell_response("set", client.get("/cookie"))
    tell_response("sent", client.get("/seen"))
    tell_response("own", client.get("/seen", cookies={"own": "x", "a": "over"}))
    tell_response("after", client.get("/seen"))
    tell_response("by hand", client.get("/seen", headers={"Cookie": "hand=1"}))
    client.cookies.set("dict", "9")
    tell_response("set here", client.get("/seen"))
    tell_response("forgotten", client.get("/forget"))
    tell_response("gone", client.get("/seen"))
    client.cookies.clear()
    tell_response("cleared", client.get("/seen"))
    for auth in (("ann", "correct horse"), ("ann", "wrong"), HTTPBasicAuth("ann", "correct horse")):
        tell_response("auth", client.get("/private/small.json", auth=auth))
    client.auth = ("ann", "correct horse")
    tell_response("session auth", client.get("/private/small.json"))
    client.headers["X-Own"] = "session"
    tell_response("session header", client.get("/seen"))
    tell_response("request header", client.get("/seen", headers={"x-own": "request"}))
    tell_response("no header", client.get("/seen", headers={"X-Own": None}))
    tell_response("host", client.get("/seen", headers={"Host": "other.example"}))
    del client.headers["X-Own"]
    tell_response("deleted", client.get("/seen"))


def events(client: Any, _certificate: str) -> None:
    """What Locust is told."""
    client.get("/seen", name="named")
    client.get("/seen?a=1", context={"own": 2})
    with client.rename_request("renamed"):
        client.get("/seen")
        client.get("/seen", name="named")
    client.post("/404", name="wrong")
    client.get("/404?x=1")
    with client.get("/404", catch_response=True) as response:
        response.success()
    with client.get("/404", catch_response=True):
        pass
    with client.get("/seen", catch_response=True) as response:
        response.failure("not as it should be")
        try:
            response.raise_for_status()
        except Exception as error:  # noqa: BLE001 (it is told, whatever it is)
            tell(raised=type(error).__name__, said=str(error))
    with client.get("/seen", catch_response=True) as response:
        response.failure(ValueError("own"))
    with client.get("/seen", catch_response=True) as response:
        response.failure("first")
        response.success()
    with client.get("/seen", catch_response=True) as response:
        raise ResponseError("raised on purpose")
    try:
        with client.get("/seen", catch_response=True) as response:
            response.failure("told before")
            raise KeyError("and raised")  # noqa: TRY301 (as a check would)
    except KeyError:
        tell(raised="KeyError")
    for misuse in ("success", "failure", "with"):
        response = client.get("/seen")
        try:
            if misuse == "with":
                with response:
                    pass
            else:
                getattr(response, misuse)(*(["x"] if misuse == "failure" else []))
        except Exception as error:  # noqa: BLE001 (as above)
            tell(misuse=misuse, raised=type(error).__name__)
    for kind in ("/cut", "http://127.0.0.1:9/refused"):
        with client.get(kind, catch_response=True) as response:
            tell(status=response.status_code, content=response.content, error=response.error is not None)
        response = client.get(kind)
        try:
            response.raise_for_status()
        except Exception:  # noqa: BLE001 (as above)
            tell(raised="something")
    for wrong in ("ftp://127.0.0.1/", "http:///nohost"):
        try:
            client.get(wrong)
        except ValueError:
            tell(wrong=wrong, raised="ValueError")
        else:
            tell(wrong=wrong, raised=None)
    user = client.user
    with user.rest("GET", "/small.json") as response:
        tell(js=response.js)
    with user.rest("GET", "/seen"):
        pass
    with user.rest_("GET", "/path/"):
        pass
    with user.rest("GET", "/small.json") as response:
        assert response.js["name"] == "x", "another name"


def secure(client: Any, certificate: str) -> None:
    """TLS."""
    tell(trusted=client.get("/small.json").status_code)
    for verify in (certificate, False):
        tell_response("verify", client.get("/small.json", verify=verify))
        tell_response("large", client.get("/large.txt", verify=verify))
    client.verify = certificate
    tell_response("session", client.get("/gzip/large.txt"))
    tell_response("post", client.post("/echo", data=bytes(300_000)))


def shop(client: Any, _certificate: str) -> None:
    """The embedded shop's own journey."""
    tell_response("products", client.get("/api/products?category=lamps", name="/api/products"))
    tell_response("login", client.post("/api/auth/login", json={"email": "nobody@example.com", "password": "x"}))
    login = client.post("/api/auth/login", json={"email": "shopper01@example.com", "password": "harbour-lantern-42"})
    tell(login=login.status_code, cookies=sorted(cookie.name for cookie in client.cookies))
    headers = {"Authorization": f"Bearer {login.json()['token']}"}
    tell_response("me", client.get("/api/auth/me", headers=headers))
    for page in ("/", "/products/1", "/nowhere", "/account"):
        response = client.get(page)
        tell(
            page=page, status=response.status_code, history=len(response.history), type=response.headers["content-type"]
        )


SCENARIOS = {f.__name__: f for f in (pages, bodies, redirects, identity, events, secure, shop)}

if __name__ == "__main__":
    _, which, scenario, base_url, *certificate = sys.argv
    SCENARIOS[scenario](user_of(which, base_url).client, "".join(certificate))
