"""Component types with everything they inherit, in the form of GetComponentType."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.data_types import FLAGS
from twin_stack.twinmaker.inheritance import (
    inherit,
    inherit_singleton,
    is_implemented,
    is_stored_externally,
    override_definition,
    unread_properties,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.local.service.twinmaker.context import Json


def resolve(declared: Json, parents: Mapping[str, Json]) -> Json:
    """Return a component type with everything it inherits.

    Args:
        declared: Members of its own request: ``propertyDefinitions``, ``functions``, ``propertyGroups``,
            ``compositeComponentTypes``, ``isSingleton``; and ``imported``, the property definitions that its
            schema initializer returned.
        parents: Resolved types by id, in the order of ``extendsFrom``.

    Returns:
        The members of GetComponentType that inheritance decides, and ``ancestors``, the ids of all types
        that it extends, directly or not.
    """
    named = partial(_named, declared, parents)
    resolved: Json = {
        "propertyDefinitions": _definitions(declared, parents),
        "functions": named("functions"),
        "propertyGroups": named("propertyGroups"),
        "compositeComponentTypes": named("compositeComponentTypes"),
        "ancestors": sorted(set(parents).union(*(parent["ancestors"] for parent in parents.values()))),
        "isSingleton": inherit_singleton(
            own=declared.get("isSingleton"), parents=[parent["isSingleton"] for parent in parents.values()]
        ),
    }
    resolved["isAbstract"] = is_abstract(resolved)
    return resolved


def merge_definition(base: Json | None, own: Json, **flags: bool) -> Json:
    """Return a property definition with all its flags.

    Args:
        base: The definition that is overridden; None for a new property.
        own: The members that are given.
        flags: Flags that hold whatever the others say.
    """
    return override_definition(base or dict.fromkeys(FLAGS, False), {**own, **flags})


def is_abstract(resolved: Json) -> bool:
    """Return whether a property is stored externally and no function reads it.

    Args:
        resolved: ``propertyDefinitions`` and ``functions`` of a type.
    """
    external = {
        name: definition["isTimeSeries"]
        for name, definition in resolved["propertyDefinitions"].items()
        if is_stored_externally(
            is_time_series=definition["isTimeSeries"], flag=definition["isStoredExternally"]
        )
    }
    functions = resolved["functions"]
    implemented = {name for name, function in functions.items() if is_implemented(function)}
    return bool(unread_properties(external, implemented))


def _definitions(declared: Json, parents: Mapping[str, Json]) -> Json:
    inherited = inherit({}, [_mark_inherited(parent["propertyDefinitions"]) for parent in parents.values()])
    imported = {
        name: merge_definition(inherited.get(name), item, isImported=True)
        for name, item in declared.get("imported", {}).items()
    }
    present = inherited | imported
    own = {
        name: merge_definition(present.get(name), item)
        for name, item in declared.get("propertyDefinitions", {}).items()
    }
    return present | own


def _named(declared: Json, parents: Mapping[str, Json], member: str) -> Json:
    own = {name: {**item, "isInherited": False} for name, item in declared.get(member, {}).items()}
    return inherit(own, [_mark_inherited(parent[member]) for parent in parents.values()])


def _mark_inherited(items: Json) -> Json:
    return {name: {**item, "isInherited": True} for name, item in items.items()}


def _resolve_builtin_types() -> dict[str, Json]:
    resolved: dict[str, Json] = {}
    for type_id, declared in BUILTIN_TYPES.items():
        parents = {parent: resolved[parent] for parent in declared.get("extendsFrom", ())}
        resolved[type_id] = {
            **resolve(declared, parents),
            "description": declared["description"],
            "extendsFrom": list(parents),
        }
    return resolved


RESOLVED_BUILTIN_TYPES: dict[str, Json] = _resolve_builtin_types()
"""The component types of AWS by id, in the form of ``resolve``."""
