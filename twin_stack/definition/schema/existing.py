"""What exists already and a twin attaches instead of creating it: table, bucket, topic, workspace."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.names import ComponentPath, EntityId, Name  # noqa: TC001
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import ResponseShape, Shape
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns
from twin_stack.twinmaker.telemetry_table import COMPONENT_TYPE_INDEX

_STREAM: Final = "/stream/"

TableArn = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED, "table ARN", *patterns.TABLE_ARN, "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"
    ),
]
StreamArn = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED,
        "stream ARN",
        *patterns.TABLE_STREAM_ARN,
        "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME, the LatestStreamArn of the table",
    ),
]
KeyArn = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED,
        "key ARN",
        *patterns.KMS_KEY_ARN,
        "arn:aws:kms:REGION:ACCOUNT:key/ID, not an alias",
    ),
]
BucketArn = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED, "bucket ARN", *patterns.BUCKET_ARN, "arn:aws:s3:::NAME, without dots in the name"
    ),
]
TopicArn = Annotated[
    str,
    StringRule(VALUE_NOT_ALLOWED, "topic ARN", *patterns.TOPIC_ARN, "arn:aws:sns:REGION:ACCOUNT:NAME"),
]
RoleArn = Annotated[
    str,
    StringRule(VALUE_NOT_ALLOWED, "role ARN", *patterns.ROLE_ARN, "arn:aws:iam::ACCOUNT:role/NAME"),
]
AssetReference = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED,
        "asset",
        *patterns.ASSET_REFERENCE,
        "its id, its ARN, or externalId: and its external id",
    ),
]
IndexName = Annotated[str, Field(min_length=3, max_length=255)]
"""Name of an index of a DynamoDB table."""


class ExistingTable(Shape):
    """An existing telemetry table, such as one that was restored from point-in-time recovery.

    Its keys are those of a table of the twin: ``device_id`` and ``timestamp`` in milliseconds.

    Attributes:
        table_arn: ARN of the table.
        stream_arn: ARN of its stream, ``LatestStreamArn`` of DescribeTable; alarms need it.
        encryption_key_arn: The customer managed key that encrypts the table.
        component_type_index: Name of its index by component type; null where it has none.
    """

    table_arn: TableArn
    stream_arn: StreamArn | None = None
    encryption_key_arn: KeyArn | None = None
    component_type_index: IndexName | None = COMPONENT_TYPE_INDEX

    @model_validator(mode="after")
    def _check_stream_of_table(self) -> ExistingTable:
        if self.stream_arn is not None and self.stream_arn.partition(_STREAM)[0] != self.table_arn:
            raise refusal(
                VALUE_NOT_ALLOWED,
                "streamArn is of the table {table}, expected the stream of {expected}",
                table=self.stream_arn.partition(_STREAM)[0],
                expected=self.table_arn,
            )
        return self


class ExistingConnectorTable(Shape):
    """An existing table that a connector of kind ``dynamodb`` reads in one stage.

    Attributes:
        table_arn: ARN of the table.
        encryption_key_arn: The customer managed key that encrypts the table.
        component_type_index: Name of its index by component type. Default: that of the connector.
    """

    table_arn: TableArn
    encryption_key_arn: KeyArn | None = None
    component_type_index: IndexName | None = None


class ExistingBucket(Shape):
    """An existing bucket for the scenes of a new workspace.

    Attributes:
        bucket_arn: ARN of the bucket.
        encryption_key_arn: The customer managed key that encrypts its objects.
    """

    bucket_arn: BucketArn
    encryption_key_arn: KeyArn | None = None


class ExistingTopic(Shape):
    """An existing SNS topic.

    Attributes:
        topic_arn: ARN of the topic.
        encryption_key_arn: The customer managed key that encrypts its messages.
    """

    topic_arn: TopicArn
    encryption_key_arn: KeyArn | None = None


class ExistingWorkspace(ResponseShape):
    """An existing workspace, by the members that GetWorkspace returns.

    Attributes:
        role: ARN of its role, which gets the permission to invoke connectors. Absent: the role must already
            be allowed to.
        s3_location: ARN of its bucket; scenes need it.
        encryption_key_arn: The customer managed key that encrypts objects of the bucket.
    """

    read_only_members = frozenset(
        {
            "workspaceId",
            "arn",
            "description",
            "linkedServices",
            "creationDateTime",
            "updateDateTime",
            "ResponseMetadata",
        }
    )

    role: RoleArn | None = None
    s3_location: BucketArn | None = None
    encryption_key_arn: KeyArn | None = None


class Existing(Shape):
    """What exists already and the twin attaches, with which it creates neither of them.

    Attributes:
        telemetry_table: The twin's own table: of connectors that name no table, ingests and alarms.
        workspace: The workspace of the id in ``workspaceId``.
        bucket: Bucket of a new workspace.
        alarm_topic: Topic that is notified when the state of an alarm changes.
    """

    telemetry_table: ExistingTable | None = None
    workspace: ExistingWorkspace | None = None
    bucket: ExistingBucket | None = None
    alarm_topic: ExistingTopic | None = None

    @model_validator(mode="after")
    def _check_one_bucket(self) -> Existing:
        if self.workspace is not None and self.bucket is not None:
            raise refusal(
                VALUE_NOT_ALLOWED,
                "bucket is for a new workspace, but workspace is given as well; write the ARN as "
                "workspace.s3Location",
            )
        return self


class StageExisting(Existing):
    """What exists in the account and region of one stage; each member replaces that of ``twin.yaml``.

    Attributes:
        tables: Tables of connectors of kind ``dynamodb``, by the name of the connector.
        assets: SiteWise assets of components, by entity id and name of the component or path of a part; each
            replaces the component's ``sitewiseAssetId``.
    """

    tables: dict[Name, ExistingConnectorTable] = Field(default={})
    assets: dict[EntityId, dict[ComponentPath, AssetReference]] = Field(default={})
