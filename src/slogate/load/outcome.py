"""How a request ended, told from what Locust's request event carries."""

from slogate.analyzer.evidence import Outcome

_TIMEOUT_NAMES = ("timeout", "timedout")
_CONNECTION_NAMES = ("connection", "protocol", "parse", "incomplete", "httpexception")


def status_of(response: object) -> int:
    """The HTTP status of a client's response; 0 where there is none, or what stands there is no status."""
    try:
        status = int(getattr(response, "status_code", None) or 0)
    except (TypeError, ValueError):
        return 0
    return status if 100 <= status <= 999 else 0


def classify(status: int, exception: BaseException | str | None) -> Outcome:
    """The outcome of one request.

    A check decides over the status: a scenario that marks a 404 as success means it. Whatever a client library calls
    its time-outs, their class names say so.
    """
    if exception is None:
        return Outcome.OK
    if status == 429:
        return Outcome.RATE_LIMITED
    if status >= 400:
        return Outcome.HTTP_ERROR
    if _is_timeout(exception):
        return Outcome.SLOW_TIMEOUT  # also in the middle of a body, whose status has come already
    return Outcome.CHECK_FAILED if status > 0 and not _is_of_the_connection(exception) else Outcome.CONNECTION


def _is_of_the_connection(exception: BaseException | str) -> bool:
    """Whether it is the connection's failure, such as a body that ends too early, and not a scenario's check."""
    name = type(exception).__name__.lower()
    return isinstance(exception, OSError) or any(part in name for part in _CONNECTION_NAMES)


def _is_timeout(exception: BaseException | str) -> bool:
    seen = exception if isinstance(exception, BaseException) else None
    if seen is None:
        return "timed out" in str(exception).lower()
    while seen is not None:
        name = type(seen).__name__.lower()
        if isinstance(seen, TimeoutError) or any(part in name for part in _TIMEOUT_NAMES):
            return True
        seen = seen.__cause__ or seen.__context__
    return "timed out" in str(exception).lower()
