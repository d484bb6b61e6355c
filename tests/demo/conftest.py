"""The shop in the test's own thread, asked over ASGI: no socket, no process."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from slogate.demo.app import create_app
from slogate.demo.seed import DEMO_PASSWORD, email_of
from slogate.demo.store import Store

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "shop.sqlite"
    Store(path).close()
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Path:
    """A filled database of the test's own."""
    return Path(shutil.copy(seeded, tmp_path))


@pytest.fixture
def open_shop(database: Path) -> Iterator[Callable[..., Ask]]:
    """`open_shop(*faults)` starts a shop and gives `ask(method, path, *, ip=..., **what httpx takes)`."""
    with asyncio.Runner() as runner:
        ending = AsyncExitStack()

        def open_with(*faults: str) -> Ask:
            app = create_app(frozenset(faults), database=database)
            runner.run(ending.enter_async_context(app.router.lifespan_context(app)))

            clients: dict[str, httpx.AsyncClient] = {}

            def ask(method: str, path: str, *, ip: str = "192.0.2.1", **details: Any) -> httpx.Response:
                if ip not in clients:
                    transport = httpx.ASGITransport(app, client=(ip, 50_000))
                    client = httpx.AsyncClient(transport=transport, base_url="http://shop.test", verify=False)  # noqa: S501 - no TLS in it; saves loading certificates
                    clients[ip] = runner.run(ending.enter_async_context(client))
                return runner.run(clients[ip].request(method, path, **details))

            return ask

        yield open_with
        runner.run(ending.aclose())


@pytest.fixture
def ask(open_shop: Callable[..., Ask]) -> Ask:
    """A healthy shop."""
    return open_shop()


@pytest.fixture
def signed_in(ask: Ask) -> dict[str, str]:
    """The headers of an account that has signed in."""
    answer = ask("POST", "/api/auth/login", json={"email": email_of(1), "password": DEMO_PASSWORD})
    return {"Authorization": f"Bearer {answer.json()['token']}"}
