"""ministack's DynamoDB streams, read by ``StreamMappings`` in place of ministack's own polling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.local.ministack.stream_mappings import StreamMappings

if TYPE_CHECKING:
    Json = dict[str, Any]


def follow_streams(lambda_svc: Any, dynamodb: Any, responses: Any) -> None:
    """Replace ministack's polling of DynamoDB streams.

    Args:
        lambda_svc: ministack's module of this name.
        dynamodb: ministack's module of this name.
        responses: ministack's module of this name.
    """
    mappings = StreamMappings()

    def poll() -> bool:
        """Advance each mapping of a DynamoDB stream by a batch; return whether any of them moved."""
        has_moved = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            with responses.request_scope(account, region):
                stream = MappedStream.open(lambda_svc, dynamodb, mapping)
                if stream is not None:
                    has_moved = mappings.advance(mapping, stream) or has_moved
        return has_moved

    lambda_svc._poll_dynamodb_streams = poll


class MappedStream:
    """The stream of an event source mapping, as ministack keeps it.

    Args:
        lambda_svc: ministack's module of this name.
        dynamodb: ministack's module of this name.
        mapping: The event source mapping.
        function: ministack's record of the function.
    """

    def __init__(self, lambda_svc: Any, dynamodb: Any, mapping: Json, function: Json) -> None:
        self._lambda = lambda_svc
        self._dynamodb = dynamodb
        self._mapping = mapping
        self._function = function
        self._table = _table_name(mapping)

    @classmethod
    def open(cls, lambda_svc: Any, dynamodb: Any, mapping: Json) -> MappedStream | None:
        """Return the stream of a mapping.

        Args:
            lambda_svc: ministack's module of this name.
            dynamodb: ministack's module of this name.
            mapping: The event source mapping.

        Returns:
            The stream, or None where the table or the function is missing, the mapping is disabled, or the
            table has a newer stream.
        """
        table = dynamodb._tables.get(_table_name(mapping))
        function, _ = lambda_svc._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        is_enabled = mapping.get("Enabled", True) and table and function
        is_current = is_enabled and table.get("LatestStreamArn") == mapping["EventSourceArn"]
        return cls(lambda_svc, dynamodb, mapping, function) if is_current else None

    @property
    def position(self) -> int:
        """Position of the next record in the stream.

        A restart loses the records and numbers new ones from 0 again, but keeps the position.
        """
        first: int = self._dynamodb.stream_start_position(self._table)
        positions = self._lambda._dynamodb_stream_positions
        if self._mapping["UUID"] not in positions:
            starts_at_latest = self._mapping.get("StartingPosition", "LATEST") == "LATEST"
            self.position = self._dynamodb.stream_end_position(self._table) if starts_at_latest else first
        position = int(positions[self._mapping["UUID"]])
        return position if first <= position <= self._dynamodb.stream_end_position(self._table) else first

    @position.setter
    def position(self, position: int) -> None:
        with self._lambda._dynamodb_stream_positions_lock:
            self._lambda._dynamodb_stream_positions[self._mapping["UUID"]] = position

    def read(self, limit: int) -> list[Json]:
        """Return the records from the position on.

        Args:
            limit: How many at most.
        """
        records: list[Json] = self._dynamodb.stream_records_since(self._table, self.position, limit)
        return records

    def filter(self, records: list[Json]) -> list[Json]:
        """Return the records that pass the filters of the mapping.

        Args:
            records: From ``read``.
        """
        passed: list[Json] = self._lambda._apply_filter_criteria(records, self._mapping)
        return passed

    def invoke(self, records: list[Json]) -> Json:
        """Invoke the function with a batch, and return its result.

        Args:
            records: The batch.
        """
        result: Json = self._lambda._execute_function(self._function, {"Records": records})
        return result

    def send_to_failure_destination(self, records: list[Json], result: Json) -> None:
        """Send a batch whose retries are exhausted to the on-failure destination.

        Args:
            records: The batch.
            result: Result of its last invocation.
        """
        self._lambda._send_ddb_stream_failure_record(
            self._mapping,
            self._function,
            records,
            self._mapping["EventSourceArn"],
            result,
            "RetryAttemptsExhausted",
        )


def _table_name(mapping: Json) -> str:
    """Return the name of the table whose stream a mapping follows; empty for another event source."""
    _, _, rest = str(mapping.get("EventSourceArn", "")).partition(":table/")
    return rest.partition("/stream/")[0]
