"""The table and the topic: the only module of this package that uses the AWS SDK."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from aws_client.clients import create_client
from botocore.exceptions import ClientError

from alarm_evaluator.records import to_alarm_row
from alarm_evaluator.rules import Alarm, Measurement
from alarm_evaluator.shapes import (
    COMPONENT_TYPE,
    END_OF_TIME,
    EVALUATE_FROM,
    NOTIFICATION,
    PARTITION_KEY,
    SORT_KEY,
    AlarmRow,
    ChangeKey,
    UnwritableError,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 3
"""Attempts of a call; after the last one Lambda retries the stream records."""

_FIRST_PAGE_SIZE, _PAGE_SIZE = 8, 1000
_MAX_TRANSACTION = 100
_REFUSALS = {"ItemCollectionSizeLimitExceeded", "ValidationError", "ValidationException"}
_SWEEP_KEY = "alarm_evaluator/sweep"

Item = Mapping[str, Any]


class TableRepository:
    """Rows of a telemetry table; see ``shapes.Repository``.

    Args:
        client: A DynamoDB client.
        table_name: The table.
        topic: Topic for changes, or None.
        dead_letters: Queue for what cannot be evaluated, or None.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        topic: "Topic | None" = None,
        dead_letters: "DeadLetterQueue | None" = None,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._topic = topic
        self._dead_letters = dead_letters

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        items = self._query(device, oldest, time - 1, ascending=False, names=alarm.stored_attributes)
        return _measurements(items, alarm)

    def measurements_after(self, alarm: Alarm, device: str, time: int, last: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        items = self._query(device, time + 1, last, ascending=True, names=alarm.stored_attributes)
        return _measurements(items, alarm)

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``shapes.Repository``."""
        return map(to_alarm_row, self._query(key, 0, time, ascending=False))

    def alarm_rows_after(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``shapes.Repository``."""
        return map(to_alarm_row, self._query(key, time + 1, None, ascending=True))

    def write(self, key: str, puts: Sequence[AlarmRow], deletions: Sequence[int]) -> None:
        """See ``shapes.Repository``."""
        operations: list[tuple[int, dict[str, Any]]] = [(row.time, self._put(key, row)) for row in puts]
        operations += [(time, self._delete(key, time)) for time in deletions]
        operations.sort(key=itemgetter(0), reverse=True)
        for start in range(0, len(operations), _MAX_TRANSACTION):
            items = [operation for _, operation in operations[start : start + _MAX_TRANSACTION]]
            with _refusals():
                self._write_together(items)

    def _put(self, key: str, row: AlarmRow) -> dict[str, Any]:
        texts = {name: {"S": text} for name, text in row.attributes.items()}
        return {"Put": {"TableName": self._table_name, "Item": {**texts, **_key(key, row.time)}}}

    def _delete(self, key: str, time: int) -> dict[str, Any]:
        return {"Delete": {"TableName": self._table_name, "Key": _key(key, time)}}

    def _write_together(self, items: Sequence[Any]) -> None:
        if len(items) > 1:
            self._client.transact_write_items(TransactItems=items)
        # One write is a transaction at half the price.
        elif "Put" in items[0]:
            self._client.put_item(**items[0]["Put"])
        else:
            self._client.delete_item(**items[0]["Delete"])

    def notify(self, change: Mapping[str, object]) -> None:
        """See ``shapes.Repository``."""
        if self._topic is not None:
            self._topic.publish(change)

    def unmark(self, change: ChangeKey) -> None:
        """See ``shapes.Repository``."""
        self._update_existing(
            Key=_key(change.alarm_key, change.time),
            UpdateExpression="REMOVE #n",
            ExpressionAttributeNames={"#n": NOTIFICATION, "#k": PARTITION_KEY},
        )

    def touch(self, device: str, since: int, last: int) -> None:
        """See ``shapes.Repository``."""
        newest = self._newest_key(device, last)
        if newest is None:
            return
        self._update_existing(
            Key={PARTITION_KEY: {"S": device}, SORT_KEY: {"N": newest}},
            UpdateExpression="SET #f = :f ADD #n :one",
            ExpressionAttributeNames={"#f": EVALUATE_FROM, "#n": "evaluations", "#k": PARTITION_KEY},
            ExpressionAttributeValues={":f": {"N": str(since)}, ":one": {"N": "1"}},
        )

    def _update_existing(self, **parameters: Any) -> None:
        try:
            self._client.update_item(
                TableName=self._table_name,
                # An update must not recreate a row that expired since the query.
                ConditionExpression="attribute_exists(#k)",
                **parameters,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def newest(self, device: str, last: int) -> int | None:
        """See ``shapes.Repository``."""
        key = self._newest_key(device, last)
        return int(float(key)) if key is not None else None

    def _newest_key(self, device: str, last: int) -> str | None:
        # The key as it is stored: a device may send fractions of milliseconds.
        items = self._query(device, 0, last, ascending=False)
        return next((item[SORT_KEY]["N"] for item in items), None)

    def leading_id(self, device: str, last: int) -> str:  # noqa: ARG002 (as the protocol has it)
        """See ``shapes.Repository``."""
        return device

    def rows_of_type(
        self, index: str, component_type_id: str, first: int, last: int
    ) -> Iterator[tuple[int, str]]:
        """See ``shapes.Repository``."""
        items = self._query(
            component_type_id,
            first,
            last,
            ascending=True,
            names=(PARTITION_KEY,),
            partition=COMPONENT_TYPE,
            index=index,
        )
        return ((int(float(item[SORT_KEY]["N"])), item[PARTITION_KEY]["S"]) for item in items)

    def last_sweep(self, name: str) -> int | None:
        """See ``shapes.Repository``."""
        key = _key(f"{_SWEEP_KEY}/{name}", 0)
        item = self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        return int(item["swept_until"]["N"]) if item else None

    def save_sweep(self, name: str, until: int) -> None:
        """See ``shapes.Repository``."""
        item = {**_key(f"{_SWEEP_KEY}/{name}", 0), "swept_until": {"N": str(until)}}
        self._client.put_item(TableName=self._table_name, Item=item)

    def reject(self, letter: Mapping[str, object]) -> None:
        """See ``shapes.Repository``."""
        if self._dead_letters is not None:
            self._dead_letters.send({"table": self._table_name, **letter})

    def _query(
        self,
        partition_value: str,
        first: int,
        last: int | None,
        *,
        ascending: bool,
        names: tuple[str, ...] | None = None,
        partition: str = PARTITION_KEY,
        index: str | None = None,
    ) -> Iterator[Item]:
        last = END_OF_TIME if last is None else last
        if first > last:
            return
        parameters: dict[str, Any] = {
            "TableName": self._table_name,
            "KeyConditionExpression": "#p = :p AND #s BETWEEN :a AND :b",
            "ExpressionAttributeNames": {"#p": partition, "#s": SORT_KEY},
            "ExpressionAttributeValues": {
                ":p": {"S": partition_value},
                ":a": {"N": str(max(first, 0))},
                # A device may send fractions of milliseconds; a time is that of its whole millisecond.
                ":b": {"N": f"{last}.999999"},
            },
            "ScanIndexForward": ascending,
            "Limit": _PAGE_SIZE if ascending else _FIRST_PAGE_SIZE,
        }
        if index is not None:
            parameters |= {"IndexName": index}
        else:
            parameters |= {"ConsistentRead": True}
        if names is not None:
            attributes = dict.fromkeys([SORT_KEY, COMPONENT_TYPE, *names])
            placeholders = {f"#a{number}": name for number, name in enumerate(attributes)}
            parameters["ExpressionAttributeNames"] |= placeholders
            parameters["ProjectionExpression"] = ", ".join(placeholders)
        while True:
            with _refusals():
                response = self._client.query(**parameters)
            yield from response["Items"]
            if not response.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = response["LastEvaluatedKey"]
            parameters["Limit"] = _PAGE_SIZE


class Topic:
    """An SNS topic to which changes are published.

    Args:
        client: An SNS client.
        topic_arn: The topic.
    """

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, message: Mapping[str, Any]) -> None:
        """Publish a message as JSON."""
        self._client.publish(TopicArn=self._topic_arn, Message=json.dumps(message))


class DeadLetterQueue:
    """An SQS queue for what cannot be evaluated.

    Args:
        client: An SQS client.
        queue_url: The queue.
    """

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, letter: Mapping[str, object]) -> None:
        """Send a letter as JSON."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(letter))


def create_repository(
    table_name: str, topic_arn: str | None, dead_letter_queue_url: str | None
) -> TableRepository:
    """Create a repository and its clients.

    Args:
        table_name: The table.
        topic_arn: The topic for changes, or None.
        dead_letter_queue_url: The queue for what cannot be evaluated, or None.
    """
    client = cast("DynamoDBClient", create_client("dynamodb", attempts=_ATTEMPTS, resource=table_name))
    topic = None
    if topic_arn:
        topic = Topic(create_client("sns", attempts=_ATTEMPTS, resource=topic_arn), topic_arn)
    queue = None
    if dead_letter_queue_url:
        queue = DeadLetterQueue(create_client("sqs", attempts=_ATTEMPTS), dead_letter_queue_url)
    return TableRepository(client, table_name, topic, queue)


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise ``UnwritableError`` for a call that DynamoDB refuses for good, such as one with a long key."""
    try:
        yield
    except ClientError as error:
        reasons = error.response.get("CancellationReasons", [])
        codes = {error.response["Error"]["Code"], *(reason.get("Code") for reason in reasons)}
        if codes & _REFUSALS:
            raise UnwritableError(str(error)) from error
        raise


def _key(partition: str, time: int) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": partition}, SORT_KEY: {"N": str(time)}}


def _measurements(items: Iterator[Item], alarm: Alarm) -> Iterator[Measurement]:
    for item in items:
        values = {}
        if item.get(COMPONENT_TYPE, {}).get("S", alarm.component_type_id) in alarm.type_ids:
            numbers = {name: item[name]["N"] for name in alarm.stored_attributes if "N" in item.get(name, {})}
            values = alarm.values_of({name: float(number) for name, number in numbers.items()})
        yield Measurement(int(float(item[SORT_KEY]["N"])), values)
