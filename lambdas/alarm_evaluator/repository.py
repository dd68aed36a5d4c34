"""The table and the topic: the only module of this package that uses the AWS SDK."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from aws_client.clients import create_client
from botocore.exceptions import ClientError

from alarm_evaluator.records import to_alarm_row
from alarm_evaluator.rules import Alarm, Measurement
from alarm_evaluator.shapes import (
    COMPONENT_TYPE,
    END_OF_TIME,
    EVALUATE_FROM,
    PARTITION_KEY,
    SORT_KEY,
    AlarmRow,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 3
"""Attempts of a call; after the last one Lambda retries the stream records."""

_FIRST_PAGE_SIZE, _PAGE_SIZE = 8, 1000
_SWEEP_KEY = "alarm_evaluator/sweep"

Item = Mapping[str, Any]


class TableRepository:
    """Rows of a telemetry table; see ``shapes.Repository``.

    Args:
        client: A DynamoDB client.
        table_name: The table.
        topic: Topic for changes, or None.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, topic: "Topic | None" = None) -> None:
        self._client = client
        self._table_name = table_name
        self._topic = topic

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        items = self._query(device, oldest, time - 1, ascending=False, names=alarm.attributes)
        return _measurements(items, alarm)

    def measurements_after(self, alarm: Alarm, device: str, time: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        items = self._query(device, time + 1, None, ascending=True, names=alarm.attributes)
        return _measurements(items, alarm)

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``shapes.Repository``."""
        return map(to_alarm_row, self._query(key, 0, time, ascending=False))

    def alarm_rows_after(self, key: str, time: int) -> list[AlarmRow]:
        """See ``shapes.Repository``."""
        return [to_alarm_row(item) for item in self._query(key, time + 1, None, ascending=True)]

    def put(self, key: str, row: AlarmRow) -> None:
        """See ``shapes.Repository``."""
        texts = {name: {"S": text} for name, text in row.attributes.items()}
        self._client.put_item(TableName=self._table_name, Item={**texts, **_key(key, row.time)})

    def delete(self, key: str, time: int) -> None:
        """See ``shapes.Repository``."""
        self._client.delete_item(TableName=self._table_name, Key=_key(key, time))

    def notify(self, key: str, row: AlarmRow) -> None:
        """See ``shapes.Repository``."""
        if self._topic is not None:
            self._topic.publish({"alarm_key": key, "timestamp": row.time, **row.attributes})

    def touch(self, device: str, since: int) -> None:
        """See ``shapes.Repository``."""
        newest = self.newest(device)
        if newest is None:
            return
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=_key(device, newest),
                UpdateExpression="SET #f = :f ADD #n :one",
                # An update must not recreate a row that expired since the query.
                ConditionExpression="attribute_exists(#k)",
                ExpressionAttributeNames={"#f": EVALUATE_FROM, "#n": "evaluations", "#k": PARTITION_KEY},
                ExpressionAttributeValues={":f": {"N": str(since)}, ":one": {"N": "1"}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def newest(self, device: str) -> int | None:
        """Return the time of a device's newest row, or None."""
        items = self._query(device, 0, None, ascending=False)
        return next((int(float(item[SORT_KEY]["N"])) for item in items), None)

    def devices_between(self, index: str, component_type_id: str, first: int, last: int) -> set[str]:
        """Return the devices of a type with rows in a time range.

        Args:
            index: The index by component type.
            component_type_id: The type.
            first: Start in milliseconds since 1970, inclusive.
            last: End in milliseconds since 1970, inclusive.
        """
        items = self._query(
            component_type_id, first, last, ascending=True, partition=COMPONENT_TYPE, index=index
        )
        return {item[PARTITION_KEY]["S"] for item in items}

    def last_sweep(self) -> int | None:
        """Return the time of the last check for missing data, or None."""
        key = _key(_SWEEP_KEY, 0)
        item = self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        return int(item["swept_until"]["N"]) if item else None

    def save_sweep(self, until: int) -> None:
        """Store the time of a check for missing data, in milliseconds since 1970."""
        item = {**_key(_SWEEP_KEY, 0), "swept_until": {"N": str(until)}}
        self._client.put_item(TableName=self._table_name, Item=item)

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
                ":b": {"N": str(last)},
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


def create_repository(table_name: str, topic_arn: str | None) -> TableRepository:
    """Create a repository and its clients.

    Args:
        table_name: The table.
        topic_arn: The topic for changes, or None.
    """
    client = cast("DynamoDBClient", create_client("dynamodb", attempts=_ATTEMPTS))
    topic = Topic(create_client("sns", attempts=_ATTEMPTS), topic_arn) if topic_arn else None
    return TableRepository(client, table_name, topic)


def _key(partition: str, time: int) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": partition}, SORT_KEY: {"N": str(time)}}


def _measurements(items: Iterator[Item], alarm: Alarm) -> Iterator[Measurement]:
    for item in items:
        if item.get(COMPONENT_TYPE, {}).get("S", alarm.component_type_id) != alarm.component_type_id:
            continue
        numbers = {name: item[name]["N"] for name in alarm.attributes if "N" in item.get(name, {})}
        if numbers:
            values = {name: float(number) for name, number in numbers.items()}
            yield Measurement(int(float(item[SORT_KEY]["N"])), values)
