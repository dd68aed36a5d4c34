"""Event source mappings of DynamoDB streams, with retries that ministack does not have.

As in the Lambda developer guide (DynamoDB event source mappings): records are delivered in order. With
ReportBatchItemFailures, delivery is repeated from the first record that failed. A batch that fails as a whole
is repeated, halved where BisectBatchOnFunctionError is set. After MaximumRetryAttempts, the rest of the batch
is sent to the on-failure destination.
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
        """Return records from the position on."""
        ...

    def filter(self, records: list[Json]) -> list[Json]:
        """Return the records that pass the mapping's filters."""
        ...

    def invoke(self, records: list[Json]) -> Json:
        """Invoke the function, and return ``error`` and ``body`` of ministack's result."""
        ...

    def send_to_failure_destination(self, records: list[Json], result: Json) -> None:
        """Send records whose retries are exhausted to the on-failure destination."""
        ...


@dataclass(slots=True)
class _Retry:
    """A batch that failed.

    Attributes:
        size: Number of records in the next attempt.
        attempts: Number of attempts so far.
        not_before: Time of the next attempt, in seconds of the clock.
    """

    size: int
    attempts: int
    not_before: float


class StreamMappings:
    """Advances each mapping by one batch at a time.

    Args:
        now: Returns the seconds of a monotonic clock.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._retries: dict[str, _Retry] = {}

    def advance(self, mapping: Json, stream: Stream) -> bool:
        """Invoke the function with the next batch, if there is one.

        Args:
            mapping: The event source mapping.
            stream: Its stream.

        Returns:
            Whether the position moved.
        """
        name = mapping["UUID"]
        retry = self._retries.get(name)
        if retry is not None and self._now() < retry.not_before:
            return False
        batch = stream.read(retry.size if retry is not None else int(mapping.get("BatchSize", 100)))
        if not batch:
            return False
        records = stream.filter(batch)
        result = stream.invoke(records) if records else {}
        succeeded = _count_succeeded(mapping, batch, result)
        if succeeded == len(batch):
            mapping["LastProcessingResult"] = f"OK - {len(records)} records"
            self._retries.pop(name, None)
            stream.position += succeeded
            return True
        mapping["LastProcessingResult"] = "FAILED" if result.get("error") else "PROBLEM: Function call failed"
        stream.position += succeeded
        rest = batch[succeeded:]
        attempts = (retry.attempts if retry is not None and not succeeded else 0) + 1
        max_retries = int(mapping.get("MaximumRetryAttempts", -1))
        size = len(rest)
        is_bisected = _is_true(mapping.get("BisectBatchOnFunctionError")) and bool(result.get("error"))
        if is_bisected and size > 1:
            # Halving a batch is no retry (Lambda developer guide): it goes on until one record is left.
            size, attempts = (size + 1) // 2, attempts - 1
        if 0 <= max_retries < attempts:
            stream.send_to_failure_destination(rest, result)
            self._retries.pop(name, None)
            stream.position += len(rest)
            return True
        self._retries[name] = _Retry(size, attempts, self._now() + BACKOFF_SECONDS)
        return bool(succeeded)


def _count_succeeded(mapping: Json, batch: list[Json], result: Json) -> int:
    """Return how many records of a batch, from its beginning, need no further attempt."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or ()):
        return len(batch)
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if not failures:
        return len(batch)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    failed = [failure.get("itemIdentifier") for failure in failures if isinstance(failure, dict)]
    if not failed or any(number not in numbers for number in failed):
        return 0  # an invalid answer fails the whole batch
    return min(numbers.index(number) for number in failed)


def _is_true(value: object) -> bool:
    return value is True or value == "true"
