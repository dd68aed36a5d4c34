"""Resolve: component types without cycles, with all that they inherit."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from twin_stack.definition.checks.cycles import INHERITANCE_CYCLE
from twin_stack.definition.graph import Ancestors, cycles
from twin_stack.definition.resolve import MAX_INHERITED, ResolvedType, resolve
from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.unchecked import Declarations, ResolvedDeclarations, members_of
from twin_stack.definition.wording import chain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import ComponentType


def resolve_declarations(declarations: Declarations, findings: list[Finding]) -> ResolvedDeclarations:
    """Cut cycles of component types and resolve the types.

    Args:
        declarations: What the files declare.
        findings: Receives every mistake.
    """
    types = dict(declarations.component_types)
    cut = _cycle_members(declarations, findings)
    for type_id in cut:
        types[type_id] = types[type_id].model_copy(
            update={"extends_from": [], "composite_component_types": {}}
        )
    partial = declarations.partial | {("component_types", type_id) for type_id in cut}
    resolved = resolve_types(types, partial)
    missing = sorted(types.keys() - resolved.keys())
    for type_id in missing:
        del types[type_id]
    if missing:
        place = declarations.where("component_types", missing[0])
        message = f"component types inherit more than {MAX_INHERITED:,} properties in all"
        findings.append(VALUE_NOT_ALLOWED.finding(place, message, "extend fewer types"))
    return ResolvedDeclarations(
        **members_of(declarations)
        | {
            "component_types": MappingProxyType(types),
            "partial": partial,
            "resolved_types": MappingProxyType(resolved),
            "ancestors": Ancestors({key: own.extends_from for key, own in types.items()}),
        }
    )


def _cycle_members(declarations: Declarations, findings: list[Finding]) -> dict[str, None]:
    """Return the types of all cycles, and report each cycle.

    Types that need each other could not be created one after the other, nor resolved.
    """
    members: dict[str, None] = {}
    for cycle in cycles({key: own.needs for key, own in declarations.component_types.items()}):
        place = declarations.where("component_types", cycle[0], "extendsFrom")
        message = f"component types need each other: {chain([*cycle, cycle[0]])}"
        remedy = "remove one of these parents or parts"
        findings.append(INHERITANCE_CYCLE.finding(place, message, remedy))
        members.update(dict.fromkeys(cycle))
    return members


def resolve_types(
    types: Mapping[str, ComponentType], partial: frozenset[tuple[str, str]]
) -> dict[str, ResolvedType]:
    """Return the types with all that they inherit, by id, those of AWS among them.

    Args:
        types: Component types by id, without cycles.
        partial: Kind and id of items with mistakes: such a type may have any property.
    """
    return resolve(types, {item_id for kind, item_id in partial if kind == "component_types"})
