"""Alarms of component types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from twin_stack.definition.rules.settings import INVALID_ALARM
from twin_stack.definition.schema.names import ComponentTypeId, Name  # noqa: TC001
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape
from twin_stack.definition.schema.string_rule import StringRule

ALARM_KEY = StringRule(
    INVALID_ALARM,
    "alarm key",
    10,
    128,
    r"[a-zA-Z0-9_.:#/-]*\$\{device\}[a-zA-Z0-9_.:#/-]+|[a-zA-Z0-9_.:#/-]+\$\{device\}",
    '${device} with letters, digits and "_.:#/-" before or behind it',
)


class Alarm(Shape):
    """When the devices of a component type raise an alarm.

    Attributes:
        property: The time series that is evaluated.
        above: A value above it raises the alarm.
        below: A value below it raises the alarm.
        hysteresis: How far a value has to return within the limit before the alarm ends, in the property's
            unit.
        for_seconds: Dwell time: how long values have to stay beyond the limit, in seconds, at most a day.
        missing_after_seconds: Raise the alarm as well when no value arrived for this time, in seconds.
        severity: WARNING or CRITICAL, for alarm types that distinguish them.
        alarm_type_id: Component type of the alarm. If absent: the only one that extends
            ``com.amazon.iottwinmaker.alarm.basic``.
        alarm_key: The ``alarm_key`` of the component that shows it; ``${device}`` is the device id.
    """

    property: Name
    above: float | None = None
    below: float | None = None
    hysteresis: Annotated[float, Field(ge=0)] = 0.0
    for_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    missing_after_seconds: Annotated[int, Field(ge=60, le=604_800)] | None = None
    severity: Literal["WARNING", "CRITICAL"] = "CRITICAL"
    alarm_type_id: ComponentTypeId | None = None
    alarm_key: Annotated[str, ALARM_KEY] = "${device}-alarm"

    @model_validator(mode="after")
    def _check_limit(self) -> Alarm:
        if self.above is not None and self.below is not None:
            raise refusal(INVALID_ALARM, "both above and below are given")
        if self.above is None and self.below is None and self.missing_after_seconds is None:
            raise refusal(INVALID_ALARM, "neither above nor below nor missingAfterSeconds is given")
        return self
