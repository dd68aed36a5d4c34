"""Rules of limits: how much a twin of one stack holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from twin_stack.definition.devices import MAX_LISTED, listed_devices
from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import rule
from twin_stack.definition.schema import MANY_ENTITIES, MAX_ENTITIES
from twin_stack.definition.stack_contents import BULK_ENGINE_RESOURCES, has_bulk_engine, stack_resources
from twin_stack.twinmaker.quotas import MAX_STACK_RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import UncheckedDefinition


MANY_RESOURCES: Final = 480
"""From this number on a warning says that the limit is near."""

_NOUNS: Final = (
    ("entity", "entities"),
    ("asset", "assets"),
    ("component type", "component types"),
    ("asset model", "asset models"),
    ("scene", "scenes"),
    ("other", "others"),
)
"""Singular and plural of what ``StackResources`` counts, in its order."""

_USE_BULK: Final = "set engine: bulk in twin.yaml"


def _resource_places(definition: UncheckedDefinition) -> list[Location]:
    """Return the places of entities that are resources, those with mistakes included, in order."""
    if has_bulk_engine(definition):
        return []
    return sorted(definition.places.get("entities", {}).values())


@rule("TWIN024", "too-many-entities")
def too_many_entities(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that a stack takes the entities, including those with mistakes.

    With `engine: cloudformation`, the default, each entity is a resource, and there are more entities than
    one stack takes: CloudFormation allows 500 resources, and the twin needs some for itself.

    Bad:
        entities/e.yaml (401 lines):
            m-<n>: {entityName: Machine}

    Finding:
        entities/e.yaml:401:1 TWIN024 401 entities are more than the 400 of the cloudformation engine; set
        engine: bulk in twin.yaml

    Fix:
        Set `engine: bulk` in `twin.yaml`, which deploys any number of entities by one resource. A twin that
        is deployed already changes its engine in [three deployments](scale.md#change-the-engine), which keep
        its entities.

    Good:
        twin.yaml:
            workspaceId: my-twin
            engine: bulk
        entities/e.yaml (401 lines):
            m-<n>: {entityName: Machine}

    Args:
        definition: The definition.
    """
    places = _resource_places(definition)
    if len(places) > MAX_ENTITIES:
        message = f"{len(places)} entities are more than the {MAX_ENTITIES} of the cloudformation engine"
        yield too_many_entities.finding(places[MAX_ENTITIES], message, _USE_BULK)


@rule("TWIN025", "many-entities", severity=Severity.WARNING)
def many_entities(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of a number of entities that is close to the limit.

    The number of entities is close to the limit of TWIN024: it is time to change the engine. The twin is
    still deployed.

    Bad:
        entities/e.yaml (300 lines):
            m-<n>: {entityName: Machine}

    Finding:
        entities/e.yaml:300:1 TWIN025 warning: 300 entities come near the 400 of the cloudformation engine;
        set engine: bulk in twin.yaml

    Fix:
        Set `engine: bulk` in `twin.yaml`; a twin that is deployed already
        [keeps its entities](scale.md#change-the-engine).

    Good:
        twin.yaml:
            workspaceId: my-twin
            engine: bulk
        entities/e.yaml (300 lines):
            m-<n>: {entityName: Machine}

    Args:
        definition: The definition.
    """
    places = _resource_places(definition)
    if MANY_ENTITIES <= len(places) <= MAX_ENTITIES:
        message = f"{len(places)} entities come near the {MAX_ENTITIES} of the cloudformation engine"
        yield many_entities.finding(places[MANY_ENTITIES - 1], message, _USE_BULK)


@rule("TWIN046", "too-many-devices")
def too_many_devices(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the list of a connector's devices fits into its function's environment.

    A connector with `listDevices` gets its devices in an environment variable, and a function has 4 KB of
    those.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors:
              archive: {kind: dynamodb, tableName: plant-archive, listDevices: true}
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: archive}
        entities/e.yaml (250 lines):
            machine-<n>: {entityName: M <n>, components: {sensor: {componentTypeId: com.example.Sensor}}}

    Finding:
        entities/e.yaml:250:1 TWIN046 the devices of connector "archive" take 3,416 characters, 3,000 fit into
        the function's environment; give the table an index by component type and name it in
        componentTypeIndex

    Fix:
        Give the table a global secondary index with partition key `component_type_id` and the table's sort
        key, and name it in `componentTypeIndex` instead.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors:
              archive: {kind: dynamodb, tableName: plant-archive, componentTypeIndex: by-type}

    Args:
        definition: The definition.
    """
    connectors = definition.twin.connectors if definition.twin is not None else {}
    for name, connector in connectors.items():
        if not connector.list_devices:
            continue
        devices = listed_devices(name, connector, definition.entities, definition.resolved_types)
        size = len(json.dumps(devices, separators=(",", ":")))
        if size > MAX_LISTED:
            place = definition.where("entities", list(definition.entities)[-1])
            message = (
                f'the devices of connector "{name}" take {size:,} characters, {MAX_LISTED:,} fit into the '
                "function's environment"
            )
            remedy = "give the table an index by component type and name it in componentTypeIndex"
            yield too_many_devices.finding(place, message, remedy)


@rule("TWIN066", "too-many-resources")
def too_many_resources(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that a stack takes all that the twin creates.

    Everything that the twin creates is more than the 500 resources of a stack; from 480 on it is a warning.
    Entities, SiteWise assets and their models, component types and scenes are counted, and all others: what
    connectors, ingests, alarms and the workspace need. The settings of a stage can add a few.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                power: {dataType: DOUBLE, isTimeSeries: true}
              functions: {dataReader: plant}
        entities/e.yaml (240 lines):
            machine-<n>: {entityName: M <n>, components: {motor: {componentTypeId: com.example.Motor}}}

    Finding:
        entities/e.yaml:240:1 TWIN066 240 entities, 240 assets, 1 component type, 1 asset model and 27 others,
        together 509, are more than the 500 resources of a stack; set engine: bulk in twin.yaml

    Fix:
        Set `engine: bulk` in `twin.yaml`, so that no entity is a resource, or move a part of the entities to
        a second workspace, or read them from existing assets (`assets: existing`).

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, propertyAlias: "/${entityId}/${propertyName}"}}

    Args:
        definition: The definition.
    """
    if len(definition.entities) > MAX_ENTITIES and not has_bulk_engine(definition):
        return  # reported as too many entities
    resources = stack_resources(definition)
    count = sum(resources)
    if count < MANY_RESOURCES:
        return
    named = [
        f"{number} {singular if number == 1 else plural}"
        for number, (singular, plural) in zip(resources, _NOUNS, strict=True)
        if number
    ]
    message = f"{', '.join(named[:-1])} and {named[-1]}, together {count},"
    place = max(
        place
        for kind in ("entities", "component_types", "scenes")
        for place in definition.places.get(kind, {}).values()
    )
    others = count - resources.entities
    if count > MAX_STACK_RESOURCES:
        message += f" are more than the {MAX_STACK_RESOURCES} resources of a stack"
        is_enough = resources.entities > BULK_ENGINE_RESOURCES and others < MANY_RESOURCES
        remedy = _USE_BULK if is_enough else "move a part of them to a second workspace"
        yield too_many_resources.finding(place, message, remedy)
    else:
        message += f" come near the {MAX_STACK_RESOURCES} resources of a stack"
        yield too_many_resources.warning(place, message, "plan a second workspace")
