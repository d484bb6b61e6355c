import asyncio
import itertools
from collections import Counter
from collections.abc import Callable

import httpx
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from slogate.demo.misbehaviour import rate_limit, slow_tail, stall

Ask = Callable[..., httpx.Response]
OpenShop = Callable[..., Ask]


def test_errors_breaks_five_of_each_hundred_api_answers(open_shop: OpenShop) -> None:
    ask = open_shop("errors")
    for _ in range(2):
        statuses = Counter(ask("GET", "/api/posts/1").status_code for _ in range(100))
        assert statuses == {200: 95, 500: 5}
    assert {ask("GET", path).status_code for path in ("/health", "/", "/static/shop.css") for _ in range(40)} == {200}


def test_slow_tail_holds_three_of_each_hundred_back() -> None:
    async def answered_at_once(_scope: Scope, _receive: Receive, _send: Send) -> None: ...

    async def took_s(app: ASGIApp, path: str) -> float:
        clock = asyncio.get_running_loop().time
        started_s = clock()
        await app({"type": "http", "path": path}, None, None)  # type: ignore[arg-type] # nobody reads or sends
        return clock() - started_s

    async def all_took_s(path: str) -> list[float]:
        app = slow_tail(answered_at_once)
        return await asyncio.gather(*(took_s(app, path) for _ in range(100)))

    assert sum(time_s >= 1.5 for time_s in asyncio.run(all_took_s("/api/products"))) == 3
    assert sum(time_s >= 1.5 for time_s in asyncio.run(all_took_s("/health"))) == 0


def test_stall_blocks_the_event_loop_itself() -> None:
    async def longest_gap_s() -> float:
        clock = asyncio.get_running_loop().time
        stalling = asyncio.create_task(stall(every_s=0.4, for_s=0.3))
        seen_s = [clock()]
        while seen_s[-1] - seen_s[0] < 0.6:
            await asyncio.sleep(0.001)
            seen_s.append(clock())
        stalling.cancel()
        return max(later - earlier for earlier, later in itertools.pairwise(seen_s))

    assert asyncio.run(longest_gap_s()) >= 0.3


def test_rate_limit_tells_how_much_is_left_and_when_to_come_back(open_shop: OpenShop) -> None:
    ask = open_shop("rate-limit")
    answers = [ask("GET", "/api/posts/1") for _ in range(301)]
    assert Counter(answer.status_code for answer in answers) == {200: 300, 429: 1}
    assert [int(answer.headers["ratelimit-remaining"]) for answer in answers[:300]] == list(range(299, -1, -1))
    over = answers[-1]
    assert over.json()["error"] == "rate_limited"
    assert (over.headers["ratelimit-limit"], over.headers["ratelimit-remaining"]) == ("300", "0")
    assert over.headers["retry-after"] == over.headers["ratelimit-reset"]
    assert 1 <= int(over.headers["retry-after"]) <= 60


def test_rate_limit_opens_again_after_a_minute() -> None:
    now_s = 1000.0
    limited = rate_limit(JSONResponse({}), clock=lambda: now_s)

    async def statuses(count: int) -> Counter[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://shop.test") as client:
            return Counter([(await client.get("/api/products")).status_code for _ in range(count)])

    assert asyncio.run(statuses(301)) == {200: 300, 429: 1}
    now_s += 59.9
    assert asyncio.run(statuses(1)) == {429: 1}
    now_s += 0.1
    assert asyncio.run(statuses(1)) == {200: 1}


def test_rate_limit_counts_each_address_apart_and_spares_pages(open_shop: OpenShop) -> None:
    ask = open_shop("rate-limit")
    for _ in range(301):
        ask("GET", "/api/posts/1", ip="192.0.2.9")
    assert ask("GET", "/api/posts/1", ip="192.0.2.10").status_code == 200
    for path in ("/health", "/", "/static/shop.css"):
        answer = ask("GET", path, ip="192.0.2.9")
        assert answer.status_code == 200
        assert "ratelimit-limit" not in answer.headers


def test_ip_ban_answers_nothing_but_403_for_good(open_shop: OpenShop) -> None:
    ask = open_shop("ip-ban")
    assert Counter(ask("GET", "/api/posts/1").status_code for _ in range(450)) == {200: 400, 403: 50}
    assert ask("POST", "/api/auth/login").json()["error"] == "forbidden"
    assert ask("GET", "/api/posts/1", ip="192.0.2.2").status_code == 200
    assert {ask("GET", path).status_code for path in ("/health", "/", "/static/shop.css")} == {200}
