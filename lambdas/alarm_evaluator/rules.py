"""From measurements to alarm states. Pure: no AWS SDK, no clock, no network.

The states of a device's alarm are a function of its measurements in the order of their own times, of
the operators' actions, and of the present time. They do not depend on when or how often a measurement
arrives, so duplicates, late messages and retries do not change the result.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

DAY = 86_400_000
"""Milliseconds. A value beyond the limit expires if the next one is later than this."""

OPERATOR_ACTIONS = ("ACKNOWLEDGED", "SNOOZE_DISABLED")
"""The states that operators write; this function writes all others."""

_RANK = {"NORMAL": 0, "WARNING": 1, "CRITICAL": 2}


class Measurement(NamedTuple):
    """The values that a device measured at one time.

    Attributes:
        time: Milliseconds since 1970, UTC.
        values: Values by attribute.
    """

    time: int
    values: Mapping[str, float]


class OperatorInput(NamedTuple):
    """An action of an operator at one time.

    Attributes:
        time: Milliseconds since 1970, UTC.
        action: One of ``OPERATOR_ACTIONS``.
    """

    time: int
    action: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit.

    Attributes:
        name: Its name.
        attribute: The attribute of the rows that it checks.
        unit: Unit for messages; may be empty.
        above: Upper limit: values above it exceed the limit. None for a lower limit.
        below: Lower limit: values below it exceed the limit. Without both limits the rule checks
            for missing data only.
        hysteresis: Distance from the limit at which the alarm ends.
        dwell: Milliseconds for which values must exceed the limit before the alarm starts.
        missing_after: Milliseconds without a value after which the alarm starts too, or None.
        severity: WARNING or CRITICAL.
        former_attributes: The former names of the attribute in rows, newest first.
    """

    name: str
    attribute: str
    unit: str = ""
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    dwell: int = 0
    missing_after: int | None = None
    severity: str = "CRITICAL"
    former_attributes: tuple[str, ...] = ()

    def is_exceeded(self, value: float) -> bool:
        """Return whether a value exceeds the limit."""
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below

    def is_cleared(self, value: float) -> bool:
        """Return whether a value ends the alarm; within the hysteresis none does."""
        if self.above is not None:
            return value <= self.above - self.hysteresis
        return self.below is None or value >= self.below + self.hysteresis

    def message(self, *, is_silent: bool) -> str:
        """Return the message of the rule.

        Args:
            is_silent: Whether data are missing, rather than the limit exceeded.
        """
        if is_silent:
            return f"no {self.attribute} for {(self.missing_after or 0) // 1000} s"
        side, limit = ("above", self.above) if self.above is not None else ("below", self.below)
        return f"{self.attribute} is {side} {limit:g}" + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class Alarm:
    """The rules of one alarm component, and the attributes for its state.

    Attributes:
        component_type_id: Component type of the devices.
        alarm_type_id: Component type of the alarm.
        key: Template of its ``alarm_key``, with ``${device}`` for the device id.
        status: Attribute for ACTIVE, SNOOZE_DISABLED, ACKNOWLEDGED, NORMAL.
        level: Attribute for NORMAL, WARNING, CRITICAL, ACKNOWLEDGED, or None.
        message: Attribute for the message, or None.
        rules: The rules.
        former_type_ids: The former ids of the component type of the devices.
    """

    component_type_id: str
    alarm_type_id: str
    key: str
    status: str
    level: str | None
    message: str | None
    rules: tuple[Rule, ...]
    former_type_ids: tuple[str, ...] = ()

    @property
    def type_ids(self) -> tuple[str, ...]:
        """The component types of the devices' rows: the present id first."""
        return (self.component_type_id, *self.former_type_ids)

    def key_of(self, device: str) -> str:
        """Return the ``alarm_key`` of a device's alarm."""
        return self.key.replace("${device}", device)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that the rules check."""
        return tuple(dict.fromkeys(rule.attribute for rule in self.rules))

    @property
    def stored_attributes(self) -> tuple[str, ...]:
        """The names of these attributes in rows, former ones too."""
        formers = (former for rule in self.rules for former in rule.former_attributes)
        return tuple(dict.fromkeys([*self.attributes, *formers]))

    def values_of(self, stored: Mapping[str, float]) -> dict[str, float]:
        """Return values by attribute; of several names in one row the newest counts.

        Args:
            stored: Values by the name in a row.
        """
        values = {}
        for rule in self.rules:
            names = (rule.attribute, *rule.former_attributes)
            name = next((name for name in names if name in stored), None)
            if name is not None:
                values[rule.attribute] = stored[name]
        return values

    @property
    def missing_data_limits(self) -> list[int]:
        """The durations without data that start the alarm, in milliseconds."""
        return sorted({rule.missing_after for rule in self.rules if rule.missing_after is not None})

    @property
    def lookback(self) -> int:
        """The milliseconds before a measurement whose measurements affect the state."""
        return DAY + max(max(rule.dwell, rule.missing_after or 0) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class State:
    """The state of an alarm.

    Attributes:
        exceeded: Names of the rules whose limit is exceeded.
        silent: Names of the rules whose data are missing.
        operator_action: The operator's action on it, or None.
    """

    exceeded: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    operator_action: str | None = None

    @classmethod
    def parse(cls, text: str) -> "State":
        """Parse the result of ``to_json``."""
        document = json.loads(text)
        return cls(frozenset(document["beyond"]), frozenset(document["silent"]), document["by"])

    def to_json(self) -> str:
        """Return the state as text for its row; equal states have equal texts."""
        document = {
            "beyond": sorted(self.exceeded),
            "silent": sorted(self.silent),
            "by": self.operator_action,
        }
        return json.dumps(document, separators=(",", ":"))

    @property
    def raised(self) -> frozenset[str]:
        """Names of the rules that raise the alarm."""
        return self.exceeded | self.silent

    def severity(self, alarm: Alarm) -> str:
        """Return the highest severity of the raised rules, else NORMAL."""
        severities = [rule.severity for rule in alarm.rules if rule.name in self.raised]
        return max(severities, key=_RANK.__getitem__, default="NORMAL")

    def status(self, alarm: Alarm) -> str:
        """Return the value of ``alarm_status`` in ``com.amazon.iottwinmaker.alarm.basic``."""
        if self.severity(alarm) == "NORMAL":
            return "NORMAL"
        return self.operator_action or "ACTIVE"

    def level(self, alarm: Alarm) -> str:
        """Return the value for alarm types with severities, which have none for snoozing."""
        severity = self.severity(alarm)
        return "ACKNOWLEDGED" if self.operator_action and severity != "NORMAL" else severity

    def message(self, alarm: Alarm) -> str:
        """Return the messages of the raised rules with the highest severity."""
        worst = self.severity(alarm)
        messages = [
            rule.message(is_silent=is_silent)
            for rule in alarm.rules
            for is_silent, names in ((False, self.exceeded), (True, self.silent))
            if rule.name in names and rule.severity == worst
        ]
        return ", ".join(messages) or "normal"


class Change(NamedTuple):
    """A change of an alarm's state.

    Attributes:
        time: Milliseconds since 1970, UTC.
        state: The state from then on.
        operator_action: The operator's action at this time, or None.
    """

    time: int
    state: State
    operator_action: str | None = None


@dataclass(slots=True)
class RuleState:
    """The state of an alarm and its rules between two measurements.

    Attributes:
        state: The alarm's state; None before the first measurement.
        last_seen: Time of the last value, by rule.
        exceeded_since: Time of the first value beyond the limit, by rule, during the dwell time.
    """

    state: State | None = None
    last_seen: dict[str, int] = field(default_factory=dict)
    exceeded_since: dict[str, int] = field(default_factory=dict)


def restore_rule_state(alarm: Alarm, state: State | None, newest_first: Iterable[Measurement]) -> RuleState:
    """Return the rule state after earlier measurements, reading as few of them as necessary.

    Args:
        alarm: The alarm.
        state: Its state after these measurements.
        newest_first: The measurements, newest first.
    """
    rule_state = RuleState(state)
    exceeded = state.exceeded if state is not None else frozenset()
    silent = state.silent if state is not None else frozenset()
    open_rules = {
        rule.name: rule
        for rule in alarm.rules
        # The time of the last value of a rule whose data are missing already has no effect.
        if rule.dwell or (rule.missing_after is not None and rule.name not in silent)
    }
    oldest: dict[str, int] = {}
    for time, values in newest_first if open_rules else ():
        for rule in list(open_rules.values()):
            value = values.get(rule.attribute)
            if value is None:
                continue
            rule_state.last_seen.setdefault(rule.name, time)
            is_dwelling = rule.dwell and rule.name not in exceeded and rule.is_exceeded(value)
            has_gap = oldest.get(rule.name, time) - time > DAY
            if is_dwelling and not has_gap:
                rule_state.exceeded_since[rule.name] = oldest[rule.name] = time
            if not is_dwelling or has_gap or time <= rule_state.last_seen[rule.name] - rule.dwell:
                del open_rules[rule.name]
        if not open_rules:
            break
    return rule_state


def compute_changes(
    alarm: Alarm,
    initial: RuleState,
    measurements: Iterable[Measurement],
    inputs: Iterable[OperatorInput],
    now: int,
) -> list[Change]:
    """Return the changes of state that result from measurements and operators' actions.

    Args:
        alarm: The alarm.
        initial: The rule state before the measurements.
        measurements: The measurements in time order.
        inputs: The operators' actions in time order.
        now: Milliseconds since 1970 until which data can be missing.

    Returns:
        Changes in time order, at most one for each time. From the first measurement on, each input has
        a change, even if it does not change the state.
    """
    rule_state = RuleState(initial.state, dict(initial.last_seen), dict(initial.exceeded_since))
    values = {measurement.time: measurement.values for measurement in measurements}
    actions = {operator_input.time: operator_input.action for operator_input in inputs}
    changes: list[Change] = []
    for time in sorted(values.keys() | actions.keys()):
        changes += advance(alarm, rule_state, time, values.get(time, {}), actions.get(time))
    return changes + missing_changes(alarm, rule_state, before=now)


def advance(
    alarm: Alarm, rule_state: RuleState, time: int, values: Mapping[str, float], action: str | None
) -> list[Change]:
    """Update the rule state with what happened at one time, and return the changes up to that time.

    Args:
        alarm: The alarm.
        rule_state: The rule state after all earlier times.
        time: Milliseconds since 1970.
        values: The measured values by attribute; may be empty.
        action: The operator's action, or None.
    """
    values = {name: values[name] for name in alarm.attributes if name in values}
    if not values and action is None:
        return []
    changes = missing_changes(alarm, rule_state, before=time)
    state = before = rule_state.state
    if values:
        state = _apply_measurement(
            alarm,
            state or State(),
            Measurement(time, values),
            last_seen=rule_state.last_seen,
            exceeded_since=rule_state.exceeded_since,
        )
    if state is None:
        return changes  # an action before the first measurement
    if action is not None and state.raised:
        state = replace(state, operator_action=action)
    rule_state.state = state
    if state != before or action is not None:
        changes.append(Change(time, state, action))
    return changes


def missing_changes(alarm: Alarm, rule_state: RuleState, *, before: int) -> list[Change]:
    """Update the rule state with data that are missing, and return the changes.

    Args:
        alarm: The alarm.
        rule_state: The rule state after all earlier times.
        before: Milliseconds since 1970 until which data can be missing.
    """
    changes = []
    for missing_at, names in _missing_data(alarm, rule_state.last_seen, rule_state.state, before=before):
        state = rule_state.state or State()
        rule_state.state = _next_state(alarm, state, silent=state.silent | names)
        changes.append(Change(missing_at, rule_state.state))
    return changes


def _missing_data(
    alarm: Alarm, last_seen: Mapping[str, int], state: State | None, *, before: int
) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the times at which data start to be missing, with the rules, in time order."""
    silent = state.silent if state is not None else frozenset()
    names_by_time: dict[int, set[str]] = {}
    for rule in alarm.rules:
        if rule.missing_after is None or rule.name not in last_seen or rule.name in silent:
            continue
        missing_at = last_seen[rule.name] + rule.missing_after
        if missing_at < before:
            names_by_time.setdefault(missing_at, set()).add(rule.name)
    for time in sorted(names_by_time):
        yield time, frozenset(names_by_time[time])


def _apply_measurement(
    alarm: Alarm,
    state: State,
    measurement: Measurement,
    *,
    last_seen: dict[str, int],
    exceeded_since: dict[str, int],
) -> State:
    """Return the state after a measurement; update the times of the rules."""
    time, values = measurement
    exceeded, silent = set(state.exceeded), set(state.silent)
    for rule in alarm.rules:
        value = values.get(rule.attribute)
        if value is None:
            continue
        if rule.name in exceeded_since and time - last_seen.get(rule.name, time) > DAY:
            del exceeded_since[rule.name]
        last_seen[rule.name] = time
        silent.discard(rule.name)
        if rule.name in exceeded:
            if rule.is_cleared(value):
                exceeded.discard(rule.name)
        elif not rule.is_exceeded(value):
            exceeded_since.pop(rule.name, None)
        elif time - exceeded_since.setdefault(rule.name, time) >= rule.dwell:
            exceeded.add(rule.name)
            del exceeded_since[rule.name]
    return _next_state(alarm, state, exceeded=frozenset(exceeded), silent=frozenset(silent))


def _next_state(
    alarm: Alarm,
    state: State,
    *,
    exceeded: frozenset[str] | None = None,
    silent: frozenset[str] | None = None,
) -> State:
    """Return the next state; the operator's action lasts until the alarm ends or becomes worse."""
    following = State(
        state.exceeded if exceeded is None else exceeded,
        state.silent if silent is None else silent,
        state.operator_action,
    )
    is_worse = _RANK[following.severity(alarm)] > _RANK[state.severity(alarm)]
    return replace(following, operator_action=None) if is_worse or not following.raised else following
