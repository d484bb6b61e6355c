"""The shop's JSON API: reads a request, asks the store, answers. No SQL and no HTML here.

Refusals are `{"error": code, "message": text}`: 400 for input that is not valid, 401 without a token, 403 with a wrong
one, 404 for what does not exist, 409 where the state of the shop forbids it.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slogate.demo.passwords import MATCHES_NOTHING, matches
from slogate.demo.store import MAX_INTEGER, MAX_QUANTITY, Store, whole_number
from slogate.demo.tokens import InvalidTokenError, Tokens

_MAX_PAGE = 10_000
_MAX_SIZE = 100
_MAX_TEXT = 200


class RefusalError(Exception):
    """Becomes the JSON answer with `status`."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


class Api:
    """The endpoints over `store`. Password hashes run in `hashing`: in the event loop they would hold up everybody."""

    def __init__(self, store: Store, tokens: Tokens, hashing: ThreadPoolExecutor) -> None:
        self._store = store
        self._tokens = tokens
        self._hashing = hashing

    def routes(self) -> list[Route]:
        return [
            Route("/health", self.health),
            Route("/api/auth/login", self.login, methods=["POST"]),
            Route("/api/auth/me", self.me),
            Route("/api/products", self.products),
            Route("/api/products/search", self.search),
            Route("/api/products/{id}", self.product),
            Route("/api/cart", self.cart),
            Route("/api/cart", self.put_in_cart, methods=["POST"]),
            Route("/api/cart/{id}", self.remove_from_cart, methods=["DELETE"]),
            Route("/api/orders", self.orders),
            Route("/api/orders", self.place_order, methods=["POST"]),
            Route("/api/posts", self.posts),
            Route("/api/posts/{id}", self.post),
        ]

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def login(self, request: Request) -> Response:
        body = await _json_object(request)
        email, password = _text(body, "email"), _text(body, "password")
        account = self._store.account_by_email(email)
        # An unknown address costs a hash as well: the time of the answer must not tell who has an account.
        stored = MATCHES_NOTHING if account is None else account["password_hash"]
        right = await asyncio.get_running_loop().run_in_executor(self._hashing, matches, password, stored)
        if account is None or not right:
            raise RefusalError(401, "wrong_credentials", "the address or the password is wrong")
        return JSONResponse({"token": self._tokens.issue(account["id"])})

    async def me(self, request: Request) -> Response:
        return JSONResponse(_found(self._store.account(self._account_id(request)), "account"))

    async def products(self, request: Request) -> Response:
        category = request.query_params.get("category")
        return JSONResponse(self._store.products(**_paging(request, default_size=20), category=category))

    async def search(self, request: Request) -> Response:
        words = request.query_params.get("q", "").strip()
        if not 1 <= len(words) <= _MAX_TEXT:
            raise RefusalError(400, "invalid", f"q must be a text of 1 to {_MAX_TEXT} characters")
        return JSONResponse(self._store.search(words, **_paging(request, default_size=20)))

    async def product(self, request: Request) -> Response:
        return JSONResponse(_found(self._store.product(_path_id(request)), "product"))

    async def cart(self, request: Request) -> Response:
        return JSONResponse(self._store.cart(self._account_id(request)))

    async def put_in_cart(self, request: Request) -> Response:
        account_id = self._account_id(request)
        body = await _json_object(request)
        product_id = _whole(body.get("product_id"), "product_id", low=1, high=MAX_INTEGER)
        quantity = _whole(body.get("quantity"), "quantity", low=1, high=MAX_QUANTITY)
        self._store.put_in_cart(account_id, _found(self._store.product(product_id), "product"), quantity)
        return JSONResponse(self._store.cart(account_id), 201)

    async def remove_from_cart(self, request: Request) -> Response:
        account_id = self._account_id(request)
        if not self._store.remove_from_cart(account_id, _path_id(request)):
            raise RefusalError(404, "not_found", "the product is not in the cart")
        return JSONResponse(self._store.cart(account_id))

    async def orders(self, request: Request) -> Response:
        return JSONResponse(self._store.orders(self._account_id(request), **_paging(request, default_size=10)))

    async def place_order(self, request: Request) -> Response:
        return JSONResponse(self._store.place_order(self._account_id(request)), 201)

    async def posts(self, request: Request) -> Response:
        return JSONResponse(self._store.posts(**_paging(request, default_size=10)))

    async def post(self, request: Request) -> Response:
        return JSONResponse(_found(self._store.post(_path_id(request)), "post"))

    def _account_id(self, request: Request) -> int:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RefusalError(401, "no_token", "sign in first", {"WWW-Authenticate": "Bearer"})
        try:
            return self._tokens.account_id(token)
        except InvalidTokenError as error:
            raise RefusalError(403, "wrong_token", f"the token is not valid: {error}") from error


def _found(row: dict[str, Any] | None, what: str) -> dict[str, Any]:
    if row is None:
        raise RefusalError(404, "not_found", f"there is no such {what}")
    return row


def _path_id(request: Request) -> int:
    number = whole_number(request.path_params["id"])
    if number is None:
        raise RefusalError(404, "not_found", "an id is a whole number")
    return number


def _paging(request: Request, *, default_size: int) -> dict[str, int]:
    page, size = request.query_params.get("page", "1"), request.query_params.get("size", str(default_size))
    return {
        "page": _whole(whole_number(page), "page", low=1, high=_MAX_PAGE),
        "size": _whole(whole_number(size), "size", low=1, high=_MAX_SIZE),
    }


def _whole(value: object, name: str, *, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise RefusalError(400, "invalid", f"{name} must be a whole number from {low} to {high}")
    return value


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    # Printable rules out lone surrogates, which JSON can spell and UTF-8 cannot.
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_TEXT or not value.isprintable():
        raise RefusalError(400, "invalid", f"{name} must be a text of 1 to {_MAX_TEXT} characters")
    return value


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise RefusalError(400, "invalid", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise RefusalError(400, "invalid", "the body must be a JSON object")
    return body
