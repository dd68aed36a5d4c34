"""SiteWise: models, assets, aliases, external ids and time series."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

NOW = 1_700_000_000


def model(client: Any, name: str = "Mixer", **members: Any) -> Any:
    properties = [
        {
            "name": "Temperature",
            "externalId": "temperature",
            "dataType": "DOUBLE",
            "unit": "C",
            "type": {"measurement": {}},
        },
        {"name": "State", "dataType": "STRING", "type": {"measurement": {}}},
        {"name": "Serial", "dataType": "STRING", "type": {"attribute": {"defaultValue": "none"}}},
        {"name": "Count", "dataType": "INTEGER", "type": {"attribute": {"defaultValue": "3"}}},
    ]
    request = {"assetModelName": name, "assetModelProperties": properties, **members}
    made = client.create_asset_model(**request)
    return client.describe_asset_model(assetModelId=made["assetModelId"])


def ids(described: Any) -> dict[str, str]:
    properties = described.get("assetProperties") or described["assetModelProperties"]
    return {item["name"]: item["id"] for item in properties}


@pytest.fixture
def mixer(sitewise: Any) -> Any:
    """An asset; `target` and `state` address two of its properties."""
    made = model(sitewise)
    asset_id = sitewise.create_asset(assetName="mixer 1", assetModelId=made["assetModelId"])["assetId"]
    names = ids(made)
    return {
        "model": made,
        "id": asset_id,
        "target": {"assetId": asset_id, "propertyId": names["Temperature"]},
        "state": {"assetId": asset_id, "propertyId": names["State"]},
        "serial": {"assetId": asset_id, "propertyId": names["Serial"]},
        "count": {"assetId": asset_id, "propertyId": names["Count"]},
    }


def tqv(second: int, value: Any = None, quality: str = "GOOD", nanos: int = 0) -> Any:
    content = value if isinstance(value, dict) else {"doubleValue": float(second if value is None else value)}
    timestamp = {"timeInSeconds": NOW + second, "offsetInNanos": nanos}
    return {"value": content, "timestamp": timestamp, "quality": quality}


def put(client: Any, address: Any, *values: Any) -> Any:
    errors = []
    for start in range(0, len(values), 10):
        entry = {"entryId": "a", **address, "propertyValues": list(values[start : start + 10])}
        errors += client.batch_put_asset_property_value(entries=[entry])["errorEntries"]
    return errors


def seconds(points: Any) -> list[int]:
    return [point["timestamp"]["timeInSeconds"] - NOW for point in points]


def history(client: Any, address: Any, start: float, end: float, **members: Any) -> Any:
    return client.get_asset_property_value_history(
        **address, startDate=NOW + start, endDate=NOW + end, **members
    )


def test_models_and_assets_show_what_was_set_when_described(sitewise: Any) -> None:
    made = model(sitewise, assetModelExternalId="mixer-model", tags={"a": "1"})
    assert made["assetModelStatus"] == {"state": "ACTIVE"}
    assert made["assetModelProperties"][0]["unit"] == "C"
    model_id = made["assetModelId"]
    asset_id = str(uuid.uuid4())
    sitewise.create_asset(
        assetName="mixer 1",
        assetModelId="externalId:mixer-model",
        assetId=asset_id,
        assetExternalId="mixer-1",
        assetDescription="first",
    )
    found = sitewise.describe_asset(assetId="externalId:mixer-1")
    assert (found["assetId"], found["assetModelId"]) == (asset_id, model_id)
    assert (found["assetName"], found["assetDescription"]) == ("mixer 1", "first")
    assert ids(found) == ids(made)
    assert found["assetStatus"] == {"state": "ACTIVE"}
    arn = made["assetModelArn"]
    sitewise.tag_resource(resourceArn=arn, tags={"b": "2"})
    sitewise.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert sitewise.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    sitewise.update_asset(assetId=asset_id, assetName="mixer one")
    found = sitewise.describe_asset(assetId=asset_id, excludeProperties=True)
    assert found["assetName"] == "mixer one"
    assert found["assetProperties"] == []
    assert "assetDescription" not in found
    assert (
        len(sitewise.list_asset_model_properties(assetModelId=model_id)["assetModelPropertySummaries"]) == 4
    )
    assert len(sitewise.list_asset_properties(assetId=asset_id)["assetPropertySummaries"]) == 4


def test_ids_and_external_ids_are_unique_when_created(sitewise: Any) -> None:
    made = model(sitewise, assetModelExternalId="m1")
    exists = sitewise.exceptions.ResourceAlreadyExistsException
    with pytest.raises(exists) as caught:
        model(sitewise, name="other", assetModelExternalId="m1")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert caught.value.response["resourceId"] == made["assetModelId"]
    with pytest.raises(exists):
        model(sitewise, name="other", assetModelId=made["assetModelId"])
    asset = {"assetModelId": made["assetModelId"], "assetName": "a"}
    sitewise.create_asset(**asset, assetExternalId="a1")
    with pytest.raises(exists):
        sitewise.create_asset(**asset, assetExternalId="a1")
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException, match="'externalId:a2' does not exist"):
        sitewise.describe_asset(assetId="externalId:a2")
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="regular expression"):
        sitewise.describe_asset(assetId="not-an-id-at-all")


def test_assets_follow_when_their_model_changes(sitewise: Any, mixer: Any) -> None:
    made = mixer["model"]
    put(sitewise, mixer["state"], tqv(0, {"stringValue": "on"}))
    kept = [item for item in made["assetModelProperties"] if item["name"] != "State"]
    speed = {"attribute": {"defaultValue": "1.5"}}
    changed = [*kept, {"name": "Speed", "dataType": "DOUBLE", "type": speed}]
    sitewise.update_asset_model(
        assetModelId=made["assetModelId"], assetModelName="Mixer 2", assetModelProperties=changed
    )
    found = ids(sitewise.describe_asset(assetId=mixer["id"]))
    assert set(found) == {"Temperature", "Serial", "Count", "Speed"}
    assert found["Temperature"] == ids(made)["Temperature"]
    value = sitewise.get_asset_property_value(assetId=mixer["id"], propertyId=found["Speed"])
    assert value["propertyValue"]["value"] == {"doubleValue": 1.5}
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.get_asset_property_value(**mixer["state"])
    sitewise.update_asset_model(
        assetModelId=made["assetModelId"],
        assetModelName="Mixer 2",
        assetModelProperties=made["assetModelProperties"],
    )
    assert "propertyValue" not in sitewise.get_asset_property_value(**mixer["state"])
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="name 'Speed' is used more than"):
        sitewise.update_asset_model(
            assetModelId=made["assetModelId"],
            assetModelName="Mixer 2",
            assetModelProperties=[*changed, changed[-1]],
        )
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="conditional updates"):
        sitewise.update_asset_model(assetModelId=made["assetModelId"], assetModelName="x", ifMatch="a" * 43)


def test_the_tree_is_built_and_taken_apart_when_assets_are_associated(sitewise: Any, mixer: Any) -> None:
    hall_model = model(
        sitewise,
        name="Hall",
        assetModelHierarchies=[
            {"name": "mixers", "externalId": "mixers", "childAssetModelId": mixer["model"]["assetModelId"]}
        ],
    )
    hall = sitewise.create_asset(assetName="hall", assetModelId=hall_model["assetModelId"])["assetId"]
    link = {"assetId": hall, "hierarchyId": "externalId:mixers", "childAssetId": mixer["id"]}
    sitewise.associate_assets(**link)
    children = {"assetId": hall, "hierarchyId": hall_model["assetModelHierarchies"][0]["id"]}

    def names(**query: Any) -> list[str]:
        return [item["name"] for item in sitewise.list_associated_assets(**query)["assetSummaries"]]

    assert names(**children) == ["mixer 1"]
    assert names(assetId=mixer["id"], traversalDirection="PARENT") == ["hall"]
    top = sitewise.list_assets(filter="TOP_LEVEL")["assetSummaries"]
    assert [item["name"] for item in top] == ["hall"]
    with pytest.raises(sitewise.exceptions.ResourceAlreadyExistsException):
        sitewise.associate_assets(**link)
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="takes assets of model"):
        sitewise.associate_assets(**{**link, "childAssetId": hall})
    for asset_id in (hall, mixer["id"]):
        with pytest.raises(sitewise.exceptions.InvalidRequestException, match="disassociate them first"):
            sitewise.delete_asset(assetId=asset_id)
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="in use: asset "):
        sitewise.delete_asset_model(assetModelId=mixer["model"]["assetModelId"])
    sitewise.disassociate_assets(**link)
    assert names(**children) == []
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.disassociate_assets(**link)
    sitewise.delete_asset(assetId=mixer["id"])
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="has a hierarchy of it"):
        sitewise.delete_asset_model(assetModelId=mixer["model"]["assetModelId"])
    sitewise.delete_asset(assetId=hall)
    for described in (hall_model, mixer["model"]):
        sitewise.delete_asset_model(assetModelId=described["assetModelId"])
    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_every_asset_comes_once_when_listed_in_pages(sitewise: Any) -> None:
    made = model(sitewise)
    for number in range(7):
        sitewise.create_asset(assetName=f"a{number}", assetModelId=made["assetModelId"])
    pages = sitewise.get_paginator("list_assets").paginate(
        assetModelId=made["assetModelId"], PaginationConfig={"PageSize": 3}
    )
    sizes = [len(page["assetSummaries"]) for page in pages]
    assert sizes == [3, 3, 1]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="filter ALL needs assetModelId"):
        sitewise.list_assets()


def test_composite_models_have_their_properties_when_described(sitewise: Any) -> None:
    made = model(
        sitewise,
        assetModelCompositeModels=[
            {
                "name": "alarm",
                "type": "AWS/ALARM",
                "properties": [{"name": "status", "dataType": "STRING", "type": {"measurement": {}}}],
            }
        ],
    )
    asset_id = sitewise.create_asset(assetName="a", assetModelId=made["assetModelId"])["assetId"]
    composite = sitewise.describe_asset(assetId=asset_id)["assetCompositeModels"][0]
    assert composite["name"] == "alarm"
    property_id = composite["properties"][0]["id"]
    found = sitewise.describe_asset_property(assetId=asset_id, propertyId=property_id)
    assert found["compositeModel"]["assetProperty"]["name"] == "status"
    summaries = sitewise.list_asset_properties(assetId=asset_id, filter="BASE")["assetPropertySummaries"]
    assert property_id not in [item["id"] for item in summaries]
    address = {"assetId": asset_id, "propertyId": property_id}
    assert put(sitewise, address, tqv(0, {"stringValue": "NORMAL"})) == []


def test_attributes_have_their_default_value_when_an_asset_is_made(sitewise: Any, mixer: Any) -> None:
    value = sitewise.get_asset_property_value(**mixer["serial"])["propertyValue"]["value"]
    assert value == {"stringValue": "none"}
    value = sitewise.get_asset_property_value(**mixer["count"])["propertyValue"]["value"]
    assert value == {"integerValue": 3}
    assert "propertyValue" not in sitewise.get_asset_property_value(**mixer["target"])


def test_values_are_found_by_alias_when_one_was_set(sitewise: Any, mixer: Any) -> None:
    alias = {"propertyAlias": "/hall/mixer-1/temperature"}
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException, match="property with alias"):
        sitewise.get_asset_property_value(**alias)
    assert put(sitewise, alias, tqv(-2)) == []
    assert sitewise.get_asset_property_value(**alias)["propertyValue"]["value"] == {"doubleValue": -2.0}
    sitewise.update_asset_property(
        assetId=mixer["id"],
        propertyId="externalId:temperature",
        propertyAlias=alias["propertyAlias"],
        propertyUnit="K",
        propertyNotificationState="ENABLED",
    )
    put(sitewise, mixer["target"], tqv(-1))
    for address in (alias, mixer["target"]):
        found = history(sitewise, address, -10, 0)["assetPropertyValueHistory"]
        assert seconds(found) == [-2, -1]
    found = sitewise.describe_asset_property(**mixer["target"])["assetProperty"]
    assert (found["alias"], found["unit"]) == (alias["propertyAlias"], "K")
    assert found["notification"]["state"] == "ENABLED"
    with pytest.raises(sitewise.exceptions.ResourceAlreadyExistsException):
        sitewise.update_asset_property(**mixer["state"], **alias)
    sitewise.update_asset_property(**mixer["target"])
    found = sitewise.describe_asset_property(**mixer["target"])["assetProperty"]
    assert (found.get("alias"), found["unit"]) == (None, "C")
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.get_asset_property_value(**alias)


def test_history_begins_after_the_start_and_ends_with_the_end_when_read(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-20, 1)))
    found = history(sitewise, mixer["target"], -5, -2)["assetPropertyValueHistory"]
    assert seconds(found) == [-4, -3, -2]
    assert found[0]["value"] == {"doubleValue": -4.0}
    found = history(sitewise, mixer["target"], -5, -2, timeOrdering="DESCENDING")
    assert seconds(found["assetPropertyValueHistory"]) == [-2, -3, -4]
    found = sitewise.get_asset_property_value_history(**mixer["target"])["assetPropertyValueHistory"]
    assert len(found) == 21


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_every_point_comes_once_when_history_is_read_in_pages(
    sitewise: Any, mixer: Any, order: str, size: int
) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-25, 0)), tqv(-7, quality="BAD"))
    pages = sitewise.get_paginator("get_asset_property_value_history").paginate(
        **mixer["target"],
        startDate=NOW - 100,
        endDate=NOW,
        timeOrdering=order,
        PaginationConfig={"PageSize": size},
    )
    points = [point for page in pages for point in page["assetPropertyValueHistory"]]
    assert len(points) == 26
    assert seconds(points) == sorted(seconds(points), reverse=order == "DESCENDING")
    found = history(sitewise, mixer["target"], -100, 0, qualities=["BAD"])
    assert seconds(found["assetPropertyValueHistory"]) == [-7]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="at most 20000, got 20001"):
        history(sitewise, mixer["target"], -100, 0, maxResults=20001)


def test_a_point_replaces_only_one_of_its_time_and_quality_when_put(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], tqv(-1, 1), tqv(-1, 2), tqv(-1, 3, quality="BAD"), tqv(-1, 4, nanos=5))
    found = history(sitewise, mixer["target"], -10, 0)["assetPropertyValueHistory"]
    assert [(p["value"]["doubleValue"], p["quality"]) for p in found] == [
        (3, "BAD"),
        (2, "GOOD"),
        (4, "GOOD"),
    ]
    latest = sitewise.get_asset_property_value(**mixer["target"])["propertyValue"]
    assert latest["timestamp"]["offsetInNanos"] == 5


def test_wrong_values_come_back_when_put(sitewise: Any, mixer: Any) -> None:
    week = 7 * 86_400
    bad = [tqv(-week - 1), tqv(601), tqv(0, {"stringValue": "hot"}), tqv(0, {})]
    good = [tqv(-week), tqv(600)]
    errors = put(sitewise, mixer["target"], *bad, *good)[0]["errors"]
    assert [error["errorCode"] for error in errors] == [
        "TimestampOutOfRangeException",
        "TimestampOutOfRangeException",
        "InvalidRequestException",
        "InvalidRequestException",
    ]
    message = "the property is of type DOUBLE and takes doubleValue, got stringValue"
    assert errors[2]["errorMessage"] == message
    found = sitewise.get_asset_property_value_history(**mixer["target"])["assetPropertyValueHistory"]
    assert found == []
    entry = {"entryId": "a", **mixer["target"], "propertyValues": bad + good}
    sitewise.batch_put_asset_property_value(entries=[entry], enablePartialEntryProcessing=True)
    found = history(sitewise, mixer["target"], -week - 2, 700)["assetPropertyValueHistory"]
    assert seconds(found) == [-week, 600]
    nobody = {"assetId": str(uuid.uuid4()), "propertyId": str(uuid.uuid4())}
    assert put(sitewise, nobody, tqv(0))[0]["errors"][0]["errorCode"] == "ResourceNotFoundException"
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="1 to 10 entries"):
        sitewise.batch_put_asset_property_value(entries=[entry] * 11)


def test_batches_answer_each_entry_when_some_fail(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-5, 0)))
    put(sitewise, mixer["state"], tqv(-1, {"stringValue": "on"}))
    nobody = {"assetId": str(uuid.uuid4()), "propertyId": mixer["target"]["propertyId"]}
    addresses = {"t": mixer["target"], "n": nobody, "s": mixer["state"]}
    entries = [{"entryId": key, **address} for key, address in addresses.items()]
    answer = sitewise.batch_get_asset_property_value(entries=entries)
    values = {e["entryId"]: e["assetPropertyValue"]["value"] for e in answer["successEntries"]}
    assert values == {"t": {"doubleValue": -1.0}, "s": {"stringValue": "on"}}
    assert answer["errorEntries"][0]["errorCode"] == "ResourceNotFoundException"
    seen: dict[str, list[int]] = {}
    pages = 0
    token: dict[str, str] = {}
    while pages == 0 or token:
        answer = sitewise.batch_get_asset_property_value_history(entries=entries, maxResults=2, **token)
        for entry in answer["successEntries"]:
            seen.setdefault(entry["entryId"], []).extend(seconds(entry["assetPropertyValueHistory"]))
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}
        pages += 1
    assert seen == {"t": [-5, -4, -3, -2, -1], "s": [-1]}
    assert pages == 3
    assert answer["skippedEntries"] == []
    answer = sitewise.batch_get_asset_property_value_history(entries=entries, maxResults=5)
    answer = sitewise.batch_get_asset_property_value_history(
        entries=entries, maxResults=5, nextToken=answer["nextToken"]
    )
    assert answer["skippedEntries"] == [{"entryId": "t", "completionStatus": "SUCCESS"}]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="1 to 16 entries"):
        sitewise.batch_get_asset_property_value_history(entries=entries * 6)


def interpolated(client: Any, address: Any, kind: str, **members: Any) -> list[tuple[int, Any]]:
    pages = client.get_paginator("get_interpolated_asset_property_values").paginate(
        **{
            **address,
            "startTimeInSeconds": NOW - 100,
            "endTimeInSeconds": NOW - 40,
            "quality": "GOOD",
            "intervalInSeconds": 10,
            "type": kind,
            "PaginationConfig": {"PageSize": 4},
            **members,
        }
    )
    points = [item for page in pages for item in page["interpolatedAssetPropertyValues"]]
    return [
        (point["timestamp"]["timeInSeconds"] - NOW, next(iter(point["value"].values()))) for point in points
    ]


def test_interpolated_values_lie_between_the_points_when_read(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], tqv(-95, 5), tqv(-75, 25), tqv(-60, 40), tqv(-55, 0, quality="BAD"))
    linear = interpolated(sitewise, mixer["target"], "LINEAR_INTERPOLATION")
    assert linear == [(-90, 10.0), (-80, 20.0), (-70, 30.0), (-60, 40.0)]
    near = interpolated(sitewise, mixer["target"], "LINEAR_INTERPOLATION", intervalWindowInSeconds=6)
    assert near == [(-60, 40.0)]
    carried = interpolated(sitewise, mixer["target"], "LOCF_INTERPOLATION")
    assert carried == [(-90, 5), (-80, 5), (-70, 25), (-60, 40), (-50, 40), (-40, 40)]
    invalid = sitewise.exceptions.InvalidRequestException
    with pytest.raises(invalid, match="type STRING has no linear interpolation"):
        interpolated(sitewise, mixer["state"], "LINEAR_INTERPOLATION")
    with pytest.raises(invalid, match="type must be LINEAR_INTERPOLATION or LOCF"):
        interpolated(sitewise, mixer["target"], "NONE")


def test_aggregates_cover_whole_windows_when_read(sitewise: Any, mixer: Any) -> None:
    first = NOW // 60 * 60 - NOW - 600
    put(sitewise, mixer["target"], *(tqv(first + n, n) for n in (0, 1, 30, 60, 61, 120)))
    query = {
        **mixer["target"],
        "aggregateTypes": ["AVERAGE", "COUNT", "MAXIMUM", "MINIMUM", "SUM", "STANDARD_DEVIATION"],
        "resolution": "1m",
        "startDate": NOW + first,
        "endDate": NOW,
    }
    values = sitewise.get_asset_property_aggregates(**query)["aggregatedValues"]
    ends = [int(item["timestamp"].timestamp()) - NOW - first for item in values]
    assert ends == [60, 120]
    summary = values[0]["value"]
    assert (summary["count"], summary["sum"], summary["minimum"], summary["maximum"]) == (3, 91, 1, 60)
    assert summary["average"] == pytest.approx(91 / 3)
    assert summary["standardDeviation"] == pytest.approx(24.087, abs=1e-3)
    one = sitewise.get_asset_property_aggregates(**query, timeOrdering="DESCENDING", maxResults=1)
    assert int(one["aggregatedValues"][0]["timestamp"].timestamp()) - NOW - first == 120
    rest = sitewise.get_asset_property_aggregates(
        **query, timeOrdering="DESCENDING", maxResults=1, nextToken=one["nextToken"]
    )
    assert "nextToken" not in rest
    batch = sitewise.batch_get_asset_property_aggregates(entries=[{"entryId": "a", **query}])
    assert len(batch["successEntries"][0]["aggregatedValues"]) == 2


def test_the_error_says_so_in_words_when_a_sitewise_operation_is_not_available(sitewise: Any) -> None:
    with pytest.raises(
        sitewise.exceptions.InvalidRequestException, match="ListPortals is not available in the local service"
    ):
        sitewise.list_portals()
