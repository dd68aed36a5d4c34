"""What the columns of a register are."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition.csv_cells import CsvCell
from twin_stack.definition.findings import Location
from twin_stack.formats.csv.guesses import (
    Property,
    decimal_mark,
    find_columns,
    guess_property,
    guess_type,
    is_id_column,
    is_parent_relation,
    normalized,
    property_name,
)
from twin_stack.formats.csv.register import Column


def column(name: str, *texts: str) -> Column:
    cells = tuple(CsvCell(text, line, 1) for line, text in enumerate(texts, 2))
    return Column(name, Location(Path("a.csv"), 1, 1), cells)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Übergeord. TechPlatz", "ubergeordtechplatz"),
        ("Tag No.", "tagno"),
        ("is-part_of", "ispartof"),
        ("%", ""),
    ],
)
def test_name_is_compared_by_its_letters_and_digits(name: str, expected: str) -> None:
    assert normalized(name) == expected


def test_columns_of_a_role_are_sorted_by_how_likely_they_are() -> None:
    columns = [column("Anlage"), column("Tag No."), column("Size"), column("ID"), column("Asset-ID")]
    assert [each.name for each in find_columns("id", columns)] == ["ID", "Tag No.", "Asset-ID", "Anlage"]
    assert find_columns("parent", columns) == []


@pytest.mark.parametrize(
    ("text", "expected"), [("isPartOf", True), ("part of", True), ("feeds", False), ("", False)]
)
def test_relation_to_a_parent_is_known_by_its_words(text: str, expected: bool) -> None:
    assert is_parent_relation(text) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["P-1", "P-2"], True),
        (["1", "2"], True),
        (["Süd", "Nord"], True),
        (["P 1", "P-2"], False),
        ([*["P-1"] * 9, ""], True),
        ([*["P-1"] * 8, "", ""], False),
    ],
    ids=["ids", "digits", "accents", "space", "one of ten is empty", "two of ten are empty"],
)
def test_column_of_ids_is_filled_and_without_spaces(texts: list[str], expected: bool) -> None:
    assert is_id_column(column("a", *texts)) is expected


@pytest.mark.parametrize(
    ("columns", "mark"),
    [
        ([column("a", "2,5", "16", "")], ","),
        ([column("a", "x"), column("b", "2,5")], ","),
        ([column("a", "2,5", "2.5")], "."),
        ([column("a", "2,5", "x")], "."),
        ([column("a", "25")], "."),
        ([], "."),
    ],
)
def test_decimal_mark_is_a_comma_where_a_column_of_numbers_has_one(columns: list[Column], mark: str) -> None:
    assert decimal_mark(columns) == mark


@pytest.mark.parametrize(
    ("texts", "decimal", "expected"),
    [
        ("TRUE false", ".", "BOOLEAN"),
        ("1 -20 0", ".", "INTEGER"),
        ("2147483647 -2147483647", ".", "INTEGER"),
        ("2147483648", ".", "LONG"),
        ("999999999999999999", ".", "LONG"),
        ("1234567890123456789", ".", "DOUBLE"),
        ("1 2.5", ".", "DOUBLE"),
        ("1 2,5", ",", "DOUBLE"),
        ("1 2,5", ".", "STRING"),
        ("007 8", ".", "STRING"),
        ("0.5 0", ".", "DOUBLE"),
        ("true 1", ".", "STRING"),
        ("", ".", "STRING"),
    ],
)
def test_type_is_the_narrowest_that_all_texts_have(texts: str, decimal: str, expected: str) -> None:
    assert guess_type([*texts.split(" "), ""], decimal) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Serial No.", "serialNo"),
        ("serialNo", "serialNo"),
        ("SerialNo", "serialNo"),
        ("NPSH", "npsh"),
        ("Größe", "grosse"),
        ("in Betrieb", "inBetrieb"),
        ("%", "column"),
        ("x" * 300, "x" * 100),
    ],
)
def test_name_of_a_property_is_in_camel_case(text: str, name: str) -> None:
    taken: set[str] = set()
    assert property_name(text, taken) == name
    assert taken == {name}


def test_name_that_is_taken_gets_a_number() -> None:
    taken = {"size", "size2"}
    assert [property_name("Size", taken) for _ in range(2)] == ["size3", "size4"]


def test_unit_in_brackets_is_the_one_of_numbers_and_no_part_of_the_name() -> None:
    size = {"type": "INTEGER", "unitOfMeasure": "mm"}
    for name in ("Nennweite [mm]", "Nennweite(mm)"):
        assert guess_property(column(name, "50", ""), set(), ".") == Property("nennweite", size)
    assert guess_property(column("Note (old)", "a"), set(), ".") == Property("note", "STRING")


def test_texts_that_keep_a_column_from_numbers_are_named_where_they_are_few() -> None:
    few = guess_property(column("a", "1", "", "2", "n/a", "4"), set(), ".")
    assert few == Property("a", "STRING", almost=(3,))
    many = guess_property(column("a", "1", "n/a", "2"), set(), ".")
    assert many == Property("a", "STRING")


def test_text_that_no_property_can_hold_is_none() -> None:
    assert guess_property(column("a", "x" * 257), set(), ".") is None
    assert guess_property(column("a", "x" * 256), set(), ".") == Property("a", "STRING")
