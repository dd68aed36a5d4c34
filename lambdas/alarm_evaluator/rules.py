"""From measurements to alarm states. Pure: no AWS SDK, no clock, no network.

The states of a device's alarm are a function of its measurements in the order of their own times, of
what operators wrote, and of the present. Not of when or how often a measurement arrived: so duplicates,
late messages and retries change nothing in the end.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

DAY = 86_400_000
"""Milliseconds. A value beyond the limit is forgotten when none followed for so long."""

BY_OPERATORS = ("ACKNOWLEDGED", "SNOOZE_DISABLED")
"""The states that operators write; all others are written here."""

_RANK = {"NORMAL": 0, "WARNING": 1, "CRITICAL": 2}


class Measurement(NamedTuple):
    """What a device measured at a time.

    Attributes:
        time: Milliseconds since 1970, UTC.
        values: By attribute.
    """

    time: int
    values: Mapping[str, float]


class Input(NamedTuple):
    """What an operator said.

    Attributes:
        time: Milliseconds since 1970, UTC.
        word: One of ``BY_OPERATORS``.
    """

    time: int
    word: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit.

    Attributes:
        name: Its name.
        attribute: Attribute of the rows that is watched.
        unit: Its unit, for messages; may be empty.
        above: Beyond the limit is a value above this; or else
        below: a value below this. Neither: only missing data are watched.
        hysteresis: How far a value has to come back.
        hold: Milliseconds for which values have to stay beyond the limit.
        missing: Milliseconds without a value that raise it as well, or None.
        severity: WARNING or CRITICAL.
    """

    name: str
    attribute: str
    unit: str = ""
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    hold: int = 0
    missing: int | None = None
    severity: str = "CRITICAL"

    def exceeds(self, value: float) -> bool:
        """Whether a value is beyond the limit."""
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below

    def clears(self, value: float) -> bool:
        """Whether a value ends the alarm; between limit and hysteresis neither is so."""
        if self.above is not None:
            return value <= self.above - self.hysteresis
        return self.below is None or value >= self.below + self.hysteresis

    def words(self, *, silent: bool) -> str:
        """Say what is wrong."""
        if silent:
            return f"no {self.attribute} for {(self.missing or 0) // 1000} s"
        side, limit = ("above", self.above) if self.above is not None else ("below", self.below)
        return f"{self.attribute} is {side} {limit:g}" + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class Alarm:
    """The limits that show in one alarm component, and where it keeps its states.

    Attributes:
        component_type_id: The type whose devices are watched.
        alarm_type_id: Component type of the alarm.
        key: Its ``alarm_key``, with ``${device}`` for the device id.
        status: Attribute for ACTIVE, SNOOZE_DISABLED, ACKNOWLEDGED, NORMAL.
        level: Attribute for NORMAL, WARNING, CRITICAL, ACKNOWLEDGED, or None.
        message: Attribute for words, or None.
        rules: The limits.
    """

    component_type_id: str
    alarm_type_id: str
    key: str
    status: str
    level: str | None
    message: str | None
    rules: tuple[Rule, ...]

    def key_of(self, device: str) -> str:
        """The ``alarm_key`` of a device's alarm."""
        return self.key.replace("${device}", device)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes of the rows that are watched."""
        return tuple(dict.fromkeys(rule.attribute for rule in self.rules))

    @property
    def silences(self) -> list[int]:
        """The times without data that raise it, in milliseconds."""
        return sorted({rule.missing for rule in self.rules if rule.missing is not None})

    @property
    def look_back(self) -> int:
        """How far before a measurement others count."""
        return DAY + max(max(rule.hold, rule.missing or 0) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class State:
    """The state of an alarm.

    Attributes:
        beyond: Names of the rules whose limit is exceeded.
        silent: Names of the rules whose data are missing.
        by: What an operator said of it, or None.
    """

    beyond: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    by: str | None = None

    @classmethod
    def read(cls, text: str) -> "State":
        """Read what ``written`` gave."""
        found = json.loads(text)
        return cls(frozenset(found["beyond"]), frozenset(found["silent"]), found["by"])

    @property
    def written(self) -> str:
        """The same text for the same state."""
        parts = {"beyond": sorted(self.beyond), "silent": sorted(self.silent), "by": self.by}
        return json.dumps(parts, separators=(",", ":"))

    @property
    def raised(self) -> frozenset[str]:
        """Names of the rules that raise the alarm."""
        return self.beyond | self.silent

    def severity(self, alarm: Alarm) -> str:
        """The worst severity among what is raised, else NORMAL."""
        found = [rule.severity for rule in alarm.rules if rule.name in self.raised]
        return max(found, key=_RANK.__getitem__, default="NORMAL")

    def status(self, alarm: Alarm) -> str:
        """In the words of ``com.amazon.iottwinmaker.alarm.basic``."""
        if self.severity(alarm) == "NORMAL":
            return "NORMAL"
        return self.by or "ACTIVE"

    def level(self, alarm: Alarm) -> str:
        """In the words of alarm types that tell severities apart; they have none for snoozing."""
        severity = self.severity(alarm)
        return "ACKNOWLEDGED" if self.by and severity != "NORMAL" else severity

    def words(self, alarm: Alarm) -> str:
        """Say what is wrong; what is less severe is left out."""
        worst = self.severity(alarm)
        found = [
            rule.words(silent=silent)
            for rule in alarm.rules
            for silent, names in ((False, self.beyond), (True, self.silent))
            if rule.name in names and rule.severity == worst
        ]
        return ", ".join(found) or "normal"


class Change(NamedTuple):
    """A state, and since when.

    Attributes:
        time: Milliseconds since 1970, UTC.
        state: The state from then on.
        word: What an operator wrote at this time, or None.
    """

    time: int
    state: State
    word: str | None = None


@dataclass(slots=True)
class Memory:
    """What came before, as far as it counts.

    Attributes:
        state: The state, None before the first measurement.
        seen: Time of the last value by rule.
        since: By rule, since when values are beyond the limit, not yet for long enough.
    """

    state: State | None = None
    seen: dict[str, int] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)


def remember(alarm: Alarm, state: State | None, newest_first: Iterable[Measurement]) -> Memory:
    """Build the memory out of what was measured before, reading no further back than necessary.

    Args:
        alarm: The alarm.
        state: Its state after these measurements.
        newest_first: They themselves.
    """
    memory = Memory(state)
    beyond = state.beyond if state is not None else frozenset()
    open_rules = {rule.name: rule for rule in alarm.rules if rule.missing is not None or rule.hold}
    oldest: dict[str, int] = {}
    for time, values in newest_first if open_rules else ():
        for rule in list(open_rules.values()):
            value = values.get(rule.attribute)
            if value is None:
                continue
            memory.seen.setdefault(rule.name, time)
            waits = rule.hold and rule.name not in beyond and rule.exceeds(value)
            is_far = oldest.get(rule.name, time) - time > DAY
            if waits and not is_far:
                memory.since[rule.name] = oldest[rule.name] = time
            if not waits or is_far or time <= memory.seen[rule.name] - rule.hold:
                del open_rules[rule.name]
        if not open_rules:
            break
    return memory


def changes(
    alarm: Alarm, memory: Memory, measured: Sequence[Measurement], inputs: Sequence[Input], now: int
) -> list[Change]:
    """Return every change of state that follows.

    Args:
        alarm: The alarm.
        memory: What came before.
        measured: What was measured after that, in the order of time.
        inputs: What operators said after that, in the order of time.
        now: Milliseconds since 1970: until when data can be missing.

    Returns:
        Changes in the order of time, one for each time; one for each input too, whether or not it changed
        anything, from the first measurement on.
    """
    found: list[Change] = []
    state, seen, since = memory.state, dict(memory.seen), dict(memory.since)
    for time, values, word in _by_time(alarm, measured, inputs):
        for moment, names in _silences(alarm, seen, state, before=time):
            state = _next(alarm, state or State(), silent=(state or State()).silent | names)
            found.append(Change(moment, state))
        before = state
        if values:
            state = _measured(alarm, state or State(), Measurement(time, values), seen=seen, since=since)
        if state is None:
            continue  # an operator spoke before anything was measured
        if word is not None and state.raised:
            state = replace(state, by=word)
        if state != before or word is not None:
            found.append(Change(time, state, word))
    for moment, names in _silences(alarm, seen, state, before=now):
        state = _next(alarm, state or State(), silent=(state or State()).silent | names)
        found.append(Change(moment, state))
    return found


def _by_time(
    alarm: Alarm, measured: Sequence[Measurement], inputs: Sequence[Input]
) -> Iterator[tuple[int, Mapping[str, float], str | None]]:
    values = {
        one.time: one.values for one in measured if any(name in one.values for name in alarm.attributes)
    }
    words = {one.time: one.word for one in inputs}
    for time in sorted(values.keys() | words.keys()):
        yield time, values.get(time, {}), words.get(time)


def _silences(
    alarm: Alarm, seen: Mapping[str, int], state: State | None, *, before: int
) -> Iterator[tuple[int, frozenset[str]]]:
    """When data began to be missing, in the order of time, with the rules that say so."""
    silent = state.silent if state is not None else frozenset()
    times: dict[int, set[str]] = {}
    for rule in alarm.rules:
        if rule.missing is None or rule.name not in seen or rule.name in silent:
            continue
        moment = seen[rule.name] + rule.missing
        if moment < before:
            times.setdefault(moment, set()).add(rule.name)
    for moment in sorted(times):
        yield moment, frozenset(times[moment])


def _measured(
    alarm: Alarm, state: State, measured: Measurement, *, seen: dict[str, int], since: dict[str, int]
) -> State:
    time, values = measured
    beyond, silent = set(state.beyond), set(state.silent)
    for rule in alarm.rules:
        value = values.get(rule.attribute)
        if value is None:
            continue
        if rule.name in since and time - seen.get(rule.name, time) > DAY:
            del since[rule.name]
        seen[rule.name] = time
        silent.discard(rule.name)
        if rule.name in beyond:
            if rule.clears(value):
                beyond.discard(rule.name)
        elif not rule.exceeds(value):
            since.pop(rule.name, None)
        elif time - since.setdefault(rule.name, time) >= rule.hold:
            beyond.add(rule.name)
            del since[rule.name]
    return _next(alarm, state, beyond=frozenset(beyond), silent=frozenset(silent))


def _next(
    alarm: Alarm, state: State, *, beyond: frozenset[str] | None = None, silent: frozenset[str] | None = None
) -> State:
    """What an operator said holds until the alarm is over or becomes worse."""
    following = State(
        state.beyond if beyond is None else beyond, state.silent if silent is None else silent, state.by
    )
    is_worse = _RANK[following.severity(alarm)] > _RANK[state.severity(alarm)]
    return replace(following, by=None) if is_worse or not following.raised else following
