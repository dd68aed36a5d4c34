"""What Lambda does with a function that follows a DynamoDB stream, where ministack does less.

As the Lambda developer guide has it (DynamoDB event source mappings): records come in order; with
ReportBatchItemFailures the place of the first record that failed is kept and the rest comes again from
there; a batch that fails as a whole comes again, halved if BisectBatchOnFunctionError says so; after
MaximumRetryAttempts, what is left of the batch goes to the on-failure destination.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]

BACKOFF_SECONDS = 1.0


class Stream(Protocol):
    """The stream of one mapping."""

    position: int

    def read(self, limit: int) -> list[Json]:
        """Records from the position on."""
        ...

    def wanted(self, records: list[Json]) -> list[Json]:
        """Those that the mapping's filters let through."""
        ...

    def invoke(self, records: list[Json]) -> Json:
        """Run the function: `error` and `body` of the answer, as ministack has them."""
        ...

    def bury(self, records: list[Json], result: Json) -> None:
        """Tell the on-failure destination."""
        ...


@dataclass(slots=True)
class _Retry:
    """A batch that failed: how many records come next, how often they came, and when again."""

    size: int
    tries: int
    after: float


class StreamMappings:
    """Takes each mapping a batch further at a time.

    Args:
        now: Seconds of a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._retries: dict[str, _Retry] = {}

    def advance(self, mapping: Json, stream: Stream) -> bool:
        """Give the function the next batch, if there is one.

        Args:
            mapping: The event source mapping.
            stream: Its stream.

        Returns:
            Whether the position moved.
        """
        name = mapping["UUID"]
        retry = self._retries.get(name)
        if retry is not None and self._now() < retry.after:
            return False
        read = stream.read(retry.size if retry is not None else int(mapping.get("BatchSize", 100)))
        if not read:
            return False
        records = stream.wanted(read)
        result = stream.invoke(records) if records else {}
        done = _done(mapping, read, result)
        if done == len(read):
            mapping["LastProcessingResult"] = f"OK - {len(records)} records"
            self._retries.pop(name, None)
            stream.position += done
            return True
        mapping["LastProcessingResult"] = "FAILED" if result.get("error") else "PROBLEM: Function call failed"
        stream.position += done
        rest = read[done:]
        tries = (retry.tries if retry is not None and not done else 0) + 1
        most = int(mapping.get("MaximumRetryAttempts", -1))
        size = len(rest)
        is_halved = _is_true(mapping.get("BisectBatchOnFunctionError")) and bool(result.get("error"))
        if is_halved and size > 1:
            # Halving is no retry (Lambda developer guide): it goes on until one record is left.
            size, tries = (size + 1) // 2, tries - 1
        if 0 <= most < tries:
            stream.bury(rest, result)
            self._retries.pop(name, None)
            stream.position += len(rest)
            return True
        self._retries[name] = _Retry(size, tries, self._now() + BACKOFF_SECONDS)
        return bool(done)


def _done(mapping: Json, read: list[Json], result: Json) -> int:
    """How many of the records that were read need not come again."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or ()):
        return len(read)
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if not failures:
        return len(read)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in read]
    known = [one.get("itemIdentifier") for one in failures if isinstance(one, dict)]
    if not known or any(number not in numbers for number in known):
        return 0  # an answer that makes no sense fails the batch
    return min(numbers.index(number) for number in known)


def _is_true(value: object) -> bool:
    return value is True or value == "true"
