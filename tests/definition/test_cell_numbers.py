"""Numbers in cells as programs and people write them."""

from __future__ import annotations

import pytest

from twin_stack.definition.cell_numbers import number_literal, number_remedy


@pytest.mark.parametrize(
    ("text", "decimal", "literal"),
    [
        ("2.5", ".", "2.5"),
        ("-1e3", ".", "-1e3"),
        ("2,5", ",", "2.5"),
        ("17", ",", "17"),
        ("2,5E-3", ",", "2.5E-3"),
        ("2,5", ".", None),
        ("2.5", ",", None),
        ("1,234.5", ".", None),
        ("1_000", ".", None),
        ("nan", ".", None),
    ],
)
def test_number_is_read_with_the_decimal_mark_of_the_file(
    text: str, decimal: str, literal: str | None
) -> None:
    assert number_literal(text, decimal) == literal


@pytest.mark.parametrize(
    ("text", "decimal", "remedy"),
    [
        ("2,5", ".", 'write 2.5, or add decimal: ","'),
        ("2.5", ",", 'write 2,5, since decimal is ","'),
        ("1,234", ".", 'write 1234 if "," separates thousands, 1.234 if not'),
        ("1.234", ",", 'write 1234 if "." separates thousands, 1,234 if not'),
        ("1,234.5", ".", "write 1234.5, without a separator of thousands"),
        ("1.234,5", ".", "write 1234.5, without a separator of thousands"),
        ("1.234,5", ",", "write 1234,5, without a separator of thousands"),
        ("1.234.567", ",", "write 1234567, without a separator of thousands"),
        ("1 234,5", ",", "write 1234,5, without a separator of thousands"),
        ("1\u00a0234", ".", "write 1234, without a separator of thousands"),
        ("2.5 bar", ".", "write 2.5; a unit belongs to the property as unitOfMeasure"),
        ("50%", ".", "write 50; a unit belongs to the property as unitOfMeasure"),
        ("-", ".", "clear the cell where there is no value"),
        ("n/a", ".", "clear the cell where there is no value"),
        ("many", ".", "write a number such as 2.5"),
        ("many", ",", "write a number such as 2,5"),
    ],
)
def test_remedy_says_how_the_number_is_written(text: str, decimal: str, remedy: str) -> None:
    assert number_remedy(text, decimal).text == remedy


@pytest.mark.parametrize(
    ("text", "decimal"), [("2,5", "."), ("2.5", ","), ("1.234,5", "."), ("2.5 bar", ".")]
)
def test_number_written_as_the_remedy_says_is_read(text: str, decimal: str) -> None:
    number = number_remedy(text, decimal).text.removeprefix("write ").split()[0].rstrip(",;")
    assert number_literal(number, decimal) is not None
