"""The Grafana that may read a twin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GrafanaAccess:
    """The Grafana that may read a twin: a principal, an existing managed workspace or a new one.

    Exactly one of ``principal_arn``, ``managed_role_arn`` and ``workspace`` is given.

    Attributes:
        principal_arn: The ARN of the user or role that a self-managed Grafana runs as; needs
            ``external_id``.
        external_id: The external id that the data source passes, 2 to 1,224 characters.
        managed_role_arn: The ARN of the role of an existing Amazon Managed Grafana workspace.
        workspace: Whether to create an Amazon Managed Grafana workspace.
    """

    principal_arn: str | None = None
    external_id: str | None = None
    managed_role_arn: str | None = None
    workspace: bool = False
