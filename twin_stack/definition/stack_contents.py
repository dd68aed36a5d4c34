"""What a twin puts into its stack: resources by kind, and the size of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from twin_stack.definition.asset_tree import asset_keys
from twin_stack.definition.managed_types import managed_types
from twin_stack.definition.parts import placed_components

if TYPE_CHECKING:
    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.definition.unchecked import UncheckedDefinition

# Checked with the templates of the models by tests/templates/test_stack_contents.py.
_ALWAYS: Final = 15
"""Workspace with role and policy, bucket with policy, guard of history, dashboard, alarms on the service."""
_CONNECTOR: Final = 9
"""Function, role, log, the workspace's policy, four alarms, count of cold starts."""
_FUNCTION_OF_OTHERS: Final = 5
"""The workspace's policy and four alarms."""
_INGEST: Final = 3
"""Topic rule, role, alarm."""
_INGESTS: Final = 4
"""Device policy, and the dead-letter queue with policy and alarm."""
_ALARM_EVALUATOR: Final = 12
_SCENE_UPLOAD: Final = 6
_ASSET_MANAGER: Final = 3
BULK_ENGINE_RESOURCES: Final = 14
"""Function, role, log, the custom resource, and the CDK's Provider framework: functions, roles, waiter."""
BULK_ASSETS_RESOURCES: Final = 11
"""The custom resource of all SiteWise assets, and the CDK's Provider framework."""

_OTHER_BYTES: Final = 80_000
_ITEM_BYTES: Final = 500
_ASSET_BYTES: Final = 950
"""What the rest of a template, an entity or type and an asset take with indentation."""
_GROWTH: Final = 3.2
"""What a byte of an entity or type takes, with CloudFormation's names and indentation around it."""


class StackResources(NamedTuple):
    """The numbers of resources of a stack.

    Attributes:
        entities: Entities, if they are resources.
        assets: SiteWise assets that the twin creates, if they are resources.
        component_types: Component types.
        asset_models: SiteWise asset models that the twin creates.
        scenes: Scenes.
        others: All others.
    """

    entities: int
    assets: int
    component_types: int
    asset_models: int
    scenes: int
    others: int


def stack_resources(definition: UncheckedDefinition | TwinDefinition) -> StackResources:
    """Return the numbers of resources, without those of a stage's own settings.

    Args:
        definition: The definition.
    """
    keys = asset_keys(definition.entities, managed_types(definition), definition.resolved_types)
    models = {type_id for own in keys.values() for _, type_id in own}
    others = _ALWAYS
    if definition.twin is not None:
        connectors = definition.twin.connectors.values()
        functions = {"lambda": _FUNCTION_OF_OTHERS, "sitewise-native": 0}
        others += sum(functions.get(connector.kind, _CONNECTOR) for connector in connectors)
        others += any(connector.reads_telemetry_table for connector in connectors)
        ingests = len(definition.twin.ingest)
        others += ingests * _INGEST + (_INGESTS if ingests else 0)
    if any(declared.alarms for declared in definition.component_types.values()):
        others += _ALARM_EVALUATOR
    others += (_SCENE_UPLOAD if definition.scenes else 0) + (_ASSET_MANAGER if models else 0)
    is_bulk = has_bulk_engine(definition)
    others += BULK_ENGINE_RESOURCES if is_bulk else 0
    has_list = has_bulk_assets(definition)
    others += BULK_ASSETS_RESOURCES if has_list and models else 0
    return StackResources(
        0 if is_bulk else len(definition.entities),
        0 if has_list else sum(map(len, keys.values())),
        len(definition.component_types),
        len(models),
        len(definition.scenes),
        others,
    )


def has_bulk_engine(definition: UncheckedDefinition | TwinDefinition) -> bool:
    """Return whether entities are deployed by the ``bulk`` engine, so that none of them is a resource.

    Args:
        definition: The definition.
    """
    return definition.twin is not None and definition.twin.engine == "bulk"


def has_bulk_assets(definition: UncheckedDefinition | TwinDefinition) -> bool:
    """Return whether one resource has all SiteWise assets of a twin.

    While a twin is handed over, each asset is a resource: CloudFormation imports entities of the other engine
    only if the resources exist that they refer to.

    Args:
        definition: The definition.
    """
    return has_bulk_engine(definition) and definition.twin is not None and not definition.twin.hand_over


def estimated_template_bytes(definition: TwinDefinition) -> int:
    """Return about how large the template is with indentation, rather too much than too little.

    Args:
        definition: A checked definition.
    """
    entities = () if has_bulk_engine(definition) else definition.entities.values()
    items = [*definition.component_types.values(), *entities]
    contents = (item.model_dump_json(by_alias=True, exclude_defaults=True).encode() for item in items)
    size = _OTHER_BYTES + _ITEM_BYTES * len(items) + round(_GROWTH * sum(map(len, contents)))
    if not has_bulk_assets(definition) and any(
        connector.manages_assets for connector in definition.connectors.values()
    ):
        size += _ASSET_BYTES * sum(
            sum(1 for _ in placed_components(entity, definition.resolved_types))
            for entity in definition.entities.values()
        )
    return size
