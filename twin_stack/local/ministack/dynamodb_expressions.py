"""ministack's DynamoDB expressions and numbers, parsed once for each text instead of once for each use.

Otherwise parsing takes nearly all of the time of a Query, and with it of a burst that alarms follow. A number
that is written is checked, brought into its canonical form, and measured three times.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from twin_stack.local.ministack.key_conditions import compile_key_condition

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]

_CACHE_SIZE = 512
_NUMBERS_CACHE_SIZE = 4096


def cache_expressions(dynamodb: Any) -> None:
    """Cache what ministack derives from an expression's text, and compile key conditions once a Query.

    Args:
        dynamodb: ministack's module of this name.
    """
    tokenize = lru_cache(_CACHE_SIZE)(dynamodb._tokenize)
    dynamodb._tokenize = lambda expression: [*tokenize(expression)]
    for name in ("_check_redundant_parens", "_check_reserved_keyword_usage"):
        check = lru_cache(_CACHE_SIZE)(getattr(dynamodb, name))
        setattr(dynamodb, name, partial(_call_with_tuple, check))
    dynamodb._condition_syntax_error = lru_cache(_CACHE_SIZE)(dynamodb._condition_syntax_error)

    for name in ("_number_error", "_ddb_canonicalize_number", "_number_size_bytes"):
        setattr(dynamodb, name, _cache_texts(getattr(dynamodb, name)))

    evaluate = dynamodb._evaluate_condition
    last: tuple[Any, ...] = (None, None, None, None)

    def evaluate_compiled_key_condition(
        expression: str, row: Json, values: Json, names: Json, slot: str = "ConditionExpression"
    ) -> Any:
        nonlocal last
        if slot != "KeyConditionExpression":
            return evaluate(expression, row, values, names, slot=slot)
        last_expression, last_values, last_names, test = last
        if last_expression == expression and last_values is values and last_names is names:
            return test(row) if test else evaluate(expression, row, values, names, slot=slot)
        # ministack's own evaluation of the first row reports what is wrong with the condition.
        is_match = evaluate(expression, row, values, names, slot=slot)
        clauses = dynamodb._key_condition_clauses(tokenize(expression))
        test = compile_key_condition(clauses, values or {}, names or {}, dynamodb._ddb_comparable)
        last = (expression, values, names, test)
        return is_match

    dynamodb._evaluate_condition = evaluate_compiled_key_condition


def _cache_texts(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a cached function of a text; wrong requests have other values, which may not be hashable."""
    cached = lru_cache(_NUMBERS_CACHE_SIZE)(function)
    return lambda value: cached(value) if isinstance(value, str) else function(value)


def _call_with_tuple(check: Callable[..., Any], tokens: list[Any], *more: Any) -> Any:
    """Call a cached check, whose arguments must be hashable."""
    return check(tuple(tokens), *more)
