"""Component types.

A row stores a type twice: as requests declared it, and resolved with everything that it inherits. A read is
then one look-up; a write resolves the types that extend it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    INVALID,
    invalid,
    not_found,
    page_size,
    status_of,
    workspace_arn,
)
from twin_stack.local.service.twinmaker.inheritance import RESOLVED_BUILTIN_TYPES, merge_definition, resolve
from twin_stack.local.service.twinmaker.schema_initializer import SchemaInitializer
from twin_stack.local.service.twinmaker.values import value_problems
from twin_stack.twinmaker.names import BUILTIN_TYPES_OWNER, RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_PARENTS

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
_EPOCH = 0.0


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
        arn = _arn(scope, workspace_id, type_id)
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
            "arn": _arn(scope, workspace_id, type_id),
            "componentTypeId": type_id,
            "state": "UPDATING",
        }

    def get_component_type(self, scope: Scope, params: Json) -> Json:
        """Return a component type with everything that it inherits."""
        workspace_id, type_id = params["workspaceId"], params["componentTypeId"]
        self._workspaces.require(scope, workspace_id)
        if type_id in RESOLVED_BUILTIN_TYPES:
            return {
                **_builtin_summary(scope, type_id),
                **_resolved_members(RESOLVED_BUILTIN_TYPES[type_id]),
                "workspaceId": BUILTIN_TYPES_OWNER,
            }
        component_type = self._require(scope, workspace_id, type_id)
        declared = component_type.body["declared"]
        return {
            **_summary(scope, workspace_id, component_type),
            **_resolved_members(component_type.body["resolved"]),
            "workspaceId": workspace_id,
            "extendsFrom": declared.get("extendsFrom", []),
            "isSchemaInitialized": declared.get("initialized", False),
        }

    def list_component_types(self, scope: Scope, params: Json) -> Json:
        """Return the workspace's and Amazon's types in the order of their ids.

        A type must pass every filter. ``namespace`` is the beginning of the id up to a dot.
        """
        workspace_id = params["workspaceId"]
        self._workspaces.require(scope, workspace_id)
        rows = [
            (
                _summary(scope, workspace_id, component_type),
                component_type.body["resolved"],
                component_type.body["declared"].get("extendsFrom", ()),
            )
            for component_type in self._types.every(scope, workspace_id)
        ]
        rows += [
            (_builtin_summary(scope, type_id), resolved, resolved["extendsFrom"])
            for type_id, resolved in RESOLVED_BUILTIN_TYPES.items()
        ]
        tests = [_filter(item) for item in params.get("filters", ())]
        token = params.get("nextToken")
        after = read_token(token, INVALID)[0] if token else ""
        chosen = sorted(
            (
                summary
                for summary, resolved, extends in rows
                if summary["componentTypeId"] > after
                and all(test(summary, resolved, extends) for test in tests)
            ),
            key=lambda summary: summary["componentTypeId"],
        )
        size = page_size(params)
        has_more = len(chosen) > size
        return {
            "workspaceId": workspace_id,
            "componentTypeSummaries": chosen[:size],
            "nextToken": write_token(chosen[size - 1]["componentTypeId"]) if has_more else None,
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
            self._tags.set(scope, _arn(scope, workspace_id, type_id), {})
        return {"state": "DELETING"}

    def resolved(self, scope: Scope, workspace_id: str, type_id: str) -> Json:
        """Return a type with everything that it inherits.

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
        self._check(scope, workspace_id, type_id, declared, resolved)
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
        parents = {}
        for parent in declared.get("extendsFrom", ()):
            try:
                parents[parent] = self.resolved(scope, workspace_id, parent)
            except ServiceError as error:
                raise invalid(
                    f"{type_id!r} extends {parent!r}, which does not exist; create that first"
                ) from error
            if parent == type_id or type_id in parents[parent]["ancestors"]:
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

    def _check(self, scope: Scope, workspace_id: str, type_id: str, declared: Json, resolved: Json) -> None:
        """Check what the constraints of the service's model cannot express, and report every problem."""
        problems = []
        parents = declared.get("extendsFrom", ())
        if len(parents) > MAX_PARENTS:
            problems.append(f"{len(parents)} types in extendsFrom, allowed are {MAX_PARENTS}")
        inherited = resolve({}, {p: self.resolved(scope, workspace_id, p) for p in parents})
        for name, own in declared.get("propertyDefinitions", {}).items():
            base = inherited["propertyDefinitions"].get(name)
            problems += _definition_problems(name, base, own)
        for name, group in declared.get("propertyGroups", {}).items():
            unknown = set(group.get("propertyNames", ())) - set(resolved["propertyDefinitions"])
            problems += [f"property group {name!r} names unknown property {p!r}" for p in unknown]
        for name, item in resolved["compositeComponentTypes"].items():
            contained = item.get("componentTypeId", "")
            try:
                contains_itself = self._contains(scope, workspace_id, contained, type_id)
            except ServiceError as error:
                problems.append(f"composite component {name!r}: {error.message}")
            else:
                if contains_itself:
                    problems.append(f"composite component {name!r} would contain its own type")
        if problems:
            raise invalid(f"component type {type_id!r}: {'; '.join(problems)}")

    def _contains(self, scope: Scope, workspace_id: str, outer: str, type_id: str) -> bool:
        """Return whether ``outer`` is a type, extends it, or contains it at any depth."""
        resolved = self.resolved(scope, workspace_id, outer) if outer != type_id else None
        if resolved is None or type_id in resolved["ancestors"]:
            return True
        return any(
            self._contains(scope, workspace_id, item["componentTypeId"], type_id)
            for item in resolved["compositeComponentTypes"].values()
        )

    def _require(self, scope: Scope, workspace_id: str, type_id: str) -> Resource:
        self._workspaces.require(scope, workspace_id)
        component_type = self._types.get(scope, workspace_id, type_id)
        if component_type is None:
            raise not_found("component type", type_id)
        return component_type

    @staticmethod
    def _check_namespace(type_id: str) -> None:
        if type_id.startswith(RESERVED_NAMESPACE):
            raise invalid(f"{type_id!r} is in the reserved namespace {RESERVED_NAMESPACE}*; use your own")


def _declared(params: Json) -> Json:
    return {name: params[name] for name in _DECLARED if name in params}


def _as_default(item: Json) -> Json:
    """Return a property of the initializer whose value is the default of the type."""
    default = {"defaultValue": item["value"]} if "value" in item else {}
    return {**item["definition"], **default}


def _definition_problems(name: str, base: Json | None, own: Json) -> list[str]:
    if base is None and "dataType" not in own:
        return [f"property {name!r} is not inherited, so it needs a dataType"]
    merged = merge_definition(base, own)
    data_type = merged["dataType"]
    if base and base["dataType"]["type"] != data_type["type"]:
        return [
            f"property {name!r} is inherited with type {base['dataType']['type']}, "
            f"which {data_type['type']} cannot replace"
        ]
    plain = {key: value for key, value in data_type.items() if key != "allowedValues"}
    problems = [
        problem
        for value in data_type.get("allowedValues", ())
        for problem in value_problems(value, plain, f"{name}.allowedValues")
    ]
    if "defaultValue" in own:
        problems += value_problems(own["defaultValue"], data_type, f"{name}.defaultValue")
    return problems


def _filter(item: Json) -> Callable[[Json, Json, Collection[str]], bool]:
    if "extendsFrom" in item:
        return lambda _summary, _resolved, extends: item["extendsFrom"] in extends
    if "isAbstract" in item:
        return lambda _summary, resolved, _extends: resolved["isAbstract"] == item["isAbstract"]
    prefix = item["namespace"].rstrip(".") + "."
    return lambda summary, _resolved, _extends: summary["componentTypeId"].startswith(prefix)


def _resolved_members(resolved: Json) -> Json:
    return {key: value for key, value in resolved.items() if key != "ancestors"}


def _arn(scope: Scope, workspace_id: str, type_id: str) -> str:
    return workspace_arn(scope, workspace_id, f"component-type/{type_id}")


def _summary(scope: Scope, workspace_id: str, component_type: Resource) -> Json:
    declared = component_type.body["declared"]
    return {
        "arn": _arn(scope, workspace_id, component_type.id),
        "componentTypeId": component_type.id,
        "componentTypeName": declared.get("componentTypeName"),
        "description": declared.get("description"),
        "creationDateTime": component_type.created,
        "updateDateTime": component_type.updated,
        "status": status_of(component_type),
    }


def _builtin_summary(scope: Scope, type_id: str) -> Json:
    return {
        "arn": _arn(scope, BUILTIN_TYPES_OWNER, type_id),
        "componentTypeId": type_id,
        "description": RESOLVED_BUILTIN_TYPES[type_id]["description"],
        "creationDateTime": _EPOCH,
        "updateDateTime": _EPOCH,
        "status": {"state": "ACTIVE", "error": {}},
        "isSchemaInitialized": False,
    }
