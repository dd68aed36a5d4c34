"""Which Grafana reads a twin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GrafanaAccess:
    """Whose Grafana reads a twin; exactly one of the three.

    Attributes:
        principal_arn: ARN of the user or role that a Grafana of yours runs as; needs `external_id`.
        external_id: what its data source says as well, 2 to 1,224 characters.
        managed_role_arn: ARN of the role of an Amazon Managed Grafana workspace that exists.
        workspace: whether an Amazon Managed Grafana workspace is made.
    """

    principal_arn: str | None = None
    external_id: str | None = None
    managed_role_arn: str | None = None
    workspace: bool = False
