"""The CDK's Provider framework around a function that works in slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources as cr

from twin_stack.constructs import defaults, nag

if TYPE_CHECKING:
    from aws_cdk import Duration
    from constructs import Construct

    from twin_stack.constructs.packaged_function import FunctionOptions


class SlicedProvider:
    """The framework, which calls one function until a request is carried out.

    Args:
        scope: The construct that gets the children ``Provider``, ``OnEventRole`` and ``IsCompleteRole``.
        function: The function.
        content: What it completes, for descriptions.
        query_interval: The time between two calls of the function while it is at work.
        options: The options of the function.
    """

    def __init__(
        self,
        scope: Construct,
        function: lambda_.Function,
        content: str,
        *,
        query_interval: Duration,
        options: FunctionOptions,
    ) -> None:
        self._scope = scope
        self._function = function
        self._provider = cr.Provider(
            scope,
            "Provider",
            on_event_handler=function,
            is_complete_handler=function,
            query_interval=query_interval,
            total_timeout=defaults.BULK_TIMEOUT,
            log_group=function.log_group,
            provider_function_env_encryption=options.get("encryption_key"),
            framework_on_event_role=self._role("OnEventRole", content, options),
            framework_complete_and_timeout_role=self._role("IsCompleteRole", content, options),
        )

    @property
    def service_token(self) -> str:
        """The service token of the custom resource."""
        return self._provider.service_token

    def acknowledge_findings(self) -> None:
        """Acknowledge findings of cdk-nag, once all logical ids are known."""
        framework = [child for child in self._provider.node.children if isinstance(child, lambda_.Function)]
        for function in (self._function, *framework):
            reason = "The CDK's Provider framework allows its own calls for all versions of a function."
            nag.acknowledge_wildcard_resource(self._scope, f"{function.function_arn}:*", reason)
        nag.acknowledge(
            self._provider,
            "SF1",
            "The waiter asks one function whether it is complete, and that function logs its progress.",
        )
        nag.acknowledge(self._provider, "SF2", "The waiter asks one function; a trace would add nothing.")

    def _role(self, construct_id: str, content: str, options: FunctionOptions) -> iam.Role:
        """Return a role for functions of the framework, in place of one that may write to every log group."""
        return iam.Role(
            self._scope,
            construct_id,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Waits until the {content} are complete",
            inline_policies={
                "Log": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                            resources=[self._function.log_group.log_group_arn],
                        )
                    ]
                )
            },
            permissions_boundary=options.get("permissions_boundary"),
        )
