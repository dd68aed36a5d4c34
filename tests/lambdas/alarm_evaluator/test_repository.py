"""The table and the topic, on a client in memory."""

import json
from typing import Any

import pytest
from alarm_evaluator.repository import DeadLetterQueue, TableRepository, Topic
from alarm_evaluator.rules import Measurement
from alarm_evaluator.shapes import EVALUATE_FROM, AlarmRow, ChangeKey, UnwritableError
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
    assert list(table.measurements_after(ALARM, "a", 4, 99)) == [
        Measurement(5, {"t": 1.5}),
        Measurement(6, {"t": 2.0}),
        Measurement(7, {}),
    ]
    first, second = (parameters for name, parameters in client.calls if name == "query")
    assert first["ConsistentRead"] is True
    assert first["ExpressionAttributeValues"][":a"] == {"N": "5"}
    assert first["ExpressionAttributeValues"][":b"] == {"N": "99.999999"}
    assert second["ExclusiveStartKey"] == key


def test_rows_of_another_type_are_no_measurements() -> None:
    table, _ = repository({"Items": [item(5, t={"N": "1"}, component_type_id={"S": "com.example.Other"})]})
    assert list(table.measurements_before(ALARM, "a", 9, 0)) == [Measurement(5, {})]


def test_touch_does_not_recreate_a_row_that_expired() -> None:
    refused = ClientError({"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}, "UpdateItem")
    table, client = repository({"Items": [item(8)]}, refused)
    table.touch("a", 3, 99)
    ((_, update),) = [call for call in client.calls if call[0] == "update_item"]
    assert update["Key"]["timestamp"] == {"N": "8"}
    assert update["ExpressionAttributeNames"]["#f"] == EVALUATE_FROM
    assert update["ExpressionAttributeValues"][":f"] == {"N": "3"}
    assert update["ConditionExpression"] == "attribute_exists(#k)"


def test_other_errors_of_touch_are_raised() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "UpdateItem")
    table, _ = repository({"Items": [item(8)]}, denied)
    with pytest.raises(ClientError):
        table.touch("a", 3, 99)


def test_device_without_rows_is_not_touched() -> None:
    table, client = repository({"Items": []})
    table.touch("a", 3, 99)
    assert [name for name, _ in client.calls] == ["query"]


def test_last_sweep_is_what_was_saved() -> None:
    table, client = repository({}, {"Item": {"swept_until": {"N": "77"}}}, {})
    table.save_sweep("type/60", 77)
    assert client.calls[0][1]["Item"]["device_id"] == {"S": "alarm_evaluator/sweep/type/60"}
    assert client.calls[0][1]["Item"]["swept_until"] == {"N": "77"}
    assert table.last_sweep("type/60") == 77
    assert table.last_sweep("type/60") is None


def test_change_is_published_as_json_if_there_is_a_topic() -> None:
    sns = Client()
    table, _ = repository(topic=Topic(sns, "arn:topic"))
    change = {"alarm_key": "a-alarm", "timestamp": 5, "alarm_status": "ACTIVE"}
    table.notify(change)
    ((_, published),) = sns.calls
    assert json.loads(published["Message"]) == change
    silent, client = repository()
    silent.notify(change)
    assert client.calls == []


def test_mark_is_removed_from_an_existing_row_only() -> None:
    table, client = repository()
    table.unmark(ChangeKey("a-alarm", 5))
    ((name, update),) = client.calls
    assert name == "update_item"
    assert update["Key"] == {"device_id": {"S": "a-alarm"}, "timestamp": {"N": "5"}}
    assert update["UpdateExpression"] == "REMOVE #n"
    assert update["ConditionExpression"] == "attribute_exists(#k)"
    assert update["ExpressionAttributeNames"] == {"#n": "alarm_notification", "#k": "device_id"}
    assert "ExpressionAttributeValues" not in update


def test_device_is_touched_by_the_key_as_it_is_stored() -> None:
    stored = {"device_id": {"S": "a"}, "timestamp": {"N": "8.25"}}
    table, client = repository({"Items": [stored]})
    table.touch("a", 3, 99)
    ((_, update),) = [call for call in client.calls if call[0] == "update_item"]
    assert update["Key"]["timestamp"] == {"N": "8.25"}


def test_one_write_is_a_plain_one_and_several_are_a_transaction_with_the_newest_first() -> None:
    table, client = repository()
    table.write("a-alarm", [AlarmRow(5, {"alarm_status": "ACTIVE"})], [])
    table.write("a-alarm", [], [5])
    table.write("a-alarm", [AlarmRow(5, {}), AlarmRow(9, {})], [7])
    put, delete, together = client.calls
    assert (put[0], delete[0], together[0]) == ("put_item", "delete_item", "transact_write_items")
    times = [
        next(iter(write.values())).get("Item", next(iter(write.values())).get("Key"))["timestamp"]["N"]
        for write in together[1]["TransactItems"]
    ]
    assert times == ["9", "7", "5"]


def test_transaction_has_at_most_a_hundred_writes() -> None:
    table, client = repository()
    table.write("a-alarm", [AlarmRow(time, {}) for time in range(101)], [])
    assert [name for name, _ in client.calls] == ["transact_write_items", "put_item"]


@pytest.mark.parametrize(
    "response",
    [
        {"Error": {"Code": "ValidationException", "Message": "no"}},
        {
            "Error": {"Code": "TransactionCanceledException", "Message": "no"},
            "CancellationReasons": [{"Code": "None"}, {"Code": "ValidationError"}],
        },
    ],
)
def test_row_that_the_table_refuses_for_good_is_unwritable(response: Any) -> None:
    table, _ = repository(ClientError(response, "PutItem"))
    with pytest.raises(UnwritableError, match="no"):
        table.write("a-alarm", [AlarmRow(5, {})], [])


def test_other_errors_of_a_write_may_pass() -> None:
    table, _ = repository(ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutItem"))
    with pytest.raises(ClientError):
        table.write("a-alarm", [AlarmRow(5, {})], [])


def test_letter_is_sent_as_json_with_the_table() -> None:
    sqs = Client()
    table = TableRepository(Client(), "telemetry", None, DeadLetterQueue(sqs, "https://queue"))  # type: ignore[arg-type]
    table.reject({"reason": "why"})
    ((name, sent),) = sqs.calls
    assert (name, sent["QueueUrl"]) == ("send_message", "https://queue")
    assert json.loads(sent["MessageBody"]) == {"table": "telemetry", "reason": "why"}


def test_rows_of_a_type_are_read_by_their_keys_only() -> None:
    table, client = repository({"Items": [item(5), item(6)]})
    assert list(table.rows_of_type("by_type", SENSOR, 1, 9)) == [(5, "a"), (6, "a")]
    ((_, query),) = client.calls
    assert query["IndexName"] == "by_type"
    assert "ConsistentRead" not in query


def test_key_that_the_table_refuses_for_good_is_unwritable() -> None:
    error = {"Error": {"Code": "ValidationException", "Message": "key too long"}}
    table, _ = repository(ClientError(error, "Query"))  # type: ignore[arg-type]
    with pytest.raises(UnwritableError, match="key too long"):
        list(table.alarm_rows_after("x" * 3000, 0))
