"""The table through botocore's own client."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from connector_kit import Deadline, StoreError, serve
from dynamodb_connector.query import sources_for
from dynamodb_connector.repository import (
    TableRepository,
    create_client,
    query_input,
    skip_item_parsing,
)
from dynamodb_connector.shapes import ItemUpdate, RangeQuery
from tests.support.connector_events import load_event
from tests.support.fake_table import ENVIRONMENT

QUERY = RangeQuery(
    index_name=None,
    partition=("device_id", "press-7"),
    sort_key="timestamp",
    lower="1",
    upper="2",
    attributes=("timestamp", "pressure"),
    ascending=True,
    limit=3,
    after=None,
)


@pytest.fixture
def client(aws_environment: None) -> Any:
    return create_client("telemetry")


def repository_of(client: Any, seconds_left: float = 0) -> TableRepository:
    """A repository for one invocation; with no time left it tries once."""
    return TableRepository(client, "telemetry", Deadline(lambda: seconds_left))


def test_query_has_dynamodbs_shape(client: Any) -> None:
    query = QUERY._replace(
        index_name="by-type",
        ascending=False,
        after={"device_id": {"S": "press-7"}, "timestamp": {"N": "2"}},
    )
    expected = {
        "TableName": "telemetry",
        "IndexName": "by-type",
        "KeyConditionExpression": "#n0 = :p AND #n1 BETWEEN :a AND :b",
        "ProjectionExpression": "#n1, #n2",
        "ExpressionAttributeNames": {
            "#n0": "device_id",
            "#n1": "timestamp",
            "#n2": "pressure",
        },
        "ExpressionAttributeValues": {":p": {"S": "press-7"}, ":a": {"N": "1"}, ":b": {"N": "2"}},
        "ScanIndexForward": False,
        "Limit": 3,
        "ExclusiveStartKey": {"device_id": {"S": "press-7"}, "timestamp": {"N": "2"}},
    }
    with Stubber(client) as stubber:
        stubber.add_response("query", {"Items": [], "LastEvaluatedKey": query.after}, expected)
        assert repository_of(client).query(query) == ([], query.after)
    assert "IndexName" not in query_input(QUERY, "telemetry")


def test_update_has_dynamodbs_shape_and_fails_separately(client: Any) -> None:
    key = {"device_id": {"S": "press-7"}, "timestamp": {"N": "1"}}
    update = ItemUpdate(key, {"pressure": {"N": "2"}, "mode": {"S": "AUTO"}})
    expected = {
        "TableName": "telemetry",
        "Key": key,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "pressure", "#n1": "mode"},
        "ExpressionAttributeValues": {":v0": {"N": "2"}, ":v1": {"S": "AUTO"}},
    }
    with Stubber(client) as stubber:
        stubber.add_response("update_item", {}, expected)
        assert repository_of(client).update_all([update]) == [None]
        stubber.add_client_error("update_item", "AccessDeniedException", "because", 400)
        (error,) = repository_of(client).update_all([update])
    assert str(error).startswith('dynamodb:UpdateItem on table "telemetry" failed: An error occurred')


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("AccessDeniedException", "allow the function's role dynamodb:Query on the table"),
        ("ResourceNotFoundException", "check TABLE_NAME and the function's region"),
        ("ValidationException", "check that PARTITION_KEY, SORT_KEY and COMPONENT_TYPE_INDEX"),
        ("InternalServerError", "try again, and look at the status of dynamodb"),
    ],
)
def test_failure_of_the_table_has_a_remedy(client: Any, code: str, remedy: str) -> None:
    repository = repository_of(client)
    event = load_event("history_by_entity")
    with Stubber(client) as stubber:
        stubber.add_client_error("query", code, "because", 400)
        with pytest.raises(StoreError) as error:
            serve(event, lambda request: sources_for(request, ENVIRONMENT, repository))
    message = str(error.value)
    assert message.startswith('dynamodb:Query on table "telemetry" failed: An error occurred')
    assert remedy in message
    assert "(request: workspaceId='press-shop', entityId='hall-2:press-7'" in message


def test_failure_to_connect_is_an_error_too(client: Any) -> None:
    def refuse(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register("before-call.dynamodb.Query", refuse)
    with pytest.raises(StoreError, match="Connect timeout on endpoint URL"):
        repository_of(client).query(QUERY)


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def reply(client: Any, status: int, body: Any, *, encode: Callable[[Any], str] = json.dumps) -> None:
    """Answer the client's HTTP requests in process; what it sends and parses is real."""

    def send(request: Any, **_: Any) -> AWSResponse:
        headers: Any = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Body(encode(body).encode()))

    client.meta.events.register("before-send.dynamodb.Query", send)


EVERY_TYPE = {
    "s": {"S": 'é\u2028"'},
    "n": {"N": "123456789012345678901234567890.12345678"},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "l": {"L": [{"S": ""}, {"N": "1"}]},
    "m": {"M": {"L": {"M": {"N": {"N": "0"}}}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
}


@pytest.mark.parametrize("last_key", [{}, {"LastEvaluatedKey": {"device_id": {"S": "x"}}}])
def test_items_are_the_same_as_by_botocores_parser(aws_environment: None, last_key: dict[str, Any]) -> None:
    body = {"Items": [EVERY_TYPE, {}], "Count": 2, "ScannedCount": 2, **last_key}
    plain: Any = botocore.session.get_session().create_client("dynamodb")
    quick: Any = botocore.session.get_session().create_client("dynamodb")
    skip_item_parsing(quick)
    answers = []
    for each in (plain, quick):
        reply(each, 200, body)
        answers.append(each.query(**query_input(QUERY, "telemetry")))
    assert answers[0] == answers[1]
    assert answers[0]["Items"] == body["Items"]


def test_bytes_are_returned_undecoded(aws_environment: None) -> None:
    """Marks items, to show that they are not parsed a second time."""
    quick: Any = botocore.session.get_session().create_client("dynamodb")
    skip_item_parsing(quick)
    reply(quick, 200, {"Items": [{"b": {"B": "AAE="}}], "Count": 1, "ScannedCount": 1})
    assert quick.query(**query_input(QUERY, "telemetry"))["Items"] == [{"b": {"B": "AAE="}}]


def test_answer_of_a_proxy_is_an_error_of_the_store(client: Any) -> None:
    reply(client, 503, "<html>busy</html>", encode=str)
    with pytest.raises(StoreError, match="503"):
        repository_of(client).query(QUERY)


def test_single_query_runs_on_the_calling_thread_and_several_in_parallel(client: Any) -> None:
    threads: list[int] = []
    together = threading.Barrier(1)

    def note(**_: Any) -> None:
        together.wait(10)
        threads.append(threading.get_ident())

    reply(client, 200, {"Items": [], "Count": 0, "ScannedCount": 0})
    client.meta.events.register("before-call.dynamodb.Query", note)
    repository_of(client).query_all([QUERY])
    assert threads == [threading.get_ident()], "a thread for it would only cost time"
    for count in (2, 8):
        together = threading.Barrier(count)
        assert repository_of(client, 30).query_all([QUERY] * count) == [([], None)] * count
    assert repository_of(client).query_all([]) == []


def test_error_of_dynamodb_is_still_read_by_the_client(client: Any) -> None:
    reply(client, 400, {"__type": "x#ResourceNotFoundException", "message": "no such table"})
    with pytest.raises(StoreError, match="no such table; check TABLE_NAME"):
        repository_of(client).query(QUERY)
