"""What a definition names as existing already, as constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from twin_stack.constructs.telemetry_table import TelemetryTable
from twin_stack.constructs.workspace import Workspace

if TYPE_CHECKING:
    from twin_stack.constructs.interfaces import ITelemetryTable, IWorkspace
    from twin_stack.definition import schema


def existing_workspace(
    scope: Construct, construct_id: str, existing: schema.ExistingWorkspace, workspace_id: str
) -> IWorkspace:
    """Return an existing workspace.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        existing: The workspace's role and bucket, as far as they are known.
        workspace_id: The id of the workspace.
    """
    imports = Construct(scope, f"{construct_id}Imports")
    return Workspace.from_workspace_attributes(
        scope,
        construct_id,
        workspace_id=workspace_id,
        bucket=_bucket(imports, "Bucket", existing.s3_location, existing.encryption_key_arn)
        if existing.s3_location is not None
        else None,
        role=iam.Role.from_role_arn(imports, "Role", existing.role) if existing.role is not None else None,
    )


def existing_bucket(scope: Construct, construct_id: str, existing: schema.ExistingBucket) -> s3.IBucket:
    """Return an existing bucket.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        existing: The bucket.
    """
    return _bucket(scope, construct_id, existing.bucket_arn, existing.encryption_key_arn)


def existing_telemetry_table(
    scope: Construct, construct_id: str, existing: schema.ExistingTable
) -> ITelemetryTable:
    """Return an existing telemetry table.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        existing: The table.
    """
    return TelemetryTable.from_table_attributes(
        scope,
        construct_id,
        table_arn=existing.table_arn,
        table_stream_arn=existing.stream_arn,
        encryption_key=_key(scope, f"{construct_id}Key", existing.encryption_key_arn),
        component_type_index=existing.component_type_index,
    )


def existing_topic(scope: Construct, construct_id: str, existing: schema.ExistingTopic) -> sns.ITopic:
    """Return an existing topic.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        existing: The topic.
    """
    return sns.Topic.from_topic_attributes(
        scope, construct_id, topic_arn=existing.topic_arn, key_arn=existing.encryption_key_arn
    )


def connector_table(scope: Construct, construct_id: str, connector: schema.Connector) -> dynamodb.ITable:
    """Return the table that a connector names.

    Args:
        scope: The parent construct.
        construct_id: The id of the import within its parent.
        connector: A connector of kind ``dynamodb`` with ``tableName`` or ``tableArn``.
    """
    index = connector.component_type_index
    return dynamodb.Table.from_table_attributes(
        scope,
        construct_id,
        table_name=connector.table_name,
        table_arn=connector.table_arn,
        encryption_key=_key(scope, f"{construct_id}Key", connector.encryption_key_arn),
        global_indexes=[index] if index is not None else None,
    )


def _bucket(scope: Construct, construct_id: str, arn: str, key_arn: str | None) -> s3.IBucket:
    key = _key(scope, f"{construct_id}Key", key_arn)
    return s3.Bucket.from_bucket_attributes(scope, construct_id, bucket_arn=arn, encryption_key=key)


def _key(scope: Construct, construct_id: str, arn: str | None) -> kms.IKey | None:
    return kms.Key.from_key_arn(scope, construct_id, arn) if arn is not None else None
