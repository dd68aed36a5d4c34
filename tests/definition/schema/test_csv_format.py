"""How a CSV file is written, and which of its rows are taken."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema.csv_format import CsvFormat, ForEach, RowSelection


def test_format_is_that_of_csv_by_default() -> None:
    assert CsvFormat() == CsvFormat(separator=None, encoding=None, decimal=".")
    assert CsvFormat(separator="\t").separator == "\t"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"separator": ":"}, r'"separator" is ":", allowed are ",", ";", "\\t", "|"'),
        ({"separator": ""}, r'"separator" is "", allowed are ",", ";", "\\t", "|"'),
        ({"encoding": "latin"}, '"encoding" is "latin", allowed are utf-8, utf-16, windows-1252, '),
        ({"as": "Parameters"}, '"as" is "Parameters", allowed is a word such as row, but not Parameters'),
        ({"as": "my row"}, '"as" is "my row", allowed is a word'),
        ({"decimal": "'"}, "Input should be"),
        ({"groupBy": []}, "at least 1 item"),
    ],
)
def test_what_a_file_cannot_have_is_refused_with_what_is_allowed(
    members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ForEach.model_validate({"csv": "a.csv", **members})
    assert message.replace(r"\\", "\\") in str(caught.value)


@pytest.mark.parametrize(
    ("written", "texts"),
    [("a", ["a"]), (7, ["7"]), (["a", 7], ["a", "7"]), ([], [])],
    ids=["text", "number", "list", "none"],
)
def test_texts_of_a_column_may_be_one_or_several_texts_or_whole_numbers(
    written: Any, texts: list[str]
) -> None:
    assert RowSelection.model_validate({"where": {"c": written}}).where == {"c": texts}


@pytest.mark.parametrize("written", [True, 1.5, None, {"a": 1}, [["a"]]])
def test_other_values_are_no_text_of_a_cell(written: Any) -> None:
    with pytest.raises(ValidationError):
        RowSelection.model_validate({"where": {"c": written}})


def test_one_column_to_group_by_may_stand_alone() -> None:
    assert RowSelection.model_validate({"groupBy": "room"}).group_by == ["room"]
    with pytest.raises(ValidationError):
        RowSelection.model_validate({"groupBy": ["room", "room"]})


def test_row_has_its_name_from_as() -> None:
    assert ForEach.model_validate({"csv": "a.csv", "as": "pump_1"}).row_name == "pump_1"
    assert ForEach.model_validate({"csv": "a.csv"}).row_name == "row"
