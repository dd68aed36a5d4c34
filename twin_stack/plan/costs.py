"""Estimates of a change: the price of its entities, and the time that its calls of the model API take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.stack_contents import has_bulk_engine
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.plan.changes import Action, Kind
from twin_stack.twinmaker.quotas import MAX_PAGE, MODEL_REQUESTS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Change

PRICES_FILE: Final = Path(__file__).with_name("prices.json")
"""The prices that come with the package."""

_CALLS: Final = 3
"""Calls of the model API that CloudFormation makes for a resource at least: the change, and reads until it is
stable. Inferred from the states of the API; AWS documents no number."""
_MODEL_KINDS: Final = frozenset({Kind.WORKSPACE, Kind.COMPONENT_TYPE, Kind.ENTITY, Kind.SCENE})


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of AWS IoT TwinMaker in one region.

    Attributes:
        source: Where they come from, with the region.
        date: The day of the list, such as ``2026-07-17``.
        currency: Such as ``USD``.
        entity_month: Price of an entity for a month.
    """

    source: str
    date: str
    currency: str
    entity_month: float


def read_prices(file: Path = PRICES_FILE) -> Prices:
    """Return the prices of a file.

    Args:
        file: A JSON file with ``source``, ``date``, ``currency`` and ``entityMonth``. Default: that of the
            package, which is dated.

    Raises:
        TwinError: The file cannot be read, or lacks a member.
    """
    with translate_os_errors("name a price file with --prices"):
        text = file.read_bytes()
    try:
        members: Any = json.loads(text)
        texts = [members[name] for name in ("source", "date", "currency")]
        entity_month = members["entityMonth"]
        if not all(isinstance(value, str) for value in texts) or isinstance(entity_month, bool):
            raise TypeError
        return Prices(texts[0], texts[1], texts[2], float(entity_month))
    except (ValueError, KeyError, TypeError) as error:
        raise TwinError(
            f"{file} is no price file; write source, date and currency as text and entityMonth as a number"
        ) from error


def cost_lines(
    changes: Iterable[Change],
    before: TwinDefinition | None,
    after: TwinDefinition | None,
    prices: Prices,
) -> Iterator[str]:
    """Yield the estimates of a change, a line each.

    Args:
        changes: The things that differ.
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
        prices: Prices of a region.
    """
    numbers = [len(side.entities) if side is not None else 0 for side in (before, after)]
    if numbers[0] != numbers[1]:
        amounts = [f"{number * prices.entity_month:,.2f}" for number in numbers]
        yield (
            f"price of entities (estimate): {amounts[0]} -> {amounts[1]} {prices.currency} a month, without "
            f"queries and data calls; {prices.source}, {prices.date}"
        )
    changes = list(changes)
    entities = [change for change in changes if change.kind is Kind.ENTITY]
    if after is not None and entities and has_bulk_engine(after):
        others = (change for change in changes if change.kind is not Kind.ENTITY)
        calls = sum(map(_model_calls, others)) + _bulk_calls(entities, max(numbers), after)
    else:
        calls = sum(map(_model_calls, changes))
    if calls:
        seconds = -(-calls // MODEL_REQUESTS_PER_SECOND)
        yield (
            f"calls of the model API (estimate): at least {calls:,}, which take {seconds:,} s at "
            f"{MODEL_REQUESTS_PER_SECOND} a second for the account"
        )


def _bulk_calls(changes: Sequence[Change], count: int, after: TwinDefinition) -> int:
    """Return the calls of the bulk engine for changes of entities.

    It creates and changes entities by one transfer job, and those with values of parts by a call each. Before
    that, it reads the entities to write one by one, and removes others by a call each; or it lists all, and
    removes subtrees: what takes fewer calls. To put back changes by hand, it always lists all.
    """
    removed = {change.id for change in changes if change.action is Action.REMOVED}
    removed |= {str(change.former_id) for change in changes if change.former_id}
    below = {child for change in changes if change.id in removed for child in change.below}
    written = [change.id for change in changes if change.action is not Action.REMOVED]
    with_parts = sum(bool(after.entities[entity_id].composite_components) for entity_id in written)
    job = _CALLS if len(written) > with_parts else 0
    listing = -(-count // MAX_PAGE) + len(removed - below)
    overwrites = after.twin.bulk is not None and after.twin.bulk.on_drift == "overwrite"
    reading = listing if overwrites else min(listing, len(written) + len(removed))
    return reading + job + with_parts


def _model_calls(change: Change) -> int:
    if change.kind not in _MODEL_KINDS:
        return 0
    return _CALLS * (2 if change.action in (Action.RENAMED, Action.REPLACED) else 1)
