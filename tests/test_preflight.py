"""Before any load: does something speak HTTP there, and may it be measured?"""

import contextlib
import http.server
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nginx import make_certificate
from slogate import preflight
from slogate.errors import ExitCode, HostNotAllowedError, TargetError
from slogate.preflight import check_answers, check_hosts

ALLOWED = frozenset({"127.0.0.1"})


@contextmanager
def serving(
    respond: Callable[[http.server.BaseHTTPRequestHandler], None], context: ssl.SSLContext | None = None
) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            respond(self)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(status: int, **headers: str) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def respond(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return respond


@pytest.mark.parametrize("status", [200, 404, 500])
def test_any_status_will_do(status: int) -> None:
    with serving(answer(status)) as url:
        check_answers(url, ALLOWED)


def test_a_redirect_on_the_same_host_will_do() -> None:
    with serving(answer(302, Location="/login")) as url:
        check_answers(url, ALLOWED)


def test_a_redirect_to_a_stranger_is_refused() -> None:
    with serving(answer(301, Location="https://stranger.example/")) as url:
        with pytest.raises(HostNotAllowedError, match=r"redirects to another host, stranger\.example") as caught:
            check_answers(url, ALLOWED)
        assert caught.value.exit_code == ExitCode.USAGE


def test_nobody_at_home() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TargetError, match="the connection was refused"):
        check_answers(f"http://127.0.0.1:{port}", ALLOWED)


def test_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(TargetError, match="did not answer within"):
        check_answers(f"http://127.0.0.1:{listener.getsockname()[1]}", ALLOWED)


def test_a_server_that_never_comes_to_the_end_of_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_TIMEOUT_S", 0.4)
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.1):
                connection.sendall(b"X-More: 1\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: drip(listener.accept()[0]))
        thread.start()
        began_s = time.monotonic()
        with pytest.raises(TargetError, match="did not answer within"):
            check_answers(f"http://127.0.0.1:{listener.getsockname()[1]}", ALLOWED)
        took_s = time.monotonic() - began_s
        ended.set()
        thread.join()
    assert took_s < 3


def test_an_answer_that_breaks_off_is_told_by_what_broke_it() -> None:
    headers = b"".join(b"X-%d: 1\r\n" % number for number in range(200))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(TargetError, match="does not answer: HTTPException: got more than 100 headers"):
            check_answers(f"http://127.0.0.1:{listener.getsockname()[1]}", ALLOWED)
        thread.join()


def test_another_protocol() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.close()

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(TargetError, match="does not answer"):
            check_answers(f"http://127.0.0.1:{listener.getsockname()[1]}", ALLOWED)
        thread.join()


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_that_nobody_vouches_for(self_signed: ssl.SSLContext) -> None:
    with serving(answer(200), self_signed) as url:
        with pytest.raises(TargetError, match="certificate that cannot be verified: self-signed") as caught:
            check_answers(url, ALLOWED)
        assert "verify_tls: false" in caught.value.cure
        assert "--no-verify-tls" in caught.value.cure
        check_answers(url, ALLOWED, verify_tls=False)


def test_a_certificate_that_needs_no_trust_opens_no_way_to_strangers(self_signed: ssl.SSLContext) -> None:
    astray = answer(302, Location="https://stranger.example/")
    with serving(astray, self_signed) as url, pytest.raises(HostNotAllowedError, match=r"stranger\.example"):
        check_answers(url, ALLOWED, verify_tls=False)


@pytest.mark.parametrize("verify_tls", [True, False])
def test_who_does_not_speak_tls_is_not_told_about_certificates(verify_tls: bool) -> None:
    with serving(answer(200)) as url, pytest.raises(TargetError, match="does not speak TLS") as caught:
        check_answers(url.replace("http:", "https:"), ALLOWED, verify_tls=verify_tls)
    assert "certificate" not in str(caught.value)


def test_credentials_in_the_address_are_not_repeated() -> None:
    with pytest.raises(TargetError) as caught:
        check_answers("http://someone:hunter22@127.0.0.1:9", ALLOWED)
    assert "hunter22" not in str(caught.value)


def test_a_host_that_the_file_does_not_name() -> None:
    check_hosts(["http://127.0.0.1:8710"], ALLOWED)
    with pytest.raises(HostNotAllowedError, match="not on a host of the SLO file") as caught:
        check_hosts(["http://production.example"], ALLOWED)
    assert "allowed_hosts: [production.example]" in caught.value.cure
