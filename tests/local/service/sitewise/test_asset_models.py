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
