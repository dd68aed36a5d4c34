"""What spreadsheets make of the text in cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition.findings import Cause, Location, Severity
from twin_stack.definition.source import Cell
from twin_stack.definition.spreadsheet import (
    artefacts,
    is_scientific,
    more_cells,
    refused_characters,
    shortened_number,
)


def column(*texts: str) -> list[Cell]:
    """Cells of a column ``tag``, from line 2."""
    file = Path("rows.csv")
    return [Cell(text, Location(file, line, 3), "tag") for line, text in enumerate(texts, 2)]


def lines(cause: Cause) -> list[int]:
    return sorted(place.line for place in cause.places)


@pytest.mark.parametrize("text", ["1.23E+11", "1,23E+11", "-1E+05", "+9.9E+300"])
def test_long_number_in_exponents_is_scientific(text: str) -> None:
    assert is_scientific(text)
    (cause,) = artefacts(column(text))
    assert cause.finding == shortened_number(column(text)[0])


@pytest.mark.parametrize("text", ["1.23E+1", "1.23E-11", "12.3E+11", "1.23e+11", "1.23E+11 kg", "E+11"])
def test_other_numbers_and_codes_are_not_scientific(text: str) -> None:
    assert not is_scientific(text)
    assert list(artefacts(column(text))) == []


@pytest.mark.parametrize(
    ("text", "severity", "message", "remedy"),
    [
        (
            "#REF!",
            "error",
            '"#REF!" is an error value of a spreadsheet',
            "correct its formula there, or clear the cell",
        ),
        (
            "#####",
            "error",
            '"#####" is an error value of a spreadsheet',
            "correct its formula there, or clear the cell",
        ),
        ("=SUM(A1:A2)", "error", "is a formula of a spreadsheet", "save the values instead of the formulas"),
        ('="007"', "error", "is a formula of a spreadsheet", "write 007"),
        ("'007", "warning", "is a text with the apostrophe that a spreadsheet puts before it", "write 007"),
        (
            "SÃ¼d",
            "warning",
            "is UTF-8 that was read as Windows-1252",
            'write "Süd", and open the file as UTF-8',
        ),
        ("V\u200b1", "warning", "has a zero-width space (U+200B)", "write a space, or remove it"),
        ("V\u00ad1", "warning", "has a soft hyphen (U+00AD)", "write a space, or remove it"),
    ],
)
def test_artefact_is_named_with_what_to_write(text: str, severity: str, message: str, remedy: str) -> None:
    (cause,) = artefacts(column("V-01", text, ""))
    assert cause.finding.code == "TWIN191"
    assert cause.finding.severity == severity
    assert message in cause.finding.message
    assert cause.finding.remedy == remedy
    assert cause.is_mistake
    assert lines(cause) == [3]


def test_shortened_number_is_a_mistake_only_where_something_follows_from_it() -> None:
    (cause,) = artefacts(column("1.5E+12"))
    assert not cause.is_mistake
    assert "TWIN011" in cause.codes, "the id that the service refuses"


def test_kinds_of_a_column_are_one_cause_each_and_each_cell_is_in_one() -> None:
    causes = list(artefacts(column("#N/A", "=SUM(A1)", "#N/A", "'1\u00a0", "1-Mar", "a", "b")))
    assert [lines(cause) for cause in causes] == [[2, 4], [3], [5], [6]]
    assert causes[0].finding.message == (
        '"#N/A" is an error value of a spreadsheet, as is 1 more cell of column "tag" (line 4)'
    )


@pytest.mark.parametrize("date", ["1-Mar", "1. Mär", "12. Dez.", "Mar-01", "May 24"])
def test_dates_are_suspicious_among_other_codes_alone(date: str) -> None:
    (cause,) = artefacts(column("V-01", date, "V-03"))
    assert lines(cause) == [3]
    assert cause.finding.severity is Severity.WARNING
    assert list(artefacts(column("V-01", date))) == [], "half of the column"
    assert list(artefacts(column("", date, ""))) == [], "all of it but for empty cells"


@pytest.mark.parametrize("text", ["V-01", "", "#1", "'s-Hertogenbosch", "Büro", "東京", "March", "a=b"])
def test_what_people_write_is_no_artefact(text: str) -> None:
    assert list(artefacts(column(text, text, text))) == []


def test_accents_of_several_cells_are_one_cause_and_others_another_one() -> None:
    accented, others = refused_characters(column("Süd", "Nord", "Übung", "A/1", "A/2", ""))
    assert lines(accented) == [2, 4]
    assert 'which writes "Sud"' in accented.finding.remedy
    assert lines(others) == [5, 6]
    assert '"A/1" has "/"' in others.finding.message
    assert accented.codes == others.codes == {"TWIN011", "TWIN012"}
    assert not accented.is_mistake


def test_refused_character_of_one_cell_is_left_to_the_check_of_the_cell() -> None:
    assert list(refused_characters(column("Süd", "A/1", "Nord"))) == []


@pytest.mark.parametrize(
    ("count", "verb", "words"),
    [
        (1, "is", ""),
        (2, "is", ', as is 1 more cell of column "tag" (line 3)'),
        (2, "has", ', as has 1 more cell of column "tag" (line 3)'),
        (3, "is", ', as are 2 more cells of column "tag" (line 3, 4)'),
        (3, "has", ', as have 2 more cells of column "tag" (line 3, 4)'),
        (1_500, "is", ', as are 1,499 more cells of column "tag" (line 3, 4, 5 and 1,496 more)'),
    ],
)
def test_other_cells_are_counted_with_their_first_lines(count: int, verb: str, words: str) -> None:
    assert more_cells(column(*["x"] * count), verb) == words
