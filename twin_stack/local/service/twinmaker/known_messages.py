"""Errors by whose texts AWS's own tools decide what to do next.

Each tool looks for a part of a message, which is the service's own; the rest of each message here is not.
Sources: awslabs/iot-app-kit, ``packages/tools-iottwinmaker`` (TMDT, commit 1400eab), and
aws-samples/aws-iot-twinmaker-samples (``WorkspaceUtils.py``, ``patch_sitewise_content.py``, commit f43414b).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.context import CONFLICT, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable


def types_missing(workspace_id: str, type_ids: Iterable[str]) -> ServiceError:
    """Return the error of CreateComponentType and UpdateComponentType for types that do not exist.

    TMDT creates a type again, after the others, when a ValidationException has the text ``do not exist in
    workspace``.

    Args:
        workspace_id: The workspace.
        type_ids: The missing types that the new one extends or contains.
    """
    names = ", ".join(type_ids)
    return invalid(f"component types {names} do not exist in workspace {workspace_id}; create them first")


def parent_missing(workspace_id: str, parent_id: str) -> ServiceError:
    """Return the error of CreateEntity and UpdateEntity for a parent that does not exist.

    TMDT creates the parent first when a ValidationException has the text ``Unable to find parent entity id``.

    Args:
        workspace_id: The workspace.
        parent_id: The missing entity.
    """
    return invalid(
        f"Unable to find parent entity id {parent_id} in workspace {workspace_id}; create it first"
    )


def namespace_reserved(type_id: str) -> ServiceError:
    """Return the error for a change of a type that AWS owns.

    TMDT skips a type when the text has ``Not allowed to modify component type in reserved namespace``.

    Args:
        type_id: The component type.
    """
    return invalid(
        f"Not allowed to modify component type in reserved namespace: {type_id!r}; give it an id of your own"
    )


def entity_unsettled(entity_id: str, state: str) -> ServiceError:
    """Return the error of UpdateEntity for an entity whose last change has not ended.

    TMDT and the samples wait and try again when the text has ``Cannot update Entity`` and ``when it is in
    CREATING state`` or ``when it is in UPDATING state``.

    Args:
        entity_id: The entity.
        state: Its state.
    """
    message = f"Cannot update Entity {entity_id} when it is in {state} state; wait until it is ACTIVE"
    return ServiceError(CONFLICT, message)


def component_exists(workspace_id: str, entity_id: str, name: str) -> ServiceError:
    """Return the error of UpdateEntity for a component that is to be created and exists.

    The samples take the component as updated when the text has ``Component <name> in entity <id> in
    workspace``, and TMDT goes on when it has ``cannot be created as it already exists``.

    Args:
        workspace_id: The workspace.
        entity_id: The entity.
        name: The component.
    """
    return ServiceError(
        CONFLICT,
        f"Component {name} in entity {entity_id} in workspace {workspace_id} cannot be created as it already "
        "exists; use UPDATE",
    )
