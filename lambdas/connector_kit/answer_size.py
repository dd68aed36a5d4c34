"""Size of an answer: Lambda returns at most 6 MB, so a page ends before that, whatever its points hold."""

import json
from collections.abc import Sequence
from typing import Any, Protocol

from connector_kit.errors import UnsupportedError

MAX_ANSWER_BYTES = 6 * 1024 * 1024
"""Lambda's limit for the answer of a synchronous invocation."""

_MAX_POINT_BYTES = MAX_ANSWER_BYTES - 64 * 1024
"""Bytes of all points; the rest is for ``nextToken`` and the references of properties."""

_SMALL_TYPES = frozenset({"BOOLEAN", "DOUBLE", "INTEGER", "LONG"})
_SMALL_POINT_BYTES = 128
_SERIES_BYTES = 256
"""Most bytes that the reference of a series has besides the external id of its owner."""


class Page(Protocol):
    """The points of one property in a page."""

    name: str
    data_type: str
    points: list[dict[str, Any]]
    owners: list[str]

    def truncate(self, count: int) -> None:
        """Keep the first points only, and continue after them on the next page."""
        ...


def limit_size(pages: Sequence[Page]) -> None:
    """Shorten pages until their points fit into one answer.

    Each page keeps an equal share, and what shorter pages leave. A page whose first point does not fit beside
    the others begins with the next answer.

    Args:
        pages: The page of each property.

    Raises:
        UnsupportedError: If one point alone is larger than an answer.
    """
    left = _MAX_POINT_BYTES
    if sum(map(_max_size, pages)) <= left:
        return
    sizes = {page.name: _sizes(page) for page in pages if page.points}
    by_size = sorted((page for page in pages if page.points), key=lambda page: sum(sizes[page.name]))
    counts = dict.fromkeys(sizes, 0)
    for number, page in enumerate(by_size):
        share = left // (len(by_size) - number)
        count, used = _count_fitting(sizes[page.name], share)
        counts[page.name] = count
        left -= used
    for page in by_size:
        first = sizes[page.name][0]
        if not counts[page.name] and first <= left:
            counts[page.name] = 1
            left -= first
    if not any(counts.values()):
        page = by_size[0]
        raise UnsupportedError(
            f'the value of property "{page.name}" at {page.points[0]["time"]} takes {sizes[page.name][0]:,} '
            f"bytes, and Lambda returns at most {MAX_ANSWER_BYTES:,}; store smaller values, or ask for a "
            "range without it"
        )
    for page in by_size:
        if counts[page.name] < len(page.points):
            page.truncate(counts[page.name])


def check_size(answer: object) -> None:
    """Check that an answer without pages fits into one answer of Lambda.

    Args:
        answer: The answer.

    Raises:
        UnsupportedError: If it is larger.
    """
    size = len(json.dumps(answer))
    if size > MAX_ANSWER_BYTES:
        raise UnsupportedError(
            f"the values of the selected properties take {size:,} bytes, and Lambda returns at most "
            f"{MAX_ANSWER_BYTES:,}; ask for fewer properties"
        )


def _max_size(page: Page) -> int:
    """Return a number of bytes that a page has at most; numbers are not measured one by one."""
    owners = sum(map(len, page.owners)) * 12 + len(page.owners) * _SERIES_BYTES
    if page.data_type in _SMALL_TYPES:
        return owners + len(page.points) * _SMALL_POINT_BYTES
    return owners + len(json.dumps(page.points))


def _sizes(page: Page) -> list[int]:
    sizes = [len(json.dumps(point)) + 2 for point in page.points]
    if not page.owners:
        return sizes
    return [
        size + len(json.dumps(owner)) + _SERIES_BYTES for size, owner in zip(sizes, page.owners, strict=True)
    ]


def _count_fitting(sizes: Sequence[int], limit: int) -> tuple[int, int]:
    """Return how many of the first sizes fit, and their sum."""
    used = 0
    for count, size in enumerate(sizes):
        if used + size > limit:
            return count, used
        used += size
    return len(sizes), used
