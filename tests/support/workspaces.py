"""Workspaces and their resources, for tests."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from twin_stack.constructs import Workspace

WORKSPACE = "AWS::IoTTwinMaker::Workspace"

BUCKET = "AWS::S3::Bucket"

ROLE = "AWS::IAM::Role"

ROLE_ARN = "arn:aws:iam::111122223333:role/existing"

FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:historian"


def make_workspace(stack: Stack, **options: Any) -> Workspace:
    return Workspace(stack, "Workspace", workspace_id="factory", **options)


def existing_function(stack: Stack, name: str = "historian") -> lambda_.IFunction:
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:{name}"
    return lambda_.Function.from_function_arn(stack, f"Function{name}", arn)


def existing_role(stack: Stack) -> iam.IRole:
    return iam.Role.from_role_arn(stack, "ExistingRole", ROLE_ARN)


def existing_bucket(stack: Stack, name: str = "existing-bucket") -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "ExistingBucket", name)
