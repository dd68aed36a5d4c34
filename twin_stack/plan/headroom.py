"""The room that a twin leaves in the quotas, and the time that its model calls take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.stack_contents import estimated_template_bytes, stack_resources
from twin_stack.plan.changes import Quota
from twin_stack.plan.usage import Usage
from twin_stack.twinmaker import quotas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.twin_definition import TwinDefinition


def quota_changes(before: TwinDefinition | None, after: TwinDefinition | None) -> tuple[Quota, ...]:
    """Return the quotas whose number changes.

    Args:
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    old, new = _numbers(before), _numbers(after)
    return tuple(
        Quota(name, limit, old[name], new[name], is_adjustable)
        for name, (limit, is_adjustable) in _LIMITS.items()
        if old[name] != new[name]
    )


_LIMITS: Mapping[str, tuple[int, bool]] = {
    "resources of the stack": (quotas.MAX_STACK_RESOURCES, False),
    "bytes of the template (estimated)": (quotas.MAX_TEMPLATE_BYTES, False),
    "entities of the workspace": (quotas.MAX_WORKSPACE_ENTITIES, True),
    "component types of the workspace": (quotas.MAX_WORKSPACE_COMPONENT_TYPES, True),
    "scenes of the workspace": (quotas.MAX_WORKSPACE_SCENES, True),
    "levels of entities": (quotas.MAX_ENTITY_DEPTH, True),
    "components of an entity": (quotas.MAX_COMPONENTS, True),
    "properties of a component type": (quotas.MAX_PROPERTIES, True),
    "levels of component types": (quotas.MAX_INHERITANCE_DEPTH, True),
}


def _numbers(definition: TwinDefinition | None) -> dict[str, int]:
    if definition is None:
        return dict.fromkeys(_LIMITS, 0)
    types = definition.component_types
    numbers = (
        sum(stack_resources(definition)[:]),
        estimated_template_bytes(definition),
        len(definition.entities),
        len(types),
        len(definition.scenes),
        Usage(definition).depth,
        max((len(entity.components) for entity in definition.entities.values()), default=0),
        max((len(definition.resolved_types[type_id].properties) for type_id in types), default=0),
        _type_depth(definition),
    )
    return dict(zip(_LIMITS, numbers, strict=True))


def _type_depth(definition: TwinDefinition) -> int:
    depths: dict[str, int] = {}
    for type_id, declared in definition.component_types.items():  # parents come first
        depths[type_id] = 1 + max((depths.get(parent, 0) for parent in declared.extends_from), default=0)
    return max(depths.values(), default=0)
