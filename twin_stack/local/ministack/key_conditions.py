"""Key conditions of a Query, compiled once for all rows of a partition.

ministack interprets the text of an expression again for each row, which takes most of the time of a Query.
Conditions of other forms than those below are left to it.
"""

from __future__ import annotations

import operator
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
    return lambda row: all(test(row) for test in compiled)


def _compile_clause(
    clause: Sequence[Part], values: Mapping[str, Json], names: Mapping[str, str], comparable: Comparable
) -> Test | None:
    kinds = [kind for kind, _ in clause]
    texts = [text for _, text in clause]
    if kinds[0] not in ("NAME_REF", "IDENT"):
        return None
    attribute = names.get(texts[0], texts[0])
    if len(clause) == _COMPARISON and texts[1] in _OPERATORS and texts[2] in values:
        bounds = [(_OPERATORS[texts[1]], comparable(values[texts[2]]))]
    elif (
        len(clause) == _BETWEEN
        and (texts[1].upper(), texts[3].upper()) == ("BETWEEN", "AND")
        and texts[2] in values
        and texts[4] in values
    ):
        bounds = [(operator.ge, comparable(values[texts[2]])), (operator.le, comparable(values[texts[4]]))]
    else:
        return None

    def test(row: Json) -> bool:
        if attribute not in row:
            return False
        kind, value = comparable(row[attribute])
        return all(kind == type_name and compare(value, bound) for compare, (type_name, bound) in bounds)

    return test
