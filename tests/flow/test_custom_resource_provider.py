"""A custom resource of a user's own app, behind the CDK's provider framework.

The handlers keep their requests in a table. The CDK CLI deploys in ``make soak``.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnOutput, CustomResource, Duration, Stack
from aws_cdk.aws_lambda import Code, Function, Runtime
from aws_cdk.custom_resources import Provider

from tests.support.deployments import deploy_app, destroy_stack
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy, pytest.mark.soak]

HANDLERS = """
import json, os, time
import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def note(step, event):
    keys = ("RequestType", "PhysicalResourceId", "ResourceProperties", "OldResourceProperties", "Data")
    row = {"step": step, **{key: event[key] for key in keys if key in event}}
    table.put_item(Item={"id": f"{time.time_ns():020d}", "row": json.dumps(row)})


def on_event(event, context):
    note("onEvent", event)
    properties = event["ResourceProperties"]
    if properties["Size"] == "refused" and event["RequestType"] != "Delete":
        raise ValueError("size refused")
    identity = event.get("PhysicalResourceId") or "thing-" + properties["Name"]
    if event["RequestType"] == "Update" and properties["Name"] != event["OldResourceProperties"]["Name"]:
        identity = "thing-" + properties["Name"]
    return {"PhysicalResourceId": identity, "Data": {"Size": properties["Size"]}}


def is_complete(event, context):
    note("isComplete", event)
    size = event["ResourceProperties"]["Size"]
    if event["RequestType"] == "Delete":
        return {"IsComplete": True}
    if size == "broken":
        raise ValueError("size broke it")
    key = {"id": "polls " + event["RequestId"]}
    polls = table.update_item(
        Key=key,
        UpdateExpression="ADD polls :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="ALL_NEW",
    )["Attributes"]["polls"]
    if size == "endless" or (event["RequestType"] == "Create" and polls < 2):
        return {"IsComplete": False}
    table.delete_item(Key=key)
    return {"IsComplete": True, "Data": {"Polls": str(polls)}}
"""


class Thing:
    """A stack with a custom resource, and the table of its handlers in a stack that stays."""

    def __init__(self, twin: LocalTwin) -> None:
        self._twin = twin
        self.stack = f"thing-{uuid.uuid4().hex[:8]}"
        self._table = f"{self.stack}-requests"
        twin.client("dynamodb").create_table(
            TableName=self._table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def deploy(self, size: str | int, *, name: str = "one") -> dict[str, str]:
        """Deploy the stack and return its outputs."""
        app = App()
        stack = Stack(app, self.stack)
        handlers = [self._function(stack, name) for name in ("on_event", "is_complete")]
        provider = Provider(
            stack,
            "Provider",
            on_event_handler=handlers[0],
            is_complete_handler=handlers[1],
            query_interval=Duration.seconds(1),
            total_timeout=Duration.seconds(2),
        )
        resource = CustomResource(
            stack,
            "Thing",
            service_token=provider.service_token,
            resource_type="Custom::Thing",
            properties={"Name": name, "Size": size},
        )
        for output in ("Size", "Polls"):
            CfnOutput(stack, output, value=resource.get_att_string(output))
        CfnOutput(stack, "Id", value=resource.ref)
        return deploy_app(self._twin, app)[self.stack]

    def destroy(self) -> str:
        """Destroy the stack and return its status."""
        return destroy_stack(self._twin, self.stack)

    def take_requests(self) -> list[Any]:
        """Return what the handlers were asked since the last call, without repeated polls."""
        client = self._twin.client("dynamodb")
        items = client.scan(TableName=self._table)["Items"]
        rows: list[Any] = []
        for item in sorted(items, key=lambda item: item["id"]["S"]):
            client.delete_item(TableName=self._table, Key={"id": item["id"]})
            if "row" in item:
                row = json.loads(item["row"]["S"])
                short = (
                    row["step"],
                    row["RequestType"],
                    row.get("PhysicalResourceId"),
                    row["ResourceProperties"]["Size"],
                )
                if short not in rows[-1:]:
                    rows.append(short)
        return rows

    def _function(self, stack: Stack, name: str) -> Function:
        return Function(
            stack,
            name,
            code=Code.from_inline(HANDLERS),
            handler=f"index.{name}",
            runtime=Runtime.PYTHON_3_13,
            environment={"TABLE": self._table},
        )


@pytest.fixture
def thing(local_twin: LocalTwin) -> Thing:
    return Thing(local_twin)


def test_resource_is_created_updated_replaced_and_deleted(thing: Thing) -> None:
    created = thing.deploy(1)

    assert created == {"Size": "1", "Polls": "2", "Id": "thing-one"}
    assert thing.take_requests() == [
        ("onEvent", "Create", None, "1"),
        ("isComplete", "Create", "thing-one", "1"),
    ]

    updated = thing.deploy(2)

    assert updated == {"Size": "2", "Polls": "1", "Id": "thing-one"}
    assert thing.take_requests() == [
        ("onEvent", "Update", "thing-one", "2"),
        ("isComplete", "Update", "thing-one", "2"),
    ]

    replaced = thing.deploy(2, name="two")

    assert replaced["Id"] == "thing-two"
    assert thing.take_requests() == [
        ("onEvent", "Update", "thing-one", "2"),
        ("isComplete", "Update", "thing-two", "2"),
        ("onEvent", "Delete", "thing-one", "2"),
        ("isComplete", "Delete", "thing-one", "2"),
    ]

    with pytest.raises(DeployError, match=r"Error: size broke it\s+Logs: /aws/lambda/"):
        thing.deploy("broken", name="two")

    assert thing.take_requests() == [
        ("onEvent", "Update", "thing-two", "broken"),
        ("isComplete", "Update", "thing-two", "broken"),
        ("onEvent", "Update", "thing-two", "2"),
        ("isComplete", "Update", "thing-two", "2"),
    ]
    assert thing.destroy() == "DELETE_COMPLETE"
    assert thing.take_requests() == [
        ("onEvent", "Delete", "thing-two", "2"),
        ("isComplete", "Delete", "thing-two", "2"),
    ]


def test_creation_that_is_refused_at_once_is_not_deleted(thing: Thing) -> None:
    with pytest.raises(DeployError, match="Error: size refused"):
        thing.deploy("refused")

    assert thing.take_requests() == [("onEvent", "Create", None, "refused")]


def test_creation_that_times_out_is_deleted_by_its_id(thing: Thing) -> None:
    with pytest.raises(DeployError, match="Operation timed out"):
        thing.deploy("endless")

    assert thing.take_requests() == [
        ("onEvent", "Create", None, "endless"),
        ("isComplete", "Create", "thing-one", "endless"),
        ("onEvent", "Delete", "thing-one", "endless"),
        ("isComplete", "Delete", "thing-one", "endless"),
    ]
