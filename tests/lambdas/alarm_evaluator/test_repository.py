"""The table and the topic, on a client in memory."""

import json
from typing import Any

import pytest
from alarm_evaluator.repository import TableRepository, Topic
from alarm_evaluator.rules import Measurement
from alarm_evaluator.shapes import EVALUATE_FROM, AlarmRow
from botocore.exceptions import ClientError

from tests.support.fake_alarm_table import ALARM, SENSOR


class Client:
    """Records calls, and answers from a queue."""

    def __init__(self, *responses: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.responses = list(responses)

    def __getattr__(self, name: str) -> Any:
        def call(**parameters: Any) -> Any:
            self.calls.append((name, json.loads(json.dumps(parameters))))
            response = self.responses.pop(0) if self.responses else {}
            if isinstance(response, Exception):
                raise response
            return response

        return call


def repository(*responses: Any, topic: Topic | None = None) -> tuple[TableRepository, Client]:
    client = Client(*responses)
    return TableRepository(client, "telemetry", topic), client  # type: ignore[arg-type]


def item(time: int, **attributes: Any) -> dict[str, Any]:
    return {"device_id": {"S": "a"}, "timestamp": {"N": str(time)}, **attributes}


def test_measurements_are_read_page_by_page_and_consistently() -> None:
    key = {"device_id": {"S": "a"}}
    pages = (
        {"Items": [item(5, t={"N": "1.5"})], "LastEvaluatedKey": key},
        {"Items": [item(6, t={"N": "2"}, component_type_id={"S": SENSOR}), item(7, x={"N": "1"})]},
    )
    table, client = repository(*pages)
    assert list(table.measurements_after(ALARM, "a", 4)) == [
        Measurement(5, {"t": 1.5}),
        Measurement(6, {"t": 2.0}),
    ]
    first, second = (parameters for name, parameters in client.calls if name == "query")
    assert first["ConsistentRead"] is True
    assert first["ExpressionAttributeValues"][":a"] == {"N": "5"}
    assert second["ExclusiveStartKey"] == key


def test_rows_of_another_type_are_no_measurements() -> None:
    table, _ = repository({"Items": [item(5, t={"N": "1"}, component_type_id={"S": "com.example.Other"})]})
    assert list(table.measurements_before(ALARM, "a", 9, 0)) == []


def test_touch_does_not_recreate_a_row_that_expired() -> None:
    refused = ClientError({"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}, "UpdateItem")
    table, client = repository({"Items": [item(8)]}, refused)
    table.touch("a", 3)
    ((_, update),) = [call for call in client.calls if call[0] == "update_item"]
    assert update["Key"]["timestamp"] == {"N": "8"}
    assert update["ExpressionAttributeNames"]["#f"] == EVALUATE_FROM
    assert update["ExpressionAttributeValues"][":f"] == {"N": "3"}
    assert update["ConditionExpression"] == "attribute_exists(#k)"


def test_other_errors_of_touch_are_raised() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "UpdateItem")
    table, _ = repository({"Items": [item(8)]}, denied)
    with pytest.raises(ClientError):
        table.touch("a", 3)


def test_device_without_rows_is_not_touched() -> None:
    table, client = repository({"Items": []})
    table.touch("a", 3)
    assert [name for name, _ in client.calls] == ["query"]


def test_last_sweep_is_what_was_saved() -> None:
    table, client = repository({}, {"Item": {"swept_until": {"N": "77"}}}, {})
    table.save_sweep(77)
    assert client.calls[0][1]["Item"]["swept_until"] == {"N": "77"}
    assert table.last_sweep() == 77
    assert table.last_sweep() is None


def test_change_is_published_as_json_if_there_is_a_topic() -> None:
    sns = Client()
    table, _ = repository(topic=Topic(sns, "arn:topic"))
    table.notify("a-alarm", AlarmRow(5, {"alarm_status": "ACTIVE"}))
    ((_, published),) = sns.calls
    assert json.loads(published["Message"]) == {
        "alarm_key": "a-alarm",
        "timestamp": 5,
        "alarm_status": "ACTIVE",
    }
    silent, client = repository()
    silent.notify("a-alarm", AlarmRow(5, {}))
    assert client.calls == []
