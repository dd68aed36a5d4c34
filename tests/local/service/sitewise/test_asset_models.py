"""Asset models: their properties, ids, defaults and changes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.sitewise import ids, model, put, tqv


def test_described_models_and_assets_have_the_given_members(sitewise: Any) -> None:
    asset_model = model(sitewise, assetModelExternalId="mixer-model", tags={"a": "1"})
    assert asset_model["assetModelStatus"] == {"state": "ACTIVE"}
    assert asset_model["assetModelProperties"][0]["unit"] == "C"
    model_id = asset_model["assetModelId"]
    asset_id = str(uuid.uuid4())
    sitewise.create_asset(
        assetName="mixer 1",
        assetModelId="externalId:mixer-model",
        assetId=asset_id,
        assetExternalId="mixer-1",
        assetDescription="first",
    )
    asset = sitewise.describe_asset(assetId="externalId:mixer-1")
    assert (asset["assetId"], asset["assetModelId"]) == (asset_id, model_id)
    assert (asset["assetName"], asset["assetDescription"]) == ("mixer 1", "first")
    assert ids(asset) == ids(asset_model)
    assert asset["assetStatus"] == {"state": "ACTIVE"}
    arn = asset_model["assetModelArn"]
    sitewise.tag_resource(resourceArn=arn, tags={"b": "2"})
    sitewise.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert sitewise.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    sitewise.update_asset(assetId=asset_id, assetName="mixer one")
    asset = sitewise.describe_asset(assetId=asset_id, excludeProperties=True)
    assert asset["assetName"] == "mixer one"
    assert asset["assetProperties"] == []
    assert "assetDescription" not in asset
    assert (
        len(sitewise.list_asset_model_properties(assetModelId=model_id)["assetModelPropertySummaries"]) == 4
    )
    assert len(sitewise.list_asset_properties(assetId=asset_id)["assetPropertySummaries"]) == 4


def test_ids_and_external_ids_are_unique_when_created(sitewise: Any) -> None:
    asset_model = model(sitewise, assetModelExternalId="m1")
    exists = sitewise.exceptions.ResourceAlreadyExistsException
    with pytest.raises(exists) as caught:
        model(sitewise, name="other", assetModelExternalId="m1")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert caught.value.response["resourceId"] == asset_model["assetModelId"]
    with pytest.raises(exists):
        model(sitewise, name="other", assetModelId=asset_model["assetModelId"])
    asset = {"assetModelId": asset_model["assetModelId"], "assetName": "a"}
    sitewise.create_asset(**asset, assetExternalId="a1")
    with pytest.raises(exists):
        sitewise.create_asset(**asset, assetExternalId="a1")
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException, match="'externalId:a2' does not exist"):
        sitewise.describe_asset(assetId="externalId:a2")
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="regular expression"):
        sitewise.describe_asset(assetId="not-an-id-at-all")


def test_assets_follow_when_their_model_changes(sitewise: Any, mixer: Any) -> None:
    asset_model = mixer["model"]
    put(sitewise, mixer["state"], tqv(0, {"stringValue": "on"}))
    kept = [item for item in asset_model["assetModelProperties"] if item["name"] != "State"]
    speed = {"attribute": {"defaultValue": "1.5"}}
    changed = [*kept, {"name": "Speed", "dataType": "DOUBLE", "type": speed}]
    sitewise.update_asset_model(
        assetModelId=asset_model["assetModelId"], assetModelName="Mixer 2", assetModelProperties=changed
    )
    property_ids = ids(sitewise.describe_asset(assetId=mixer["id"]))
    assert set(property_ids) == {"Temperature", "Serial", "Count", "Speed"}
    assert property_ids["Temperature"] == ids(asset_model)["Temperature"]
    value = sitewise.get_asset_property_value(assetId=mixer["id"], propertyId=property_ids["Speed"])
    assert value["propertyValue"]["value"] == {"doubleValue": 1.5}
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.get_asset_property_value(**mixer["state"])
    sitewise.update_asset_model(
        assetModelId=asset_model["assetModelId"],
        assetModelName="Mixer 2",
        assetModelProperties=asset_model["assetModelProperties"],
    )
    assert "propertyValue" not in sitewise.get_asset_property_value(**mixer["state"])
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="name 'Speed' is used more than"):
        sitewise.update_asset_model(
            assetModelId=asset_model["assetModelId"],
            assetModelName="Mixer 2",
            assetModelProperties=[*changed, changed[-1]],
        )
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="conditional updates"):
        sitewise.update_asset_model(
            assetModelId=asset_model["assetModelId"], assetModelName="x", ifMatch="a" * 43
        )


def test_composite_models_have_their_properties_when_described(sitewise: Any) -> None:
    asset_model = model(
        sitewise,
        assetModelCompositeModels=[
            {
                "name": "alarm",
                "type": "AWS/ALARM",
                "properties": [{"name": "status", "dataType": "STRING", "type": {"measurement": {}}}],
            }
        ],
    )
    asset_id = sitewise.create_asset(assetName="a", assetModelId=asset_model["assetModelId"])["assetId"]
    composite = sitewise.describe_asset(assetId=asset_id)["assetCompositeModels"][0]
    assert composite["name"] == "alarm"
    property_id = composite["properties"][0]["id"]
    described = sitewise.describe_asset_property(assetId=asset_id, propertyId=property_id)
    assert described["compositeModel"]["assetProperty"]["name"] == "status"
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


def test_unavailable_sitewise_operation_is_named(sitewise: Any) -> None:
    with pytest.raises(
        sitewise.exceptions.InvalidRequestException, match="ListPortals is not available in the local service"
    ):
        sitewise.list_portals()


def test_names_of_models_are_unique(sitewise: Any) -> None:
    mixer = model(sitewise, "Mixer")
    press = model(sitewise, "Press")
    exists = sitewise.exceptions.ResourceAlreadyExistsException
    with pytest.raises(exists, match="'Mixer' exists already") as caught:
        model(sitewise, "Mixer")
    assert caught.value.response["resourceId"] == mixer["assetModelId"]
    assert caught.value.response["resourceArn"] == mixer["assetModelArn"]
    with pytest.raises(exists):
        sitewise.update_asset_model(assetModelId=press["assetModelId"], assetModelName="Mixer")
    sitewise.update_asset_model(assetModelId=mixer["assetModelId"], assetModelName="Mixer 2")
    sitewise.update_asset_model(assetModelId=press["assetModelId"], assetModelName="Mixer")


def test_an_external_id_stays_as_it_was_set(sitewise: Any) -> None:
    asset_model = model(sitewise)
    request = {"assetModelId": asset_model["assetModelId"], "assetModelName": "Mixer"}
    sitewise.update_asset_model(**request, assetModelExternalId="m1")
    sitewise.update_asset_model(**request, assetModelExternalId="m1")
    sitewise.update_asset_model(**request)
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="'m1' already, which cannot be"):
        sitewise.update_asset_model(**request, assetModelExternalId="m2")
    asset = {"assetId": sitewise.create_asset(assetName="a", assetModelId=request["assetModelId"])["assetId"]}
    sitewise.update_asset(**asset, assetName="a", assetExternalId="a1")
    sitewise.update_asset(**asset, assetName="b")
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="'a1' already, which cannot be"):
        sitewise.update_asset(**asset, assetName="a", assetExternalId="a2")


def test_a_model_has_at_most_500_properties_and_10_hierarchies(sitewise: Any) -> None:
    child = model(sitewise, "child")["assetModelId"]
    properties = [
        {"name": f"p{number}", "dataType": "DOUBLE", "type": {"measurement": {}}} for number in range(501)
    ]
    limit = sitewise.exceptions.LimitExceededException
    with pytest.raises(limit, match="501 properties; the quota is 500") as caught:
        model(sitewise, "wide", assetModelProperties=properties)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410
    wide = model(sitewise, "wide", assetModelProperties=properties[:500])
    with pytest.raises(limit, match="501 properties; the quota is 500"):
        sitewise.update_asset_model(
            assetModelId=wide["assetModelId"], assetModelName="wide", assetModelProperties=properties
        )
    hierarchies = [{"name": f"h{number}", "childAssetModelId": child} for number in range(11)]
    with pytest.raises(limit, match="11 hierarchies; the quota is 10"):
        model(sitewise, "parent", assetModelHierarchies=hierarchies)


def test_children_are_disassociated_when_their_hierarchy_is_removed(sitewise: Any) -> None:
    child_model = model(sitewise, "child")["assetModelId"]
    hierarchy = {"name": "parts", "childAssetModelId": child_model}
    parent_model = model(sitewise, "parent", assetModelHierarchies=[hierarchy])
    parent = sitewise.create_asset(assetName="p", assetModelId=parent_model["assetModelId"])["assetId"]
    child = sitewise.create_asset(assetName="c", assetModelId=child_model)["assetId"]
    hierarchy_id = parent_model["assetModelHierarchies"][0]["id"]
    sitewise.associate_assets(assetId=parent, hierarchyId=hierarchy_id, childAssetId=child)
    sitewise.update_asset_model(
        assetModelId=parent_model["assetModelId"],
        assetModelName="parent",
        assetModelProperties=parent_model["assetModelProperties"],
    )
    top_level = sitewise.list_assets(filter="TOP_LEVEL")["assetSummaries"]
    assert {item["id"] for item in top_level} == {parent, child}
    sitewise.delete_asset(assetId=parent)


def test_a_model_cannot_change_before_its_last_change_has_ended(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(slow=2.0)
    client = make_client("iotsitewise")
    created = client.create_asset_model(assetModelName="m", assetModelProperties=[])
    model_id = created["assetModelId"]
    conflicting = client.exceptions.ConflictingOperationException
    with pytest.raises(conflicting, match="is CREATING; wait until it is ACTIVE") as caught:
        client.update_asset_model(assetModelId=model_id, assetModelName="m")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert caught.value.response["resourceArn"] == created["assetModelArn"]
    for call in (client.delete_asset_model, client.create_asset):
        members = {"assetName": "a"} if call == client.create_asset else {}
        with pytest.raises(conflicting):
            call(assetModelId=model_id, **members)
    clock.now += 2
    asset_id = client.create_asset(assetModelId=model_id, assetName="a")["assetId"]
    with pytest.raises(conflicting, match="is CREATING; wait"):
        client.update_asset(assetId=asset_id, assetName="b")
    with pytest.raises(conflicting):
        client.delete_asset(assetId=asset_id)
    clock.now += 2
    client.delete_asset(assetId=asset_id)


def test_alias_of_a_removed_property_is_free(sitewise: Any, mixer: Any) -> None:
    sitewise.update_asset_property(**mixer["target"], propertyAlias="/hall/mixer")
    described = sitewise.describe_asset_model(assetModelId=mixer["model"]["assetModelId"])
    kept = [item for item in described["assetModelProperties"] if item["id"] != mixer["target"]["propertyId"]]

    sitewise.update_asset_model(
        assetModelId=described["assetModelId"],
        assetModelName=described["assetModelName"],
        assetModelProperties=kept,
    )

    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.describe_time_series(alias="/hall/mixer")
    sitewise.update_asset_property(**mixer["state"], propertyAlias="/hall/mixer")
