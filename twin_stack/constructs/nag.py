"""Acknowledgements of cdk-nag findings, made next to the resource they are about.

cdk-nag 3 wants each finding acknowledged by its own id, and the id of a wildcard finding holds the
resource ARN as cdk-nag prints it: `AwsSolutions-IAM5[Resource::<BucketABC.Arn>/*]`.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    # With a bucket that is encrypted with a key of the account.
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Accept the findings of AwsSolutions rule `rule` on `scope` and below it."""
    Validations.of(scope).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_wildcard_resource(scope: IConstruct, arn: str, reason: str) -> None:
    """Accept that a policy on `scope` or below it names the resources `arn`, which ends in `*`."""
    flat = _flatten(Stack.of(scope).resolve(arn))
    acknowledge(scope, f"IAM5[Resource::{flat}]", reason)


def _flatten(value: object) -> str:
    """The text cdk-nag makes of a resolved ARN: `<LogicalId>` and `<LogicalId.Attribute>`."""
    if not isinstance(value, Mapping):
        return str(value)
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(_flatten(part) for part in parts)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::Sub": str(template)}:
            return template.replace("${", "<").replace("}", ">")
        case _:
            raise ValueError(f"cannot tell how cdk-nag prints {dict(value)!r}")


def acknowledge_upload(upload: s3_deployment.BucketDeployment) -> None:
    """Accept what the CDK gives the function behind a `BucketDeployment`.

    The function is the framework's, one for the whole stack, and lies outside the construct that
    asked for it. Its role reads the CDK's asset bucket and writes the destination bucket.
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
        "The CDK's own upload function; the managed policy lets it write its log and no more.",
    )
    acknowledge(
        function,
        "L1",
        "The runtime of the CDK's own upload function comes with aws-cdk-lib and rises with it.",
    )
    for action in _UPLOAD_ACTIONS:
        acknowledge(
            function,
            f"IAM5[Action::{action}]",
            "What the CDK's grant_read and grant_read_write name; limited to the asset bucket and "
            "the bucket of the workspace.",
        )
    for arn in _wildcard_resources(stack.resolve(policy.document)):
        acknowledge(
            function,
            f"IAM5[Resource::{arn}]",
            "The upload function reads files from the CDK's asset bucket and writes them to the "
            "bucket of the workspace; which keys those are changes with the files.",
        )


def _wildcard_resources(document: dict[str, Any]) -> list[str]:
    resources = []
    for statement in document["Statement"]:
        named = statement["Resource"]
        resources += named if isinstance(named, list) else [named]
    return sorted({flat for flat in map(_flatten, resources) if flat.endswith("/*")})
