"""The network and the limits of functions in a stage."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from twin_stack.definition.schema import StageConnector, StageVpc
from twin_stack.definition.schema.stage_functions import check_key_region

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a"


def test_vpc_needs_its_id_and_a_subnet() -> None:
    vpc = StageVpc.model_validate({"vpcId": "vpc-0a1b2c3d", "subnetIds": ["subnet-0a1b2c3d4e5f67890"]})
    assert (vpc.vpc_id, vpc.security_group_ids) == ("vpc-0a1b2c3d", [])


@pytest.mark.parametrize(
    "values",
    [
        {"vpcId": "vpc-0a1b2c3d", "subnetIds": []},
        {"vpcId": "vpc-0a1b2c3d", "subnetIds": ["subnet-0a1b2c3d"] * 2},
        {"vpcId": "vpc-0a1b2c3d", "subnetIds": ["subnet-xyz"]},
        {"vpcId": "0a1b2c3d", "subnetIds": ["subnet-0a1b2c3d"]},
        {
            "vpcId": "vpc-0a1b2c3d",
            "subnetIds": ["subnet-0a1b2c3d"],
            "securityGroupIds": [f"sg-0a1b2c3{digit}" for digit in "012345"],
        },
    ],
)
def test_ids_that_lambda_refuses_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StageVpc.model_validate(values)


@pytest.mark.parametrize(
    "values",
    [
        {"memorySize": 127},
        {"memorySize": 10_241},
        {"timeoutSeconds": 31},
        {"reservedConcurrentExecutions": -1},
    ],
)
def test_limits_that_lambda_refuses_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        StageConnector.model_validate(values)


def test_concurrency_of_zero_turns_a_function_off() -> None:
    assert StageConnector.model_validate({"reservedConcurrentExecutions": 0}).memory_size is None


@pytest.mark.parametrize(("key", "region"), [(None, "us-east-1"), (KEY, None), (KEY, "eu-west-1")])
def test_key_of_the_region_is_accepted(key: str | None, region: str | None) -> None:
    check_key_region(key, region)


def test_key_of_another_region_is_refused() -> None:
    with pytest.raises(PydanticCustomError, match="kmsKeyArn is in eu-west-1, but region is us-east-1"):
        check_key_region(KEY, "us-east-1")
