"""The cache of DynamoDB expressions, on a stand-in for ministack's module."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twin_stack.local.ministack.dynamodb_expressions import cache_expressions


def make() -> tuple[Any, list[str]]:
    calls: list[str] = []

    def evaluate(expression: str, row: Any, values: Any, names: Any, slot: str = "") -> bool:
        calls.append(f"evaluate {slot}")
        return bool(row.get("k") == values[":k"])

    def tokenize(expression: str) -> list[tuple[str, str]]:
        calls.append(f"tokenize {expression}")
        return [("IDENT", "k"), ("OP", "="), ("VALUE", ":k")]

    dynamodb = SimpleNamespace(
        _tokenize=tokenize,
        _check_redundant_parens=lambda tokens, slot: None,  # noqa: ARG005
        _check_reserved_keyword_usage=lambda tokens: None,  # noqa: ARG005
        _condition_syntax_error=lambda expression, slot: None,  # noqa: ARG005
        _evaluate_condition=evaluate,
        _key_condition_clauses=lambda tokens: [tokens],
        _ddb_comparable=lambda value: next(iter(value.items())),
        _number_error=lambda value: calls.append(f"number {value}"),
        _ddb_canonicalize_number=lambda value: calls.append(f"canonical {value}"),
        _number_size_bytes=lambda value: calls.append(f"size {value}"),
    )
    cache_expressions(dynamodb)
    return dynamodb, calls


def test_an_expression_is_tokenized_once_and_each_caller_gets_its_own_list() -> None:
    dynamodb, calls = make()
    first = dynamodb._tokenize("k = :k")
    first.clear()

    assert len(dynamodb._tokenize("k = :k")) == 3
    assert calls == ["tokenize k = :k"]


def test_ministack_evaluates_the_first_row_of_a_query_only() -> None:
    dynamodb, calls = make()
    values = {":k": {"S": "a"}}
    rows = [{"k": {"S": "a"}}, {"k": {"S": "b"}}, {"k": {"S": "a"}}]
    slot = "KeyConditionExpression"
    matches = [dynamodb._evaluate_condition("k = :k", row, values, None, slot=slot) for row in rows]

    assert matches == [True, False, True]
    assert calls.count(f"evaluate {slot}") == 1


def test_other_conditions_are_left_to_ministack() -> None:
    dynamodb, calls = make()
    for _ in range(2):
        dynamodb._evaluate_condition("k = :k", {}, {":k": 1}, None, slot="FilterExpression")

    assert calls == ["evaluate FilterExpression"] * 2


def test_a_number_is_read_once_and_what_is_none_is_left_to_ministack() -> None:
    dynamodb, calls = make()
    for value in ("1.5", "1.5", ["1.5"], ["1.5"]):
        dynamodb._number_error(value)
        dynamodb._ddb_canonicalize_number(value)
        dynamodb._number_size_bytes(value)

    assert sorted(calls) == sorted(
        f"{name} {value}" for name in ("canonical", "number", "size") for value in ("1.5", ["1.5"], ["1.5"])
    )
