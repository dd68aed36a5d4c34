"""Queries of the embedded DynamoDB, whose key conditions are read once for all rows."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.ministack.key_conditions import compile_key_condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin_stack.pytest_plugin import LocalTwin

TABLE = "key-conditions"


@pytest.fixture(scope="module")
def dynamodb(local_twin: LocalTwin) -> Iterator[Any]:
    """Rows at 1 to 20 in two partitions, and texts in a third."""
    client = local_twin.client("dynamodb")
    for name, kind in ((TABLE, "N"), (f"{TABLE}-text", "S")):
        client.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "p", "KeyType": "HASH"},
                {"AttributeName": "moment", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "p", "AttributeType": "S"},
                {"AttributeName": "moment", "AttributeType": kind},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for number in range(1, 21):
            for device in ("a", "b"):
                client.put_item(TableName=name, Item={"p": {"S": device}, "moment": {kind: str(number)}})
    yield client
    for name in (TABLE, f"{TABLE}-text"):
        client.delete_table(TableName=name)


def query(
    client: Any, condition: str, values: Mapping[str, object], *, table: str = TABLE, kind: str = "N"
) -> list[str]:
    response = client.query(
        TableName=table,
        KeyConditionExpression=condition,
        **({"ExpressionAttributeNames": {"#p": "p"}} if "#p" in condition else {}),
        ExpressionAttributeValues={
            ":p": {"S": "a"},
            **{f":{name}": {kind: str(value)} for name, value in values.items()},
        },
    )
    assert {item["p"]["S"] for item in response["Items"]} <= {"a"}
    return [item["moment"][kind] for item in response["Items"]]


def numbers(*span: int) -> list[str]:
    return [str(number) for number in range(*span)]


@pytest.mark.parametrize(
    ("condition", "bounds"),
    [
        ("#p = :p", {}),
        ("#p = :p AND moment = :x", {"x": operator.eq}),
        ("p = :p and moment < :x", {"x": operator.lt}),
        ("#p = :p AND moment <= :x", {"x": operator.le}),
        ("#p = :p AND moment > :x", {"x": operator.gt}),
        ("moment >= :x AND #p = :p", {"x": operator.ge}),
        ("#p = :p AND moment BETWEEN :x AND :y", {"x": operator.ge, "y": operator.le}),
        ("#p = :p AND (moment BETWEEN :x AND :y)", {"x": operator.ge, "y": operator.le}),
    ],
)
def test_rows_are_those_of_the_condition(
    dynamodb: Any, condition: str, bounds: dict[str, Callable[[int, int], bool]]
) -> None:
    # The same expression with other values each time.
    for x, y in ((9, 11), (10, 12), (0, 100), (20, 20), (100, 200)):
        values = {name: value for name, value in (("x", x), ("y", y)) if name in bounds}
        expected = [n for n in range(1, 21) if all(bounds[name](n, values[name]) for name in values)]
        assert query(dynamodb, condition, values) == [str(n) for n in expected]


def test_texts_are_compared_as_texts(dynamodb: Any) -> None:
    moments = query(dynamodb, "#p = :p AND moment < :x", {"x": "2"}, table=f"{TABLE}-text", kind="S")
    assert moments == ["1", *numbers(10, 20)]
    moments = query(
        dynamodb, "#p = :p AND begins_with(moment, :x)", {"x": "2"}, table=f"{TABLE}-text", kind="S"
    )
    assert moments == ["2", "20"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("#p = :p AND moment BETWEEN :y AND :x", "greater than or equal to lower bound"),
        ("#p = :p AND moment = :x AND moment = :y", "KeyConditionExpression"),
        ("#p = :p AND moment <> :x AND moment < :y", "KeyConditionExpression"),
    ],
)
def test_invalid_condition_is_always_refused(dynamodb: Any, condition: str, message: str) -> None:
    for _ in range(2):
        with pytest.raises(dynamodb.exceptions.ClientError, match=message):
            query(dynamodb, condition, {"x": 1, "y": 2})


def test_unsupported_condition_is_left_to_ministack() -> None:
    clause = [
        ("IDENT", "begins_with"),
        ("LPAREN", "("),
        ("IDENT", "moment"),
        ("COMMA", ","),
        ("VALUE_REF", ":x"),
    ]
    assert compile_key_condition([clause], {":x": {"S": "2"}}, {}, lambda value: ("S", value["S"])) is None
    assert compile_key_condition([], {}, {}, lambda value: ("S", value)) is None
