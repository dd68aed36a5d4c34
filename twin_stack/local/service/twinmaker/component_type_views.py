"""Component types in the form that GetComponentType and ListComponentTypes return."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from twin_stack.local.service.twinmaker.context import status_of, workspace_arn
from twin_stack.local.service.twinmaker.inheritance import RESOLVED_BUILTIN_TYPES
from twin_stack.twinmaker.names import BUILTIN_TYPES_ACCOUNT, BUILTIN_TYPES_OWNER

if TYPE_CHECKING:
    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Json

_EPOCH: Final = 0.0


def type_arn(scope: Scope, workspace_id: str, type_id: str) -> str:
    """Return the ARN of a component type of a workspace.

    Args:
        scope: Account and region.
        workspace_id: Its workspace.
        type_id: Its id.
    """
    return workspace_arn(scope, workspace_id, f"component-type/{type_id}")


def type_summary(scope: Scope, workspace_id: str, component_type: Resource) -> Json:
    """Return a component type in the form of ListComponentTypes.

    Args:
        scope: Account and region.
        workspace_id: Its workspace.
        component_type: The type.
    """
    declared = component_type.body["declared"]
    return {
        "arn": type_arn(scope, workspace_id, component_type.id),
        "componentTypeId": component_type.id,
        "componentTypeName": declared.get("componentTypeName"),
        "description": declared.get("description"),
        "creationDateTime": component_type.created,
        "updateDateTime": component_type.updated,
        "status": status_of(component_type),
    }


def type_view(scope: Scope, workspace_id: str, component_type: Resource) -> Json:
    """Return a component type in the form of GetComponentType.

    Args:
        scope: Account and region.
        workspace_id: Its workspace.
        component_type: The type.
    """
    declared = component_type.body["declared"]
    return {
        **type_summary(scope, workspace_id, component_type),
        **_resolved_members(component_type.body["resolved"], declared.get("extendsFrom", ())),
        "workspaceId": workspace_id,
        "isSchemaInitialized": declared.get("initialized", False),
    }


def builtin_summary(scope: Scope, type_id: str) -> Json:
    """Return a type of AWS in the form of ListComponentTypes.

    Args:
        scope: Region of the caller; the account is the service's.
        type_id: Its id.
    """
    owner = replace(scope, account=BUILTIN_TYPES_ACCOUNT)
    return {
        "arn": type_arn(owner, BUILTIN_TYPES_OWNER, type_id),
        "componentTypeId": type_id,
        "description": RESOLVED_BUILTIN_TYPES[type_id]["description"],
        "creationDateTime": _EPOCH,
        "updateDateTime": _EPOCH,
        "status": {"state": "ACTIVE", "error": {}},
    }


def builtin_view(scope: Scope, type_id: str) -> Json:
    """Return a type of AWS in the form of GetComponentType.

    Args:
        scope: Region of the caller; the account is the service's.
        type_id: Its id.
    """
    resolved = RESOLVED_BUILTIN_TYPES[type_id]
    return {
        **builtin_summary(scope, type_id),
        **_resolved_members(resolved, resolved["extendsFrom"]),
        "workspaceId": BUILTIN_TYPES_OWNER,
        "isSchemaInitialized": False,
    }


def _resolved_members(resolved: Json, extends: list[str] | tuple[str, ...]) -> Json:
    """Return what inheritance decides; the service leaves out empty ``extendsFrom`` and ``functions``.

    Source: the component types of aws-samples/aws-iot-twinmaker-samples (``cookiefactoryv2/tmdt_project``),
    which TMDT wrote from the service's answers.
    """
    return {
        **{key: value for key, value in resolved.items() if key != "ancestors"},
        "extendsFrom": list(extends) or None,
        "functions": {name: _with_native_flag(item) for name, item in resolved["functions"].items()} or None,
    }


def _with_native_flag(function: Json) -> Json:
    """Return a function whose implementation says whether it is native; the same source prints it always."""
    implementation = function.get("implementedBy")
    if not implementation:
        return function
    return {**function, "implementedBy": {"isNative": False, **implementation}}
