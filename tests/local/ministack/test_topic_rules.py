"""The action `iotSiteWise`, functions of numbers, case statements, on a stand-in for ministack."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.coroutines import run_in_thread
from twin_stack.local.ministack.sql_functions import FUNCTIONS
from twin_stack.local.ministack.topic_rules import extend_topic_rules

ENTRY = {
    "propertyAlias": "/plant/${device}/heat",
    "propertyValues": [{"value": {"doubleValue": "${heat}"}, "timestamp": {"timeInSeconds": "${at}"}}],
}


def make() -> tuple[Any, list[Any], list[str]]:
    written: list[Any] = []
    dispatched: list[str] = []
    missing = object()

    async def run(account: str, region: str, rule: Any, payload: bytes, topic: str, client: Any) -> None:
        for action in rule["actions"]:
            await iot._dispatch_rule_action(account, region, "rule", action, {})

    async def dispatch(account: str, region: str, rule: str, action: Any, event: Any) -> None:
        dispatched.extend(action)

    iot: Any = SimpleNamespace(
        _run_rule_actions=run,
        _dispatch_rule_action=dispatch,
        _eval_select_function=lambda name, *_: f"ministack's {name}",
        _eval_select_expr=lambda expression, _topic, _payload, message, _client: message.get(
            expression, missing
        ),
        _rule_message=json.loads,
        _MISSING=missing,
        _IMPLEMENTED_SQL_FUNCS=frozenset({"topic"}),
        _SQL_KEYWORDS=frozenset({"and"}),
        _parse_where=lambda part: ("cmp", part) if ">" in part else ("truth", part),
        _eval_where_node=lambda node, _topic, _payload, message, _client: (
            message[node[1].split(">")[0].strip()] > 10
        ),
        _RULE_ACTION_RESOURCE_KEYS={},
    )
    extend_topic_rules(iot, lambda entries, account, region: written.append((entries, account, region)))
    return iot, written, dispatched


def test_templates_of_the_action_are_filled_from_the_message() -> None:
    iot, written, dispatched = make()
    actions = [{"lambda": {}}, {"iotSiteWise": {"putAssetPropertyValueEntries": [ENTRY]}}]
    payload = json.dumps({"device": "oven", "heat": 230, "at": 17}).encode()

    run_in_thread(iot._run_rule_actions("1", "eu-west-1", {"actions": actions}, payload))

    (((entry,), account, region),) = written
    assert (account, region, dispatched) == ("1", "eu-west-1", ["lambda"])
    assert entry["propertyAlias"] == "/plant/oven/heat"
    assert entry["propertyValues"][0]["value"] == {"doubleValue": 230.0}
    assert entry["propertyValues"][0]["timestamp"] == {"timeInSeconds": 17, "offsetInNanos": 0}


def test_functions_of_numbers_stand_beside_ministacks_own() -> None:
    iot, _, _ = make()

    assert {"topic", *FUNCTIONS} == iot._IMPLEMENTED_SQL_FUNCS
    assert iot._eval_select_function("floor", ["x"], "t", b"", {"x": "2.9"}) == 2
    assert iot._eval_select_function("floor", ["y"], "t", b"", {}) is iot._MISSING
    assert iot._eval_select_function("abs", ["x"], "t", b"", {}) == "ministack's abs"


@pytest.mark.parametrize(("heat", "result"), [(11, 11), (9, None)])
def test_case_statement_of_a_condition_is_evaluated(heat: int, result: int | None) -> None:
    iot, _, _ = make()

    value = iot._eval_select_expr("CASE heat > 10 WHEN true THEN heat END", "t", b"", {"heat": heat}, None)

    assert value == (iot._MISSING if result is None else result)
    assert "case" in iot._SQL_KEYWORDS
