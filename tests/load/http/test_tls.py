"""The filter, against OpenSSL's own server side in memory."""

import contextlib
import ssl
from pathlib import Path

import pytest

from nginx import make_certificate
from slogate.load.http.errors import TlsError
from slogate.load.http.tls import Certificate, TlsFilter, Verify, context_for


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder: Path = tmp_path_factory.mktemp("tls")
    make_certificate(folder / "c.pem", folder / "c.key")
    return str(folder / "c.pem"), str(folder / "c.key")


class Server:
    """OpenSSL's server side, over memory."""

    def __init__(self, certificate: tuple[str, str], *, asks_for_client: bool = False) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if asks_for_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(certificate[0])
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def handshake(self, data: bytes) -> bytes:
        self.incoming.write(data)
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.outgoing.read()


def connect(server: Server, host: str, verify: Verify, own: Certificate = None) -> TlsFilter:
    tls = TlsFilter(context_for(verify, own, {}), host, None)
    received = None
    for _ in range(10):
        done, to_send = tls.handshake(received)
        received = server.handshake(to_send)
        if done:
            assert tls.decrypt(received) == b""  # session tickets
            return tls
    raise AssertionError("no end of the handshake")


def test_words_pass_in_any_pieces_and_the_end_is_seen(certificate: tuple[str, str]) -> None:
    server = Server(certificate)
    tls = connect(server, "localhost", certificate[0])
    server.incoming.write(tls.encrypt(b"question"))
    assert server.tls.read() == b"question"
    server.tls.write(bytes(100_000))
    wire = server.outgoing.read()
    assert b"".join(tls.decrypt(wire[at : at + 999]) for at in range(0, len(wire), 999)) == bytes(100_000)
    assert not tls.ended
    with pytest.raises(ssl.SSLWantReadError):
        server.tls.unwrap()
    assert tls.decrypt(server.outgoing.read()) == b""
    assert tls.ended


def test_an_end_without_notice_is_an_end(certificate: tuple[str, str]) -> None:
    tls = connect(Server(certificate), "localhost", False)
    assert tls.decrypt(b"") == b""
    assert tls.ended


@pytest.mark.parametrize(("host", "trusted"), [("other.example", True), ("127.0.0.2", True), ("localhost", False)])
def test_another_name_or_an_unknown_signer_is_refused(certificate: tuple[str, str], host: str, trusted: bool) -> None:
    with pytest.raises(TlsError, match="certificate not trusted"):
        connect(Server(certificate), host, certificate[0] if trusted else True)
    connect(Server(certificate), host, False)


def test_a_client_certificate(certificate: tuple[str, str]) -> None:
    server = Server(certificate, asks_for_client=True)
    connect(server, "localhost", certificate[0], certificate)
    assert server.tls.getpeercert()
