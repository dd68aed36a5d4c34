"""Several calls of AWS at a time."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

WORKERS: Final = 8
"""Calls at a time. A client repeats calls that AWS throttles."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def in_order(call: Callable[[Item], Answer], items: Iterable[Item]) -> Generator[Answer, None, None]:
    """Yield the answers of calls in the order of their arguments; several run at a time.

    Few are begun ahead of what was consumed, and an interruption waits only for those that run.

    Args:
        call: The call.
        items: Its arguments.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        begun: deque[Future[Answer]] = deque()
        try:
            for item in items:
                begun.append(pool.submit(call, item))
                if len(begun) > 2 * WORKERS:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()
