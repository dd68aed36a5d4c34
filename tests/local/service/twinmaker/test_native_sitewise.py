"""The native connector: a TwinMaker component that is a SiteWise asset."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

FACTORY = {"workspaceId": "Factory"}
NOW = 1_700_000_000
WINDOW = {"startTime": "2023-11-14T00:00:00Z", "endTime": "2023-11-15T00:00:00Z"}


@pytest.fixture
def asset(twinmaker: Any, sitewise: Any) -> Any:
    """A SiteWise asset with 5 points, a type fixed to its model, an entity tied to it."""
    model_id = sitewise.create_asset_model(
        assetModelName="Mixer",
        assetModelProperties=[
            {"name": "Oil Temperature", "dataType": "DOUBLE", "unit": "C", "type": {"measurement": {}}},
            {"name": "State", "dataType": "STRING", "type": {"measurement": {}}},
            {"name": "Serial", "dataType": "STRING", "type": {"attribute": {"defaultValue": "S-7"}}},
        ],
    )["assetModelId"]
    asset_id = sitewise.create_asset(assetName="m", assetModelId=model_id)["assetId"]
    described = sitewise.describe_asset(assetId=asset_id)["assetProperties"]
    property_id = next(item["id"] for item in described if item["name"] == "Oil Temperature")
    values = [
        {"value": {"doubleValue": float(n)}, "timestamp": {"timeInSeconds": NOW + n}, "quality": "GOOD"}
        for n in range(5)
    ]
    entry = {"entryId": "a", "assetId": asset_id, "propertyId": property_id, "propertyValues": values}
    assert sitewise.batch_put_asset_property_value(entries=[entry])["errorEntries"] == []
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="com.example.mixer",
        extendsFrom=["com.amazon.iotsitewise.connector"],
        propertyDefinitions={"sitewiseAssetModelId": {"defaultValue": {"stringValue": model_id}}},
    )
    twinmaker.create_entity(
        **FACTORY,
        entityId="e1",
        entityName="e1",
        components={
            "C": {
                "componentTypeId": "com.example.mixer",
                "properties": {"sitewiseAssetId": {"value": {"stringValue": asset_id}}},
            }
        },
    )
    return {"asset": asset_id, "model": model_id, "property": property_id}


def history(client: Any, **members: Any) -> Any:
    request = {**FACTORY, **WINDOW, "selectedProperties": ["Oil_Temperature"], **members}
    return client.get_property_value_history(**request)


def numbers(series: Any) -> list[float]:
    return [item["value"]["doubleValue"] for item in series["values"]]


def test_the_models_properties_are_imported_when_a_type_fixes_the_model(twinmaker: Any, asset: Any) -> None:
    component_type = twinmaker.get_component_type(**FACTORY, componentTypeId="com.example.mixer")
    assert component_type["isSchemaInitialized"] is True
    imported = component_type["propertyDefinitions"]["Oil_Temperature"]
    assert imported["configuration"] == {"sitewisePropertyId": asset["property"]}
    assert imported["dataType"] == {"type": "DOUBLE", "unitOfMeasure": "C"}
    assert (imported["isImported"], imported["isTimeSeries"]) == (True, True)
    assert imported["displayName"] == "Oil Temperature"


def test_history_of_an_entity_is_read_from_sitewise(twinmaker: Any, asset: Any) -> None:
    target = {"entityId": "e1", "componentName": "C"}
    series = history(twinmaker, **target)["propertyValues"][0]
    assert numbers(series) == [0, 1, 2, 3, 4]
    assert series["values"][0]["time"] == "2023-11-14T22:13:20Z"
    reference = series["entityPropertyReference"]
    assert reference["externalIdProperty"] == {"sitewiseAssetId": asset["asset"]}
    latest = history(
        twinmaker,
        **{**target, "startTime": "1899-12-31T00:00:00.000Z"},
        orderByTime="DESCENDING",
        maxResults=1,
    )
    assert numbers(latest["propertyValues"][0]) == [4]
    seen: list[float] = []
    token: dict[str, str] = {}
    while not seen or token:
        answer = history(twinmaker, **target, maxResults=2, **token)
        seen += numbers(answer["propertyValues"][0])
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}
    assert seen == [0, 1, 2, 3, 4]
    above = [{"propertyName": "Oil_Temperature", "operator": ">", "value": {"doubleValue": 2.0}}]
    filtered = history(twinmaker, **target, propertyFilters=above)
    assert numbers(filtered["propertyValues"][0]) == [3, 4]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="interpolation is not available"):
        history(twinmaker, **target, interpolation={"interpolationType": "LINEAR", "intervalInSeconds": 1})


def test_each_series_has_its_own_position_over_pages(twinmaker: Any, sitewise: Any, asset: Any) -> None:
    described = sitewise.describe_asset(assetId=asset["asset"])["assetProperties"]
    state = next(item["id"] for item in described if item["name"] == "State")
    point = {"value": {"stringValue": "on"}, "timestamp": {"timeInSeconds": NOW}, "quality": "GOOD"}
    entry = {"entryId": "a", "assetId": asset["asset"], "propertyId": state, "propertyValues": [point]}
    assert sitewise.batch_put_asset_property_value(entries=[entry])["errorEntries"] == []
    seen: dict[str, int] = {}
    token: dict[str, str] = {}
    pages = 0
    while pages == 0 or token:
        answer = history(
            twinmaker,
            entityId="e1",
            componentName="C",
            selectedProperties=["Oil_Temperature", "State"],
            maxResults=2,
            **token,
        )
        for series in answer["propertyValues"]:
            name = series["entityPropertyReference"]["propertyName"]
            seen[name] = seen.get(name, 0) + len(series["values"])
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}
        pages += 1
    assert (seen, pages) == ({"Oil_Temperature": 5, "State": 1}, 3)


def test_history_by_type_has_all_its_entities(twinmaker: Any, asset: Any) -> None:
    answer = history(twinmaker, componentTypeId="com.example.mixer")
    assert [numbers(series) for series in answer["propertyValues"]] == [[0, 1, 2, 3, 4]]
    reference = answer["propertyValues"][0]["entityPropertyReference"]
    assert reference["externalIdProperty"] == {"sitewiseAssetId": asset["asset"]}


def test_part_that_is_an_asset_is_read_by_entity_and_by_type(twinmaker: Any, asset: Any) -> None:
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="com.example.line",
        compositeComponentTypes={"mixer": {"componentTypeId": "com.example.mixer"}},
    )
    properties = {"sitewiseAssetId": {"value": {"stringValue": asset["asset"]}}}
    twinmaker.create_entity(
        **FACTORY,
        entityId="e2",
        entityName="e2",
        components={"L": {"componentTypeId": "com.example.line"}},
        compositeComponents={"L/mixer": {"properties": properties}},
    )
    answer = history(twinmaker, entityId="e2", componentPath="L/mixer")
    assert [numbers(series) for series in answer["propertyValues"]] == [[0, 1, 2, 3, 4]]
    reference = answer["propertyValues"][0]["entityPropertyReference"]
    assert (reference["componentPath"], "componentName" in reference) == ("L/mixer", False)
    by_type = history(twinmaker, componentTypeId="com.example.mixer")["propertyValues"]
    references = [series["entityPropertyReference"] for series in by_type]
    assert [(item["entityId"], item.get("componentPath")) for item in references] == [
        ("e1", None),
        ("e2", "L/mixer"),
    ]


def test_attributes_are_read_and_values_are_written(twinmaker: Any, sitewise: Any, asset: Any) -> None:
    target = {"entityId": "e1", "componentName": "C"}
    value = twinmaker.get_property_value(**FACTORY, **target, selectedProperties=["Serial"])
    assert value["propertyValues"]["Serial"]["propertyValue"] == {"stringValue": "S-7"}
    entry: dict[str, Any] = {
        "entityPropertyReference": {**target, "propertyName": "Oil_Temperature"},
        "propertyValues": [{"time": "2023-11-14T22:13:30.5Z", "value": {"doubleValue": 9.0}}],
    }
    assert twinmaker.batch_put_property_values(**FACTORY, entries=[entry])["errorEntries"] == []
    stored = sitewise.get_asset_property_value(assetId=asset["asset"], propertyId=asset["property"])
    assert stored["propertyValue"]["timestamp"] == {
        "timeInSeconds": NOW + 10,
        "offsetInNanos": 500_000_000,
    }
    entry["propertyValues"][0]["time"] = "2020-01-01T00:00:00Z"
    errors = twinmaker.batch_put_property_values(**FACTORY, entries=[entry])["errorEntries"]
    assert "outside of the last 7 days" in errors[0]["errors"][0]["errorMessage"]


def test_missing_asset_is_a_failure_of_the_connector_with_its_reason(twinmaker: Any, asset: Any) -> None:
    missing = str(uuid.uuid4())
    change = {"C": {"propertyUpdates": {"sitewiseAssetId": {"value": {"stringValue": missing}}}}}
    twinmaker.update_entity(**FACTORY, entityId="e1", componentUpdates=change)
    with pytest.raises(twinmaker.exceptions.ConnectorFailureException, match=f"asset '{missing}' does not"):
        history(twinmaker, entityId="e1", componentName="C")


def test_properties_are_imported_on_the_entity_when_only_it_names_the_model(
    twinmaker: Any, asset: Any
) -> None:
    values = {"sitewiseAssetId": asset["asset"], "sitewiseAssetModelId": asset["model"]}
    properties = {name: {"value": {"stringValue": value}} for name, value in values.items()}
    component = {"componentTypeId": "com.amazon.iotsitewise.connector", "properties": properties}
    twinmaker.create_entity(**FACTORY, entityId="e2", entityName="e2", components={"C": component})
    series = history(twinmaker, entityId="e2", componentName="C")["propertyValues"][0]
    assert numbers(series) == [0, 1, 2, 3, 4]
