"""Tables and functions of another account or region: used there, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_dynamodb as dynamodb

from tests.constructs.examples import WATCHED
from tests.constructs.statements import inline
from twin_stack.constructs import (
    AlarmEvaluator,
    DataConnector,
    DynamoDbConnector,
    MeasuredProperty,
    TelemetryIngest,
    TelemetryTable,
)
from twin_stack.constructs.data_connector import OTHER_ACCOUNT_WARNING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = {"account": "111122223333", "region": "eu-west-1"}
ELSEWHERE = [
    "arn:aws:dynamodb:us-east-1:111122223333:table/telemetry",
    "arn:aws:dynamodb:eu-west-1:444455556666:table/telemetry",
]
NEAR = "arn:aws:dynamodb:eu-west-1:111122223333:table/telemetry"


def table_name(arn: str, env: dict[str, str] | None) -> tuple[str, list[str]]:
    """By what a connector calls a table, and what it may query."""
    app = App()
    stack = Stack(app, "Test", env=env)
    table = dynamodb.Table.from_table_arn(stack, "Table", arn)
    DynamoDbConnector(stack, "Connector", table=table)
    resources = app.synth().get_stack_by_name("Test").template["Resources"].values()
    (function,) = [r["Properties"] for r in resources if r["Type"] == "AWS::Lambda::Function"]
    (role,) = [r for r in resources if r["Type"] == "AWS::IAM::Role"]
    return function["Environment"]["Variables"]["TABLE_NAME"], inline(role)["dynamodb:Query"]


@pytest.mark.parametrize("arn", ELSEWHERE)
def test_connector_calls_a_table_elsewhere_by_its_arn(arn: str) -> None:
    assert table_name(arn, HERE) == (arn, [arn])


def test_connector_calls_a_table_of_its_account_and_region_by_its_name() -> None:
    assert table_name(NEAR, HERE) == ("telemetry", [NEAR])


def test_connector_calls_a_table_by_its_arn_when_its_own_region_is_not_known() -> None:
    assert table_name(NEAR, None) == (NEAR, [NEAR])


def raised(build: Callable[[Stack], object]) -> str:
    with pytest.raises(ValueError) as caught:
        build(Stack(App(), "Test", env=HERE))
    return str(caught.value)


@pytest.mark.parametrize("arn", ELSEWHERE)
def test_stream_elsewhere_is_refused(arn: str) -> None:
    def build(stack: Stack) -> None:
        telemetry = TelemetryTable.from_table_attributes(
            stack, "T", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-01-31T08:00:00.000"
        )
        AlarmEvaluator(stack, "Alarms", telemetry=telemetry, alarms=[WATCHED])

    _, _, _, region, account, _ = arn.split(":")
    assert raised(build) == (
        f"the telemetry table is in region {region} of account {account}, where its stream is read; create "
        "the evaluator in a stack of that account and region"
    )


@pytest.mark.parametrize("arn", ELSEWHERE)
def test_ingest_into_a_table_elsewhere_is_refused(arn: str) -> None:
    def build(stack: Stack) -> None:
        TelemetryIngest(
            stack,
            "Ingest",
            topic="plant/+/t",
            device_id="topic(2)",
            properties=[MeasuredProperty("t")],
            table=dynamodb.Table.from_table_arn(stack, "Table", arn),
        )

    assert "but AWS IoT writes to tables of its own account and region only" in raised(build)


def test_function_of_another_region_is_refused() -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:reader"
    assert raised(lambda stack: DataConnector.from_function_arn(stack, "It", arn)) == (
        "the function is in region us-east-1 of account 111122223333, but that the service calls "
        "functions of another region is not documented; deploy it in eu-west-1"
    )


def test_owner_of_a_function_of_another_account_has_to_allow_the_role() -> None:
    app = App()
    stack = Stack(app, "Test", env=HERE)
    DataConnector.from_function_arn(stack, "It", "arn:aws:lambda:eu-west-1:444455556666:function:reader")
    messages = [str(m.entry.data) for m in app.synth().get_stack_by_name("Test").messages]

    assert [OTHER_ACCOUNT_WARNING in message for message in messages] == [True]
    assert "function is of account 444455556666, whose owner has to allow" in messages[0]


def test_function_is_accepted_when_the_region_of_the_stack_is_not_known() -> None:
    stack = Stack(App(), "Test")
    arn = "arn:aws:lambda:us-east-1:111122223333:function:reader"
    assert DataConnector.from_function_arn(stack, "It", arn).function_arn == arn
