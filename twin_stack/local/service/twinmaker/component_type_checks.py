"""What the service's model cannot express of a component type: properties, groups, composites, quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.context import check_quota, invalid
from twin_stack.local.service.twinmaker.inheritance import merge_definition, resolve
from twin_stack.local.service.twinmaker.known_messages import types_missing
from twin_stack.local.service.twinmaker.values import allowed_values_problems, value_problems
from twin_stack.twinmaker.quotas import (
    MAX_COMPOSITION_DEPTH,
    MAX_COMPOSITION_SIZE,
    MAX_INHERITANCE_DEPTH,
    MAX_PARENTS,
    MAX_PROPERTIES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.local.service.twinmaker.components import Types
    from twin_stack.local.service.twinmaker.context import Json


def check_type(workspace_id: str, type_id: str, declared: Json, resolved: Json, types: Types) -> None:
    """Check a component type that is to be written, and report every problem.

    Args:
        workspace_id: Its workspace.
        type_id: Its id.
        declared: Its declaration in requests.
        resolved: The same with everything that it inherits.
        types: Resolves component types.

    Raises:
        ServiceError: The declaration is invalid, names a type that does not exist, or exceeds a quota.
    """
    problems = []
    parents = declared.get("extendsFrom", ())
    if len(parents) > MAX_PARENTS:
        problems.append(f"{len(parents)} types in extendsFrom, allowed are {MAX_PARENTS}")
    inherited = resolve({}, {parent: types(parent) for parent in parents})
    for name, own in declared.get("propertyDefinitions", {}).items():
        problems += _definition_problems(name, inherited["propertyDefinitions"].get(name), own)
    for name, group in declared.get("propertyGroups", {}).items():
        unknown = set(group.get("propertyNames", ())) - set(resolved["propertyDefinitions"])
        problems += [f"property group {name!r} names unknown property {item!r}" for item in unknown]
    contained = {name: item["componentTypeId"] for name, item in resolved["compositeComponentTypes"].items()}
    check_existence(workspace_id, (inner for inner in contained.values() if inner != type_id), types)
    problems += [
        f"composite component {name!r} would contain its own type"
        for name, inner in contained.items()
        if _contains(inner, type_id, types)
    ]
    if problems:
        raise invalid(f"component type {type_id!r}: {'; '.join(problems)}")
    _check_quotas(type_id, parents, resolved, types)


def check_existence(workspace_id: str, type_ids: Iterable[str], types: Types) -> None:
    """Check that component types exist.

    Args:
        workspace_id: Their workspace.
        type_ids: Their ids.
        types: Resolves component types.

    Raises:
        ServiceError: Some do not exist; the message names all of them.
    """
    missing = []
    for type_id in dict.fromkeys(type_ids):
        try:
            types(type_id)
        except ServiceError:
            missing.append(type_id)
    if missing:
        raise types_missing(workspace_id, missing)


def _check_quotas(type_id: str, parents: Iterable[str], resolved: Json, types: Types) -> None:
    """Check a type against the quotas; the type itself is one level of its inheritance and composition."""
    subject = f"component type {type_id!r}"
    check_quota(subject, len(resolved["propertyDefinitions"]), MAX_PROPERTIES, "properties")
    levels = 1 + max((_inheritance_levels(parent, types) for parent in parents), default=0)
    check_quota(subject, levels, MAX_INHERITANCE_DEPTH, "levels of inheritance")
    depth, size = _composition(resolved, types)
    check_quota(subject, depth, MAX_COMPOSITION_DEPTH, "levels of composite components")
    check_quota(subject, size, MAX_COMPOSITION_SIZE, "component types in its composition tree")


def _inheritance_levels(type_id: str, types: Types) -> int:
    return 1 + max(
        (_inheritance_levels(parent, types) for parent in types(type_id)["extendsFrom"]), default=0
    )


def _composition(resolved: Json, types: Types) -> tuple[int, int]:
    """Return the depth of a composition tree and the number of component types in it."""
    inner = [
        _composition(types(item["componentTypeId"]), types)
        for item in resolved["compositeComponentTypes"].values()
    ]
    return 1 + max((depth for depth, _ in inner), default=0), 1 + sum(size for _, size in inner)


def _contains(outer: str, type_id: str, types: Types) -> bool:
    """Return whether ``outer`` is a type, extends it, or contains it at any depth."""
    resolved = types(outer) if outer != type_id else None
    if resolved is None or type_id in resolved["ancestors"]:
        return True
    return any(
        _contains(item["componentTypeId"], type_id, types)
        for item in resolved["compositeComponentTypes"].values()
    )


def _definition_problems(name: str, base: Json | None, own: Json) -> list[str]:
    if base is None and "dataType" not in own:
        return [f"property {name!r} is not inherited, so it needs a dataType"]
    merged = merge_definition(base, own)
    data_type = merged["dataType"]
    if base and base["dataType"]["type"] != data_type["type"]:
        return [
            f"property {name!r} is inherited with type {base['dataType']['type']}, "
            f"which {data_type['type']} cannot replace"
        ]
    problems = allowed_values_problems(data_type, name)
    if "defaultValue" in own:
        problems += value_problems(own["defaultValue"], data_type, f"{name}.defaultValue")
    return problems
