"""Streams of event source mappings, on stand-ins for ministack's modules."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from twin_stack.local.ministack.dynamodb_streams import MappedStream, follow_streams

STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/rows/stream/2026"
MAPPING = {"UUID": "m", "FunctionName": "f", "EventSourceArn": STREAM, "BatchSize": 10}


class Modules:
    """Stand-ins for `lambda_svc` and `dynamodb`; the stream has the records 5 to 7."""

    def __init__(self, *, latest: str = STREAM) -> None:
        self.invoked: list[Any] = []
        self.records = [{"number": number} for number in (5, 6, 7)]
        self.lambda_svc = SimpleNamespace(
            _get_func_record_for_qualifier=lambda name, _qualifier: ({"name": name}, None),
            _dynamodb_stream_positions={},
            _dynamodb_stream_positions_lock=threading.Lock(),
            _apply_filter_criteria=lambda records, _mapping: records[1:],
            _execute_function=self._execute,
            _iter_all_esms=lambda: [("0", "us-east-1", MAPPING)],
            _poll_dynamodb_streams=None,
        )
        self.dynamodb = SimpleNamespace(
            _tables={"rows": {"LatestStreamArn": latest}},
            stream_start_position=lambda _table: 5,
            stream_end_position=lambda _table: 8,
            stream_records_since=lambda _table, position, limit: [
                record for record in self.records if record["number"] >= position
            ][:limit],
        )

    def _execute(self, _function: Any, event: Any) -> dict[str, Any]:
        self.invoked.append(event["Records"])
        return {}

    def open(self, **mapping: Any) -> MappedStream | None:
        return MappedStream.open(self.lambda_svc, self.dynamodb, {**MAPPING, **mapping})


def test_new_mapping_begins_at_its_starting_position() -> None:
    latest, oldest = Modules().open(), Modules().open(StartingPosition="TRIM_HORIZON")
    assert latest is not None
    assert oldest is not None

    assert (latest.position, oldest.position) == (8, 5)


def test_a_position_that_a_restart_has_outdated_is_that_of_the_oldest_record() -> None:
    modules = Modules()
    stream = modules.open()
    assert stream is not None
    stream.position = 400

    assert stream.position == 5


def test_nothing_is_read_when_a_mapping_is_disabled_or_its_stream_is_replaced() -> None:
    assert Modules().open(Enabled=False) is None
    assert Modules(latest=STREAM + "-newer").open() is None
    assert Modules().open(EventSourceArn="arn:aws:sqs:us-east-1:000000000000:queue") is None


def test_polling_takes_every_mapping_a_batch_further() -> None:
    modules = Modules()
    modules.lambda_svc._dynamodb_stream_positions["m"] = 5
    responses = SimpleNamespace(request_scope=lambda _account, _region: nullcontext())
    follow_streams(modules.lambda_svc, modules.dynamodb, responses)

    assert modules.lambda_svc._poll_dynamodb_streams() is True
    assert modules.invoked == [[{"number": 6}, {"number": 7}]]
    assert modules.lambda_svc._poll_dynamodb_streams() is False
