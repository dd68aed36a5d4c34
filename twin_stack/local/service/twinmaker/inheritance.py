"""What a component type is once its parents are taken in: a pure function.

The documentation says that properties and functions are inherited from up to ten parents, and
its examples override only a piece of an inherited definition (`defaultValue`, mostly). It does
not say who wins when two parents define the same name; here it is the parent named first,
except that a function without an implementation never hides one that has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.twinmaker.data_types import FLAGS
from twin_stack.twinmaker.names import ATTRIBUTE_READER, HISTORY_READERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.local.service.twinmaker.context import Json


def resolve(declared: Json, parents: Mapping[str, Json]) -> Json:
    """The whole component type.

    Args:
        declared: what its own request said: `propertyDefinitions`, `functions`,
            `propertyGroups`, `compositeComponentTypes`; and `imported`, the definitions its
            schema initializer gave.
        parents: resolved types by id, in the order of `extendsFrom`.

    Returns:
        The members of GetComponentType that inheritance decides, and `ancestors`, the ids of
        all types it descends from.
    """
    resolved: Json = {
        "propertyDefinitions": _definitions(declared, parents),
        "functions": _functions(declared.get("functions", {}), parents),
        "propertyGroups": _named(declared, parents, "propertyGroups"),
        "compositeComponentTypes": _named(declared, parents, "compositeComponentTypes"),
        "ancestors": sorted(set(parents).union(*(parent["ancestors"] for parent in parents.values()))),
    }
    resolved["isAbstract"] = is_abstract(resolved)
    return resolved


def merge_definition(base: Json | None, own: Json, **flags: bool) -> Json:
    """A property definition with all its flags: `own` laid over `base`, `flags` over both."""
    merged = {**(base or dict.fromkeys(FLAGS, False)), **own, **flags}
    if base and "dataType" in own:
        # an override that repeats the bare type keeps unit and allowed values of the base
        merged["dataType"] = {**base["dataType"], **own["dataType"]}
    return merged


def is_implemented(function: Json | None) -> bool:
    """Whether a function has a Lambda or is native."""
    connector = (function or {}).get("implementedBy", {})
    return bool(connector.get("lambda") or connector.get("isNative"))


def is_abstract(resolved: Json) -> bool:
    """Whether a value that is stored externally has no function that could read it."""
    functions = resolved["functions"]
    has_history = any(is_implemented(functions.get(name)) for name in HISTORY_READERS)
    has_attributes = is_implemented(functions.get(ATTRIBUTE_READER))
    return any(
        definition["isStoredExternally"]
        and not (has_history if definition["isTimeSeries"] else has_attributes)
        for definition in resolved["propertyDefinitions"].values()
    )


def _definitions(declared: Json, parents: Mapping[str, Json]) -> Json:
    inherited: Json = {}
    for parent in parents.values():
        for name, definition in parent["propertyDefinitions"].items():
            inherited.setdefault(name, {**definition, "isInherited": True})
    result = dict(inherited)
    for name, own in declared.get("imported", {}).items():
        result[name] = merge_definition(inherited.get(name), own, isImported=True)
    for name, own in declared.get("propertyDefinitions", {}).items():
        result[name] = merge_definition(result.get(name), own)
    return result


def _functions(own: Json, parents: Mapping[str, Json]) -> Json:
    result: Json = {}
    for parent in parents.values():
        for name, function in parent["functions"].items():
            if not is_implemented(result.get(name)):
                result[name] = {**function, "isInherited": True}
    for name, function in own.items():
        result[name] = {**result.get(name, {}), **function, "isInherited": False}
    return result


def _named(declared: Json, parents: Mapping[str, Json], member: str) -> Json:
    result: Json = {}
    for parent in parents.values():
        for name, item in parent[member].items():
            result.setdefault(name, {**item, "isInherited": True})
    for name, item in declared.get(member, {}).items():
        result[name] = {**item, "isInherited": False}
    return result
