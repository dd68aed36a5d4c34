"""Sample values for a page without a server: the same in each run, on any machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin_stack.simulate.signals import component_signals
from twin_stack.simulate.waveforms import waveform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.client.model import Entity
    from twin_stack.simulate.signals import Signal, Value

    Json = dict[str, Any]

_LAST_SAMPLE = datetime(2026, 1, 1, 15, tzinfo=UTC)
"""Simulated time of the last sample. The page shows it as the present."""
_DAY = 86_400
_STEPS = (300, 900, 1800, 3600, 7200)
"""Seconds between samples: the first step that keeps below the limit is used, otherwise the last one."""
_MAX_SAMPLES = 150_000


def samples(entities: Sequence[Entity]) -> Json:
    """Return samples of one day for all time series of entities.

    Args:
        entities: The entities.

    Returns:
        ``samples`` by entity, component and property, ``step`` in seconds, and ``count`` of each series:
        members of ``Embedded`` in ``viewer/src/api/embedded.ts``. Texts and booleans have changes only.
    """
    signals = [
        signal
        for entity in entities
        for component in entity.components
        for signal in component_signals(entity, component)
    ]
    steps = (step for step in _STEPS if len(signals) * (_DAY // step + 1) <= _MAX_SAMPLES)
    step = next(steps, _STEPS[-1])
    count = _DAY // step + 1
    last = int(_LAST_SAMPLE.timestamp() * 1000)
    times = [last - (count - 1 - index) * step * 1000 for index in range(count)]
    by_entity: dict[str, dict[str, dict[str, Json]]] = {}
    for signal in signals:
        by_property = by_entity.setdefault(signal.entity_id, {}).setdefault(signal.component, {})
        by_property[signal.property.name] = _series(signal, times)
    return {"samples": by_entity, "step": step, "count": count}


def _series(signal: Signal, times: Sequence[int]) -> Json:
    value_at = waveform(signal)
    values = [value_at(time) for time in times]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return {"all": values}
    changes: list[tuple[int, Value]] = []
    for index, value in enumerate(values):
        if not changes or changes[-1][1] != value:
            changes.append((index, value))
    return {"changes": changes}
