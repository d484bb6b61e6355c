"""Counts responses that were asked for with `catch_response=True` and then never opened in a with-block.

Locust tells of no such request, however it ended: without the count, a scenario that forgets the block would hide its
failures.
"""

from collections.abc import Callable
from typing import Any

from locust.clients import ResponseContextManager
from locust.contrib.fasthttp import ResponseContextManager as FastResponseContextManager

from slogate.load.http.checked import Blocks


class Unchecked:
    """Counts until `stop`, in this process."""

    def __init__(self) -> None:
        self._before = Blocks.promised - Blocks.entered
        self._own = [
            (ResponseContextManager, "wrap_response", ResponseContextManager.__dict__["wrap_response"]),
            (ResponseContextManager, "__enter__", ResponseContextManager.__enter__),
            (FastResponseContextManager, "__init__", FastResponseContextManager.__init__),
            (FastResponseContextManager, "__enter__", FastResponseContextManager.__enter__),
        ]
        own_wrap = ResponseContextManager.wrap_response

        def wrap(_kind: Any, /, *arguments: Any, catch_response: bool, **options: Any) -> Any:
            Blocks.promised += catch_response
            return own_wrap(*arguments, catch_response=catch_response, **options)

        ResponseContextManager.wrap_response = classmethod(wrap)
        # Locust's other client makes such a response only where a block is promised.
        FastResponseContextManager.__init__ = _counted(FastResponseContextManager.__init__, "promised")
        for theirs in (ResponseContextManager, FastResponseContextManager):
            theirs.__enter__ = _counted(theirs.__enter__, "entered")

    @property
    def count(self) -> int:
        """How many there have been."""
        return max(0, Blocks.promised - Blocks.entered - self._before)

    def stop(self, missed: Callable[[str, int], object]) -> None:
        """Gives Locust's classes their own methods back, and tells `missed` why, and how many requests nobody has told
        of.
        """
        for theirs, name, own in self._own:
            setattr(theirs, name, own)
        if self.count:
            why = "a response of catch_response=True was never opened: with self.client.get(...) as response:"
            missed(why, self.count)


def _counted(method: Callable[..., Any], what: str) -> Callable[..., Any]:
    """The method, which counts its calls in `Blocks`."""

    def counted(*arguments: Any, **options: Any) -> Any:
        setattr(Blocks, what, getattr(Blocks, what) + 1)
        return method(*arguments, **options)

    return counted
