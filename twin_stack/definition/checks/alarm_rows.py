"""Rule of alarms on messages: rows have the component type by which their alarms are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.alarms import inherited_alarms
from twin_stack.definition.findings import Severity
from twin_stack.definition.parts import placed_components
from twin_stack.definition.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN087", "alarm-without-ingest", severity=Severity.WARNING)
def alarm_without_ingest(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that messages of a type with alarms are written as rows of that type.

    The evaluator finds the alarms of a row by its `component_type_id`, which a topic rule writes as a
    constant: the type of its `ingest`, not a subtype or parent. Rows of another type, and rows without
    `component_type_id`, raise no alarm. It is a warning, because something else may write the rows.

    Bad:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: telemetry}
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
            com.example.WatchedPump:
              extendsFrom: [com.example.Pump]
              alarms: {low: {property: flow, below: 2}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.WatchedPump}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows: {componentTypeId: com.example.Pump, topic: plant/+, deviceId: topic(2)}

    Finding:
        component_types/t.yaml:7:1 TWIN087 warning: no ingest writes rows of component type
        "com.example.WatchedPump", and rows of other types raise none of its alarms; add an ingest with this
        componentTypeId, or have what writes the rows add component_type_id

    Fix:
        Name the type in `componentTypeId` of an `ingest`, or write `component_type_id` to each row.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows: {componentTypeId: com.example.WatchedPump, topic: plant/+, deviceId: topic(2)}

    Args:
        definition: The definition.
    """
    entries = definition.twin.ingest if definition.twin is not None else {}
    if not entries or definition.has_lost("ingest"):
        return
    ingested = {entry.component_type_id for entry in entries.values()}
    used = {
        placed.type_id
        for entity in definition.entities.values()
        for placed in placed_components(entity, definition.resolved_types)
    }
    for type_id, alarms in inherited_alarms(definition.component_types).items():
        if not alarms or type_id not in used or type_id in ingested:
            continue
        message = (
            f'no ingest writes rows of component type "{type_id}", and rows of other types raise none of its '
            "alarms"
        )
        remedy = "add an ingest with this componentTypeId, or have what writes the rows add component_type_id"
        place = definition.where("component_types", type_id)
        yield alarm_without_ingest.finding(place, message, remedy)
