"""The network and the limits of functions in one stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns

_SubnetId = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "subnet id", *patterns.SUBNET_ID, "such as subnet-0a1b2c3d")
]
_SecurityGroupId = Annotated[
    str,
    StringRule(VALUE_NOT_ALLOWED, "security group id", *patterns.SECURITY_GROUP_ID, "such as sg-0a1b2c3d"),
]


class StageVpc(Shape):
    """The VPC of all functions of a twin.

    Attributes:
        vpc_id: Id of the VPC.
        subnet_ids: Ids of the subnets. They need VPC endpoints or a NAT gateway for the services that the
            functions call.
        security_group_ids: Ids of the security groups. Default: a new one for each function, which allows
            outbound traffic only.
    """

    vpc_id: Annotated[str, StringRule(VALUE_NOT_ALLOWED, "VPC id", *patterns.VPC_ID, "such as vpc-0a1b2c3d")]
    # Lambda's limits of VpcConfig.
    subnet_ids: Annotated[list[_SubnetId], Unique, Field(min_length=1, max_length=16)]
    security_group_ids: Annotated[list[_SecurityGroupId], Unique, Field(max_length=5)] = Field(default=[])


class StageConnector(Shape):
    """The limits of a connector's function.

    Attributes:
        memory_size: Memory in MiB.
        timeout_seconds: Timeout, at most 30 seconds because a viewer waits for the response.
        reserved_concurrent_executions: Concurrent executions that are reserved for the function, which are
            also its limit; 0 turns it off.
    """

    memory_size: Annotated[int, Field(ge=128, le=10_240)] | None = None
    timeout_seconds: Annotated[int, Field(ge=1, le=30)] | None = None
    reserved_concurrent_executions: Annotated[int, Field(ge=0)] | None = None


def check_key_region(key_arn: str | None, region: str | None) -> None:
    """Check that the key of a stage is in the stage's region, as every service requires.

    Args:
        key_arn: ARN of the key; None if there is none.
        region: Region of the stage; None if it is that of the credentials.

    Raises:
        PydanticCustomError: The regions differ.
    """
    if key_arn is None or region is None:
        return
    of_key = key_arn.split(":")[3]
    if of_key != region:
        raise refusal(
            VALUE_NOT_ALLOWED,
            "kmsKeyArn is in {of_key}, but region is {region}; name a key of that region",
            of_key=of_key,
            region=region,
        )
