"""The room that a twin leaves in the quotas, and the time that its model calls take."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from twin_stack.definition.asset_tree import asset_keys, hierarchy_links
from twin_stack.definition.managed_types import managed_types
from twin_stack.definition.parts import composition_sizes
from twin_stack.definition.stack_contents import estimated_template_bytes, stack_resources
from twin_stack.plan.changes import Quota
from twin_stack.plan.usage import Usage
from twin_stack.twinmaker import quotas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.rule import Template


def quota_changes(
    before: TwinDefinition | None,
    after: TwinDefinition | None,
    templates: tuple[Template, Template] | None = None,
) -> tuple[Quota, ...]:
    """Return the quotas whose number changes.

    Args:
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
        templates: The templates of the stacks before and after, whose resources and bytes are counted.
            Default: the numbers are those that the definitions make.
    """
    old, new = _numbers(before), _numbers(after)
    if templates is not None:
        for numbers, template in zip((old, new), templates, strict=True):
            numbers[_RESOURCES] = len(template["Resources"])
            numbers[_BYTES] = len(json.dumps(template, indent=1, ensure_ascii=False).encode())  # as the CDK
    limits = {name: limit for name, (limit, _) in _LIMITS.items()}
    if after is not None and after.twin.bulk is not None:
        limits[_ENTITIES] = after.twin.bulk.max_entities
    return tuple(
        Quota(name, limits[name], old[name], new[name], is_adjustable)
        for name, (_, is_adjustable) in _LIMITS.items()
        if old[name] != new[name]
    )


_RESOURCES: Final = "resources of the stack"
_BYTES: Final = "bytes of the template (estimated)"
_ENTITIES: Final = "entities of the workspace"
_LIMITS: Mapping[str, tuple[int, bool]] = {
    _RESOURCES: (quotas.MAX_STACK_RESOURCES, False),
    _BYTES: (quotas.MAX_TEMPLATE_BYTES, False),
    _ENTITIES: (quotas.MAX_WORKSPACE_ENTITIES, True),
    "component types of the workspace": (quotas.MAX_WORKSPACE_COMPONENT_TYPES, True),
    "scenes of the workspace": (quotas.MAX_WORKSPACE_SCENES, True),
    "levels of entities": (quotas.MAX_ENTITY_DEPTH, True),
    "components of an entity": (quotas.MAX_COMPONENTS, True),
    "properties of a component type": (quotas.MAX_PROPERTIES, True),
    "levels of component types": (quotas.MAX_INHERITANCE_DEPTH, True),
    "properties of a component with its own ones": (quotas.MAX_PROPERTIES, True),
    "parents of a component type": (quotas.MAX_PARENTS, False),
    "levels of parts of a component type": (quotas.MAX_COMPOSITION_DEPTH, True),
    "component types in the parts of a component type": (quotas.MAX_COMPOSITION_SIZE, True),
    "properties of a SiteWise asset model": (quotas.MAX_SITEWISE_PROPERTIES, True),
    "assets of a SiteWise asset model": (quotas.MAX_SITEWISE_MODEL_ASSETS, True),
    "child assets of a SiteWise asset": (quotas.MAX_SITEWISE_CHILDREN, True),
}
"""Limit of each number, and whether AWS raises it on request.

Others are those of an account, which a plan does not read: workspaces, and requests a second.
"""


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
        _component_properties(definition),
        max((len(declared.extends_from) for declared in types.values()), default=0),
        *_composition(definition),
        *_sitewise(definition),
    )
    return dict(zip(_LIMITS, numbers, strict=True))


def _component_properties(definition: TwinDefinition) -> int:
    """Return the most properties of a component that has some beside those of its type; 0 if none has."""
    most = 0
    for entity in definition.entities.values():
        for component in entity.components.values():
            resolved = definition.resolved_types.get(component.component_type_id)
            inherited = resolved.properties if resolved is not None else {}
            own = len(component.properties.keys() - inherited.keys())
            most = max(most, len(inherited) + own if own else 0)
    return most


def _composition(definition: TwinDefinition) -> tuple[int, int]:
    """Return the most levels and the most types of a composition tree."""
    sizes = composition_sizes(definition.resolved_types)
    own = [sizes[type_id] for type_id in definition.component_types if type_id in sizes]
    return max((levels for levels, _ in own), default=0), max((size for _, size in own), default=0)


def _sitewise(definition: TwinDefinition) -> tuple[int, int, int]:
    """Return the most properties and assets of a managed asset model, and the most children of an asset."""
    types = managed_types(definition)
    keys = asset_keys(definition.entities, types, definition.resolved_types)
    assets = Counter(type_id for own in keys.values() for _, type_id in own)
    children = Counter(parent for parent, _, _, _ in hierarchy_links(definition.entities, keys))
    return (
        max((len(types[type_id].properties) for type_id in assets), default=0),
        max(assets.values(), default=0),
        max(children.values(), default=0),
    )


def _type_depth(definition: TwinDefinition) -> int:
    depths: dict[str, int] = {}
    for type_id, declared in definition.component_types.items():  # parents come first
        depths[type_id] = 1 + max((depths.get(parent, 0) for parent in declared.extends_from), default=0)
    return max(depths.values(), default=0)
