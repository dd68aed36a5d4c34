"""Files of metadata transfer jobs: the bulk schema of the user guide, to and from requests.

The schema is camelCase like the API, except for relationship values, whose members begin with a
capital (``TargetEntityId``). Lambda ARNs may hold ``${partition}``, ``${region}`` and ``${accountId}``.
``entityExternalId`` and ``componentExternalId`` are ignored: the API has no such members.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin_stack.local.service.twinmaker.context import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Json

_SECTIONS = ("componentTypes", "entities", "entityComponents")
_IDS = {"componentTypes": "componentTypeId", "entities": "entityId"}
_TYPE_DEFAULTS: Json = {
    "description": "",
    "propertyDefinitions": {},
    "functions": {},
    "extendsFrom": [],
    "isSingleton": False,
    "propertyGroups": {},
}
_CAPITALS = {"TargetEntityId": "targetEntityId", "TargetComponentName": "targetComponentName"}
_SMALL = {small: capital for capital, small in _CAPITALS.items()}


def read_file(data: bytes, scope: Scope) -> dict[str, list[Json]]:
    """Return the three sections of a file, parents before children, in the API's member names.

    Raises:
        ServiceError: The file is not JSON, has another form, or lists an id twice.
    """
    try:
        document = json.loads(data)
    except ValueError as error:
        raise invalid(f"the file is not JSON: {error}") from error
    if not isinstance(document, dict) or set(document) - set(_SECTIONS):
        raise invalid(f"the file must be a JSON object with {', '.join(_SECTIONS)} only")
    sections: dict[str, list[Json]] = {}
    for name in _SECTIONS:
        items = document.get(name)
        items = [] if items is None else items
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise invalid(f"{name} must be a list of JSON objects")
        sections[name] = [_renamed(item, _CAPITALS) for item in items]
    _refuse_duplicates(sections)
    for item in sections["componentTypes"]:
        _fill_placeholders(item, scope)
    sections["componentTypes"] = _ordered(
        sections["componentTypes"], "componentTypeId", lambda item: item.get("extendsFrom", ())
    )
    sections["entities"] = _ordered(
        sections["entities"], "entityId", lambda item: (item.get("parentEntityId"),)
    )
    return sections


def type_request(item: Json, workspace_id: str) -> Json:
    """Return CreateComponentType's members for a listed type; missing members are emptied."""
    return {**_TYPE_DEFAULTS, **item, "workspaceId": workspace_id}


def entity_request(item: Json, workspace_id: str) -> Json:
    """Return CreateEntity's members for a listed entity."""
    request = {**item, "workspaceId": workspace_id}
    request.pop("entityExternalId", None)
    return request


def component_request(item: Json, workspace_id: str) -> tuple[str, str, Json]:
    """Return entity id, component name, and CreateEntity's members for just the listed component."""
    names = ("componentTypeId", "description", "properties", "propertyGroups")
    component = {name: item[name] for name in names if name in item}
    entity_id, name = item.get("entityId", ""), item.get("componentName", "")
    request = {
        "workspaceId": workspace_id,
        "entityId": entity_id,
        "entityName": "entity",
        "components": {name: component},
    }
    return entity_id, name, request


def write_file(types: Iterable[tuple[str, Json, Json]], entities: Iterable[tuple[str, Json, Json]]) -> bytes:
    """Return a file with the given ``(id, stored body, tags)`` of types and entities."""
    document = {
        "componentTypes": [_listed_type(*item) for item in types],
        "entities": [_listed_entity(*item) for item in entities],
        "entityComponents": [],
    }
    return json.dumps(_renamed(document, _SMALL), indent=1).encode()


def _listed_type(type_id: str, declared: Json, tags: Json) -> Json:
    members = {name: declared[name] for name in _TYPE_DEFAULTS if declared.get(name)}
    return {"componentTypeId": type_id, **members, **({"tags": tags} if tags else {})}


def _listed_entity(entity_id: str, body: Json, tags: Json) -> Json:
    names = ("componentTypeId", "description", "properties", "propertyGroups")
    return {
        "entityId": entity_id,
        "entityName": body["entityName"],
        "description": body["description"],
        "parentEntityId": body["parentEntityId"],
        "components": {
            name: {key: record[key] for key in names if record.get(key)}
            for name, record in body["components"].items()
        },
        **({"tags": tags} if tags else {}),
    }


def _renamed(value: Any, names: dict[str, str], *, inside: bool = False) -> Any:
    """Return the same tree with the members of each ``relationshipValue`` renamed."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        (names.get(key, key) if inside else key): _renamed(item, names, inside=key == "relationshipValue")
        for key, item in value.items()
    }


def _refuse_duplicates(sections: dict[str, list[Json]]) -> None:
    for section, member in _IDS.items():
        ids = [item.get(member) for item in sections[section]]
        if None in ids:
            raise invalid(f"every item of {section} needs {member}")
        duplicates = (
            sorted({str(item) for item in ids if ids.count(item) > 1}) if len(set(ids)) < len(ids) else []
        )
        if duplicates:
            raise invalid(f"{section} lists {duplicates[0]!r} more than once")
    listed = {item["entityId"] for item in sections["entities"]}
    component_owners = [item.get("entityId") for item in sections["entityComponents"]]
    in_both = [entity_id for entity_id in component_owners if entity_id in listed]
    if in_both:
        raise invalid(f"entity {in_both[0]!r} is both in entities and in entityComponents")


def _fill_placeholders(item: Json, scope: Scope) -> None:
    values = {"partition": scope.partition, "region": scope.region, "accountId": scope.account}
    for function in item.get("functions", {}).values():
        target = function.get("implementedBy", {}).get("lambda", {})
        for name, value in values.items():
            if "arn" in target:
                target["arn"] = target["arn"].replace(f"${{{name}}}", value)


def _ordered(items: list[Json], member: str, before: Callable[[Json], Iterable[Any]]) -> list[Json]:
    """Return the items, each after those that ``before`` names. Cycles are left for the service to refuse."""
    by_id = {item[member]: item for item in items}
    ordered: dict[str, Json] = {}
    for item in items:
        chain = [item[member]]
        while chain:
            missing = [
                name
                for name in before(by_id[chain[-1]])
                if name in by_id and name not in ordered and name not in chain
            ]
            if missing:
                chain.append(missing[0])
            else:
                identifier = chain.pop()
                ordered.setdefault(identifier, by_id[identifier])
    return list(ordered.values())
