"""The policy of devices: each publishes as itself only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.constructs.statements import flat
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import DevicePolicy

if TYPE_CHECKING:
    from aws_cdk import Stack

    pass
from tests.support.ingests import RULE, make_row_ingest


@pytest.mark.parametrize(
    ("options", "topic"),
    [
        ({}, "topic/plant/${iot:Connection.Thing.ThingName}/temperature"),
        ({"device_id": "device"}, "topic/plant/*/temperature"),
        ({"basic_ingest": True}, "topic/$aws/rules/RULE/plant/${iot:Connection.Thing.ThingName}/temperature"),
    ],
)
def test_device_may_publish_on_its_own_topics_only(options: dict[str, Any], topic: str) -> None:
    def build(stack: Stack) -> None:
        DevicePolicy(stack, "Policy", ingests=[make_row_ingest(stack, **options)])

    result = synthesize(build)
    connect, publish = result.properties("AWS::IoT::Policy")["PolicyDocument"]["Statement"]
    place = "arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>"
    # flat() writes references and the policy's own variables alike.
    thing = "<iot:Connection.Thing.ThingName>"
    assert (connect["Action"], flat(connect["Resource"])) == ("iot:Connect", f"{place}:client/{thing}")
    assert connect["Condition"] == {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}
    expected_topic = flat(topic).replace("RULE", f"<{result.id_of(RULE)}>")
    assert publish["Action"] == "iot:Publish"
    assert [flat(arn) for arn in publish["Resource"]] == [f"{place}:{expected_topic}"]
    assert "Fn::Sub" not in json.dumps(result.template)


def test_policy_is_refused_without_an_ingest() -> None:
    message = "ingests is empty; pass at least one ingest"

    assert refusal(lambda stack: DevicePolicy(stack, "Policy", ingests=[])) == message
