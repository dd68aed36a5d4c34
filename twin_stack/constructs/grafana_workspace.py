"""An Amazon Managed Grafana workspace that may read twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_grafana as grafana
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs.grafana_dashboard_role import GrafanaDashboardRole

if TYPE_CHECKING:
    from twin_stack.constructs.workspace_base import IWorkspace


class GrafanaWorkspace(Construct):
    """An Amazon Managed Grafana workspace with a role of its own, which assumes roles of dashboards alone.

    People sign in by IAM Identity Center (`AWS_SSO`), which the account must have; who is an administrator
    is said in the console or by `aws grafana update-permissions`. The AWS IoT TwinMaker data source is
    installed there like other plugins, so plugin management is on (Amazon Managed Grafana user guide).

    Example:
        ```python
        grafana = GrafanaWorkspace(self, "Grafana")
        grafana.allow_reading("Dashboards", workspace)
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        source = Stack.of(self).format_arn(service="grafana", resource="/workspaces", resource_name="*")
        self._role = iam.Role(
            self,
            "Role",
            description="Of an Amazon Managed Grafana workspace: assumes the roles of its dashboards",
            assumed_by=iam.ServicePrincipal(
                "grafana.amazonaws.com",
                # The workspace's id is not known before it has a role.
                conditions={
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                    "StringLike": {"aws:SourceArn": source},
                },
            ),
        )
        self._workspace = grafana.CfnWorkspace(
            self,
            "Resource",
            account_access_type="CURRENT_ACCOUNT",
            authentication_providers=["AWS_SSO"],
            permission_type="CUSTOMER_MANAGED",
            role_arn=self._role.role_arn,
            plugin_admin_enabled=True,
        )

    @property
    def role(self) -> iam.Role:
        """The workspace's role."""
        return self._role

    @property
    def endpoint(self) -> str:
        """Host name of its pages."""
        return self._workspace.attr_endpoint

    def allow_reading(self, construct_id: str, workspace: IWorkspace) -> GrafanaDashboardRole:
        """Make the role by which it reads a twin.

        Args:
            construct_id: id of the role's construct.
            workspace: the twin's workspace.
        """
        dashboards = GrafanaDashboardRole(
            self, construct_id, workspace=workspace, managed_grafana_role=self._role
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[dashboards.role_arn])
        )
        return dashboards
