"""Rules of the ``bulk`` engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.definition.rule import rule
from twin_stack.definition.schema import Bulk
from twin_stack.definition.stack_contents import has_bulk_engine
from twin_stack.twinmaker.quotas import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition

MAX_OPERATION_SECONDS: Final = 45 * 60
"""What the engine uses of the hour that a custom resource has, so that a rollback has time too."""


@rule("TWIN270", "bulk-without-engine")
def bulk_without_engine(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that settings of the bulk engine are of a twin that has this engine.

    `bulk` holds the settings of `engine: bulk`; with `engine: cloudformation` it has no effect.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            bulk: {onDrift: overwrite}

    Finding:
        twin.yaml:2:1 TWIN270 bulk has no effect with engine: cloudformation; set engine: bulk, or leave bulk
        out

    Fix:
        Set `engine: bulk`, or remove `bulk`.

    Good:
        twin.yaml:
            workspaceId: my-twin
            engine: bulk
            bulk: {onDrift: overwrite}

    Args:
        definition: The definition.
    """
    twin = definition.twin
    if twin is not None and twin.bulk is not None and not has_bulk_engine(definition):
        place = definition.where_key("twin", "", "bulk")
        message = f"bulk has no effect with engine: {twin.engine}"
        yield bulk_without_engine.finding(place, message, "set engine: bulk, or leave bulk out")


@rule("TWIN271", "bulk-takes-too-long")
def bulk_takes_too_long(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the bulk engine can create the twin in one operation.

    An operation has 45 minutes, of the hour of a custom resource. Entities are created by transfer jobs, but
    values of parts (`compositeComponents`) take a request for each entity, and requests are limited by
    `bulk.requestsPerSecond`.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            engine: bulk
            bulk: {requestsPerSecond: 1}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions: {model: STRING}
            com.example.Pump:
              compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
        entities/e.yaml (2700 lines):
            m-<n>: {entityName: MM, components: {p: {componentTypeId: com.example.Pump}}, compositeComponents: {p/motor: {properties: {model: XX}}}}

    Finding:
        twin.yaml:3:7 TWIN271 2,700 entities with compositeComponents take 46 minutes with 1 request a second,
        an operation has 45; raise bulk.requestsPerSecond, or give the types of the parts default values

    Fix:
        Raise `bulk.requestsPerSecond`, of which an account has ten, or give the component types of the parts
        default values.

    Good:
        twin.yaml:
            workspaceId: my-twin
            engine: bulk

    Args:
        definition: The definition.
    """  # noqa: E501 (an entity in one line)
    if definition.twin is None or not has_bulk_engine(definition):
        return
    with_parts = sum(bool(entity.composite_components) for entity in definition.entities.values())
    rate = (definition.twin.bulk or Bulk()).requests_per_second
    seconds = (with_parts + len(definition.entities) / MAX_PAGE) / rate
    if with_parts and seconds > MAX_OPERATION_SECONDS:
        is_set = "bulk" in definition.sources["twin", ""]
        place = definition.where("twin", "", "bulk") if is_set else definition.where("twin", "", "engine")
        message = (
            f"{with_parts:,} entities with compositeComponents take {-(-seconds // 60):,.0f} minutes with "
            f"{rate} request{'s' if rate > 1 else ''} a second, an operation has 45"
        )
        remedy = "raise bulk.requestsPerSecond, or give the types of the parts default values"
        yield bulk_takes_too_long.finding(place, message, remedy)
