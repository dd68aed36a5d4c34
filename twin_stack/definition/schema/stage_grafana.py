"""The Grafana of a stage."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape
from twin_stack.twinmaker.patterns import ROLE_ARN, ROLE_EXTERNAL_ID

_PrincipalArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$")
]
_RoleArn = Annotated[str, Field(pattern=f"^{ROLE_ARN.pattern}$")]


_ExternalId = Annotated[
    str,
    Field(
        min_length=ROLE_EXTERNAL_ID.min_length,
        max_length=ROLE_EXTERNAL_ID.max_length,
        pattern=f"^{ROLE_EXTERNAL_ID.pattern}$",
    ),
]


class StageGrafana(Shape):
    """The Grafana that may read the twin of a stage.

    Exactly one of ``principal_arn``, ``managed_role_arn`` and ``workspace`` is given.

    Attributes:
        principal_arn: The user or role that a self-managed Grafana runs as; needs ``external_id``.
        external_id: The external id that its data source passes.
        managed_role_arn: The role of an existing Amazon Managed Grafana workspace.
        workspace: Whether to create an Amazon Managed Grafana workspace.
    """

    principal_arn: _PrincipalArn | None = None
    external_id: _ExternalId | None = None
    managed_role_arn: _RoleArn | None = None
    workspace: bool = False

    @model_validator(mode="after")
    def _check_exactly_one(self) -> Self:
        is_given = [bool(self.principal_arn), bool(self.managed_role_arn), self.workspace]
        if sum(is_given) != 1:
            raise refusal(
                VALUE_NOT_ALLOWED,
                "{count} of principalArn, managedRoleArn and workspace are given, expected exactly 1",
                count=sum(is_given),
            )
        if bool(self.principal_arn) != bool(self.external_id):
            raise refusal(VALUE_NOT_ALLOWED, "principalArn and externalId require each other")
        return self
