"""Topics: the check warns exactly of those with which a device can send in the name of another one."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from tests.constructs.statements import flat
from tests.definition.message_models import TWIN, TYPES
from tests.definition.models import finding_lines, write
from tests.support.ingests import make_row_ingest
from tests.support.templates import synthesize
from twin_stack.constructs import DevicePolicy
from twin_stack.definition.ingest import publishes_for_others

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

OWN, OTHER = "pump-1", "pump-2"

TOPICS = [
    ("plant/#", "topic(3)", False),
    ("plant/#", "topic(2)", True),
    ("plant/+/#", "topic(3)", False),
    ("plant/+/#", "topic(4)", False),
    ("plant/+/#", "topic(2)", True),
    ("+/+/#", "topic(2)", False),
    ("plant/+/temperature", "topic(2)", True),
    ("plant/+/+/temperature", "topic(3)", True),
    ("+/+/+", "topic(3)", True),
]
"""Topic filters, sources of the device id, and whether a policy can isolate devices."""


def allowed_topics(topic: str, device_id: str) -> re.Pattern[str]:
    """The topics on which the deployed policy lets the device publish; ``*`` also matches slashes."""

    def build(stack: Stack) -> None:
        DevicePolicy(stack, "Policy", ingests=[make_row_ingest(stack, topic=topic, device_id=device_id)])

    statements = synthesize(build).properties("AWS::IoT::Policy")["PolicyDocument"]["Statement"]
    (arn,) = statements[1]["Resource"]
    pattern = flat(arn).split(":topic/")[1].replace("<iot:Connection.Thing.ThingName>", OWN)
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


def receives(topic_filter: str, topic: str) -> bool:
    """Return whether a filter of MQTT matches a topic."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted, levels = wanted[:-1], levels[: len(wanted) - 1]
    return len(wanted) == len(levels) and all(
        part in ("+", level) for part, level in zip(wanted, levels, strict=True)
    )


def forged_topics(topic: str, device_id: str) -> list[str]:
    """Topics on which the device may publish, and which the rule takes for messages of another device."""
    allowed = allowed_topics(topic, device_id)
    number = int(device_id[len("topic(") : -1])
    words = ("plant", "temperature", OWN, OTHER)
    candidates = (list(levels) for count in range(1, 6) for levels in itertools.product(words, repeat=count))
    return [
        "/".join(levels)
        for levels in candidates
        if len(levels) >= number
        and levels[number - 1] == OTHER
        and allowed.fullmatch("/".join(levels))
        and receives(topic, "/".join(levels))
    ]


@pytest.mark.parametrize(("topic", "device_id", "is_isolated"), TOPICS)
def test_warning_is_given_exactly_if_a_device_can_send_for_another(
    topic: str, device_id: str, is_isolated: bool
) -> None:
    assert (forged_topics(topic, device_id) == []) == is_isolated
    assert publishes_for_others(topic, device_id) == (not is_isolated)


@pytest.mark.parametrize(("device_id", "is_isolated"), [("clientid()", True), ("device.id", False)])
def test_client_id_is_fixed_by_the_policy_and_the_message_is_not(device_id: str, is_isolated: bool) -> None:
    assert publishes_for_others("plant/#", device_id) == (not is_isolated)


def test_check_names_the_place_and_the_remedy(tmp_path: Path) -> None:
    twin = TWIN.replace("a/+/b", "plant/#").replace("topic(2)", "topic(3)") % ""
    files: dict[str, str | bytes] = {"twin.yaml": twin, "component_types/t.yaml": TYPES % ("telemetry", "")}

    (finding,) = finding_lines(write(tmp_path, files))

    assert "TWIN086 warning: a device can send messages in the name of every other one" in finding
    assert finding.endswith("take clientid(), or a topic without # in which the thing's name is a level")
