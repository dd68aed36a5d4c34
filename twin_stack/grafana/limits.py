"""Thresholds of a property, from the alarms on it."""

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
        is_upper: Whether values above it raise the alarm; otherwise values below it do.
        severity: WARNING or CRITICAL.
    """

    value: float
    is_upper: bool
    severity: str

    @property
    def rank(self) -> int:
        """The severity as a number: 1 for WARNING, 2 for CRITICAL."""
        return 1 if self.severity == "WARNING" else 2

    def raised_within(self, low: float, high: float) -> bool:
        """Return whether the alarm is raised in the whole interval between two neighboring limits.

        Args:
            low: The lower bound of the interval.
            high: The upper bound of the interval.
        """
        return low >= self.value if self.is_upper else high <= self.value


def limits(types: Mapping[str, ComponentType]) -> dict[str, dict[str, list[Limit]]]:
    """Return the limits of each component type that has any, by property, including inherited ones.

    Alarms on missing data only have no limit.

    Args:
        types: The declared component types by id, without cycles.
    """
    limits_by_type: dict[str, dict[str, list[Limit]]] = {}
    for type_id, alarms in inherited_alarms(types).items():
        for alarm in alarms.values():
            for value, is_upper in ((alarm.above, True), (alarm.below, False)):
                if value is not None:
                    limit = Limit(value, is_upper, alarm.severity)
                    limits_by_type.setdefault(type_id, {}).setdefault(alarm.property, []).append(limit)
    return limits_by_type


def steps(limits: Sequence[Limit]) -> list[Threshold]:
    """Return the colors of all values: the color of the most severe alarm that a value raises.

    Args:
        limits: The limits of one property.
    """
    edges = [float("-inf"), *sorted({limit.value for limit in limits}), float("inf")]
    thresholds: list[Threshold] = []
    for low, high in pairwise(edges):
        rank = max((limit.rank for limit in limits if limit.raised_within(low, high)), default=0)
        if not thresholds or thresholds[-1].color != _COLORS[rank]:
            thresholds.append(Threshold(value=None if low == edges[0] else low, color=_COLORS[rank]))
    return thresholds
