"""The faults that the server commits, each an ASGI wrapper (or, for the stall, a task) of a few lines.

`/health` is left alone by all but the stall, and the API's faults never touch pages and assets.
"""

import asyncio
import itertools
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERO_IMAGE = "/static/hero.jpg"

_SEED = 7
_SLOW_PERCENT = 3
_SLOW_BY_S = 1.5
_ERROR_PERCENT = 5
_LIMIT = 300
_LIMIT_WINDOW_S = 60
_BAN_AFTER = 400
_HERO_LATE_BY_S = 3.2


def slow_tail(app: ASGIApp) -> ASGIApp:
    slow = _chosen(_SLOW_PERCENT)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_api(scope) and next(slow):
            await asyncio.sleep(_SLOW_BY_S)
        await app(scope, receive, send)

    return wrapped


def errors(app: ASGIApp) -> ASGIApp:
    broken = _chosen(_ERROR_PERCENT)
    answer = JSONResponse({"error": "internal", "message": "something broke"}, 500)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await (answer if _is_api(scope) and next(broken) else app)(scope, receive, send)

    return wrapped


def rate_limit(app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> ASGIApp:
    """A window for each IP address, opened by its first request. Headers: draft-ietf-httpapi-ratelimit-headers-06."""
    windows: dict[str, tuple[float, int]] = {}  # when it opened, and the requests in it

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_api(scope):
            await app(scope, receive, send)
            return
        now_s = clock()
        opened_s, used = windows.get(_ip(scope), (now_s, 0))
        if now_s >= opened_s + _LIMIT_WINDOW_S:
            opened_s, used = now_s, 0
        used += 1
        windows[_ip(scope)] = (opened_s, used)
        reset_s = str(math.ceil(opened_s + _LIMIT_WINDOW_S - now_s))
        headers = {
            "RateLimit-Limit": str(_LIMIT),
            "RateLimit-Remaining": str(max(0, _LIMIT - used)),
            "RateLimit-Reset": reset_s,
        }
        if used > _LIMIT:
            body = {"error": "rate_limited", "message": f"more than {_LIMIT} requests in {_LIMIT_WINDOW_S} s"}
            await JSONResponse(body, 429, headers | {"Retry-After": reset_s})(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def ip_ban(app: ASGIApp) -> ASGIApp:
    seen: Counter[str] = Counter()
    answer = JSONResponse({"error": "forbidden", "message": "this address is blocked"}, 403)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_api(scope):
            seen[_ip(scope)] += 1
        banned = _is_api(scope) and seen[_ip(scope)] > _BAN_AFTER
        await (answer if banned else app)(scope, receive, send)

    return wrapped


def late_hero(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == HERO_IMAGE:
            await asyncio.sleep(_HERO_LATE_BY_S)
        await app(scope, receive, send)

    return wrapped


async def stall(every_s: float = 6.0, for_s: float = 1.5) -> None:
    """Block the event loop itself again and again, so that nothing is accepted, read or answered meanwhile."""
    while True:
        await asyncio.sleep(every_s - for_s)
        time.sleep(for_s)


# The last is the outermost: a limiter stands in front of what it protects.
WRAPPERS: dict[str, Callable[[ASGIApp], ASGIApp]] = {
    "slow-tail": slow_tail,
    "errors": errors,
    "rate-limit": rate_limit,
    "ip-ban": ip_ban,
    "late-lcp": late_hero,
}


def _chosen(percent: int) -> Iterator[bool]:
    """True for exactly `percent` of each hundred in a row, at seeded places: a short run gets its share too."""
    draw = random.Random(_SEED)  # noqa: S311 - a fault that can be repeated
    hundred = [place < percent for place in range(100)]
    return itertools.chain.from_iterable(draw.sample(hundred, 100) for _ in itertools.count())


def _is_api(scope: Scope) -> bool:
    path: str = scope["path"] if scope["type"] == "http" else ""
    return path.startswith("/api/")


def _ip(scope: Scope) -> str:
    client = scope["client"]
    return str(client[0]) if client else "unknown"
