"""AWS's own sample twin: ten component types and 132 entities, through the API."""

from __future__ import annotations

from typing import Any

FOLDER = "cookiefactory_v2_tmdt"
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


def test_the_whole_sample_is_taken_and_shown_when_loaded_through_the_api(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    types = {name: case(f"{FOLDER}/{name}") for name in case(f"{FOLDER}/tmdt.json")["component_types"]}
    waiting = list(types.values())
    made: set[str] = set()
    while waiting:
        document = waiting.pop(0)
        parents = [p for p in document.get("extendsFrom", []) if not p.startswith("com.amazon.")]
        if not made.issuperset(parents):
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
        made.add(document["componentTypeId"])
    for document in types.values():
        found = twinmaker.get_component_type(**FACTORY, componentTypeId=document["componentTypeId"])
        for name, item in document["propertyDefinitions"].items():
            assert found["propertyDefinitions"][name] == item, (document["componentTypeId"], name)
        assert set(found["propertyDefinitions"]) == set(document["propertyDefinitions"])
    entities = {item["entityId"]: lower(item) for item in case(f"{FOLDER}/entities.json")}
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
        found = twinmaker.get_entity(**FACTORY, entityId=entity_id)
        assert found["parentEntityId"] == document["parentEntityId"]
        for name, component in document["components"].items():
            for key, item in component.get("properties", {}).items():
                shown = found["components"][name]["properties"][key]
                assert shown.get("value") == item.get("value"), (entity_id, name, key)
