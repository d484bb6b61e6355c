"""Puts the shop together: the store, the API, the pages, and the faults that it is to commit."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slogate.demo import misbehaviour
from slogate.demo.api import Api, RefusalError
from slogate.demo.faults import checked
from slogate.demo.pages import Site
from slogate.demo.store import ConflictError, Store, whole_number
from slogate.demo.tokens import Tokens

_HASHING_THREADS = 2  # more logins at once than that wait for each other


def create_app(faults: frozenset[str] = frozenset(), *, database: Path) -> Starlette:
    """The shop on the SQLite file `database`, made and filled when it is new; `faults` are names from `faults.FAULTS`.

    The application must run in the thread that made it, and closes the database at its end (ASGI lifespan).
    Raises slogate.errors.UsageError for a fault that does not exist.
    """
    checked(faults)
    store = Store(database)
    hashing = ThreadPoolExecutor(_HASHING_THREADS, thread_name_prefix="hashing")

    def product_exists(id_text: str) -> bool:
        product_id = whole_number(id_text)
        return product_id is not None and store.product(product_id) is not None

    site = Site(faults, product_exists=product_exists)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        stalling = asyncio.create_task(misbehaviour.stall()) if "stall" in faults else None
        try:
            yield
        finally:
            if stalling is not None:
                stalling.cancel()
                with suppress(asyncio.CancelledError):
                    await stalling
            hashing.shutdown(cancel_futures=True)
            store.close()

    async def explain(request: Request, error: Exception) -> Response:
        match error:
            case RefusalError():
                return _refusal(error.status, error.code, str(error), error.headers)
            case ConflictError():
                return _refusal(409, error.code, str(error))
            case HTTPException(status_code=404) if not request.url.path.startswith("/api/"):
                return site.not_found(request)
            case HTTPException():
                code = error.detail.lower().replace(" ", "_")
                return _refusal(error.status_code, code, error.detail, error.headers)
            case _:
                raise error

    return Starlette(
        routes=[*Api(store, Tokens(), hashing).routes(), *site.routes()],
        middleware=[Middleware(wrap) for name, wrap in reversed(misbehaviour.WRAPPERS.items()) if name in faults],
        exception_handlers=dict.fromkeys((RefusalError, ConflictError, HTTPException), explain),
        lifespan=lifespan,
    )


def _refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": code, "message": message}, status, headers)
