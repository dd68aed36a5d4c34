"""The press in AWS IoT SiteWise, written by hand for a peer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam

from tests.bench.peer_functions import python_function

if TYPE_CHECKING:
    from aws_cdk import Stack
    from aws_cdk import aws_lambda as lambda_
    from constructs import IDependable

WORKSPACE = "my-factory-twin"


def make_press(stack: Stack, guard: IDependable) -> tuple[CustomResource, CustomResource]:
    """Make the press's asset model and its asset."""
    models_and_assets = [_arn(stack, "asset"), _arn(stack, "asset-model")]
    manager, _ = python_function(
        stack,
        "SiteWiseManager",
        ["sitewise_manager", "aws_client", "custom_resource"],
        "Creates and adopts asset models and assets of AWS IoT SiteWise",
        "sitewise",
        "Manage",
        [
            iam.PolicyStatement(
                actions=[
                    "iotsitewise:BatchGetAssetPropertyValue",
                    "iotsitewise:DescribeAsset",
                    "iotsitewise:DescribeAssetModel",
                    "iotsitewise:ListAssets",
                    "iotsitewise:ListAssociatedAssets",
                    "iotsitewise:ListTagsForResource",
                ],
                resources=[*models_and_assets, _arn(stack, "time-series")],
            ),
            iam.PolicyStatement(
                actions=[
                    "iotsitewise:AssociateAssets",
                    "iotsitewise:CreateAsset",
                    "iotsitewise:DisassociateAssets",
                    "iotsitewise:TagResource",
                    "iotsitewise:UntagResource",
                    "iotsitewise:UpdateAsset",
                    "iotsitewise:UpdateAssetModel",
                    "iotsitewise:UpdateAssetProperty",
                ],
                resources=models_and_assets,
            ),
            iam.PolicyStatement(
                actions=["iotsitewise:DeleteAsset", "iotsitewise:DeleteAssetModel"],
                resources=models_and_assets,
                conditions={"StringEquals": {"aws:ResourceTag/twin-stack:workspace": WORKSPACE}},
            ),
            iam.PolicyStatement(
                actions=["iotsitewise:CreateAssetModel", "iotsitewise:ListTimeSeries"], resources=["*"]
            ),
            iam.PolicyStatement(actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
        ],
        memory_mib=1024,
        timeout=Duration.minutes(15),
    )
    manager.node.add_dependency(guard)
    press_model = _resource(
        stack,
        manager,
        "PressModel",
        "AssetModel",
        {
            "ExternalId": f"{WORKSPACE}:com.example.Press",
            "Name": f"{WORKSPACE}/com.example.Press",
            "Properties": [
                {"Name": name, "Kind": "Measurement", "DataType": kind, "Unit": unit}
                for name, kind, unit in (("pressure", "DOUBLE", "bar"), ("strokes", "INTEGER", "Count"))
            ],
        },
    )
    press_asset = _resource(
        stack,
        manager,
        "PressAsset",
        "Asset",
        {
            "ExternalId": f"{WORKSPACE}:press-001:com.example.Press",
            "Name": f"{WORKSPACE}/press-001/press",
            "AssetModelId": press_model.ref,
            "AliasPrefix": f"/{WORKSPACE}/press-001/",
            "PropertyDigest": press_model.get_att("PropertyDigest"),
        },
    )
    return press_model, press_asset


def _arn(stack: Stack, resource: str) -> str:
    return stack.format_arn(service="iotsitewise", resource=resource, resource_name="*")


def _resource(
    scope: Stack, manager: lambda_.Function, name: str, kind: str, properties: dict[str, Any]
) -> CustomResource:
    return CustomResource(
        scope,
        name,
        resource_type=f"Custom::SiteWise{kind}",
        service_token=manager.function_arn,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        properties={"ServiceTimeout": 960, "Workspace": WORKSPACE, "RemovalPolicy": "Retain", **properties},
    )
