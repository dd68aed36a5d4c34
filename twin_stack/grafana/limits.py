"""Thresholds of a property, from the alarms that watch it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from grafana_foundation_sdk.models.dashboard import Threshold

from twin_stack.definition.alarms import inherited_alarms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.definition import ComponentType

_COLORS = ("green", "orange", "red")


@dataclass(frozen=True)
class Limit:
    """A value beyond which an alarm is raised.

    Attributes:
        value: The limit, in the property's unit.
        is_upper: Raised above it; else below.
        severity: WARNING or CRITICAL.
    """

    value: float
    is_upper: bool
    severity: str

    @property
    def rank(self) -> int:
        """How bad it is: 1 or 2."""
        return 1 if self.severity == "WARNING" else 2

    def raised_within(self, low: float, high: float) -> bool:
        """Return whether it is raised all the way between two neighbouring limits."""
        return low >= self.value if self.is_upper else high <= self.value


def limits(types: Mapping[str, ComponentType]) -> dict[str, dict[str, list[Limit]]]:
    """Return the limits of each type that has any, by property, its parents' among them.

    Alarms of a type that say nothing of a value, only of its absence, have no limit.

    Args:
        types: Declared types by id, without cycles.
    """
    found: dict[str, dict[str, list[Limit]]] = {}
    for type_id, alarms in inherited_alarms(types).items():
        for alarm in alarms.values():
            for value, is_upper in ((alarm.above, True), (alarm.below, False)):
                if value is not None:
                    limit = Limit(value, is_upper, alarm.severity)
                    found.setdefault(type_id, {}).setdefault(alarm.property, []).append(limit)
    return found


def steps(limits: Sequence[Limit]) -> list[Threshold]:
    """Return the colours of all values: that of the worst alarm raised there.

    Args:
        limits: Of one property.
    """
    edges = [float("-inf"), *sorted({limit.value for limit in limits}), float("inf")]
    found: list[Threshold] = []
    for low, high in pairwise(edges):
        rank = max((limit.rank for limit in limits if limit.raised_within(low, high)), default=0)
        if not found or found[-1].color != _COLORS[rank]:
            found.append(Threshold(value=None if low == edges[0] else low, color=_COLORS[rank]))
    return found
