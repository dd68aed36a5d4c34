"""Component types.

A row stores a type twice: as requests declared it, and resolved with everything that it inherits. A read is
then one look-up; a write resolves the types that extend it again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.twinmaker.component_type_checks import check_existence, check_type
from twin_stack.local.service.twinmaker.component_type_views import (
    builtin_summary,
    builtin_view,
    type_arn,
    type_summary,
    type_view,
)
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    INVALID,
    check_quota,
    invalid,
    not_found,
    page_size,
)
from twin_stack.local.service.twinmaker.inheritance import RESOLVED_BUILTIN_TYPES, resolve
from twin_stack.local.service.twinmaker.known_messages import namespace_reserved
from twin_stack.local.service.twinmaker.schema_initializer import SchemaInitializer
from twin_stack.twinmaker.names import RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_COMPONENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.tags import Tags
    from twin_stack.local.service.twinmaker.workspaces import Workspaces

_DECLARED = (
    "description",
    "isSingleton",
    "componentTypeName",
    "extendsFrom",
    "propertyDefinitions",
    "functions",
    "propertyGroups",
    "compositeComponentTypes",
)


class ComponentTypes:
    """CreateComponentType, Get-, List-, Update- and DeleteComponentType, and resolved look-ups.

    UpdateComponentType replaces each member of the request as a whole and keeps the others; the documentation
    does not say more. ``isFinal`` is always false: the documentation does not say what sets it.
    """

    def __init__(self, context: Context, workspaces: Workspaces, tags: Tags) -> None:
        self._context = context
        self._workspaces = workspaces
        self._tags = tags
        self._types = context.resources("component_type")
        self._entities = context.resources("entity")
        self._initializer = SchemaInitializer(context)

    def create_component_type(self, scope: Scope, params: Json) -> Json:
        """Create a component type."""
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        self._check_namespace(type_id)
        self._workspaces.require(scope, workspace_id)
        if self._types.get(scope, workspace_id, type_id):
            raise ServiceError(CONFLICT, f"component type {type_id!r} exists already")
        component_type = self.write(scope, workspace_id, type_id, _declared(params), old=None)
        arn = type_arn(scope, workspace_id, type_id)
        self._tags.set(scope, arn, params.get("tags", {}))
        return {"arn": arn, "creationDateTime": component_type.created, "state": "CREATING"}

    def update_component_type(self, scope: Scope, params: Json) -> Json:
        """Change a component type, and with it all types that extend it."""
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        self._check_namespace(type_id)
        component_type = self._require(scope, workspace_id, type_id)
        if component_type.state != "ACTIVE":
            raise invalid(f"component type {type_id!r} is {component_type.state}; wait until it is ACTIVE")
        declared = {**component_type.body["declared"], **_declared(params)}
        self.write(scope, workspace_id, type_id, declared, old=component_type)
        return {
            "workspaceId": workspace_id,
            "arn": type_arn(scope, workspace_id, type_id),
            "componentTypeId": type_id,
            "state": "UPDATING",
        }

    def get_component_type(self, scope: Scope, params: Json) -> Json:
        """Return a component type with everything that it inherits."""
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        self._workspaces.require(scope, workspace_id)
        if type_id in RESOLVED_BUILTIN_TYPES:
            return builtin_view(scope, type_id)
        return type_view(scope, workspace_id, self._require(scope, workspace_id, type_id))

    def list_component_types(self, scope: Scope, params: Json) -> Json:
        """Return the workspace's types in the order of their ids, and after them Amazon's.

        A type must pass every filter. ``namespace`` is the beginning of the id up to a dot.
        """
        workspace_id = params["workspaceId"]
        self._workspaces.require(scope, workspace_id)
        rows = [
            (
                (False, component_type.id),
                type_summary(scope, workspace_id, component_type),
                component_type.body["resolved"],
                component_type.body["declared"].get("extendsFrom", ()),
            )
            for component_type in self._types.every(scope, workspace_id)
        ]
        rows += [
            ((True, type_id), builtin_summary(scope, type_id), resolved, resolved["extendsFrom"])
            for type_id, resolved in sorted(RESOLVED_BUILTIN_TYPES.items())
        ]
        tests = [_filter(item) for item in params.get("filters", ())]
        token = params.get("nextToken")
        after = _read_position(token) if token else (False, "")
        selected = [
            (position, summary)
            for position, summary, resolved, extends in rows
            if position > after and all(test(summary, resolved, extends) for test in tests)
        ]
        size = page_size(params)
        page = selected[:size]
        return {
            "workspaceId": workspace_id,
            "componentTypeSummaries": [summary for _, summary in page],
            "nextToken": write_token(*page[-1][0]) if len(selected) > size else None,
        }

    def delete_component_type(self, scope: Scope, params: Json) -> Json:
        """Delete a type that nothing uses.

        Raises:
            ServiceError: An entity has it, or another type extends or contains it.
        """
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        self._check_namespace(type_id)
        with self._context.store.transaction():
            self._require(scope, workspace_id, type_id)
            users = self._entities.ids_linked_to(scope, workspace_id, "componentTypeId", type_id)
            if users:
                raise invalid(
                    f"component type {type_id!r} is used by {len(users)} entities, for example "
                    f"{users[0]!r}; remove the components first"
                )
            for relation, verb in (("extendsFrom", "extended"), ("composite", "contained")):
                types = self._types.ids_linked_to(scope, workspace_id, relation, type_id)
                if types:
                    raise invalid(f"component type {type_id!r} is {verb} by {types[0]!r}; delete that first")
            self._types.delete(scope, workspace_id, type_id)
            self._tags.set(scope, type_arn(scope, workspace_id, type_id), {})
        return {"state": "DELETING"}

    def resolved(self, scope: Scope, workspace_id: str, type_id: str) -> Json:
        """Return a type with everything that it inherits, ``extendsFrom`` and ``initialized``.

        Raises:
            ServiceError: The type does not exist.
        """
        if type_id in RESOLVED_BUILTIN_TYPES:
            return {**RESOLVED_BUILTIN_TYPES[type_id], "initialized": False}
        component_type = self._types.get(scope, workspace_id, type_id)
        if component_type is None:
            raise not_found("component type", type_id)
        declared = component_type.body["declared"]
        return {
            **component_type.body["resolved"],
            "extendsFrom": declared.get("extendsFrom", []),
            "initialized": declared.get("initialized", False),
        }

    def declared(self, scope: Scope, workspace_id: str) -> dict[str, Json]:
        """Return all types of a workspace as they were declared, by id."""
        return {
            component_type.id: component_type.body["declared"]
            for component_type in self._types.every(scope, workspace_id)
        }

    def write(
        self,
        scope: Scope,
        workspace_id: str,
        type_id: str,
        declared: Json,
        *,
        old: Resource | None,
    ) -> Resource:
        """Check, initialize and store a type, and resolve the types that extend it again.

        The schema initializer runs before anything is written, and without a lock.

        Args:
            scope: Account and region.
            workspace_id: Its workspace.
            type_id: Its id.
            declared: Its declaration in requests.
            old: The type that ``declared`` was derived from; None for a new one.

        Raises:
            ServiceError: The declaration is invalid, or another call changed the type in the meantime.
        """
        declared = {key: declared[key] for key in declared if key not in ("imported", "initialized")}
        resolved = self._resolve(scope, workspace_id, type_id, declared)
        check_type(workspace_id, type_id, declared, resolved, partial(self.resolved, scope, workspace_id))
        views = {
            name: {"definition": item, **({"value": item["defaultValue"]} if "defaultValue" in item else {})}
            for name, item in resolved["propertyDefinitions"].items()
        }
        error = None
        if self._initializer.applies(resolved["functions"], views, on_entity=False):
            imported, error = self._initializer.outcome(scope, workspace_id, resolved["functions"], views)
            declared["initialized"] = error is None
            declared["imported"] = {name: _as_default(item) for name, item in imported.items()}
        body = {"declared": declared, "error": error}
        with self._context.store.transaction():
            current = self._types.get(scope, workspace_id, type_id)
            if (current and current.body["declared"]) != (old and old.body["declared"]):
                raise ServiceError(CONFLICT, f"component type {type_id!r} was changed meanwhile; try again")
            if old is None:
                count = self._types.count(scope, workspace_id) + 1
                place = f"workspace {workspace_id!r}"
                check_quota(place, count, MAX_WORKSPACE_COMPONENT_TYPES, "component types")
            body["resolved"] = self._resolve(scope, workspace_id, type_id, declared)
            state = "UPDATING" if old else "CREATING"
            written = self._put(scope, workspace_id, type_id, body, state)
            self._resolve_heirs(scope, workspace_id, type_id)
        return written

    def _put(self, scope: Scope, workspace_id: str, type_id: str, body: Json, state: str) -> Resource:
        declared = body["declared"]
        links = [("extendsFrom", parent) for parent in declared.get("extendsFrom", ())]
        links += [
            ("composite", item["componentTypeId"])
            for item in declared.get("compositeComponentTypes", {}).values()
        ]
        return self._types.put(scope, workspace_id, type_id, body, links=links, state=state)

    def _resolve(self, scope: Scope, workspace_id: str, type_id: str, declared: Json) -> Json:
        type_ids = declared.get("extendsFrom", ())
        check_existence(workspace_id, type_ids, partial(self.resolved, scope, workspace_id))
        parents = {parent: self.resolved(scope, workspace_id, parent) for parent in type_ids}
        for parent, resolved in parents.items():
            if parent == type_id or type_id in resolved["ancestors"]:
                raise invalid(f"{type_id!r} would extend itself through {parent!r}")
        return resolve(declared, parents)

    def _resolve_heirs(self, scope: Scope, workspace_id: str, type_id: str) -> None:
        """Resolve all types that extend a type again, direct subtypes first."""
        for subtype_id in self._types.ids_linked_to(scope, workspace_id, "extendsFrom", type_id):
            component_type = self._require(scope, workspace_id, subtype_id)
            resolved = self._resolve(scope, workspace_id, subtype_id, component_type.body["declared"])
            self._put(
                scope,
                workspace_id,
                subtype_id,
                {**component_type.body, "resolved": resolved},
                component_type.state,
            )
            self._resolve_heirs(scope, workspace_id, subtype_id)

    def _require(self, scope: Scope, workspace_id: str, type_id: str) -> Resource:
        self._workspaces.require(scope, workspace_id)
        component_type = self._types.get(scope, workspace_id, type_id)
        if component_type is None:
            raise not_found("component type", type_id)
        return component_type

    @staticmethod
    def _check_namespace(type_id: str) -> None:
        if type_id.startswith(RESERVED_NAMESPACE):
            raise namespace_reserved(type_id)


def _declared(params: Json) -> Json:
    return {name: params[name] for name in _DECLARED if name in params}


def _as_default(item: Json) -> Json:
    """Return a property of the initializer whose value is the default of the type."""
    default = {"defaultValue": item["value"]} if "value" in item else {}
    return {**item["definition"], **default}


def _read_position(token: str) -> tuple[bool, str]:
    """Return the last type of a page: whether it is Amazon's, and its id."""
    is_builtin, type_id = read_token(token, INVALID, bool, str)
    return is_builtin, type_id


def _filter(item: Json) -> Callable[[Json, Json, Collection[str]], bool]:
    if "extendsFrom" in item:
        return lambda _summary, _resolved, extends: item["extendsFrom"] in extends
    if "isAbstract" in item:
        return lambda _summary, resolved, _extends: resolved["isAbstract"] == item["isAbstract"]
    prefix = item["namespace"].rstrip(".") + "."
    return lambda summary, _resolved, _extends: summary["componentTypeId"].startswith(prefix)
