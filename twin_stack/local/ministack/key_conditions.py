"""Key conditions of a Query, compiled once for all rows of a partition.

ministack interprets the text of an expression again for each row, which takes most of the time of a Query.
Conditions of other forms than those below are left to it.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Json = dict[str, Any]

Part: TypeAlias = "tuple[str, str]"
Comparable: TypeAlias = "Callable[[Any], tuple[str, Any]]"
Test: TypeAlias = "Callable[[Json], bool]"

_OPERATORS: Final = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISON, _BETWEEN = 3, 5
_NOTHING: Final[dict[str, Any]] = {}


def compile_key_condition(
    clauses: Sequence[Sequence[Part]],
    values: Mapping[str, Json],
    names: Mapping[str, str],
    comparable: Comparable,
) -> Test | None:
    """Return a function that tests whether a row satisfies a condition.

    Args:
        clauses: Parts of the condition between ``AND``, as ministack's tokens.
        values: ExpressionAttributeValues.
        names: ExpressionAttributeNames.
        comparable: Returns type and value of an attribute value.

    Returns:
        The function, or None where a clause is of another form.
    """
    tests = [_compile_clause(clause, values, names, comparable) for clause in clauses]
    compiled = [test for test in tests if test is not None]
    if not compiled or len(compiled) < len(tests):
        return None
    return reduce(_both, compiled)


def _both(first: Test, second: Test) -> Test:
    return lambda row: first(row) and second(row)


def _compile_clause(
    clause: Sequence[Part], values: Mapping[str, Json], names: Mapping[str, str], comparable: Comparable
) -> Test | None:
    texts = [text for _, text in clause]
    if clause[0][0] not in ("NAME_REF", "IDENT"):
        return None
    attribute = names.get(texts[0], texts[0])
    if len(clause) == _COMPARISON and texts[1] in _OPERATORS and texts[2] in values:
        kind, bound = comparable(values[texts[2]])
        if kind == "S" and texts[1] == "=":
            return lambda row: row.get(attribute, _NOTHING).get("S") == bound
        compare = _OPERATORS[texts[1]]
        return _test(attribute, kind, lambda value: compare(value, bound), comparable)
    if (
        len(clause) == _BETWEEN
        and (texts[1].upper(), texts[3].upper()) == ("BETWEEN", "AND")
        and texts[2] in values
        and texts[4] in values
    ):
        (kind, low), (kind_of_high, high) = comparable(values[texts[2]]), comparable(values[texts[4]])
        if kind == kind_of_high:
            return _test(attribute, kind, lambda value: low <= value <= high, comparable)
    return None


def _test(attribute: str, kind: str, is_within: Callable[[Any], bool], comparable: Comparable) -> Test:
    """Return a test of the type and the value of an attribute."""

    def test(row: Json) -> bool:
        if attribute not in row:
            return False
        kind_in_row, value = comparable(row[attribute])
        return kind_in_row == kind and is_within(value)

    return test
