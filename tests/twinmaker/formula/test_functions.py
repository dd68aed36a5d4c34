from __future__ import annotations

from twin_stack.twinmaker.formula.functions import CONSTANTS, FUNCTIONS, FunctionKind


def test_names_are_in_lower_case() -> None:
    assert [name for name in (*FUNCTIONS, *CONSTANTS) if name != name.lower()] == []
    assert not FUNCTIONS.keys() & CONSTANTS


def test_limits_of_arguments_are_in_order() -> None:
    assert len(FUNCTIONS) > 60
    assert [name for name, each in FUNCTIONS.items() if each.min_arguments > each.max_arguments] == []


def test_functions_of_a_window_are_marked() -> None:
    assert FUNCTIONS["avg"].kind is FunctionKind.AGGREGATION
    assert FUNCTIONS["latest"].kind is FunctionKind.TEMPORAL
    assert FUNCTIONS["pretrigger"].kind is FunctionKind.TRANSFORM
    assert FUNCTIONS["sqrt"].kind is FunctionKind.COMMON
