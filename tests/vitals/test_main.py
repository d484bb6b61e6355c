import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from page_loader import Loader
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome
from slogate.runs.page_evidence import read_kept_evidence

StartLoader = Callable[..., Loader]
SECRET = "correct-horse-battery"


def test_a_whole_run_from_ready_to_finished(start_loader: StartLoader, server: WebServer) -> None:
    server.page("/broken", f"<h1>{SECRET}</h1>", status=500)
    loader = start_loader(
        """
        @page("home", ready="h1")
        def home(page): page.goto("/?password=" + os.environ["SHOP_PASSWORD"])

        @page("broken")
        def broken(page):
            page.goto("/broken")
            raise ValueError(os.environ["SHOP_PASSWORD"])
        """,
        environ={"SHOP_PASSWORD": SECRET},
        known_secrets_env=["SHOP_PASSWORD", "NOT_SET"],
        wall_offset_us=1_000_000_000_000_000,
    )
    ready = loader.wait_for("ready")
    assert ready["pages"] == ["home", "broken"]
    assert ready["browser"]["path"]
    assert ready["browser"]["version"]
    assert server.seen == []  # nothing is loaded before the parent says go
    loader.go()
    benchmark, *loads, finished = loader.events()
    assert benchmark["event"] == "cpu_benchmark"
    assert benchmark["index"] > 0
    none = {"home": 0, "broken": 0}
    assert finished == {"event": "finished", "loads": {"home": 1, "broken": 1}, "loads_under_load": none}
    assert loader.end()[0] == 0

    told = [(e["page"], e["index"], e["of"], e["warmup"], e["outcome"]) for e in loads]
    assert told == [
        ("home", 1, 1, True, "ok"),
        ("broken", 1, 1, True, "http_error"),
        ("home", 1, 1, False, "ok"),
        ("broken", 1, 1, False, "http_error"),
    ]
    measured, broken = loads[2]["metrics"], loads[3]["metrics"]
    assert 0 < measured["fcp"] <= measured["lcp"]
    assert measured["tti"] >= measured["fcp"]
    assert measured["requests"] >= 1
    assert set(broken.values()) == {None}
    assert "status 500" in loads[3]["reason"]

    assert [(load.page, load.warmup) for load in loader.loads] == [(e["page"], e["warmup"]) for e in loads]
    home = loader.loads[2]
    assert home.settled
    assert home.end_ms is not None
    assert home.end_ms > 5000
    assert home.started_at_us > 1_000_000_000_000_000
    assert SECRET not in loader.output.read_text() + json.dumps(loads) + loader.stderr
    assert list(loader.scratch.iterdir()) == []


def test_a_soft_navigation_is_told_as_such_and_needs_no_load_of_the_page_before(
    start_loader: StartLoader, server: WebServer
) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)  # an error page is over at once
    journeys = """
        @page("home")
        def home(page): page.goto("/")

        @home.then("orders")
        def orders(page): page.click("#orders")
        """
    loader = start_loader(journeys, pages=["orders"], warmup_loads=0)
    ready = loader.wait_for("ready")
    assert (ready["pages"], ready["soft_pages"]) == (["orders"], ["orders"])
    loader.go()
    assert list(loader.events())[-1] == {"event": "finished", "loads": {"orders": 1}, "loads_under_load": {"orders": 0}}
    assert [(load.page, load.outcome) for load in loader.loads] == [("orders", LoadOutcome.HTTP_ERROR)]


def test_loads_are_interleaved_and_only_the_pages_of_the_plan_are_made(
    start_loader: StartLoader, server: WebServer
) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)  # an error page is over at once
    journeys = "\n".join(f"@page('{name}')\ndef {name}(page): page.goto('/')" for name in "abc")
    loader = start_loader(journeys, pages=["c", "a"], page_loads=2, warmup_loads=0)
    loader.go()
    *loads, _finished = list(loader.events())[2:]
    assert [(e["page"], e["index"], e["of"]) for e in loads] == [("a", 1, 2), ("c", 1, 2), ("a", 2, 2), ("c", 2, 2)]


def test_further_rounds_are_made_of_the_pages_that_the_parent_names(
    start_loader: StartLoader, server: WebServer
) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    journeys = "\n".join(f"@page('{name}')\ndef {name}(page): page.goto('/')" for name in "abc")
    loader = start_loader(journeys, page_loads=1, max_page_loads=9, warmup_loads=0)
    loader.go()
    for loads, pages in ((1, ["c", "a"]), (2, ["c"]), (3, [])):
        assert loader.wait_for("round")["loads"] == loads
        loader.command("more", pages=pages)
    assert loader.wait_for("finished")["loads"] == {"a": 2, "b": 1, "c": 3}
    assert [(load.page, load.index) for load in loader.loads] == [
        ("a", 1), ("b", 1), ("c", 1), ("a", 2), ("c", 2), ("c", 3)
    ]  # fmt: skip


def test_it_stops_while_it_waits_to_hear_of_further_rounds(start_loader: StartLoader, server: WebServer) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader("@page('home')\ndef home(page): page.goto('/')", max_page_loads=2, warmup_loads=0)
    loader.go()
    loader.wait_for("round")
    loader.hang_up()
    code, seconds = loader.end()
    assert (code, seconds < 5) == (4, True)


def test_a_failed_login_is_the_outcome_of_its_pages_and_of_no_others(
    start_loader: StartLoader, server: WebServer
) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(
        f"""
        @session
        def shopper(page): raise AssertionError("no such user: {SECRET}")

        @page("account", login=shopper)
        def account(page): page.goto("/account")

        @page("home")
        def home(page): page.goto("/")
        """,
        environ={"SHOP_PASSWORD": SECRET},
        known_secrets_env=["SHOP_PASSWORD"],
        warmup_loads=0,
    )
    loader.go()
    assert loader.end()[0] == 0
    account, home = loader.loads
    assert account.outcome is LoadOutcome.JOURNEY_ERROR
    assert account.reason.startswith("the login failed: storefront.py:5: shopper raised AssertionError: no such user")
    assert home.outcome is LoadOutcome.HTTP_ERROR
    assert SECRET not in loader.output.read_text()


def test_a_page_that_hangs_costs_its_own_load_and_not_the_next(start_loader: StartLoader, server: WebServer) -> None:
    server.page("/stuck", "<h1>Hello</h1><script>for (;;);</script>")
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(
        """
        @page("stuck")
        def stuck(page): page.goto("/stuck")

        @page("home")
        def home(page): page.goto("/")
        """,
        warmup_loads=0,
        deadline_s=1,
    )
    loader.go()
    assert loader.end()[0] == 0
    assert [load.outcome for load in loader.loads] == [LoadOutcome.DEADLINE, LoadOutcome.HTTP_ERROR]
    assert list(loader.scratch.iterdir()) == []


ENDLESS: dict[str, tuple[str, str]] = {
    "a loop": ("while True: pass", "storefront.py:8: rogue did not come to its end within 10.5 s"),
    "a loop that swallows errors": (
        "while True:\n        try: page.click('#x', timeout=50)\n        except Exception: pass",
        "rogue did not come to its end within 10.5 s",
    ),
    "a wait without an end": (
        "page.wait_for_timeout(10**9)",
        "storefront.py:8: rogue did not come to its end within 10.5 s",
    ),
    "the browser closed": ("page.context.browser.close()", "storefront.py:8: rogue raised NotYoursError: the browser"),
    "Ctrl-C": ("raise KeyboardInterrupt", "storefront.py:8: rogue raised KeyboardInterrupt"),
    "the page closed": ("page.close()", "storefront.py:5: the page was closed while it was measured"),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_a_journey_does_to_all_costs_only_its_own_page(
    start_loader: StartLoader, server: WebServer, case: str
) -> None:
    server.routes["/closed"] = server.reply("<h1>closed</h1>", status=503)
    does, reason = ENDLESS[case]
    journeys = f"""
@page("rogue")
def rogue(page):
    page.goto("/")
    {does}

@page("home")
def home(page): page.goto("/closed")
"""
    loader = start_loader("\n" + journeys, page_loads=2, deadline_s=0.5)
    loader.go()
    code, seconds = loader.end()
    assert code == 0, loader.stderr
    assert seconds < 40  # a journey that has to be ended is not tried again
    rogue, home = ([load for load in loader.loads if load.page == name] for name in ("rogue", "home"))
    assert [load.outcome for load in home] == [LoadOutcome.HTTP_ERROR] * 3
    assert {load.outcome for load in rogue} == {LoadOutcome.JOURNEY_ERROR}
    assert len(rogue) == 3
    assert all(reason in load.reason for load in rogue)


def test_a_journey_that_does_not_even_let_go_ends_the_loader_which_names_its_line(
    start_loader: StartLoader,
) -> None:
    loader = start_loader(
        """
        import signal, time

        @page("home")
        def home(page):
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])  # as deaf as a call that blocks inside C
            time.sleep(600)
        """,
        deadline_s=0.5,
    )
    loader.go()
    failed = loader.wait_for("failed")
    assert "storefront.py:6) took longer than 10.5 s, and is still at storefront.py:9" in failed["message"]
    assert loader.end()[0] == 4


def test_a_page_that_leads_to_a_stranger_is_refused_in_every_load(
    start_loader: StartLoader, server: WebServer, stranger: WebServer
) -> None:
    server.routes["/"] = server.reply(status=302, Location=f"http://127.0.0.2:{stranger.port}/")
    loader = start_loader('@page("home")\ndef home(page): page.goto("/")', page_loads=2)
    loader.go()
    assert loader.end()[0] == 0
    assert [load.outcome for load in loader.loads] == [LoadOutcome.REDIRECTED_AWAY] * 3
    assert stranger.seen == []


def test_a_page_that_changes_its_way_is_noticed_and_guarded_again(
    start_loader: StartLoader, server: WebServer, stranger: WebServer
) -> None:
    """Both pages turn to the stranger when their warm-up loads are over."""

    def turning(handler: BaseHTTPRequestHandler) -> None:
        if len([path for _, path, _ in server.seen if path in {"/a", "/b"}]) <= 2:
            server.reply("<h1>Hello</h1>")(handler)
        else:
            server.reply(status=302, Location=f"http://127.0.0.2:{stranger.port}/shop")(handler)

    server.routes["/a"] = server.routes["/b"] = turning
    loader = start_loader(
        """
        @page("a")
        def a(page): page.goto("/a")

        @page("b")
        def b(page): page.goto("/b")
        """,
        page_loads=2,
    )
    loader.go()
    assert loader.end()[0] == 0
    outcomes = [load.outcome for load in loader.loads]
    assert outcomes == [LoadOutcome.OK] * 2 + [LoadOutcome.REDIRECTED_AWAY] * 4
    assert [path for _, path, _ in stranger.seen if path == "/shop"] == ["/shop"]


def test_a_page_is_signed_in_from_a_file_and_by_a_password(
    start_loader: StartLoader, server: WebServer, tmp_path: Path
) -> None:
    def account(handler: BaseHTTPRequestHandler) -> None:
        if "Authorization" not in handler.headers:
            server.reply(status=401, WWW_Authenticate='Basic realm="shop"')(handler)
        else:
            signed_in = "sid=42" in handler.headers.get("Cookie", "")
            server.reply("<h1>Kim</h1>" if signed_in else "<p>who?</p>")(handler)

    server.routes["/account"] = server.routes["/login"] = account
    cookie = {"name": "sid", "value": "42", "domain": "127.0.0.1", "path": "/", "expires": -1}
    (tmp_path / "state.json").write_text(json.dumps({"cookies": [cookie], "origins": []}))
    loader = start_loader(
        """
        @session
        def shopper(page):
            page.goto("/login")
            page.context.add_cookies([{"name": "sid", "value": "42", "url": page.url}])

        @page("saved", storage="state.json", ready="text=kim", http_credentials=("SHOP_USER", "SHOP_WORD"))
        def saved(page): page.goto("/account?word=" + os.environ["SHOP_WORD"])

        @page("logged-in", login=shopper, ready="text=kim", http_credentials=("SHOP_USER", "SHOP_WORD"))
        def logged_in(page): page.goto("/account")
        """,
        environ={"SHOP_USER": "kim", "SHOP_WORD": SECRET},
        warmup_loads=0,
    )
    loader.go()
    assert loader.end()[0] == 0
    assert [(load.page, load.outcome, load.reason) for load in loader.loads] == [
        ("saved", LoadOutcome.OK, ""),
        ("logged-in", LoadOutcome.OK, ""),
    ]
    assert SECRET not in loader.output.read_text()


BROKEN: dict[str, tuple[str, dict[str, object], int, str]] = {
    "a journey that does not import": ("1/0\n", {}, 2, "storefront.py:3: ZeroDivisionError"),
    "a journey that raises Ctrl-C": ("raise KeyboardInterrupt\n", {}, 2, "storefront.py:3: KeyboardInterrupt"),
    "a page that is not there": (
        "@page('home')\ndef home(page): ...\n",
        {"pages": ["hom"]},
        2,
        "no page 'hom'; did you mean home?",
    ),
    "a password that is not there": (
        "@page('home', http_credentials=('NO_USER', 'NO_WORD'))\ndef home(page): ...\n",
        {},
        2,
        "http_credentials names the variable NO_USER, which is not set",
    ),
    "a saved sign-in that is not there": (
        "@page('home', storage='state.json')\ndef home(page): ...\n",
        {},
        2,
        "state.json: No such file or directory",
    ),
    "a file that cannot be written": (
        "@page('home')\ndef home(page): ...\n",
        {"output": "/proc/pages.jsonl"},
        4,
        "cannot write /proc/pages.jsonl",
    ),
    "a plan that is wrong": ("", {"page_loads": "many"}, 2, "page_loads"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_done_is_told_before_ready(start_loader: StartLoader, case: str) -> None:
    journeys, plan, code, message = BROKEN[case]
    loader = start_loader(journeys, **plan)
    (failed,) = loader.events()
    assert (failed["event"], failed["exit_code"]) == ("failed", code)
    assert message in failed["message"]
    assert loader.end()[0] == code
    assert message in loader.stderr
    assert "Traceback" not in loader.stderr


def test_a_browser_that_is_not_there_is_told(start_loader: StartLoader) -> None:
    loader = start_loader("@page('home')\ndef home(page): ...\n", environ={"SLOGATE_BROWSER": "/nowhere/chrome"})
    assert "SLOGATE_BROWSER=/nowhere/chrome" in loader.wait_for("failed")["message"]
    assert loader.end()[0] == 4


def test_by_hand_it_begins_at_once_and_prints_its_events(tmp_path: Path, server: WebServer) -> None:
    server.routes["/"] = server.reply("<h1>closed</h1>", status=503)
    journeys = tmp_path / "storefront.py"
    journeys.write_text("from slogate import page\n@page('home')\ndef home(page): page.goto('/')\n")
    plan = {
        "journeys": [str(journeys)],
        "base_url": server.url,
        "allowed_hosts": ["127.0.0.1"],
        "page_loads": 1,
        "warmup_loads": 0,
        "output": str(tmp_path / "pages.jsonl"),
        "wall_offset_us": 0,
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    command = [sys.executable, "-m", "slogate.vitals", str(tmp_path / "plan.json")]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert [json.loads(line)["event"] for line in run.stdout.splitlines()] == [
        "ready",
        "cpu_benchmark",
        "page_begun",
        "page_load",
        "finished",
    ]
    wrong = subprocess.run(command[:-1], capture_output=True, text=True, check=False, timeout=60)
    assert wrong.returncode == 2
    assert "python -m slogate.vitals PLAN.json" in wrong.stderr


def test_the_evidence_of_the_worst_load_is_kept_without_any_secret(
    start_loader: StartLoader, server: WebServer, tmp_path: Path
) -> None:
    planted = {place: f"{place}-8c21f7d0" for place in ("cookie", "header", "typed", "address", "stored", "body")}
    server.routes["/"] = server.reply(
        f"""<h1>Hello {planted["body"]}</h1><form method=post action=/pay><input name=card></form><script>
        localStorage.setItem("key", "{planted["stored"]}");
        fetch("/api?access_token={planted["address"]}", {{headers: {{Authorization: "{planted["header"]}"}}}});
        </script>""",
        Set_Cookie=f"sid={planted['cookie']}; Path=/",
    )
    server.routes["/api"] = server.reply("{}", content_type="application/json")
    server.page("/pay", f"<h1>Paid</h1><img src='/i'><p>{planted['body']}</p>")
    server.routes["/i"] = server.reply(status=204)
    evidence = tmp_path / "pages"
    loader = start_loader(
        f"""
        @page("pay / now", ready="h1")
        def pay(page):
            page.goto("/")
            page.fill("input", "{planted["typed"]}")
            page.press("input", "Enter")
            page.wait_for_selector("img", state="attached")
        """,
        evidence=str(evidence),
        warmup_loads=0,
    )
    loader.go()
    told = list(loader.events())
    assert loader.end()[0] == 0
    assert [event["event"] for event in told] == [
        "ready",
        "cpu_benchmark",
        "page_load",
        "evidence_load",
        "finished",
    ]
    assert told[-1]["loads"] == {"pay / now": 1}
    assert len(loader.loads) == 1
    assert [path for _, path, _ in server.seen].count("/pay") == 2
    assert [cookie for _, path, cookie in server.seen if path == "/pay"] == [f"sid={planted['cookie']}"] * 2

    kept = read_kept_evidence(tmp_path)["pay / now", "idle"]
    assert kept.info.notes == []
    assert kept.screenshot is not None
    assert len(kept.frames) >= 5
    assert kept.info.filmed is not None
    assert kept.info.filmed.outcome is LoadOutcome.OK
    files = {path.name: path.read_bytes() for path in (evidence / "pay-now").iterdir()}
    assert {"evidence.json", "frame-01.jpg", "load.har", "screenshot.jpg", "trace.zip"} <= set(files)
    with zipfile.ZipFile(io.BytesIO(files["trace.zip"])) as trace:
        files |= {f"trace.zip/{name}": trace.read(name) for name in trace.namelist()}
    assert b"/api" in files["trace.zip/trace.network"]
    files["pages.jsonl"] = loader.output.read_bytes()
    for place, secret in planted.items():
        assert [name for name, content in files.items() if secret.encode() in content] == [], place
    assert list(loader.scratch.iterdir()) == []


def test_evidence_loads_come_last_one_for_each_page(start_loader: StartLoader, tmp_path: Path) -> None:
    journeys = "\n".join(f"@page('{name}')\ndef {name}(page): page.goto('/{name}')" for name in "ab")
    loader = start_loader(journeys, page_loads=2, warmup_loads=1, evidence=str(tmp_path / "pages"))
    loader.go()
    told = [(event["event"], event.get("page")) for event in loader.events()]
    assert told[2:] == [("page_load", name) for name in "ababab"] + [
        ("evidence_load", "a"),
        ("evidence_load", "b"),
        ("finished", None),
    ]
    kept = read_kept_evidence(tmp_path)
    assert {
        name: (item.info.index, item.info.filmed and item.info.filmed.outcome) for (name, _), item in kept.items()
    } == dict.fromkeys("ab", (1, LoadOutcome.HTTP_ERROR))


def test_a_login_that_fails_leaves_what_there_is(start_loader: StartLoader, tmp_path: Path) -> None:
    loader = start_loader(
        """
        @session
        def shopper(page): raise ValueError("no")

        @page("cart", login=shopper)
        def cart(page): page.goto("/")
        """,
        evidence=str(tmp_path / "pages"),
    )
    loader.go()
    assert list(loader.events())[-1]["event"] == "finished"
    kept = read_kept_evidence(tmp_path)["cart", "idle"]
    assert kept.info.notes == ["no screenshot: there was no page to take it of"]
    assert (kept.screenshot, kept.frames, kept.info.trace) == (None, (), None)


def test_a_whole_run_in_firefox(start_loader: StartLoader, server: WebServer, tmp_path: Path) -> None:
    server.page("/signed-in", "<h1>Hello</h1><script>console.error(document.cookie)</script>")
    loader = start_loader(
        """
        @session
        def shopper(page):
            page.goto("/")
            page.context.add_cookies([{"name": "who", "value": "kim", "url": page.url}])

        @page("home", login=shopper, ready="text=hello")
        def home(page): page.goto("/signed-in")
        """,
        browser="firefox",
        evidence=str(tmp_path / "pages"),
    )
    ready = loader.wait_for("ready")
    assert ready["browser"]["engine"] == "firefox"
    assert ready["browser"]["version"]
    loader.go()
    *_, finished = loader.events()
    assert finished == {"event": "finished", "loads": {"home": 1}, "loads_under_load": {"home": 0}}
    assert loader.end()[0] == 0
    warmup, judged = loader.loads
    assert (warmup.outcome, judged.outcome) == (LoadOutcome.OK, LoadOutcome.OK)
    assert (judged.browser, judged.browser_version) == ("firefox", ready["browser"]["version"])
    assert judged.console_errors == ("who=kim",)
    kept = read_kept_evidence(tmp_path)["home", "idle"]
    assert kept.screenshot is not None
    assert kept.info.filmed is None
    assert kept.info.notes == ["no filmstrip and no trace: Firefox cannot be filmed"]


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_what_only_chromium_can_do_is_refused_before_a_browser_is_looked_for(
    start_loader: StartLoader, engine: str
) -> None:
    loader = start_loader(
        """
        @page("home", throttle="mobile")
        def home(page): page.goto("/")
        """,
        browser=engine,
    )
    failed = loader.wait_for("failed")
    assert failed["exit_code"] == 2
    assert "storefront.py:" in failed["message"]
    assert "cannot be slowed down" in failed["message"]
    assert "browser: chromium" in failed["cure"]
    assert loader.end()[0] == 2
