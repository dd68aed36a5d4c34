"""Units of times: what the SQL that is deployed makes of a number, row and value of SiteWise."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration
from ministack.services import iot  # type: ignore[import-untyped]

from tests.support.ingests import make_ingest, make_row_ingest, rule_payload
from tests.support.templates import synthesize
from twin_stack.local.ministack.sitewise_rule_action import TemplateError, put_entries
from twin_stack.local.ministack.topic_rules import extend_topic_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = int(time.time())
NANOSECONDS = NOW * 10**9 + 123_456_789
IN_UNIT = {
    "s": NOW + 0.123,
    "ms": NANOSECONDS // 10**6,
    "us": NANOSECONDS // 1000,
    "ns": NANOSECONDS,
}
DAY, TEN_YEARS = Duration.days(1), Duration.days(3650)


@pytest.fixture
def _with_functions() -> Iterator[None]:
    patched = {name: getattr(iot, name) for name in vars(iot)}
    extend_topic_rules(iot, lambda *_: None)
    yield
    for name, value in patched.items():
        setattr(iot, name, value)


@cache
def statement(**options: Any) -> str:
    """The SQL of a topic rule that writes rows; cases differ in messages more often than in options."""
    sql: str = rule_payload(synthesize(lambda stack: make_row_ingest(stack, **options)))["Sql"]
    return sql


@cache
def sitewise_payload(unit: str) -> dict[str, Any]:
    return rule_payload(synthesize(lambda stack: make_ingest(stack, alias_prefix="/plant", time_unit=unit)))


def row(at: object, **options: Any) -> Any:
    """What the topic rule selects."""
    sql = statement(**options)
    assert iot._validate_rule_sql(sql) is None
    message = json.dumps({"timestamp": at, "temperature": 20}).encode()
    return iot._rule_event(sql, "plant/a/temperature", message)


def instant(at: object, unit: str) -> dict[str, int]:
    """The time that the action for SiteWise sends."""
    payload = sitewise_payload(unit)
    ((entry,),) = [action["IotSiteWise"]["PutAssetPropertyValueEntries"] for action in payload["Actions"]]
    (value,) = entry["PropertyValues"]
    message = {"timestamp": at, "temperature": 20}

    def evaluate(expression: str) -> Any:
        result = iot._eval_select_expr(expression, "plant/a/temperature", b"", message, None)
        return None if result is iot._MISSING else result

    moment = {
        "timeInSeconds": value["Timestamp"]["TimeInSeconds"],
        "offsetInNanos": value["Timestamp"]["OffsetInNanos"],
    }
    action = {
        "putAssetPropertyValueEntries": [
            {
                "propertyAlias": "/plant/a/t",
                "propertyValues": [{"value": {"doubleValue": "1"}, "timestamp": moment}],
            }
        ]
    }
    (put,) = put_entries(action, evaluate)
    result: dict[str, int] = put["propertyValues"][0]["timestamp"]
    return result


@pytest.mark.usefixtures("_with_functions")
@pytest.mark.parametrize("unit", IN_UNIT)
def test_time_in_its_unit_is_the_key_of_the_row(unit: str) -> None:
    assert row(IN_UNIT[unit], time_unit=unit)["timestamp"] == pytest.approx(NANOSECONDS // 10**6, abs=1)


@pytest.mark.slow
@pytest.mark.usefixtures("_with_functions")
@pytest.mark.parametrize("max_age", [TEN_YEARS, None], ids=["limited", "unlimited"])
@pytest.mark.parametrize(
    ("unit", "sent"), [(unit, sent) for unit in IN_UNIT for sent in IN_UNIT if unit != sent]
)
def test_time_in_another_unit_makes_no_row(unit: str, sent: str, max_age: Duration | None) -> None:
    assert "timestamp" not in row(IN_UNIT[sent], time_unit=unit, max_age=max_age)


@pytest.mark.slow
@pytest.mark.usefixtures("_with_functions")
@pytest.mark.parametrize("max_age", [TEN_YEARS, None], ids=["limited", "unlimited"])
@pytest.mark.parametrize("sent", IN_UNIT)
def test_unit_is_told_by_the_size_where_it_is_asked_for(sent: str, max_age: Duration | None) -> None:
    selected = row(IN_UNIT[sent], time_unit="auto", max_age=max_age, expires_after=DAY)
    assert selected["timestamp"] == pytest.approx(NANOSECONDS // 10**6, abs=1)
    assert isinstance(selected["timestamp"], int), "rows are keyed by whole milliseconds"
    assert selected["expires_at"] == NOW + 86_400
    moment = instant(IN_UNIT[sent], "auto")
    assert moment["timeInSeconds"] == NOW
    assert moment["offsetInNanos"] == pytest.approx(123_456_789, abs=1_000_000)


@pytest.mark.slow
@pytest.mark.usefixtures("_with_functions")
@pytest.mark.parametrize(
    "at",
    [0, -1, 5, NOW / 1000, NOW * 1e12, "now", None, True],
    ids=["zero", "negative", "small", "too-small", "too-large", "text", "null", "flag"],
)
def test_number_that_is_no_time_of_any_unit_is_refused(at: object) -> None:
    for max_age in (TEN_YEARS, None):
        assert "timestamp" not in row(at, time_unit="auto", max_age=max_age)
    with pytest.raises(TemplateError):
        instant(at, "auto")


@pytest.mark.usefixtures("_with_functions")
@pytest.mark.parametrize("unit", IN_UNIT)
def test_value_of_sitewise_has_the_same_time(unit: str) -> None:
    moment = instant(IN_UNIT[unit], unit)
    assert moment["timeInSeconds"] == NOW
    assert moment["offsetInNanos"] == pytest.approx(123_456_789, abs=1_000_000)
