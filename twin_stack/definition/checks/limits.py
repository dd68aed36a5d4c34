"""How much fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from twin_stack.definition.devices import MAX_LISTED, listed_devices
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


def device_lists(draft: Draft) -> Iterator[Finding]:
    """Report a list of devices that does not fit into a function's environment.

    Args:
        draft: Entities, resolved types and the twin file.
    """
    connectors = draft.twin.connectors if draft.twin is not None else {}
    for name, connector in connectors.items():
        if not connector.list_devices:
            continue
        devices = listed_devices(name, connector, draft.entities, draft.resolved)
        size = len(json.dumps(devices, separators=(",", ":")))
        if size > MAX_LISTED:
            place = draft.where("entities", next(reversed(draft.entities)))
            message = (
                f'the devices of connector "{name}" take {size:,} characters, {MAX_LISTED:,} fit into the '
                "function's environment"
            )
            remedy = "give the table an index by component type and name it in componentTypeIndex"
            yield Finding(place, Code.TOO_MANY_DEVICES, message, remedy)
