"""Operations on entities: the tree, their components, and their lists."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.twinmaker.components import check, find, links, nested_in, walk
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    INVALID,
    check_quota,
    invalid,
    not_found,
    page_size,
    status_of,
    workspace_arn,
)
from twin_stack.local.service.twinmaker.entity_requests import component_path, new_body, updated_body
from twin_stack.local.service.twinmaker.entity_views import component_summary, component_view
from twin_stack.local.service.twinmaker.known_messages import entity_unsettled, parent_missing
from twin_stack.local.service.twinmaker.schema_initializer import SchemaInitializer
from twin_stack.twinmaker.names import ROOT
from twin_stack.twinmaker.quotas import (
    MAX_COMPONENTS,
    MAX_ENTITY_DEPTH,
    MAX_PROPERTIES,
)

if TYPE_CHECKING:
    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.component_types import ComponentTypes
    from twin_stack.local.service.twinmaker.components import Component, Types
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.tags import Tags
    from twin_stack.local.service.twinmaker.workspaces import Workspaces


class Entities:
    """CreateEntity, GetEntity, UpdateEntity, DeleteEntity, ListEntities, -Components, -Properties.

    The documentation does not say whether the target of a relationship must exist; here it need not.
    """

    def __init__(self, context: Context, workspaces: Workspaces, types: ComponentTypes, tags: Tags) -> None:
        self._context = context
        self._workspaces = workspaces
        self._types = types
        self._tags = tags
        self._entities = context.resources("entity")
        self._initializer = SchemaInitializer(context)

    def create_entity(self, scope: Scope, params: Json) -> Json:
        """Create an entity; without ``entityId`` its id is a UUID."""
        workspace_id = params["workspaceId"]
        entity_id = params.get("entityId") or str(uuid.uuid4())
        self._workspaces.require(scope, workspace_id)
        if self._entities.get(scope, workspace_id, entity_id):
            raise ServiceError(CONFLICT, f"entity {entity_id!r} exists already")
        body = new_body(params, self.types(scope, workspace_id))
        entity = self.write(scope, workspace_id, entity_id, body, old=None)
        arn = _arn(scope, workspace_id, entity_id)
        if params.get("tags"):
            self._tags.set(scope, arn, params["tags"])
        return {
            "entityId": entity_id,
            "arn": arn,
            "creationDateTime": entity.created,
            "state": "CREATING",
        }

    def get_entity(self, scope: Scope, params: Json) -> Json:
        """Return an entity with at most 30 components of at most 800 properties, as documented."""
        workspace_id = params["workspaceId"]
        with self._context.store.reading():
            entity = self.require(scope, workspace_id, params["entityId"])
            types = self.types(scope, workspace_id)
            components = {
                name: component_view(component, entity, types)
                for name, component in self._top_level(entity.body, types).items()
            }
            returned = dict(list(components.items())[:MAX_COMPONENTS])
            return {
                **self._summary(scope, workspace_id, entity),
                "workspaceId": workspace_id,
                "components": returned,
                "areAllComponentsReturned": len(returned) == len(components),
            }

    def update_entity(self, scope: Scope, params: Json) -> Json:
        """Change an entity.

        Raises:
            ServiceError: The entity is being created, updated or deleted.
        """
        workspace_id, entity_id = params["workspaceId"], params["entityId"]
        entity = self.require(scope, workspace_id, entity_id)
        if entity.state != "ACTIVE":
            raise entity_unsettled(entity_id, entity.state)
        body = updated_body(entity.body, params, self.types(scope, workspace_id))
        changed = self.write(scope, workspace_id, entity_id, body, old=entity)
        return {"updateDateTime": changed.updated, "state": "UPDATING"}

    def delete_entity(self, scope: Scope, params: Json) -> Json:
        """Delete an entity, and those below it if ``isRecursive``.

        Raises:
            ServiceError: The entity has children and the call is not recursive.
        """
        workspace_id, entity_id = params["workspaceId"], params["entityId"]
        with self._context.store.transaction():
            self.require(scope, workspace_id, entity_id)
            children = self._children(scope, workspace_id, entity_id)
            if children and not params.get("isRecursive"):
                raise invalid(
                    f"entity {entity_id!r} has {len(children)} child entities, for example "
                    f"{children[0]!r}; delete them first or set isRecursive"
                )
            pending = [entity_id]
            while pending:
                current = pending.pop()
                pending += self._children(scope, workspace_id, current)
                self._entities.delete(scope, workspace_id, current)
                self._tags.set(scope, _arn(scope, workspace_id, current), {})
        return {"state": "DELETING"}

    def list_entities(self, scope: Scope, params: Json) -> Json:
        """Return entities in the order of their ids, all or those that one filter selects.

        A filter by ``componentTypeId`` selects entities with a component of exactly that type.
        """
        workspace_id = params["workspaceId"]
        self._workspaces.require(scope, workspace_id)
        filters = params.get("filters", ())
        if len(filters) > 1:
            raise invalid(f"only one filter is accepted, got {len(filters)}")
        with self._context.store.reading():
            page = self._entities.page(
                scope,
                workspace_id,
                link=next(iter(filters[0].items())) if filters else None,
                limit=page_size(params),
                token=params.get("nextToken"),
            )
            return {
                "entitySummaries": [self._summary(scope, workspace_id, item) for item in page.items],
                "nextToken": page.next_token,
            }

    def list_components(self, scope: Scope, params: Json) -> Json:
        """Return top-level components, or those inside the component at ``componentPath``."""
        workspace_id = params["workspaceId"]
        with self._context.store.reading():
            entity = self.require(scope, workspace_id, params["entityId"])
            types = self.types(scope, workspace_id)
            if "componentPath" in params:
                outer = self.require_component(entity, params["componentPath"], types)
                components = list(nested_in(outer, entity.body, types))
            else:
                components = list(self._top_level(entity.body, types).values())
            summaries = [component_summary(component, entity) for component in components]
        page, token = _slice(summaries, params)
        return {"componentSummaries": page, "nextToken": token}

    def list_properties(self, scope: Scope, params: Json) -> Json:
        """Return the properties of one component, with definitions and values."""
        workspace_id = params["workspaceId"]
        path = component_path(params)
        if path is None:
            raise invalid("name the component by componentName or componentPath")
        with self._context.store.reading():
            entity = self.require(scope, workspace_id, params["entityId"])
            component = self.require_component(entity, path, self.types(scope, workspace_id))
        summaries = [
            {"propertyName": name, **view, "areAllPropertyValuesReturned": True}
            for name, view in component.views.items()
        ]
        page, token = _slice(summaries, params)
        return {"propertySummaries": page, "nextToken": token}

    def require(self, scope: Scope, workspace_id: str, entity_id: str) -> Resource:
        """Return an entity.

        Args:
            scope: Account and region.
            workspace_id: Its workspace.
            entity_id: Its id.

        Raises:
            ServiceError: Workspace or entity does not exist.
        """
        entity = self._entities.get(scope, workspace_id, entity_id)
        if entity is None:
            self._workspaces.require(scope, workspace_id)
            raise not_found("entity", entity_id)
        return entity

    @staticmethod
    def require_component(entity: Resource, path: str, types: Types) -> Component:
        """Return the component at a path.

        Raises:
            ServiceError: The component does not exist.
        """
        component = find(entity.body, path, types)
        if component is None:
            raise not_found(f"entity {entity.id!r}: component", path)
        return component

    def with_type(self, scope: Scope, workspace_id: str, type_id: str) -> list[Resource]:
        """Return all entities that have a component of exactly one type."""
        ids = self._entities.ids_linked_to(scope, workspace_id, "componentTypeId", type_id)
        return [self.require(scope, workspace_id, identifier) for identifier in ids]

    def with_external_id(self, scope: Scope, workspace_id: str, value: str) -> list[str]:
        """Return the ids of all entities with a component that has an external id of this value."""
        return self._entities.ids_linked_to(scope, workspace_id, "externalId", value)

    def every(self, scope: Scope, workspace_id: str) -> list[Resource]:
        """Return all entities of a workspace."""
        return self._entities.every(scope, workspace_id)

    def get(self, scope: Scope, workspace_id: str, entity_id: str) -> Resource | None:
        """Return an entity, or None."""
        return self._entities.get(scope, workspace_id, entity_id)

    def types(self, scope: Scope, workspace_id: str) -> Types:
        """Return a function that resolves component types and reads each at most once."""
        cache: Json = {}

        def resolve(type_id: str) -> Json:
            if type_id not in cache:
                cache[type_id] = self._types.resolved(scope, workspace_id, type_id)
            resolved: Json = cache[type_id]
            return resolved

        return resolve

    def write(
        self, scope: Scope, workspace_id: str, entity_id: str, body: Json, *, old: Resource | None
    ) -> Resource:
        """Check an entity, run its schema initializers, and store it.

        Initializers run before anything is written, and without a lock.

        Args:
            scope: Account and region.
            workspace_id: Its workspace.
            entity_id: Its id.
            body: Its new body.
            old: The entity that ``body`` was derived from; None for a new one.

        Raises:
            ServiceError: The entity is invalid, or another call changed it in the meantime.
        """
        types = self.types(scope, workspace_id)
        problems = _singleton_problems(body, types)
        for component in walk(body, types):
            check_quota(
                f"component {component.path!r} of entity {entity_id!r}",
                len(component.views),
                MAX_PROPERTIES,
                "properties",
            )
            problems += check(component)
        if problems:
            raise invalid(f"entity {entity_id!r}: {'; '.join(problems)}")
        check_quota(f"entity {entity_id!r}", len(body["components"]), MAX_COMPONENTS, "components")
        self._initialize(scope, workspace_id, entity_id, body, types)
        with self._context.store.transaction():
            current = self._entities.get(scope, workspace_id, entity_id)
            if (current and current.body) != (old and old.body):
                raise ServiceError(CONFLICT, f"entity {entity_id!r} was changed meanwhile; try again")
            self._check_place(scope, workspace_id, entity_id, body["parentEntityId"], old)
            if old is None:
                count = self._entities.count(scope, workspace_id) + 1
                check_quota(f"workspace {workspace_id!r}", count, self._context.max_entities, "entities")
            state = "UPDATING" if old else "CREATING"
            return self._entities.put(
                scope, workspace_id, entity_id, body, links=links(body, types), state=state
            )

    def _initialize(self, scope: Scope, workspace_id: str, entity_id: str, body: Json, types: Types) -> None:
        """Run the schema initializers of components whose type has not run its initializer."""
        error = None
        for component in list(walk(body, types)):
            functions, views = component.type["functions"], component.views
            if component.type["initialized"]:
                continue
            if not self._initializer.applies(functions, views, on_entity=True):
                continue
            imported, failure = self._initializer.outcome(
                scope, workspace_id, functions, views, owner={"entityId": entity_id, **component.reference}
            )
            record = {**component.record, "imported": imported, "error": failure}
            place = "compositeComponents" if "/" in component.path else "components"
            body[place][component.path] = record
            error = error or failure
        body["error"] = error

    def _check_place(
        self, scope: Scope, workspace_id: str, entity_id: str, parent_id: str, old: Resource | None
    ) -> None:
        """Check that the parent exists, is not the entity itself or one below it, and is not too deep."""
        depth, ancestor_id = 1, parent_id
        while ancestor_id != ROOT:
            if ancestor_id == entity_id:
                raise invalid(
                    f"parent {parent_id!r} is entity {entity_id!r} itself or below it; "
                    "choose one outside its subtree"
                )
            ancestor = self._entities.get(scope, workspace_id, ancestor_id)
            if ancestor is None or ancestor.state == "DELETING":
                raise parent_missing(workspace_id, ancestor_id)
            depth, ancestor_id = depth + 1, ancestor.body["parentEntityId"]
        if old is not None and old.body["parentEntityId"] != parent_id:
            depth += self._height(scope, workspace_id, entity_id) - 1
        check_quota(f"entity {entity_id!r} in its tree", depth, MAX_ENTITY_DEPTH, "levels")

    def _height(self, scope: Scope, workspace_id: str, entity_id: str) -> int:
        """Return the levels of a subtree; that of an entity without children has one."""
        levels, level = 0, [entity_id]
        while level:
            levels += 1
            level = [child for parent in level for child in self._children(scope, workspace_id, parent)]
        return levels

    def _children(self, scope: Scope, workspace_id: str, entity_id: str) -> list[str]:
        return self._entities.ids_linked_to(scope, workspace_id, "parentEntityId", entity_id)

    @staticmethod
    def _top_level(body: Json, types: Types) -> dict[str, Component]:
        return {item.path: item for item in walk(body, types) if "/" not in item.path}

    def _summary(self, scope: Scope, workspace_id: str, entity: Resource) -> Json:
        return {
            "entityId": entity.id,
            "entityName": entity.body["entityName"],
            "arn": _arn(scope, workspace_id, entity.id),
            "parentEntityId": entity.body["parentEntityId"],
            "status": status_of(entity),
            "description": entity.body["description"],
            "hasChildEntities": self._entities.is_linked_to(scope, workspace_id, "parentEntityId", entity.id),
            "creationDateTime": entity.created,
            "updateDateTime": entity.updated,
        }


def _arn(scope: Scope, workspace_id: str, entity_id: str) -> str:
    return workspace_arn(scope, workspace_id, f"entity/{entity_id}")


def _singleton_problems(body: Json, types: Types) -> list[str]:
    """Return a problem for each singleton component type that an entity has more than once."""
    names: dict[str, list[str]] = {}
    for name, record in body["components"].items():
        if types(record["componentTypeId"])["isSingleton"]:
            names.setdefault(record["componentTypeId"], []).append(name)
    return [
        f"component type {type_id!r} is a singleton, but components {', '.join(users)} have it"
        for type_id, users in names.items()
        if len(users) > 1
    ]


def _slice(items: list[Json], params: Json) -> tuple[list[Json], str | None]:
    """Return one page of a list that is computed for each call; the token holds the position."""
    token = params.get("nextToken")
    start = read_token(token, INVALID, int)[0] if token else 0
    end = start + page_size(params)
    return items[start:end], write_token(end) if end < len(items) else None
