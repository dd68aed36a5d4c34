"""Acknowledgements of cdk-nag findings, next to the resources that they concern.

cdk-nag 3 requires the id of each finding, and the id of a wildcard finding contains the resource's ARN as
cdk-nag prints it: ``AwsSolutions-IAM5[Resource::<BucketABC.Arn>/*]``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from aws_cdk import aws_s3_deployment as s3_deployment
    from constructs import IConstruct

_UPLOAD_ACTIONS: Final = (
    "s3:Abort*",
    "s3:DeleteObject*",
    "s3:GetBucket*",
    "s3:GetObject*",
    "s3:List*",
    # If the bucket is encrypted with a customer managed key.
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge the findings of an AwsSolutions rule on a construct and its descendants.

    Args:
        scope: The construct.
        rule: The rule, such as ``IAM5``.
        reason: Why the finding is acceptable.
    """
    Validations.of(scope).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_wildcard_resource(scope: IConstruct, arn: str, reason: str) -> None:
    """Acknowledge that a policy on a construct or its descendants contains a resource that ends in ``*``.

    Args:
        scope: The construct.
        arn: The resource.
        reason: Why the wildcard is acceptable.
    """
    printed_arn = _as_cdk_nag_prints(Stack.of(scope).resolve(arn))
    acknowledge(scope, f"IAM5[Resource::{printed_arn}]", reason)


def _as_cdk_nag_prints(value: object) -> str:
    """Return a resolved ARN as cdk-nag prints it: with ``<LogicalId>`` and ``<LogicalId.Attribute>``.

    Source: ``flatten-cfn-reference`` of cdk-nag 3.
    """
    if isinstance(value, str):
        return value.replace("${", "<").replace("}", ">")
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(_as_cdk_nag_prints(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{_as_cdk_nag_prints(resource)}.{_as_cdk_nag_prints(attribute)}>"
        case {"Fn::Sub": text} | {"Fn::ImportValue": text}:
            return _as_cdk_nag_prints(text)
        case {"Ref": name}:
            return f"<{_as_cdk_nag_prints(name)}>"
        case _:
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def acknowledge_upload(upload: s3_deployment.BucketDeployment) -> None:
    """Acknowledge the findings on the function behind a ``BucketDeployment``.

    The CDK creates one such function for the whole stack, outside of the construct. Its role reads the CDK's
    asset bucket and writes the destination bucket.

    Args:
        upload: The deployment.
    """
    role = upload.handler_role
    function = role.node.scope
    policy = role.node.try_find_child("DefaultPolicy")
    if function is None or not isinstance(policy, iam.Policy):
        return
    stack = Stack.of(upload)
    acknowledge(
        function,
        "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
        "The CDK's own upload function; the managed policy allows writing its log only.",
    )
    acknowledge(
        function,
        "L1",
        "aws-cdk-lib chooses the runtime of its own upload function.",
    )
    for action in _UPLOAD_ACTIONS:
        acknowledge(
            function,
            f"IAM5[Action::{action}]",
            "Actions of the CDK's grant_read and grant_read_write, limited to the asset bucket and "
            "the workspace's bucket.",
        )
    for arn in _wildcard_resources(stack.resolve(policy.document)):
        acknowledge(
            function,
            f"IAM5[Resource::{arn}]",
            "The upload function copies files from the CDK's asset bucket to the workspace's bucket; the "
            "keys depend on the files.",
        )


def _wildcard_resources(document: dict[str, Any]) -> list[str]:
    resources = []
    for statement in document["Statement"]:
        resource = statement["Resource"]
        resources += resource if isinstance(resource, list) else [resource]
    return sorted({arn for arn in map(_as_cdk_nag_prints, resources) if arn.endswith("/*")})
