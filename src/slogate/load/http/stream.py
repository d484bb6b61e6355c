"""A body that is read as it comes, and not kept."""

from collections.abc import Iterator

from slogate.load.http.connection import Connection
from slogate.load.http.decoding import BodyDecoder
from slogate.load.http.pool import Origin


class BodyStream:
    """The rest of an answer whose header has come. At its end the connection goes back to the pool; one that is left
    unread is closed.
    """

    __slots__ = ("_connection", "_decoder", "_origin")

    def __init__(self, connection: Connection, origin: Origin, decoder: BodyDecoder) -> None:
        self._connection: Connection | None = connection
        self._origin = origin
        self._decoder = decoder

    def parts(self) -> Iterator[bytes]:
        """The content in parts, as they come. Raises an `HttpClientError`."""
        while self._connection is not None:
            try:
                part = self._connection.next_part()
                yield from self._decoder.decode(part)
                if not part:
                    self._decoder.finish()
            except BaseException:
                self.close()
                raise
            if not part:
                self._origin.give_back(self._connection)
                self._connection = None

    def close(self) -> None:
        """Ends it. What was not read makes the connection useless."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        self.close()
