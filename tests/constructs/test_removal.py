"""Deleting data takes two keys, in all four combinations, for each stateful resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import RemovalPolicy

from tests.support.templates import synthesize
from twin_stack.constructs import SiteWiseConnector, TelemetryTable, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack

WARNING = (
    'removal_policy is DESTROY, but data is kept (RETAIN) because the context flag "twin-stack:'
    'allowDestroy" is not true; set it to true in cdk.json or with `-c twin-stack:allowDestroy=true` '
    "to delete data with the stack [ack: Annotation::twin-stack-destroyNeedsSecondKey]"
)

STATEFUL: dict[str, Callable[[Stack, RemovalPolicy], object]] = {
    "AWS::S3::Bucket": lambda stack, policy: Workspace(
        stack, "It", workspace_id="factory", removal_policy=policy
    ),
    "AWS::DynamoDB::Table": lambda stack, policy: TelemetryTable(stack, "It", removal_policy=policy),
    "AWS::Logs::LogGroup": lambda stack, policy: SiteWiseConnector(stack, "It", log_removal_policy=policy),
}


@pytest.mark.slow
@pytest.mark.parametrize("type_name", STATEFUL)
@pytest.mark.parametrize(
    ("asked_for", "flag", "outcome", "warned"),
    [
        (RemovalPolicy.RETAIN, None, "Retain", False),
        (RemovalPolicy.RETAIN, True, "Retain", False),
        (RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, None, "Retain", False),
        (RemovalPolicy.DESTROY, None, "Retain", True),
        (RemovalPolicy.DESTROY, False, "Retain", True),
        (RemovalPolicy.DESTROY, "yes", "Retain", True),
        (RemovalPolicy.DESTROY, True, "Delete", False),
        (RemovalPolicy.DESTROY, "true", "Delete", False),
    ],
)
def test_data_is_deleted_only_with_both_keys(
    type_name: str, asked_for: RemovalPolicy, flag: object, outcome: str, warned: bool
) -> None:
    result = synthesize(
        lambda stack: STATEFUL[type_name](stack, asked_for),
        context={} if flag is None else {"twin-stack:allowDestroy": flag},
    )

    resource = result.one(type_name)
    # CloudFormation cannot delete the bucket of a failed creation, which holds files by then.
    is_filled = type_name == "AWS::S3::Bucket" and asked_for is not RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    deletion = "RetainExceptOnCreate" if outcome == "Retain" and not is_filled else outcome
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (deletion, outcome)
    assert result.warnings == ([WARNING] if warned else [])


@pytest.mark.parametrize(("flag", "emptied"), [(True, 1), (False, 0)])
def test_bucket_is_emptied_only_with_both_keys(flag: bool, emptied: int) -> None:
    result = synthesize(
        lambda stack: STATEFUL["AWS::S3::Bucket"](stack, RemovalPolicy.DESTROY),
        context={"twin-stack:allowDestroy": flag},
    )

    assert len(result.all_of("Custom::S3AutoDeleteObjects")) == emptied


@pytest.mark.parametrize("protected", [False, True])
def test_table_is_protected_from_deletion_by_hand_when_asked_for(protected: bool) -> None:
    result = synthesize(lambda stack: TelemetryTable(stack, "It", deletion_protection=protected))

    assert result.properties("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is protected
