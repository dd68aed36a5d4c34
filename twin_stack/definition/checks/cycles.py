"""Rules of cycles: nothing is its own ancestor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.graph import cycles
from twin_stack.definition.rule import Rule, rule
from twin_stack.definition.wording import chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition

INHERITANCE_CYCLE = Rule(
    "TWIN018",
    "inheritance-cycle",
    """Component types extend or contain each other, so that none could be created first.

    Bad:
        component_types/t.yaml:
            com.A: {extendsFrom: [com.B]}
            com.B: {extendsFrom: [com.A]}

    Finding:
        component_types/t.yaml:1:22 TWIN018 component types need each other: com.A -> com.B -> com.A; remove
        one of these parents or parts

    Fix:
        Remove one of the parents or parts along the cycle.

    Good:
        component_types/t.yaml:
            com.A: {extendsFrom: [com.B]}
            com.B: {}
    """,
)


@rule("TWIN017", "parent-cycle")
def parent_cycle(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no entity is its own ancestor.

    Entities are each other's ancestors.

    Bad:
        entities/e.yaml:
            hall-1: {entityName: Hall 1, parentEntityId: hall-2}
            hall-2: {entityName: Hall 2, parentEntityId: hall-1}

    Finding:
        entities/e.yaml:1:46 TWIN017 entities are their own ancestors: hall-1 -> hall-2 -> hall-1; give one of
        them another parent

    Fix:
        Give one of them another parent.

    Good:
        entities/e.yaml:
            hall-1: {entityName: Hall 1}
            hall-2: {entityName: Hall 2, parentEntityId: hall-1}

    Args:
        definition: The definition.
    """
    for cycle in cycles({key: [entity.parent_entity_id] for key, entity in definition.entities.items()}):
        place = definition.where("entities", cycle[0], "parentEntityId")
        message = f"entities are their own ancestors: {chain([*cycle, cycle[0]])}"
        yield parent_cycle.finding(place, message, "give one of them another parent")
