"""Event source mappings of streams: retries, bisected batches, and the failure destination."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin_stack.local.ministack.stream_mappings import BACKOFF_SECONDS, StreamMappings

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


@dataclass
class Stream:
    """Records 0, 1, 2 ...; the test decides on which the function fails."""

    records: list[Json]
    function: Callable[[list[str]], Json]
    position: int = 0
    batches: list[list[str]] = field(default_factory=list)
    sent_to_destination: list[list[str]] = field(default_factory=list)

    def read(self, limit: int) -> list[Json]:
        return self.records[self.position : self.position + limit]

    def filter(self, records: list[Json]) -> list[Json]:
        return [record for record in records if record.get("eventName") != "REMOVE"]

    def invoke(self, records: list[Json]) -> Json:
        self.batches.append(_numbers(records))
        return self.function(self.batches[-1])

    def send_to_failure_destination(self, records: list[Json], result: Json) -> None:  # noqa: ARG002
        self.sent_to_destination.append(_numbers(records))


def _numbers(records: list[Json]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def follow(stream: Stream, **mapping: Any) -> Stream:
    """Advance until no record is left, with a simulated clock."""
    moment = [0.0]
    mappings = StreamMappings(now=lambda: moment[0])
    settings = {"UUID": "m", "BatchSize": 4, **mapping}
    for _ in range(200):
        mappings.advance(settings, stream)
        moment[0] += BACKOFF_SECONDS
    return stream


def records(count: int) -> list[Json]:
    return [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(count)]


def fails_on(number: str) -> Callable[[list[str]], Json]:
    return lambda batch: {"error": number in batch, "body": {}}


def reports(number: str, times: int) -> Callable[[list[str]], Json]:
    left = [times]

    def answer(batch: list[str]) -> Json:
        if number in batch and left[0]:
            left[0] -= 1
            return {"body": {"batchItemFailures": [{"itemIdentifier": number}]}}
        return {"body": {"batchItemFailures": []}}

    return answer


def test_batches_are_in_order_when_nothing_fails() -> None:
    stream = follow(Stream(records(6), lambda _: {}))
    assert stream.batches == [["0", "1", "2", "3"], ["4", "5"]]


def test_records_from_the_first_reported_failure_on_are_retried() -> None:
    stream = follow(Stream(records(6), reports("2", times=2)), **PARTIAL)
    assert stream.batches == [["0", "1", "2", "3"], ["2", "3"], ["2", "3"], ["4", "5"]]


def test_reports_are_ignored_without_report_batch_item_failures() -> None:
    stream = follow(Stream(records(4), reports("2", times=2)))
    assert stream.batches == [["0", "1", "2", "3"]]


def test_records_are_sent_to_the_dead_letters_after_the_last_retry() -> None:
    stream = follow(Stream(records(6), reports("2", times=9)), **PARTIAL, MaximumRetryAttempts=2)
    assert stream.batches == [["0", "1", "2", "3"], *[["2", "3"]] * 2, ["4", "5"]]
    assert stream.sent_to_destination == [["2", "3"]]


def test_batch_is_halved_down_to_the_bad_record_when_it_fails_as_a_whole() -> None:
    stream = follow(
        Stream(records(6), fails_on("2")), BisectBatchOnFunctionError=True, MaximumRetryAttempts=1
    )
    assert stream.batches[:3] == [["0", "1", "2", "3"], ["0", "1"], ["2", "3", "4", "5"]]
    assert stream.sent_to_destination == [["2"]]
    processed = {number for batch in stream.batches if "2" not in batch for number in batch}
    assert processed == {"0", "1", "3", "4", "5"}


def test_batch_is_retried_without_end_by_default() -> None:
    stream = follow(Stream(records(1), fails_on("0")))
    assert len(stream.batches) == 200
    assert stream.sent_to_destination == []


def test_malformed_answer_fails_the_whole_batch() -> None:
    def answer(_: list[str]) -> Json:
        return {"body": {"batchItemFailures": [{"itemIdentifier": "no such record"}]}}

    stream = follow(Stream(records(2), answer), **PARTIAL, MaximumRetryAttempts=0)
    assert stream.sent_to_destination == [["0", "1"]]


def test_function_is_not_called_when_the_filter_matches_nothing() -> None:
    gone = [{"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "0"}}]
    stream = follow(Stream(gone, lambda _: {}))
    assert (stream.batches, stream.position) == ([], 1)


def test_failed_batch_is_retried_after_a_delay() -> None:
    stream = Stream(records(1), fails_on("0"))
    mappings = StreamMappings(now=lambda: 0.0)
    for _ in range(3):
        mappings.advance({"UUID": "m"}, stream)
    assert len(stream.batches) == 1
