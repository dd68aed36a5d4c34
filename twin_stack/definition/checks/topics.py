"""Rule of topics: a device cannot send messages in the name of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Severity
from twin_stack.definition.ingest import publishes_for_others
from twin_stack.definition.rule import rule
from twin_stack.definition.source import at
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN086", "devices-not-isolated", severity=Severity.WARNING)
def devices_not_isolated(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that a policy can keep each device to its own id.

    Each device could send messages in the name of every other one, and so raise or hide their alarms. A
    policy of AWS IoT restricts the client id and the topics of a device, but not the content of its messages.
    Its wildcard `*` also matches slashes, so a level after a wildcard has no fixed place if the topic ends in
    `#`. It is a warning, because a gateway that is trusted may send for many devices.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+/#, deviceId: topic(3)}

    Finding:
        twin.yaml:4:76 TWIN086 warning: a device can send messages in the name of every other one: no IoT
        policy fixes topic(3) of "plant/+/#"; take clientid(), or a topic without # in which the thing's name
        is a level

    Fix:
        Take `clientid()`, or give the name of the thing a level of its own in a topic without `#`.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+/+/temperature, deviceId: topic(3)}

    Args:
        definition: The twin file.
    """
    entries = definition.twin.ingest if definition.twin is not None else {}
    for name, entry in entries.items():
        if not publishes_for_others(entry.topic, entry.device_id):
            continue
        is_in_topic = entry.device_id.startswith("topic(")
        source = (
            f"{entry.device_id} of {quote_value(entry.topic)}"
            if is_in_topic
            else f"{quote_value(entry.device_id)} in a message"
        )
        message = f"a device can send messages in the name of every other one: no IoT policy fixes {source}"
        remedy = "take clientid(), or a topic without # in which the thing's name is a level"
        place = definition.where("twin", "", "ingest", name, "deviceId")
        yield devices_not_isolated.finding(place, message, remedy)


@rule("TWIN112", "topic-rules-share-name")
def topic_rules_share_name(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that ingests have topic rules of their own.

    The name of a topic rule may have letters, digits and `_`, so `-` in the key of an ingest becomes `_`.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              hall-1: {componentTypeId: com.example.Sensor, topic: hall/1/+, deviceId: topic(3)}
              hall_1: {componentTypeId: com.example.Sensor, topic: hall/2/+, deviceId: topic(3)}

    Finding:
        twin.yaml:5:3 TWIN112 ingests "hall-1" and "hall_1" have topic rules of one name, because it has
        "_" in place of "-"; rename one

    Fix:
        Rename one of the ingests.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              hall-1: {componentTypeId: com.example.Sensor, topic: hall/1/+, deviceId: topic(3)}
              hall-2: {componentTypeId: com.example.Sensor, topic: hall/2/+, deviceId: topic(3)}

    Args:
        definition: The twin file.
    """
    names: dict[str, str] = {}
    for name in definition.twin.ingest if definition.twin is not None else {}:
        first = names.setdefault(name.replace("-", "_"), name)
        if first != name:
            message = (
                f"ingests {quote_value(first)} and {quote_value(name)} have topic rules of one name, because "
                'it has "_" in place of "-"'
            )
            place = at(definition.sources["twin", ""]["ingest"], name, of_key=True)
            yield topic_rules_share_name.finding(place, message, "rename one")
