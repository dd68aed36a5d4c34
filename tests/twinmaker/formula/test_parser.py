"""Formulas that nest, and trees that are kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

from twin_stack.twinmaker.formula.errors import MAX_NESTING, NestingError
from twin_stack.twinmaker.formula.parser import parse_formula
from twin_stack.twinmaker.formula.syntax import Binary, Name


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_NESTING + 1) + "x",
        "s" + "[1" * (MAX_NESTING + 1),
        "-" * 1000 + "x",
        "^".join(["x"] * 500),
        "x" + ".abs()" * 500,
    ],
)
def test_formula_that_nests_too_deep_is_refused(text: str) -> None:
    with pytest.raises(NestingError):
        parse_formula(text)


def test_long_chain_of_operators_is_no_nesting() -> None:
    assert isinstance(parse_formula("+".join(["x"] * 512)), Binary)
    assert parse_formula("(" * MAX_NESTING + "x" + ")" * MAX_NESTING) == Name("x")


@pytest.mark.slow
def test_lark_is_not_imported_before_a_formula_is_read() -> None:
    code = (
        "import sys; import twin_stack.definition, twin_stack.local.service.sitewise.expressions; "
        "assert 'lark' not in sys.modules; "
        "from twin_stack.twinmaker.formula.parser import parse_formula; parse_formula('x'); "
        "assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tree_is_kept_for_the_next_reader() -> None:
    assert parse_formula("x + 1") is parse_formula("x + 1")
