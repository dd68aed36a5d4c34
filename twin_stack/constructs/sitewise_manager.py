"""The function behind the custom resources for asset models and assets of AWS IoT SiteWise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Unpack

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options, packaged_function
from twin_stack.constructs.sliced_provider import SlicedProvider
from twin_stack.twinmaker.data_tag import DATA_TAG
from twin_stack.twinmaker.quotas import MAX_LAMBDA_SECONDS

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3

TIMEOUT: Final = Duration.seconds(MAX_LAMBDA_SECONDS)
"""The longest timeout of a function. A model of 10,000 assets is UPDATING for minutes."""

_MARGIN: Final = Duration.minutes(1)
"""Time in which CloudFormation still takes the answer of a function that used up its timeout."""

_READS: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:DescribeAsset",
    "iotsitewise:DescribeAssetModel",
    "iotsitewise:ListAssets",
    "iotsitewise:ListAssociatedAssets",
    "iotsitewise:ListTagsForResource",
)
_CHANGES: Final = (
    "iotsitewise:AssociateAssets",
    "iotsitewise:CreateAsset",
    "iotsitewise:DisassociateAssets",
    "iotsitewise:TagResource",
    "iotsitewise:UntagResource",
    "iotsitewise:UpdateAsset",
    "iotsitewise:UpdateAssetModel",
    "iotsitewise:UpdateAssetProperty",
)
_DELETIONS: Final = ("iotsitewise:DeleteAsset", "iotsitewise:DeleteAssetModel")
_WITHOUT_RESOURCE: Final = ("iotsitewise:CreateAssetModel", "iotsitewise:ListTimeSeries")
"""Actions for which IAM has no resource, or whose resources do not exist yet.

Source: service authorization reference."""


class ListedAssets(NamedTuple):
    """Where the assets are that one custom resource has.

    Attributes:
        bucket: The workspace's bucket, in which the function keeps what it applied.
        state_prefix: The prefix in the bucket.
        asset_arn: The ARN of the lists, with a wildcard.
    """

    bucket: s3.IBucket
    state_prefix: str
    asset_arn: str

    @property
    def objects(self) -> str:
        """The ARN of what the function keeps."""
        return self.bucket.arn_for_objects(f"{self.state_prefix}/*")


def _list_statements(listed: ListedAssets) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[listed.asset_arn]),
        iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[listed.objects]),
        # With it, S3 answers that an object is missing, which a prefix would prevent.
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[listed.bucket.bucket_arn]),
    ]


class SiteWiseManager(Construct):
    """A function that creates, adopts, changes and deletes asset models and assets.

    It may delete only what has the tag ``twin-stack:workspace`` of its twin.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        data_name: The name under which the twin keeps its data, the value of the tag.
        listed: Where assets are that one custom resource has. Default: each asset has a resource.
        log_retention: The retention of the function's log. Default: three months.
        log_removal_policy: The removal policy of the log group. Default: RETAIN.
        log_group_name: The name of the log group. Default: CloudFormation generates it.
        **options: The options of the function, see ``FunctionOptions``. In a VPC it needs a way to AWS IoT
            SiteWise, to CloudFormation, and to Amazon S3, where CloudFormation takes answers.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        data_name: str,
        listed: ListedAssets | None = None,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_group_name: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_function_options(options)
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        assets, models, series = (
            stack.format_arn(service="iotsitewise", resource=resource, resource_name="*")
            for resource in ("asset", "asset-model", "time-series")
        )
        self._function, role = packaged_function(
            self,
            package="sitewise_manager",
            shared_packages=["aws_client", "custom_resource"],
            description="Creates and adopts asset models and assets of AWS IoT SiteWise",
            environment={},
            policy="Manage",
            statements=[
                iam.PolicyStatement(actions=list(_READS), resources=[assets, models, series]),
                iam.PolicyStatement(actions=list(_CHANGES), resources=[assets, models]),
                iam.PolicyStatement(
                    actions=list(_DELETIONS),
                    resources=[assets, models],
                    conditions={"StringEquals": {f"aws:ResourceTag/{DATA_TAG}": data_name}},
                ),
                iam.PolicyStatement(actions=list(_WITHOUT_RESOURCE), resources=["*"]),
                # Whether a deletion rolls a failed deployment back, which takes nothing that was adopted.
                iam.PolicyStatement(actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
                *(_list_statements(listed) if listed is not None else []),
            ],
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            log_group_name=log_group_name,
            memory_size=defaults.CONNECTOR_MEMORY_MIB,
            timeout=TIMEOUT,
            options=options,
        )
        self._timeout = options.get("timeout", TIMEOUT)
        self._provider: SlicedProvider | None = None
        if listed is not None:
            if listed.bucket.encryption_key is not None:
                listed.bucket.encryption_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
            self._provider = SlicedProvider(
                self,
                self._function,
                "SiteWise assets of a twin",
                query_interval=defaults.BULK_QUERY_INTERVAL,
                options=options,
            )
        self._role = role
        self._listed = listed
        for arn, what in ((assets, "assets"), (models, "asset models"), (series, "time series")):
            nag.acknowledge_wildcard_resource(
                role,
                arn,
                f"SiteWise generates the ids of {what}, and those that exist are adopted. Deletion needs the "
                "tag of this twin.",
            )
        nag.acknowledge_wildcard_resource(
            role, "*", "These actions have no resource in IAM, or a resource that does not exist yet."
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function

    @property
    def list_service_token(self) -> str:
        """The service token of the custom resource that has all assets."""
        if self._provider is None:
            raise ValueError("each asset has a resource; pass listed")
        return self._provider.service_token

    def acknowledge_findings(self, asset_arn: str) -> None:
        """Acknowledge findings of cdk-nag on lists of assets, once all logical ids are known.

        Args:
            asset_arn: The ARN of the lists, without tokens that are worked out at synthesis.
        """
        if self._provider is None or self._listed is None:
            return
        nag.acknowledge_wildcard_resource(
            self._role,
            asset_arn,
            "Keys of assets of the CDK are hashes; their end names this workspace: no others are readable.",
        )
        nag.acknowledge_wildcard_resource(
            self._role,
            self._listed.objects,
            "What was applied is below one prefix of the workspace's bucket.",
        )
        self._provider.acknowledge_findings()

    @property
    def service_timeout(self) -> Duration:
        """The time that CloudFormation waits for the function's answer."""
        return self._timeout.plus(_MARGIN)
