"""Acknowledgements of cdk-nag findings, next to the resources that they concern.

cdk-nag 3 requires the id of each finding, and the id of a wildcard finding contains the resource's ARN as
cdk-nag prints it: ``AwsSolutions-IAM5[Resource::<BucketABC.Arn>/*]``.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from aws_cdk import Stack, Validations

if TYPE_CHECKING:
    from constructs import IConstruct


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge the findings of an AwsSolutions rule on a construct and its descendants.

    Args:
        scope: The construct.
        rule: The rule, such as ``IAM5``.
        reason: Why the finding is acceptable.
    """
    # Validations.acknowledge writes the same, but refuses ids with several "::" before aws-cdk-lib 2.269, and
    # cdk-nag's ids contain ARNs.
    scope.node.add_metadata(_metadata_key(), {f"Annotation::AwsSolutions-{rule}": reason})


@cache
def _metadata_key() -> str:
    """Return a constant of the CDK, for which jsii asks its runtime each time."""
    return Validations.ACKNOWLEDGED_RULES_METADATA_KEY


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
