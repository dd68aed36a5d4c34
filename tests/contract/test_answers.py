"""Answers: each rule has an answer that breaks it and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import (
    ATTRIBUTE,
    BY_TYPE,
    CASES,
    HISTORY,
    LATEST,
    SCHEMA,
    VALID,
    WRITER,
    history,
    item,
    point,
)
from twin_stack.contract import Code, Severity, check_answer, function_of


def test_answer_breaks_only_its_rule() -> None:
    violations = {name: check_answer(case.event, case.answer) for name, case in CASES.items()}
    places = {name: [(item.code, item.path) for item in items] for name, items in violations.items()}
    assert places == {name: [(case.code, case.path)] for name, case in CASES.items()}
    for (violation,) in violations.values():
        assert violation.allowed
        assert violation.remedy
        assert str(violation).startswith(f"{violation.path} {violation.code} ")
        assert str(violation).isprintable()


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES.values()} == set(Code)


@pytest.mark.parametrize("name", VALID)
def test_answer_by_the_contract_breaks_no_rule(name: str) -> None:
    event, answer = VALID[name]
    assert list(map(str, check_answer(event, answer))) == []


def test_all_violations_are_listed_at_once() -> None:
    answer = history(
        item(point(0), point(2) | {"value": {"intValue": 1}}, entityId="press-8"), nextToken=5, more=1
    )
    assert [(violation.code, violation.severity) for violation in check_answer(HISTORY, answer)] == [
        (Code.UNKNOWN_MEMBER, Severity.WARNING),
        (Code.UNKNOWN_VALUE_MEMBER, Severity.ERROR),
        (Code.BAD_TOKEN, Severity.ERROR),
        (Code.WRONG_COMPONENT, Severity.ERROR),
        (Code.OUTSIDE_RANGE, Severity.ERROR),
    ]


@pytest.mark.parametrize(
    ("event", "function"),
    [
        (HISTORY, "dataReaderByEntity"),
        (LATEST, "dataReaderByEntity"),
        (BY_TYPE, "dataReaderByComponentType"),
        (ATTRIBUTE, "attributePropertyValueReaderByEntity"),
        (SCHEMA, "schemaInitializer"),
        (WRITER, "dataWriter"),
    ],
)
def test_function_is_recognized_by_its_event(event: Any, function: str) -> None:
    assert function_of(event) == function
