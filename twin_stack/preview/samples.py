"""Sample values for a page without a server: the same at each run, on any machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin_stack.simulate.simulate import component_signals, value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.client.model import Entity
    from twin_stack.simulate.simulate import Signal, Value

    Json = dict[str, Any]

_LAST = datetime(2026, 1, 1, 15, tzinfo=UTC)
"""When the last sample was measured. The page shows it as the present."""
_DAY = 86_400
_STEPS = (300, 900, 1800, 3600, 7200)
"""Seconds from one sample to the next, the first that does not make too many."""
_MOST_VALUES = 150_000


def samples(entities: Sequence[Entity]) -> Json:
    """Return a day of samples of all time series of entities.

    Args:
        entities: The entities.

    Returns:
        ``samples`` by entity, component and property, ``step`` in seconds, and the ``count`` of each: the
        members that the page reads (``viewer/src/api/embedded.ts``). Texts and truth values are changes.
    """
    signals = [
        signal
        for entity in entities
        for component in entity.components
        for signal in component_signals(entity, component)
    ]
    fitting = (step for step in _STEPS if len(signals) * (_DAY // step + 1) <= _MOST_VALUES)
    step = next(fitting, _STEPS[-1])
    count = _DAY // step + 1
    last = int(_LAST.timestamp() * 1000)
    instants = [last - (count - 1 - index) * step * 1000 for index in range(count)]
    found: dict[str, dict[str, dict[str, Json]]] = {}
    for signal in signals:
        of_component = found.setdefault(signal.entity_id, {}).setdefault(signal.component, {})
        of_component[signal.property.name] = _sampled(signal, instants)
    return {"samples": found, "step": step, "count": count}


def _sampled(signal: Signal, instants: Sequence[int]) -> Json:
    values = [value_at(signal, instant) for instant in instants]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return {"all": values}
    changes: list[tuple[int, Value]] = []
    for index, value in enumerate(values):
        if not changes or changes[-1][1] != value:
            changes.append((index, value))
    return {"changes": changes}
