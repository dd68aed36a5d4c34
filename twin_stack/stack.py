"""The stack of the app: one twin, and what others need to know of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack

from twin_stack.constructs import DigitalTwin
from twin_stack.constructs.defaults import LOG_RETENTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from twin_stack.definition import TwinDefinition


class TwinStack(Stack):
    """A twin with its outputs.

    Args:
        scope: The app, or a CDK ``Stage``.
        construct_id: Id of the stack.
        definition: A checked definition.
        workspace_id: In place of the definition's. Default: the definition's.
        cors_origins: Web origins that may read scenes. Default: none.
        removal_policy: Of bucket, table and logs. Default: RETAIN.
        log_retention: How long connectors' logs are kept. Default: three months.
        **kwargs: As for every CDK stack, such as ``env``.

    Attributes:
        twin: The twin.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str | None = None,
        cors_origins: Sequence[str] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = LOG_RETENTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.twin = DigitalTwin(
            self,
            "Twin",
            definition=definition,
            workspace_id=workspace_id,
            cors_origins=cors_origins,
            removal_policy=removal_policy,
            log_retention=log_retention,
        )
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
                f"Connector{_words(name)}Arn", connector.function_arn, f"ARN of the connector {name}"
            )
        if self.twin.ingest is not None:
            for name, rule in self.twin.ingest.rules.items():
                self._output(f"Ingest{_words(name)}RuleName", rule.rule_name, f"Topic rule of {name}")
            policy = self.twin.ingest.device_policy.policy_name
            self._output("DevicePolicyName", policy, "IoT policy for each device's certificate")
        if self.twin.scenes:
            self._output("SceneIds", ",".join(sorted(self.twin.scenes)), "Ids of the scenes")

    def _output(self, name: str, value: str, description: str) -> None:
        CfnOutput(self, name, value=value, description=description)


def _words(name: str) -> str:
    return "".join(f"{word[0].upper()}{word[1:]}" for word in re.split(r"[-_]", name) if word)


def stack_name(workspace_id: str) -> str:
    """Return the name of the stack of a workspace: CloudFormation takes no ``_`` and wants a letter first.

    Args:
        workspace_id: Id of the workspace, 2 to 128 characters.
    """
    name = workspace_id.replace("_", "-")
    return name if name[0].isalpha() else f"twin-{name}"
