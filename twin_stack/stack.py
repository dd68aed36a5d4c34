"""The stack of the app: one twin with its outputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from twin_stack.constructs import (
    DigitalTwin,
    GrafanaDashboardRole,
    GrafanaWorkspace,
    Operations,
    OperationsThresholds,
)
from twin_stack.constructs.defaults import LOG_RETENTION
from twin_stack.definition.stack_contents import estimated_template_bytes
from twin_stack.twinmaker.quotas import MAX_TAGS, MAX_TEMPLATE_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from twin_stack.constructs import (
        DeadLetters,
        FunctionOptions,
        GrafanaAccess,
        NetworkAttributes,
        TwinWebApp,
        WebAppAttributes,
    )
    from twin_stack.definition import TwinDefinition

THRESHOLDS = OperationsThresholds()

LARGE_TEMPLATE_BYTES = MAX_TEMPLATE_BYTES * 4 // 5
"""Size from which a template is written without indentation: where the CDK warns that the limit is near."""


class TwinStack(Stack):
    """A stack with a twin, its operations and its outputs.

    Args:
        scope: The app, or a CDK ``Stage``.
        construct_id: The id of the stack.
        definition: A checked definition.
        workspace_id: The id of the workspace. Default: the definition's.
        data_name: The name that the names of table, bucket, log groups, topic rules and of the policy for
            devices begin with. Default: the id of the workspace; the definition's data name if the workspace
            has the definition's id.
        stage: The name of the stage, which replaces ``${stage}`` in topics of ``ingest``. Default: none.
        cors_origins: Web origins that may read scenes. Default: none.
        removal_policy: The removal policy of bucket, table, SiteWise resources and logs. Default: RETAIN.
        log_retention: The retention of the connectors' logs. Default: three months.
        alarm_topic_arn: The ARN of the SNS topic that is notified when the state of an alarm of the
            definition changes. Default: no notification.
        operations: The thresholds of the alarms on the twin's operation, which a CloudWatch dashboard shows;
            None for no alarms and no dashboard. Default: the default thresholds.
        operations_topic_arn: The ARN of the SNS topic that is notified of those alarms. Default: no
            notification.
        grafana: The Grafana that may read the twin. Default: none.
        web_app: The page of the twin, hosted in AWS. Default: none.
        access_logs_bucket_name: The name of the bucket that gets the access logs of the twin's bucket. It
            must allow S3's log delivery. Default: no access logs.
        encryption_key_arn: The ARN of the customer managed key of everything that the twin creates and that
            can have one. Its policy must allow CloudWatch Logs to use it. Default: keys of the services.
        network: The VPC, subnets and security groups of all functions. Default: no VPC.
        function_options: The options of all functions. Default: none.
        connector_options: Options of the functions of single connectors by their names in ``twin.yaml``; each
            replaces the one of ``function_options``. Default: none.
        **kwargs: The properties of every CDK stack, such as ``env``.

    Attributes:
        twin: The twin.
        operations: The dashboard and alarms of the twin's operation; None if there are none.
        web_app: The hosted page of the twin; None if there is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str | None = None,
        data_name: str | None = None,
        stage: str | None = None,
        cors_origins: Sequence[str] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = LOG_RETENTION,
        alarm_topic_arn: str | None = None,
        operations: OperationsThresholds | None = THRESHOLDS,
        operations_topic_arn: str | None = None,
        grafana: GrafanaAccess | None = None,
        web_app: WebAppAttributes | None = None,
        access_logs_bucket_name: str | None = None,
        encryption_key_arn: str | None = None,
        network: NetworkAttributes | None = None,
        function_options: FunctionOptions | None = None,
        connector_options: Mapping[str, FunctionOptions] = {},
        **kwargs: Any,
    ) -> None:
        if operations is None and operations_topic_arn is not None:
            raise ValueError(
                "operations_topic_arn has no effect without operations; leave it out, or pass thresholds"
            )
        _check_tags(definition.twin.tags, kwargs.get("tags") or {})
        # CloudFormation counts the spaces too.
        is_large = estimated_template_bytes(definition) > LARGE_TEMPLATE_BYTES
        kwargs.setdefault("suppress_template_indentation", is_large or None)
        super().__init__(scope, construct_id, **kwargs)
        options: FunctionOptions = {**(function_options or {})}
        if network is not None:
            if "vpc" in options:
                raise ValueError(
                    "network and the vpc of function_options exclude each other; pass one of them"
                )
            options |= network.function_options(self, "Network")
        self.twin = DigitalTwin(
            self,
            "Twin",
            definition=definition,
            workspace_id=workspace_id,
            data_name=data_name,
            stage=stage,
            cors_origins=cors_origins,
            alarm_topic=self._topic("AlarmTopic", alarm_topic_arn),
            alarm_lag=Duration.seconds((operations or THRESHOLDS).stream_lag_seconds),
            removal_policy=removal_policy,
            log_retention=log_retention,
            server_access_logs_bucket=s3.Bucket.from_bucket_name(
                self, "AccessLogsBucket", access_logs_bucket_name
            )
            if access_logs_bucket_name is not None
            else None,
            encryption_key=kms.Key.from_key_arn(self, "EncryptionKey", encryption_key_arn)
            if encryption_key_arn is not None
            else None,
            function_options=options,
            connector_options=connector_options,
        )
        self.operations = self._build_operations(operations, operations_topic_arn)
        if grafana is not None:
            self._build_grafana(grafana)
        self.web_app = self._build_web_app(web_app, removal_policy, options)
        self._output("WorkspaceId", self.twin.workspace.workspace_id, "Id of the workspace")
        self._output("WorkspaceArn", self.twin.workspace.workspace_arn, "ARN of the workspace")
        bucket = self.twin.workspace.bucket
        if bucket is not None:
            self._output("BucketName", bucket.bucket_name, "Bucket of scenes and models")
        if self.twin.telemetry_table is not None:
            table = self.twin.telemetry_table.table
            self._output("TelemetryTableName", table.table_name, "Table that devices write to")
        for name, connector in self.twin.connectors.items():
            self._output(
                f"Connector{_pascal_case(name)}Arn", connector.function_arn, f"ARN of the connector {name}"
            )
        if self.twin.ingest is not None:
            for name, rule in self.twin.ingest.rules.items():
                self._output(f"Ingest{_pascal_case(name)}RuleName", rule.rule_name, f"Topic rule of {name}")
            policy = self.twin.ingest.device_policy.policy_name
            self._output("DevicePolicyName", policy, "IoT policy for each device's certificate")
        if self.twin.scenes:
            self._output("SceneIds", ",".join(sorted(self.twin.scenes)), "Ids of the scenes")
        if self.operations is not None:
            dashboard = self.operations.dashboard.dashboard_name
            self._output("DashboardName", dashboard, "CloudWatch dashboard of the twin")

    def _build_operations(
        self, thresholds: OperationsThresholds | None, topic_arn: str | None
    ) -> Operations | None:
        if thresholds is None:
            return None
        ingest, evaluator = self.twin.ingest, self.twin.alarm_evaluator
        dead_letters: dict[str, DeadLetters] = {}
        if ingest is not None:
            dead_letters["messages"] = ingest.dead_letters
        if evaluator is not None:
            dead_letters["alarms"] = evaluator.dead_letters
        return Operations(
            self,
            "Operations",
            workspace=self.twin.workspace,
            connectors=self.twin.connectors,
            rules=ingest.rules if ingest is not None else {},
            dead_letters=dead_letters,
            alarm_evaluator=evaluator,
            topic=self._topic("OperationsTopic", topic_arn),
            thresholds=thresholds,
        )

    def _build_grafana(self, access: GrafanaAccess) -> None:
        workspace = self.twin.workspace
        if access.workspace:
            managed = GrafanaWorkspace(self, "Grafana")
            dashboards = managed.allow_reading("Dashboards", workspace)
            self._output(
                "GrafanaEndpoint", managed.endpoint, "Host name of the Amazon Managed Grafana workspace"
            )
        elif access.managed_role_arn is not None:
            role = iam.Role.from_role_arn(self, "GrafanaRole", access.managed_role_arn, mutable=False)
            dashboards = GrafanaDashboardRole(
                self, "Dashboards", workspace=workspace, managed_grafana_role=role
            )
        else:
            dashboards = GrafanaDashboardRole(
                self,
                "Dashboards",
                workspace=workspace,
                principal=iam.ArnPrincipal(str(access.principal_arn)),
                external_id=access.external_id,
            )
        sitewise = self.twin.sitewise_assets
        assets = sitewise.assets if sitewise is not None else {}
        # The app for TwinMaker reads components; parts of them are read from SiteWise.
        bulk_assets = sitewise.bulk_assets if sitewise is not None else None
        if bulk_assets is not None and any("/" in path for _, path in bulk_assets.keys):
            dashboards.allow_reading_assets(None, f"/{workspace.literal_workspace_id}/")
        if parts := [asset.ref for (_, path), asset in assets.items() if "/" in path]:
            dashboards.allow_reading_assets(parts, f"/{workspace.literal_workspace_id}/")
        self._output(
            "GrafanaRoleArn", dashboards.role_arn, "Role by which Grafana reads, for its data source"
        )

    def _build_web_app(
        self, attributes: WebAppAttributes | None, removal_policy: RemovalPolicy, options: FunctionOptions
    ) -> TwinWebApp | None:
        if attributes is None:
            return None
        page = attributes.build(
            self, "WebApp", workspace=self.twin.workspace, removal_policy=removal_policy, options=options
        )
        self._output("PageUrl", page.url, "Address of the page")
        if page.user_pool is not None:
            self._output("UserPoolId", page.user_pool.user_pool_id, "User pool of the page")
        return page

    def _topic(self, construct_id: str, arn: str | None) -> sns.ITopic | None:
        return None if arn is None else sns.Topic.from_topic_arn(self, construct_id, arn)

    def _output(self, name: str, value: str, description: str) -> None:
        CfnOutput(self, name, value=value, description=description)


def _check_tags(workspace_tags: Mapping[str, str], stack_tags: Mapping[str, str]) -> None:
    """Check that the workspace can have its own tags and those of the stack."""
    count = len({**workspace_tags, **stack_tags})
    if count > MAX_TAGS:
        raise ValueError(
            f"the workspace would have {count} tags, {len(workspace_tags)} of twin.yaml and "
            f"{len(stack_tags)} of the stack, {MAX_TAGS} are allowed; leave some out"
        )


def _pascal_case(name: str) -> str:
    return "".join(f"{word[0].upper()}{word[1:]}" for word in re.split(r"[-_]", name) if word)
