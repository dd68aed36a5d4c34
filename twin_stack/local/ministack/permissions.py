"""What IAM allows the keys that ministack issued: of users, and temporary ones of roles."""

from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.local.service.scope import Scope

_SERVICE: Final = "iottwinmaker"
_DEPENDENT: Final = {"BatchPutPropertyValues": ("GetComponentType", "GetEntity", "GetWorkspace")}
"""Actions that an operation needs beside its own. Source: service authorization reference, "Dependent
actions", read for this operation only."""


class Permissions:
    """Evaluates calls of TwinMaker by ministack's evaluator of IAM policies.

    The keys of the account itself are allowed everything, as those of a root user are.

    Args:
        iam_evaluator: ministack's module of this name.
        iam_actions: ministack's module of this name.
        responses: ministack's module of this name.
    """

    def __init__(self, iam_evaluator: Any, iam_actions: Any, responses: Any) -> None:
        self._evaluator = iam_evaluator
        self._actions = iam_actions
        self._responses = responses

    def refusal(self, access_key: str, operation: str, params: Mapping[str, Any], scope: Scope) -> str | None:
        """Return why IAM does not allow a call of TwinMaker; None if it does.

        An operation on a workspace needs permission for the workspace, and one that names an entity in its
        path also for the entity (service authorization reference, "Resource types").

        Args:
            access_key: The access key, whose signature was verified.
            operation: Such as ``GetEntity``.
            params: Members of the request.
            scope: Account and region of the call.
        """
        # ministack keeps the caller in variables of the context, which the next request must not see.
        return copy_context().run(self._refusal, access_key, operation, params, scope)

    def _refusal(
        self, access_key: str, operation: str, params: Mapping[str, Any], scope: Scope
    ) -> str | None:
        self._responses.set_request_account_id(access_key)
        self._responses.set_request_region(scope.region)
        for name in (operation, *_DEPENDENT.get(operation, ())):
            resource = _resource_of(name, params, scope)
            action = f"{_SERVICE}:{name}"
            denied = self._evaluator.enforce(
                access_key, action, _SERVICE, scope.region, resource_arn=resource
            )
            if isinstance(denied, self._evaluator.AuthError):
                return str(denied.message)
            if denied is not None:
                is_explicit = denied.decision == "Deny"
                message = self._actions.identity_denial_message(
                    action, denied.principal_arn, resource, is_explicit
                )
                return str(message)
        return None


def _resource_of(operation: str, params: Mapping[str, Any], scope: Scope) -> str:
    workspace_id = params.get("workspaceId")
    if workspace_id is None:
        return str(params.get("resourceARN") or params.get("resourceArn") or "*")
    workspace = scope.arn(_SERVICE, f"workspace/{workspace_id}")
    if operation in ("GetEntity", "UpdateEntity", "DeleteEntity") and "entityId" in params:
        return f"{workspace}/entity/{params['entityId']}"
    return workspace
