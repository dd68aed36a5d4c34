"""Nothing may be its own ancestor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, Finding, chain
from twin_stack.definition.graph import cycles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft


def cut_inheritance_cycles(draft: Draft) -> None:
    """Report every cycle in ``extendsFrom`` and ``compositeComponentTypes``, and cut it.

    Types that need each other could not be created one after the other, nor resolved.

    Args:
        draft: It takes the findings; types of a cycle lose their parents and parts.
    """
    cut: set[str] = set()
    for cycle in cycles({key: one.needs for key, one in draft.component_types.items()}):
        place = draft.where("component_types", cycle[0], "extendsFrom")
        message = f"component types need each other: {chain([*cycle, cycle[0]])}"
        draft.findings.append(
            Finding(place, Code.INHERITANCE_CYCLE, message, "remove one of these parents or parts")
        )
        cut.update(cycle)
    for type_id in cut:
        draft.partial.add(("component_types", type_id))
        draft.component_types[type_id] = draft.component_types[type_id].model_copy(
            update={"extends_from": [], "composite_component_types": {}}
        )


def parent_cycles(draft: Draft) -> Iterator[Finding]:
    """Report every cycle in ``parentEntityId``.

    Args:
        draft: Entities.
    """
    for cycle in cycles({key: [one.parent_entity_id] for key, one in draft.entities.items()}):
        place = draft.where("entities", cycle[0], "parentEntityId")
        message = f"entities are their own ancestors: {chain([*cycle, cycle[0]])}"
        yield Finding(place, Code.PARENT_CYCLE, message, "give one of them another parent")
