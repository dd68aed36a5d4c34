"""The alarm evaluator: its rules one by one, and the whole of it against a table that fails."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from alarm_evaluator import handler as entry
from alarm_evaluator.environment import ENVIRONMENT_NAMES, Environment, parse_alarm
from alarm_evaluator.evaluation import evaluate
from alarm_evaluator.records import group_records
from alarm_evaluator.rules import Alarm, Measurement, OperatorInput, Rule, RuleState, State, compute_changes
from alarm_evaluator.shapes import EVALUATE_FROM, AlarmRow
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.soak import repetitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENSOR, EQUIPMENT = "com.example.Sensor", "com.example.EquipmentAlarm"
NOW = 10_000_000


def alarm(*rules: Rule, **more: Any) -> Alarm:
    return Alarm(
        SENSOR, EQUIPMENT, "${device}-alarm", "alarm_status", "alarmStatus", "alarmMessage", rules, **more
    )


HOT = Rule("hot", "t", "C", above=80, hysteresis=5)
WARM = Rule("warm", "t", "C", above=70, severity="WARNING")


def told(
    of: Alarm, values: Mapping[int, float], inputs: Mapping[int, str] = {}, now: int = 0
) -> list[tuple[int, str, str]]:
    """Time, level and status of each change."""
    found = compute_changes(
        of,
        RuleState(),
        [Measurement(time, {"t": value}) for time, value in sorted(values.items())],
        [OperatorInput(time, word) for time, word in sorted(inputs.items())],
        now,
    )
    return [(one.time, one.state.level(of), one.state.status(of)) for one in found]


def test_alarm_is_normal_from_the_first_measurement_on_so_that_it_is_listed() -> None:
    assert told(alarm(HOT), {5: 20, 6: 21}) == [(5, "NORMAL", "NORMAL")]


def test_alarm_is_raised_above_its_limit_and_over_below_the_hysteresis() -> None:
    assert told(alarm(HOT), {1: 80, 2: 80.1, 3: 79, 4: 75.1, 5: 75, 6: 81}) == [
        (1, "NORMAL", "NORMAL"),
        (2, "CRITICAL", "ACTIVE"),
        (5, "NORMAL", "NORMAL"),
        (6, "CRITICAL", "ACTIVE"),
    ]


def test_alarm_is_raised_below_its_limit_when_that_is_what_it_watches() -> None:
    low = alarm(Rule("low", "t", below=10, hysteresis=2, severity="WARNING"))
    assert told(low, {1: 10, 2: 9, 3: 11.9, 4: 12}) == [
        (1, "NORMAL", "NORMAL"),
        (2, "WARNING", "ACTIVE"),
        (4, "NORMAL", "NORMAL"),
    ]


def test_alarm_waits_for_its_dwell_time_and_starts_anew_after_a_good_value() -> None:
    slow = alarm(Rule("slow", "t", above=80, dwell=10))
    assert told(slow, {0: 81, 9: 81, 10: 80, 11: 81, 20: 81, 21: 81}) == [
        (0, "NORMAL", "NORMAL"),
        (21, "CRITICAL", "ACTIVE"),
    ]


def test_worst_alarm_shows_when_several_are_raised() -> None:
    assert told(alarm(WARM, HOT), {1: 75, 2: 85, 3: 75, 4: 60}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "CRITICAL", "ACTIVE"),
        (3, "WARNING", "ACTIVE"),
        (4, "NORMAL", "NORMAL"),
    ]


def test_missing_data_raise_the_alarm_when_they_are_late_and_not_before() -> None:
    silent = alarm(Rule("hot", "t", above=80, missing_after=100))
    assert told(silent, {0: 20, 100: 20, 201: 20}, now=301) == [
        (0, "NORMAL", "NORMAL"),
        (200, "CRITICAL", "ACTIVE"),
        (201, "NORMAL", "NORMAL"),
    ]
    assert told(silent, {0: 20}, now=101) == [(0, "NORMAL", "NORMAL"), (100, "CRITICAL", "ACTIVE")]


def test_acknowledgement_holds_until_the_alarm_is_over_or_worse() -> None:
    both = alarm(WARM, HOT)
    assert told(both, {1: 75, 4: 60, 6: 75}, {2: "ACKNOWLEDGED"}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "ACKNOWLEDGED", "ACKNOWLEDGED"),
        (4, "NORMAL", "NORMAL"),
        (6, "WARNING", "ACTIVE"),
    ]
    assert told(both, {1: 75, 3: 85, 5: 75}, {2: "ACKNOWLEDGED", 4: "SNOOZE_DISABLED"}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "ACKNOWLEDGED", "ACKNOWLEDGED"),
        (3, "CRITICAL", "ACTIVE"),
        (4, "ACKNOWLEDGED", "SNOOZE_DISABLED"),
        (5, "ACKNOWLEDGED", "SNOOZE_DISABLED"),
    ]


def test_acknowledgement_of_no_alarm_is_normal() -> None:
    assert told(alarm(HOT), {1: 20}, {2: "ACKNOWLEDGED"})[-1] == (2, "NORMAL", "NORMAL")


def test_message_names_the_limit_and_the_unit() -> None:
    both = alarm(WARM, HOT)
    assert State(frozenset({"warm"})).message(both) == "t is above 70 C"
    assert State(frozenset({"warm", "hot"})).message(both) == "t is above 80 C"
    assert State().message(both) == "normal"


# The whole, against a table in memory.


class StoreDownError(Exception):
    """The table did not answer."""


@dataclass
class Table:
    """A table with a stream, which fails when it is told to."""

    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    stream: list[dict[str, Any]] = field(default_factory=list)
    failures: Iterator[bool] = field(default_factory=lambda: iter(()))
    told: list[tuple[str, AlarmRow]] = field(default_factory=list)

    def measure(self, device: str, time: int, value: float) -> None:
        row = {"component_type_id": SENSOR, "t": value}
        if self.rows.get((device, time)) != row:  # the same row again makes no record
            self.rows[device, time] = row
            self.record(device, time)

    def operate(self, device: str, time: int, word: str) -> None:
        key = (f"{device}-alarm", time)
        self.rows[key] = {**self.rows.get(key, {}), "alarm_status": word}
        self.record(*key)

    def record(self, device: str, time: int) -> None:
        """What the stream says of a row as it is now."""
        image = {
            name: {"S": value} if isinstance(value, str) else {"N": str(value)}
            for name, value in self.rows[device, time].items()
        }
        image |= {"device_id": {"S": device}, "timestamp": {"N": str(time)}}
        self.stream.append({"dynamodb": {"NewImage": image, "SequenceNumber": str(len(self.stream))}})

    def _fail(self) -> None:
        if next(self.failures, False):
            raise StoreDownError

    def _of(self, key: str) -> list[tuple[int, dict[str, Any]]]:
        return sorted((time, row) for (name, time), row in self.rows.items() if name == key)

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        self._fail()
        for at, row in reversed(self._of(device)):
            if oldest <= at < time:
                yield Measurement(at, {name: row[name] for name in alarm.attributes})

    def measurements_after(self, alarm: Alarm, device: str, time: int) -> Iterator[Measurement]:
        self._fail()
        names = alarm.attributes
        yield from (Measurement(at, {n: row[n] for n in names}) for at, row in self._of(device) if at > time)

    def _alarms(self, key: str) -> list[AlarmRow]:
        self._fail()
        return [AlarmRow(at, dict(row)) for at, row in self._of(key)]

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        return (row for row in reversed(self._alarms(key)) if row.time <= time)

    def alarm_rows_after(self, key: str, time: int) -> list[AlarmRow]:
        return [row for row in self._alarms(key) if row.time > time]

    def put(self, key: str, row: AlarmRow) -> None:
        self._fail()
        self.rows[key, row.time] = dict(row.attributes)

    def delete(self, key: str, time: int) -> None:
        self._fail()
        self.rows.pop((key, time), None)

    def notify(self, key: str, row: AlarmRow) -> None:
        self._fail()
        self.told.append((key, row))

    def touch(self, device: str, since: int) -> None:
        self._fail()
        newest = max((time for name, time in self.rows if name == device), default=None)
        if newest is not None:
            self.rows[device, newest] |= {EVALUATE_FROM: since}
            self.record(device, newest)

    def alarm_rows(self) -> dict[tuple[str, int], dict[str, Any]]:
        return {key: row for key, row in self.rows.items() if key[0].endswith("-alarm")}


RULES = (
    Rule("hot", "t", "C", above=80, hysteresis=5, dwell=20, missing_after=50),
    Rule("warm", "t", "C", above=70, severity="WARNING"),
    Rule("cold", "t", "C", below=10, hysteresis=3, severity="WARNING"),
)
OF = alarm(*RULES)


def settle(table: Table, *, now: int, batches: Iterator[int]) -> None:
    """Work through the stream as Lambda does: in order, in batches, again from where one failed."""
    at = 0
    environment = Environment("table", (OF,))
    for _ in range(10_000):
        if at == len(table.stream):
            return
        records = table.stream[at : at + next(batches, 3)]
        done = at + len(records)
        for (partition, _), one in group_records(records, [OF]).items():
            try:
                entry._process(partition, one, environment, table, now)  # type: ignore[arg-type]
            except StoreDownError:
                done = min(done, int(one.sequence_numbers[0]))
        at = done
    raise AssertionError("does not settle")


def expected(table: Table, now: int) -> dict[tuple[str, int], tuple[str, str, str]]:
    """What the rows have to say, from the whole history at once."""
    found = {}
    for device in {name for name, _ in table.rows if not name.endswith("-alarm")}:
        measured = [Measurement(time, {"t": row["t"]}) for time, row in table._of(device)]
        inputs = [
            OperatorInput(time, row.get("alarm_input") or row["alarm_status"])
            for time, row in table._of(f"{device}-alarm")
            if "alarm_state" not in row or "alarm_input" in row
        ]
        for one in compute_changes(OF, RuleState(), measured, inputs, now):
            says = (one.state.status(OF), one.state.level(OF), one.state.message(OF))
            found[f"{device}-alarm", one.time] = says
    return found


measurements = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 400),
        st.sampled_from([5.0, 11.0, 14.0, 60.0, 72.0, 76.0, 85.0]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda one: one[:2],
)
operations = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]), st.integers(0, 400), st.sampled_from(["ACKNOWLEDGED", "SNOOZE_DISABLED"])
    ),
    max_size=3,
    unique_by=lambda one: one[:2],
)


@given(
    measured=measurements,
    operated=operations,
    seed=st.integers(0, 10**6),
    repeats=st.lists(st.integers(0, 24), max_size=8),
    sizes=st.lists(st.integers(1, 6), max_size=30),
    failures=st.lists(st.booleans(), max_size=40),
    parts=st.integers(1, 4),
)
@pytest.mark.soak
@settings(max_examples=repetitions(150, 4000), suppress_health_check=[HealthCheck.too_slow])
@example(
    measured=[("a", 0, 5.0), ("a", 100, 85.0), ("a", 130, 85.0)],
    operated=[("a", 131, "ACKNOWLEDGED")],
    seed=1,
    repeats=[0, 1, 2],
    sizes=[1],
    failures=[True, False, False, False, False, True],
    parts=3,
)
def test_states_are_the_same_in_the_end_when_messages_come_twice_late_in_parts_and_writes_fail(
    measured: list[tuple[str, int, float]],
    operated: list[tuple[str, int, str]],
    seed: int,
    repeats: list[int],
    sizes: list[int],
    failures: list[bool],
    parts: int,
) -> None:
    arrivals: list[tuple[str, int, Any]] = [*measured, *operated]
    arrivals += [arrivals[index] for index in repeats if index < len(measured)]
    random.Random(seed).shuffle(arrivals)
    table = Table(failures=iter(failures))
    batches = iter(sizes)
    for part in range(parts):
        for device, time, value in arrivals[part::parts]:
            if isinstance(value, str):
                table.operate(device, time, value)
            else:
                table.measure(device, time, value)
        settle(table, now=0, batches=batches)
        table.stream.clear()
    # The sweep looks at every device that has been silent.
    for device in {name for name, _ in table.rows if not name.endswith("-alarm")}:
        newest = max(time for name, time in table.rows if name == device)
        table.failures = iter(())
        table.touch(device, newest)
    settle(table, now=1_000, batches=iter(()))

    wanted = expected(table, 1_000)
    rows = {
        key: (row["alarm_status"], row["alarmStatus"], row["alarmMessage"])
        for key, row in table.alarm_rows().items()
        if "alarm_state" in row
    }
    assert rows == wanted
    assert all(
        row["component_type_id"] == EQUIPMENT for row in table.alarm_rows().values() if "alarm_state" in row
    )


def settled(*points: tuple[int, float], now: int = 0) -> Table:
    table = Table()
    for time, value in points:
        table.measure("a", time, value)
    settle(table, now=now, batches=iter(()))
    return table


def test_nothing_is_written_when_a_record_comes_again() -> None:
    table = settled((0, 20.0), (10, 75.0), (20, 60.0))
    assert evaluate(OF, "a", since=10, now=0, repository=table) == 0


def test_transition_is_taken_back_when_a_late_message_shows_that_there_was_none() -> None:
    table = settled((0, 20.0), (100, 85.0), (120, 85.0))
    assert table.rows["a-alarm", 120]["alarmStatus"] == "CRITICAL"
    table.measure("a", 110, 60.0)
    settle(table, now=0, batches=iter(()))
    levels = {time: row["alarmStatus"] for (_, time), row in table.alarm_rows().items()}
    # Silent from 50 to 100, warm, fine at 110, warm again.
    assert levels == {0: "NORMAL", 50: "CRITICAL", 100: "WARNING", 110: "NORMAL", 120: "WARNING"}


def test_rows_of_others_are_left_alone_when_they_stand_under_the_alarms_key() -> None:
    table = Table(rows={("a-alarm", 7): {"note": "checked by hand"}})
    table.measure("a", 5, 20.0)
    settle(table, now=0, batches=iter(()))
    assert table.rows["a-alarm", 7] == {"note": "checked by hand"}


def test_only_the_newest_change_of_the_last_hour_is_told_when_data_are_written_later() -> None:
    table = Table()
    for time, value in ((0, 20.0), (NOW - 40, 75.0), (NOW - 20, 20.0)):
        table.measure("a", time, value)
    settle(table, now=NOW - 10, batches=iter(()))
    assert [row.attributes["alarmStatus"] for _, row in table.told] == ["NORMAL"]
    table.measure("a", NOW - 15, 75.0)
    settle(table, now=NOW - 10, batches=iter(()))
    assert [row.attributes["alarmStatus"] for _, row in table.told] == ["NORMAL", "WARNING"]


# Handler and settings.


WRITTEN = {
    "type": SENSOR,
    "alarmType": EQUIPMENT,
    "key": "${device}-alarm",
    "status": "alarm_status",
    "rules": [{"name": "hot", "attribute": "t", "above": 80, "missingAfterSeconds": 60}],
}


def test_settings_are_read_when_they_are_written_by_the_construct() -> None:
    environ = {"TABLE_NAME": "table", "ALARMS": json.dumps([WRITTEN]), "COMPONENT_TYPE_INDEX": ""}
    found = Environment.from_environ(environ)
    assert found.component_type_index is None
    assert found.alarms == (parse_alarm(WRITTEN),)
    assert found.alarms[0].rules == (Rule("hot", "t", above=80.0, missing_after=60_000),)


@pytest.mark.parametrize(
    "environ",
    [
        {"ALARMS": "[]"},
        {"TABLE_NAME": "table"},
        {"TABLE_NAME": "table", "ALARMS": "no JSON"},
        {"TABLE_NAME": "table", "ALARMS": '[{"type": "x"}]'},
        {"TABLE_NAME": "table", "ALARMS": json.dumps([{**WRITTEN, "rules": {}}])},
    ],
)
def test_settings_are_refused_when_something_is_missing(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"^environment variable ({'|'.join(ENVIRONMENT_NAMES)}) is not "):
        Environment.from_environ(environ)


class Context:
    """Lambda's context with some time left."""

    def __init__(self, milliseconds: int = 60_000) -> None:
        self.get_remaining_time_in_millis = lambda: milliseconds


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    found = Table()
    monkeypatch.setattr(entry, "_environment_and_repository", lambda: (Environment("table", (OF,)), found))
    return found


def test_records_of_the_device_that_failed_come_again_and_others_do_not(table: Table) -> None:
    for device in ("a", "b"):
        table.measure(device, 1, 20.0)
    records = {"Records": table.stream}
    table.failures = iter([True])
    assert entry.handler(records, Context()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert {key for key, _ in table.alarm_rows()} == {"b-alarm"}
    assert entry.handler(records, Context()) == {"batchItemFailures": []}
    assert ("a-alarm", 1) in table.rows


def test_the_rest_comes_again_when_time_runs_out(table: Table) -> None:
    table.measure("a", 1, 20.0)
    records = {"Records": table.stream}
    assert entry.handler(records, Context(4_999)) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert table.alarm_rows() == {}


def test_rows_of_other_types_and_deletions_are_passed_over() -> None:
    image = {
        "device_id": {"S": "a"},
        "timestamp": {"N": "1"},
        "component_type_id": {"S": "com.example.Other"},
    }
    records = [
        {"dynamodb": {"NewImage": image, "SequenceNumber": "1"}},
        {"dynamodb": {"Keys": {}, "SequenceNumber": "2"}},
    ]
    assert group_records(records, [OF]) == {}
