"""An Amazon Managed Grafana workspace that may read twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_grafana as grafana
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs.grafana_dashboard_role import GrafanaDashboardRole

if TYPE_CHECKING:
    from twin_stack.constructs.interfaces import IWorkspace


class GrafanaWorkspace(Construct):
    """An Amazon Managed Grafana workspace whose role may assume dashboard roles only.

    Users sign in through IAM Identity Center (``AWS_SSO``), which the account must have. Administrators are
    appointed in the console or by ``aws grafana update-permissions``. Plugin management is on, because the
    AWS IoT TwinMaker data source is installed like other plugins (Amazon Managed Grafana user guide).

    Example:
        ```python
        grafana = GrafanaWorkspace(self, "Grafana")
        grafana.allow_reading("Dashboards", workspace)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
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
                # The ARN contains the workspace's id, which exists only after the role.
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
        """The role of the Grafana workspace."""
        return self._role

    @property
    def endpoint(self) -> str:
        """The host name of the Grafana workspace."""
        return self._workspace.attr_endpoint

    def allow_reading(self, construct_id: str, workspace: IWorkspace) -> GrafanaDashboardRole:
        """Create a dashboard role with which this Grafana workspace reads a twin.

        Args:
            construct_id: The id of the role's construct.
            workspace: The twin's workspace.
        """
        dashboards = GrafanaDashboardRole(
            self, construct_id, workspace=workspace, managed_grafana_role=self._role
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[dashboards.role_arn])
        )
        return dashboards
