"""How much fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, Finding, Severity
from twin_stack.definition.schema import MANY_ENTITIES, MAX_ENTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft


def entity_count(draft: Draft) -> Iterator[Finding]:
    """Report more entities than a stack takes: CloudFormation allows 500 resources in all.

    Args:
        draft: Entities, those with mistakes counted too.
    """
    places = sorted(draft.places.get("entities", {}).values())
    if len(places) > MAX_ENTITIES:
        message = f"{len(places)} entities are more than the {MAX_ENTITIES} of the cloudformation engine"
        yield Finding(
            places[MAX_ENTITIES], Code.TOO_MANY_ENTITIES, message, "move a part of them to a second workspace"
        )
    elif len(places) >= MANY_ENTITIES:
        message = f"{len(places)} entities come near the {MAX_ENTITIES} of the cloudformation engine"
        yield Finding(
            places[MANY_ENTITIES - 1],
            Code.MANY_ENTITIES,
            message,
            "plan a second workspace",
            Severity.WARNING,
        )
