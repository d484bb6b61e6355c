"""TLS: contexts that are made once for a process, and a filter between a socket's bytes and what they say.

The filter is OpenSSL over memory (`ssl.MemoryBIO`), so that the connection reads and writes its socket in the same
way with and without TLS, and never waits inside OpenSSL.
"""

import functools
import os
import ssl
from collections.abc import Mapping

from certifi import where as bundled_certificates

from slogate.load.http.errors import TlsError

Verify = bool | str
Certificate = str | tuple[str, ...] | None

_MOST_PLAIN_BYTES = 64 * 1024


class TlsFilter:
    """One connection's TLS. `ended` turns true when the peer has said that it sends no more, or has just gone."""

    def __init__(self, context: ssl.SSLContext, host: str, session: ssl.SSLSession | None) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=host.partition("%")[0].rstrip("."), session=session
        )
        self.ended = False

    def handshake(self, received: bytes | None) -> tuple[bool, bytes]:
        """Goes on with the handshake: whether it is done, and what is to be sent. None begins it, b"" is the peer's
        end. Raises `TlsError`.
        """
        if received is not None:
            self._feed(received)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False, self._outgoing.read()
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise TlsError(f"TLS handshake: {_reason(error)}") from error
        return True, self._outgoing.read()

    def encrypt(self, plain: bytes) -> bytes:
        """What to send for `plain`."""
        self._tls.write(plain)
        return self._outgoing.read()

    def decrypt(self, received: bytes) -> bytes:
        """What the peer says in `received`, which may be nothing yet; b"" is the end of its stream. Raises OSError."""
        self._feed(received)
        parts = []
        try:
            while part := self._tls.read(_MOST_PLAIN_BYTES):
                parts.append(part)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self.ended = True  # without a closing notice too: most servers send none
        return b"".join(parts)

    def session(self) -> ssl.SSLSession | None:
        """What another connection can resume; with TLS 1.3 it is there once the first answer came."""
        return self._tls.session

    @property
    def resumed(self) -> bool:
        """Whether the handshake was cut short by an earlier session."""
        return bool(self._tls.session_reused)

    def _feed(self, received: bytes) -> None:
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"
    return (error.reason or str(error)).replace("_", " ").lower()


def context_for(verify: Verify, certificate: Certificate, environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """The context that trusts what `verify` says: True, False, or the path of a bundle or of a folder of certificates.

    With True, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE name a bundle, as requests has it; SSL_CERT_FILE and SSL_CERT_DIR
    are OpenSSL's own; without any of them it is the bundle of certifi. `certificate` is the client's own: one path, or
    those of the certificate and the key.
    """
    if verify is True:
        verify = environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE") or True
    openssl = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    return _context(verify, certificate, openssl if verify is True else (None, None))


@functools.lru_cache(maxsize=64)
def _context(verify: Verify, certificate: Certificate, openssl: tuple[str | None, str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    try:
        if verify is False:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif isinstance(verify, str):
            folder = verify if os.path.isdir(verify) else None  # noqa: PTH112 (as OpenSSL is told it)
            context.load_verify_locations(None if folder else verify, folder)
        elif any(openssl):
            context.load_verify_locations(*openssl)
        else:
            context.load_verify_locations(bundled_certificates())
        if certificate is not None:
            context.load_cert_chain(*([certificate] if isinstance(certificate, str) else certificate))
    except OSError as error:
        raise TlsError(f"certificates for TLS: {verify}, {certificate}: {error}") from error
    return context
