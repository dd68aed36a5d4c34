"""A sample twin with relationships, through the API; `make conformance` takes AWS's own with 132 entities."""

from __future__ import annotations

from typing import Any

FACTORY = {"workspaceId": "Factory"}
REQUEST_MEMBERS = (
    "dataType",
    "isExternalId",
    "isRequiredInEntity",
    "isStoredExternally",
    "isTimeSeries",
    "defaultValue",
)


def lower(value: Any) -> Any:
    """The sample's relationship values have the members of CloudFormation; the API's are lower case."""
    if isinstance(value, list):
        return [lower(item) for item in value]
    if isinstance(value, dict):
        return {("targetEntityId" if k == "TargetEntityId" else k): lower(v) for k, v in value.items()}
    return value


def test_a_whole_twin_is_accepted_and_returned(twinmaker: Any, functions: Any, case: Any) -> None:
    types = case("sample.types")
    waiting = list(types)
    created: set[str] = set()
    while waiting:
        document = waiting.pop(0)
        parents = [p for p in document.get("extendsFrom", []) if not p.startswith("com.amazon.")]
        if not created.issuperset(parents):
            waiting.append(document)
            continue
        for function in document.get("functions", {}).values():
            function["implementedBy"]["lambda"]["arn"] = functions.arn("telemetry")
            del function["isInherited"]
        own = {
            name: {k: v for k, v in item.items() if k in REQUEST_MEMBERS}
            for name, item in document["propertyDefinitions"].items()
        }
        twinmaker.create_component_type(**FACTORY, **{**document, "propertyDefinitions": own})
        created.add(document["componentTypeId"])
    for document in types:
        described = twinmaker.get_component_type(**FACTORY, componentTypeId=document["componentTypeId"])
        for name, item in document["propertyDefinitions"].items():
            assert described["propertyDefinitions"][name] == item, (document["componentTypeId"], name)
        assert set(described["propertyDefinitions"]) == set(document["propertyDefinitions"])
    entities = {item["entityId"]: lower(item) for item in case("sample.entities")}
    waiting = list(entities.values())
    placed = {"$ROOT"}
    while waiting:
        document = waiting.pop(0)
        if document["parentEntityId"] not in placed:
            waiting.append(document)
            continue
        twinmaker.create_entity(**FACTORY, **document)
        placed.add(document["entityId"])
    listed: list[str] = []
    token: dict[str, str] = {}
    while not listed or token:
        page = twinmaker.list_entities(**FACTORY, maxResults=200, **token)
        listed += [item["entityId"] for item in page["entitySummaries"]]
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else {}
    assert set(listed) == set(entities)
    for entity_id, document in list(entities.items())[::10]:
        described = twinmaker.get_entity(**FACTORY, entityId=entity_id)
        assert described["parentEntityId"] == document["parentEntityId"]
        for name, component in document["components"].items():
            for key, item in component.get("properties", {}).items():
                shown = described["components"][name]["properties"][key]
                assert shown.get("value") == item.get("value"), (entity_id, name, key)
