"""An existing VPC by its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Fn, RemovalPolicy

from tests.support.templates import synthesize
from twin_stack.constructs import DynamoDbConnector, NetworkAttributes, TelemetryTable
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from aws_cdk import Stack

GROUP = "AWS::EC2::SecurityGroup"


def connector(stack: Stack, *group_ids: str) -> None:
    network = NetworkAttributes("vpc-0a1b2c3d", ("subnet-0a1b2c3d", "subnet-0a1b2c3e"), group_ids)
    DynamoDbConnector(
        stack,
        "Connector",
        table=TelemetryTable.from_table_name(stack, "Telemetry", "telemetry").table,
        log_removal_policy=RemovalPolicy.RETAIN,
        **network.function_options(stack, "Network"),
    )


def test_function_is_in_the_network_without_a_lookup_or_a_warning() -> None:
    result = synthesize(lambda stack: connector(stack, "sg-0a1b2c3d"), prepare=apply_checks)

    assert result.properties("AWS::Lambda::Function")["VpcConfig"] == {
        "SecurityGroupIds": ["sg-0a1b2c3d"],
        "SubnetIds": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
    }
    assert result.all_of(GROUP) == {}
    assert result.warnings == []


@pytest.mark.slow
def test_new_security_group_has_no_way_in() -> None:
    result = synthesize(connector, prepare=apply_checks)

    group = result.properties(GROUP)
    assert group["VpcId"] == "vpc-0a1b2c3d"
    assert "SecurityGroupIngress" not in group


def test_ids_may_be_tokens() -> None:
    def build(stack: Stack) -> None:
        network = NetworkAttributes(
            Fn.import_value("Vpc"), (Fn.import_value("SubnetA"), Fn.import_value("SubnetB"))
        )
        telemetry = TelemetryTable.from_table_name(stack, "Telemetry", "telemetry")
        DynamoDbConnector(
            stack, "Connector", table=telemetry.table, **network.function_options(stack, "Network")
        )

    function = synthesize(build).properties("AWS::Lambda::Function")
    assert function["VpcConfig"]["SubnetIds"] == [
        {"Fn::ImportValue": "SubnetA"},
        {"Fn::ImportValue": "SubnetB"},
    ]
