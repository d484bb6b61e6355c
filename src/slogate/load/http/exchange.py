"""One request and its answer, without redirects: a connection, one more attempt where it is safe, and the body."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from slogate.load.http.connection import Connection
from slogate.load.http.cookies import CookieStore
from slogate.load.http.decoding import BodyDecoder, decoded
from slogate.load.http.errors import ConnectionLostError, HttpClientError
from slogate.load.http.response import Response
from slogate.load.http.stream import BodyStream
from slogate.load.http.wire import WireRequest

NO_LIMIT_BYTES = 1 << 62


class Terms(NamedTuple):
    """What one call may take. `deadline_s` is of `time.perf_counter`; infinity is no limit."""

    connect_timeout_s: float
    read_timeout_s: float
    deadline_s: float
    most_body_bytes: int
    stream: bool


def exchange(request: WireRequest, session_cookies: CookieStore, response: Response, terms: Terms) -> None:
    """Sends `request` and fills `response`, with its error where there is no answer."""
    cookies = session_cookies if request.own_cookies is None else request.own_cookies
    if cookies.ever_filled and not request.sets_cookie:
        header = cookies.header_for(request.url)
        if header is not None:
            response.wire = request.with_cookies(header)
    try:
        connection = _answered(request, response, terms)
        answer = connection.answer
        response.ended_s = answer.ended_s
        response.status_code, response.head = answer.status, answer.head
        head = answer.head.lower()
        if b"\r\nset-cookie:" in head:
            for jar in {id(jar): jar for jar in (session_cookies, cookies)}.values():
                jar.take(response.fields.all_of("set-cookie"), request.url)
        codings = response.fields.all_of("content-encoding") if b"\r\ncontent-encoding:" in head else ()
        if terms.stream:
            _give_stream(request, response, connection, codings)
        else:
            parts = answer.body
            content = parts[0] if len(parts) == 1 else b"".join(parts)
            request.origin.give_back(connection)
            response.take_content(decoded(content, codings, terms.most_body_bytes) if codings else content)
    except HttpClientError as error:
        response.fail(error)
    response.service_s = response.ended_s - response.started_s


def _answered(request: WireRequest, response: Response, terms: Terms) -> Connection:
    """The connection that brought an answer: an idle one, or a new one.

    A server may close an idle connection while a request is on its way to it. An idempotent request that was then not
    answered by a single byte is sent once more, on a new connection (RFC 9112, section 9.3.1); another one is only
    sent on a connection that was still open just before.
    """
    origin = request.origin
    connection = origin.take_idle(surely_open=not request.repeatable)
    if connection is None:
        connection = _connect(request, response, terms)
        _ask(connection, request, response, terms)
        return connection
    try:
        _ask(connection, request, response, terms)
    except ConnectionLostError as error:
        if not (error.before_answer and request.repeatable):
            raise
        started_at_s, started_s = response.started_at_s, response.started_s
        connected_in_s = 0.0
        try:
            before_s = time.perf_counter()
            connection = _connect(request, response, terms)
            connected_in_s = time.perf_counter() - before_s
            _ask(connection, request, response, terms)
        finally:
            # The first attempt counts too, also where the second one fails: whoever waits for this answer has waited
            # for it. Setting up does not.
            response.started_at_s, response.started_s = started_at_s, started_s + connected_in_s
    return connection


def _ask(connection: Connection, request: WireRequest, response: Response, terms: Terms) -> None:
    try:
        connection.exchange(
            response.wire,
            request.upload,
            terms.read_timeout_s,
            terms.deadline_s,
            NO_LIMIT_BYTES if terms.stream else terms.most_body_bytes,
            bodiless=request.method == "HEAD",
            stream=terms.stream,
        )
    finally:
        response.started_at_s, response.started_s = connection.started_at_s, connection.started_s


def _connect(request: WireRequest, response: Response, terms: Terms) -> Connection:
    response.started_at_s = time.time()  # of a request that finds no connection, its time is that of finding out
    response.started_s = time.perf_counter()
    connection = request.origin.connect(terms.connect_timeout_s, terms.deadline_s)
    response.connect_us = round((time.perf_counter() - response.started_s) * 1e6)
    return connection


def _give_stream(request: WireRequest, response: Response, connection: Connection, codings: Sequence[str]) -> None:
    response.ended_s = connection.answer.headed_s
    try:
        decoder = BodyDecoder(codings, NO_LIMIT_BYTES)
    except HttpClientError:
        connection.close()
        raise
    response.take_stream(BodyStream(connection, request.origin, decoder))
