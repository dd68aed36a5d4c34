"""The check that runs before what holds history changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import RemovalPolicy

from tests.support.templates import synthesize
from twin_stack.constructs import TelemetryTable
from twin_stack.constructs.history_guard import RESOURCE_TYPE, HistoryGuard

if TYPE_CHECKING:
    from aws_cdk import Stack

TABLE = "AWS::DynamoDB::Table"


def build(stack: Stack, **options: Any) -> None:
    table = TelemetryTable(stack, "Telemetry", table_name="plant-1-telemetry")
    guard = HistoryGuard(
        stack,
        "Guard",
        data_name="plant-1",
        table_name="plant-1-telemetry",
        readable_tables=["b", "a", "b"],
        attaches_table=False,
        manages_assets=True,
        **options,
    )
    guard.precede(table.table, None)


def test_table_waits_for_the_check_of_what_the_template_names() -> None:
    result = synthesize(build)

    assert result.one(TABLE)["DependsOn"] == [result.id_of(RESOURCE_TYPE)]
    properties = result.properties(RESOURCE_TYPE)
    names = ("DataName", "TableName", "ReadableTables", "ManagesAssets", "AttachesTable", "AllowLoss")
    assert [properties[name] for name in names] == [
        "plant-1",
        "plant-1-telemetry",
        ["a", "b"],
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("flag", "removal", "may_be_lost"),
    [
        (True, RemovalPolicy.DESTROY, True),
        (False, RemovalPolicy.DESTROY, False),
        (True, RemovalPolicy.RETAIN, False),
    ],
)
def test_loss_takes_two_keys(flag: bool, removal: RemovalPolicy, may_be_lost: bool) -> None:
    result = synthesize(
        lambda stack: build(stack, removal_policy=removal), context={"twin-stack:allowDestroy": flag}
    )

    assert result.properties(RESOURCE_TYPE)["AllowLoss"] is may_be_lost


def test_function_may_count_rows_and_not_read_them() -> None:
    statements = synthesize(build).properties("AWS::IAM::Role")["Policies"][0]["PolicyDocument"]["Statement"]

    (scan,) = [statement for statement in statements if "dynamodb:Scan" in statement["Action"]]
    assert scan["Condition"] == {"StringEquals": {"dynamodb:Select": "COUNT"}}
    assert scan["Resource"]["Fn::Join"][1][-1] == ":table/*-telemetry"
