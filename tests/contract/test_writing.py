"""Answers of data writers: the entries that were not written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import LONG, WRITER, refused
from twin_stack.contract import Code
from twin_stack.contract.violations import Report
from twin_stack.contract.writing import check_writer, read_writer

ENTRY = WRITER["entries"][0]
ERROR = "$.errorEntries[0].errors[0]"


def read(answer: object) -> tuple[Any, list[tuple[str, Code]]]:
    report = Report()
    document = read_writer(report, answer)
    return document, [(violation.path, violation.code) for violation in report]


@pytest.mark.parametrize("answer", [{"errorEntries": []}, refused()], ids=["all written", "one refused"])
def test_answer_by_the_contract_is_returned(answer: Any) -> None:
    assert read(answer) == (answer, [])


@pytest.mark.parametrize(
    ("answer", "path", "code"),
    [
        (None, "$", Code.MISSING_MEMBER),
        ({}, "$.errorEntries", Code.MISSING_MEMBER),
        ({"errorEntries": {}}, "$.errorEntries", Code.WRONG_SHAPE),
    ],
    ids=str,
)
def test_answer_of_another_shape_is_not_read(answer: object, path: str, code: Code) -> None:
    assert read(answer) == (None, [(path, code)])


def test_group_without_a_list_of_errors_is_left_out() -> None:
    groups = [5, {"errors": None}, *refused()["errorEntries"]]
    assert read({"errorEntries": groups}) == (
        refused(),
        [
            ("$.errorEntries[0]", Code.WRONG_SHAPE),
            ("$.errorEntries[1].errors", Code.MISSING_MEMBER),
        ],
    )


@pytest.mark.parametrize(
    ("changes", "member", "code"),
    [
        ({"errorCode": None}, "errorCode", Code.MISSING_MEMBER),
        ({"errorCode": 409}, "errorCode", Code.WRONG_SHAPE),
        ({"errorMessage": ""}, "errorMessage", Code.TEXT_LENGTH),
        ({"errorMessage": LONG}, "errorMessage", Code.TEXT_LENGTH),
        ({"more": 1}, "more", Code.UNKNOWN_MEMBER),
        ({"entry": None}, "entry", Code.MISSING_MEMBER),
        ({"entry": {"entryId": "1"}}, "entry.entityPropertyReference", Code.MISSING_MEMBER),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_error_is_reported_at_its_member(changes: Any, member: str, code: Code) -> None:
    assert read(refused(**changes))[1] == [(f"{ERROR}.{member}", code)]


def check(answer: Any, event: Any = WRITER) -> list[tuple[str, Code]]:
    report = Report()
    check_writer(report, event, read_writer(Report(), answer))
    return [(violation.path, violation.code) for violation in report]


def test_entry_is_identified_by_its_id_and_reference() -> None:
    other = [(f"{ERROR}.entry", Code.OTHER_ENTRY)]
    assert check(refused()) == []
    assert check(refused(entry={**ENTRY, "propertyValues": []})) == []
    assert check(refused(entry={**ENTRY, "entryId": "other"})) == other
    reference = {**ENTRY["entityPropertyReference"], "propertyName": "other"}
    assert check(refused(entry={**ENTRY, "entityPropertyReference": reference})) == other


def test_answer_that_cannot_be_read_is_not_checked() -> None:
    assert check(None) == []
