"""Acknowledgements have the ids that cdk-nag prints."""

from __future__ import annotations

import pytest
from aws_cdk import App, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from twin_stack.constructs import nag
from twin_stack.policy import apply_checks


def synthesize(arn_reason: str | None) -> None:
    app = App()
    stack = Stack(app, "Test")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "files")
    arns = [bucket.arn_for_objects("*"), f"arn:aws:sns:{Aws.REGION}:{Aws.ACCOUNT_ID}:*"]
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=arns))
    if arn_reason is not None:
        for arn in arns:
            nag.acknowledge_wildcard_resource(role, arn, arn_reason)
    apply_checks(app)
    app.synth()


@pytest.mark.slow
def test_wildcards_are_accepted_with_a_reason() -> None:
    synthesize("Objects of any key.")


def test_wildcards_fail_the_synthesis_without_a_reason() -> None:
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synthesize(None)


@pytest.mark.parametrize(
    ("resolved", "printed"),
    [
        ("arn:aws:s3:::files/*", "arn:aws:s3:::files/*"),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}, "<Bucket.Arn>/*"),
        ({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}]]}, "arn:<AWS::Partition>"),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}, "arn:<AWS::Partition>:s3:::*"),
        ({"Fn::Join": ["", [{"Fn::ImportValue": "Files"}, "/*"]]}, "Files/*"),
        ({"Fn::Select": [0, ["a", "b"]]}, '{"Fn::Select":[0,["a","b"]]}'),
    ],
)
def test_references_are_printed_in_angle_brackets(resolved: object, printed: str) -> None:
    assert nag._as_cdk_nag_prints(resolved) == printed
