"""The table and the topic: the only module here that knows the AWS SDK."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from alarm_evaluator.evaluation import COMPONENT_TYPE, END_OF_TIME, AlarmRow
from alarm_evaluator.records import EVALUATE_FROM, PARTITION_KEY, SORT_KEY, alarm_row
from alarm_evaluator.rules import Alarm, Measurement

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONFIG = Config(
    # Three tries of at most six seconds each; what fails then comes back with the stream.
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
_FIRST_PAGE, _PAGE = 8, 1000
_SWEEP_KEY = "alarm_evaluator/sweep"

Item = Mapping[str, Any]


class TableRepository:
    """Rows of a telemetry table; see ``evaluation.Repository``.

    Args:
        client: A DynamoDB client.
        table_name: The table.
        topic: Publishes a message, or None.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, topic: "Topic | None" = None) -> None:
        self._client = client
        self._table_name = table_name
        self._topic = topic

    def measured_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """See ``evaluation.Repository``."""
        items = self._query(device, oldest, time - 1, ascending=False, names=alarm.attributes)
        return _measurements(items, alarm)

    def measured_after(self, alarm: Alarm, device: str, time: int) -> Iterator[Measurement]:
        """See ``evaluation.Repository``."""
        items = self._query(device, time + 1, None, ascending=True, names=alarm.attributes)
        return _measurements(items, alarm)

    def alarm_before(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``evaluation.Repository``."""
        return map(alarm_row, self._query(key, 0, time, ascending=False))

    def alarm_after(self, key: str, time: int) -> list[AlarmRow]:
        """See ``evaluation.Repository``."""
        return [alarm_row(item) for item in self._query(key, time + 1, None, ascending=True)]

    def put(self, key: str, row: AlarmRow) -> None:
        """See ``evaluation.Repository``."""
        texts = {name: {"S": text} for name, text in row.attributes.items()}
        self._client.put_item(TableName=self._table_name, Item={**texts, **_key(key, row.time)})

    def delete(self, key: str, time: int) -> None:
        """See ``evaluation.Repository``."""
        self._client.delete_item(TableName=self._table_name, Key=_key(key, time))

    def notify(self, key: str, row: AlarmRow) -> None:
        """See ``evaluation.Repository``."""
        if self._topic is not None:
            self._topic.publish({"alarm_key": key, "timestamp": row.time, **row.attributes})

    def touch(self, device: str, since: int) -> None:
        """See ``evaluation.Repository``."""
        newest = self.newest(device)
        if newest is None:
            return
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key=_key(device, newest),
                UpdateExpression="SET #f = :f ADD #n :one",
                # A row that expired in between must not come back.
                ConditionExpression="attribute_exists(#k)",
                ExpressionAttributeNames={"#f": EVALUATE_FROM, "#n": "evaluations", "#k": PARTITION_KEY},
                ExpressionAttributeValues={":f": {"N": str(since)}, ":one": {"N": "1"}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def newest(self, device: str) -> int | None:
        """Give the time of a device's newest row."""
        items = self._query(device, 0, None, ascending=False)
        return next((int(float(item[SORT_KEY]["N"])) for item in items), None)

    def devices_between(self, index: str, component_type_id: str, first: int, last: int) -> set[str]:
        """Find the devices of a type with rows in a time, both ends included.

        Args:
            index: The index by component type.
            component_type_id: The type.
            first: Milliseconds since 1970.
            last: Milliseconds since 1970.
        """
        items = self._query(
            component_type_id, first, last, ascending=True, partition=COMPONENT_TYPE, index=index
        )
        return {item[PARTITION_KEY]["S"] for item in items}

    def swept_until(self) -> int | None:
        """Give until when missing data have been looked for."""
        key = _key(_SWEEP_KEY, 0)
        found = self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True).get("Item")
        return int(found["swept_until"]["N"]) if found else None

    def remember_sweep(self, until: int) -> None:
        """Keep until when missing data have been looked for."""
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
            "Limit": _PAGE if ascending else _FIRST_PAGE,
        }
        if index is not None:
            parameters |= {"IndexName": index}
        else:
            parameters |= {"ConsistentRead": True}
        if names is not None:
            wanted = dict.fromkeys([SORT_KEY, COMPONENT_TYPE, *names])
            placeholders = {f"#a{number}": name for number, name in enumerate(wanted)}
            parameters["ExpressionAttributeNames"] |= placeholders
            parameters["ProjectionExpression"] = ", ".join(placeholders)
        while True:
            answer = self._client.query(**parameters)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            parameters["Limit"] = _PAGE


class Topic:
    """An SNS topic that is told of changes.

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
    """Make the clients: botocore's own, which load in half the time of boto3's resources."""
    session = botocore.session.get_session()
    client = cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG))
    topic = Topic(session.create_client("sns", config=_CONFIG), topic_arn) if topic_arn else None
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
