"""Errors of formulas: what they say."""

from __future__ import annotations

from twin_stack.twinmaker.formula.errors import FormulaSyntaxError, NestingError


def test_error_has_place_text_and_expectation() -> None:
    error = FormulaSyntaxError(2, "y", "an operator")
    assert (error.offset, error.text, error.expected) == (2, "y", "an operator")
    assert str(error) == "'y' at offset 2, expected an operator"
    assert isinstance(error, ValueError)


def test_nesting_is_a_syntax_error_without_a_place() -> None:
    error = NestingError()
    assert isinstance(error, FormulaSyntaxError)
    assert (error.offset, error.text, error.expected) == (None, "", None)
