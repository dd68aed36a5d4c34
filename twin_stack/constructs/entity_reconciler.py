"""The function behind ``Custom::TwinStackEntities``, and the CDK's Provider framework that waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import nag
from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options, packaged_function
from twin_stack.constructs.sliced_provider import SlicedProvider
from twin_stack.twinmaker.quotas import MAX_LAMBDA_SECONDS

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3

    from twin_stack.constructs.interfaces import IWorkspace

TIMEOUT: Final = Duration.seconds(MAX_LAMBDA_SECONDS)
"""The longest timeout of a function; the framework's functions wait as long."""
MEMORY_MIB: Final = 1024

_WORKSPACE: Final = (
    "iottwinmaker:GetWorkspace",
    "iottwinmaker:ListComponentTypes",
    "iottwinmaker:ListEntities",
)
_CONTENT: Final = (
    "iottwinmaker:CreateEntity",
    "iottwinmaker:DeleteEntity",
    "iottwinmaker:GetComponentType",
    "iottwinmaker:GetEntity",
    "iottwinmaker:ListComponents",
    "iottwinmaker:ListProperties",
    "iottwinmaker:ListTagsForResource",
    "iottwinmaker:TagResource",
    "iottwinmaker:UntagResource",
    "iottwinmaker:UpdateEntity",
)
"""What the function calls, and what a transfer job does with its caller's permissions.

Source: guide, "Metadata transfer job IAM permissions", without the changes of component types, which a file
of entities does not have."""
_JOBS: Final = ("iottwinmaker:CancelMetadataTransferJob", "iottwinmaker:GetMetadataTransferJob")
_BUCKET: Final = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
_OBJECTS: Final = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)


class EntityReconciler(Construct):
    """A function that makes the entities of one workspace those of a definition.

    It may read the assets with the entities of its workspace, change entities of this workspace, and use one
    prefix of the workspace's bucket.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace.
        bucket: Its bucket.
        state_prefix: The prefix in the bucket under which the function keeps what it applied.
        asset_arn: The ARN of the assets that it reads, with a wildcard.
        asset_ids_arn: The ARN of the objects with the ids of SiteWise assets, with a wildcard; None for none.
        log_retention: The retention of the logs.
        log_removal_policy: The removal policy of the logs.
        log_group_name: The name of the function's log group. None: CloudFormation generates it.
        query_interval: The time between two calls of the function while it is at work.
        **options: The options of the function, see ``FunctionOptions``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        bucket: s3.IBucket,
        state_prefix: str,
        asset_arn: str,
        asset_ids_arn: str | None,
        log_retention: logs.RetentionDays,
        log_removal_policy: RemovalPolicy,
        log_group_name: str | None,
        query_interval: Duration,
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_function_options(options)
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self._content = f"{workspace.workspace_arn}/*"
        self._jobs = stack.format_arn(
            service="iottwinmaker", resource="metadata-transfer-job", resource_name="*"
        )
        self._asset_ids_arn = asset_ids_arn
        self._objects = bucket.arn_for_objects(f"{state_prefix}/*")
        self._function, self._role = packaged_function(
            self,
            package="entity_reconciler",
            shared_packages=["aws_client"],
            description="Creates, changes, moves and deletes the entities of a workspace",
            environment={},
            policy="Reconcile",
            statements=[
                iam.PolicyStatement(actions=list(_WORKSPACE), resources=[workspace.workspace_arn]),
                iam.PolicyStatement(
                    actions=list(_CONTENT), resources=[workspace.workspace_arn, self._content]
                ),
                iam.PolicyStatement(
                    actions=["iottwinmaker:CreateMetadataTransferJob"],
                    resources=["*"],
                    conditions={
                        "StringEquals": {
                            "iottwinmaker:sourceType": "s3",
                            "iottwinmaker:destinationType": "iottwinmaker",
                        }
                    },
                ),
                iam.PolicyStatement(actions=list(_JOBS), resources=[self._jobs]),
                iam.PolicyStatement(actions=["s3:GetObject"], resources=[asset_arn]),
                *(
                    [iam.PolicyStatement(actions=["s3:GetObject"], resources=[asset_ids_arn])]
                    if asset_ids_arn is not None
                    else []
                ),
                iam.PolicyStatement(actions=list(_OBJECTS), resources=[self._objects]),
                # ListBucket also makes S3 answer that an object is missing, which a prefix would prevent.
                iam.PolicyStatement(actions=list(_BUCKET), resources=[bucket.bucket_arn]),
            ],
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            log_group_name=log_group_name,
            memory_size=MEMORY_MIB,
            timeout=TIMEOUT,
            options=options,
        )
        if bucket.encryption_key is not None:
            bucket.encryption_key.grant(self._role, "kms:Decrypt", "kms:GenerateDataKey")
        self._provider = SlicedProvider(
            self, self._function, "entities of a workspace", query_interval=query_interval, options=options
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function

    @property
    def service_token(self) -> str:
        """The service token of the custom resource."""
        return self._provider.service_token

    def acknowledge_findings(self, asset_arn: str) -> None:
        """Acknowledge findings of cdk-nag, once all logical ids are known.

        Args:
            asset_arn: The ARN of the assets, without tokens that are worked out at synthesis.
        """
        for arn, reason in (
            (asset_arn, "Keys of assets are hashes; their end names this workspace: no others are readable."),
            (self._content, "The entities and component types of this workspace, whose ids change with it."),
            ("*", "CreateMetadataTransferJob has no resource in IAM; conditions allow imports from S3 only."),
            (
                self._jobs,
                "The ids of transfer jobs are not known before; jobs have no other property in IAM.",
            ),
            (self._objects, "The states of these entities are below one prefix of the workspace's bucket."),
        ):
            nag.acknowledge_wildcard_resource(self._role, arn, reason)
        if self._asset_ids_arn is not None:
            reason = "The ids of this twin's assets are below one prefix of the workspace's bucket."
            nag.acknowledge_wildcard_resource(self._role, self._asset_ids_arn, reason)
        self._provider.acknowledge_findings()
