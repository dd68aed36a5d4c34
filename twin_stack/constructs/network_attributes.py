"""An existing VPC, by its ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

if TYPE_CHECKING:
    from twin_stack.constructs.packaged_function import FunctionOptions


@dataclass(frozen=True, slots=True)
class NetworkAttributes:
    """An existing VPC, subnets and security groups, for functions.

    ``ec2.Vpc.from_lookup`` would need an account during the synthesis; these ids do not.

    Attributes:
        vpc_id: The id of the VPC.
        subnet_ids: The ids of the subnets, at least 1, each with a way to the services that functions call.
        security_group_ids: The ids of the security groups. Empty: a new one for each function, which allows
            outbound traffic only.
    """

    vpc_id: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...] = ()

    def function_options(self, scope: Construct, construct_id: str) -> FunctionOptions:
        """Return the options of functions in this network.

        Args:
            scope: The parent construct.
            construct_id: The id of the imports within their parent.
        """
        imports = Construct(scope, construct_id)
        # Zones are required by the import, and nothing reads them where subnets are selected one by one.
        vpc = ec2.Vpc.from_vpc_attributes(imports, "Vpc", vpc_id=self.vpc_id, availability_zones=["unknown"])
        subnets = [
            ec2.Subnet.from_subnet_id(imports, f"Subnet{number}", subnet_id)
            for number, subnet_id in enumerate(self.subnet_ids)
        ]
        Validations.of(imports).acknowledge(
            Acknowledgment(
                id="Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId",
                reason="Nothing adds routes to the subnets.",
            )
        )
        options: FunctionOptions = {"vpc": vpc, "vpc_subnets": ec2.SubnetSelection(subnets=subnets)}
        if self.security_group_ids:
            options["security_groups"] = [
                ec2.SecurityGroup.from_security_group_id(imports, f"Group{number}", group_id, mutable=False)
                for number, group_id in enumerate(self.security_group_ids)
            ]
        return options
