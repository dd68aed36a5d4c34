"""Templates with AWS::IoTSiteWise::AssetModel and ::Asset deployed to the embedded AWS."""

from __future__ import annotations

import copy
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed, Json
    from twin_stack.pytest_plugin import LocalTwin

    Deploy = Callable[..., Deployed]


@pytest.fixture
def sitewise(local_twin: LocalTwin) -> Any:
    return local_twin.client("iotsitewise")


@pytest.fixture
def alias() -> str:
    """An alias no other test has."""
    return f"/press/{uuid.uuid4().hex[:8]}"


def resources(alias: str) -> Json:
    """A line of presses: two models, a line and a press in it."""
    pressure = {"LogicalId": "pressure", "Name": "Pressure", "DataType": "DOUBLE", "Unit": "bar"}
    doubled = {"LogicalId": "doubled", "Name": "Doubled", "DataType": "DOUBLE"}
    variable = {"Name": "p", "Value": {"PropertyLogicalId": "pressure"}}
    transform = {"Expression": "2 * p", "Variables": [variable]}
    serial = {"LogicalId": "serial", "Name": "Serial", "DataType": "STRING"}
    return {
        "PressModel": {
            "Type": "AWS::IoTSiteWise::AssetModel",
            "Properties": {
                "AssetModelName": f"Press {alias}",
                "AssetModelProperties": [
                    {**pressure, "Type": {"TypeName": "Measurement"}},
                    {**doubled, "Type": {"TypeName": "Transform", "Transform": transform}},
                    {**serial, "Type": {"TypeName": "Attribute", "Attribute": {"DefaultValue": "none"}}},
                ],
            },
        },
        "LineModel": {
            "Type": "AWS::IoTSiteWise::AssetModel",
            "Properties": {
                "AssetModelName": f"Line {alias}",
                "AssetModelHierarchies": [
                    {"LogicalId": "presses", "Name": "Presses", "ChildAssetModelId": {"Ref": "PressModel"}}
                ],
            },
        },
        "Press": {
            "Type": "AWS::IoTSiteWise::Asset",
            "Properties": {
                "AssetName": "Press 1",
                "AssetModelId": {"Ref": "PressModel"},
                "AssetProperties": [{"LogicalId": "pressure", "Alias": alias, "Unit": "kPa"}],
                "Tags": [{"Key": "line", "Value": "1"}],
            },
        },
        "Line": {
            "Type": "AWS::IoTSiteWise::Asset",
            "Properties": {
                "AssetName": "Line 1",
                "AssetModelId": {"Ref": "LineModel"},
                "AssetHierarchies": [{"LogicalId": "presses", "ChildAssetId": {"Ref": "Press"}}],
            },
        },
    }


def test_created_resources_have_the_properties_of_the_template(
    deploy: Deploy, sitewise: Any, alias: str
) -> None:
    stack = deploy(
        resources(alias),
        outputs={"Press": {"Ref": "Press"}, "Arn": {"Fn::GetAtt": ["Press", "AssetArn"]}},
    )

    assert stack.status == "CREATE_COMPLETE", stack.reasons
    ids = stack.physical_ids
    assert stack.outputs["Press"] == ids["Press"]
    assert stack.outputs["Arn"].endswith(f":asset/{ids['Press']}")
    press = sitewise.describe_asset(assetId=ids["Press"])
    pressure = next(item for item in press["assetProperties"] if item["name"] == "Pressure")
    assert (pressure["alias"], pressure["unit"]) == (alias, "kPa")
    model = sitewise.describe_asset_model(assetModelId=ids["PressModel"])
    types = {item["name"]: item["type"] for item in model["assetModelProperties"]}
    assert types["Serial"] == {"attribute": {"defaultValue": "none"}}
    # A logical id in the template is the property's id in the service.
    (variable,) = types["Doubled"]["transform"]["variables"]
    assert variable["value"]["propertyId"] == pressure["id"]
    hierarchy = sitewise.describe_asset(assetId=ids["Line"])["assetHierarchies"][0]["id"]
    children = sitewise.list_associated_assets(assetId=ids["Line"], hierarchyId=hierarchy)["assetSummaries"]
    assert [child["id"] for child in children] == [ids["Press"]]
    assert sitewise.list_tags_for_resource(resourceArn=press["assetArn"])["tags"]["line"] == "1"


def test_values_are_kept_when_model_and_asset_change(deploy: Deploy, sitewise: Any, alias: str) -> None:
    before = resources(alias)
    stack = deploy(before)
    point = {
        "value": {"doubleValue": 3.5},
        "timestamp": {"timeInSeconds": int(time.time())},
        "quality": "GOOD",
    }
    entry = {"entryId": "1", "propertyAlias": alias, "propertyValues": [point]}
    assert not sitewise.batch_put_asset_property_value(entries=[entry]).get("errorEntries")
    after = copy.deepcopy(before)
    after["PressModel"]["Properties"]["AssetModelProperties"].append(
        {"LogicalId": "on", "Name": "On", "DataType": "BOOLEAN", "Type": {"TypeName": "Measurement"}}
    )
    after["Press"]["Properties"]["AssetName"] = "Press A"
    after["Line"]["Properties"]["AssetHierarchies"] = []

    updated = deploy(after, name=stack.name)

    assert updated.status == "UPDATE_COMPLETE", updated.reasons
    ids = stack.physical_ids
    press = sitewise.describe_asset(assetId=ids["Press"])
    assert press["assetName"] == "Press A"
    assert [item["name"] for item in press["assetProperties"]] == ["Pressure", "Doubled", "Serial", "On"]
    value = sitewise.get_asset_property_value(propertyAlias=alias)["propertyValue"]["value"]
    assert value == {"doubleValue": 3.5}
    hierarchy = sitewise.describe_asset(assetId=ids["Line"])["assetHierarchies"][0]["id"]
    assert sitewise.list_associated_assets(assetId=ids["Line"], hierarchyId=hierarchy)["assetSummaries"] == []


def test_alias_is_free_again_when_the_template_drops_it(deploy: Deploy, sitewise: Any, alias: str) -> None:
    before = resources(alias)
    stack = deploy(before)
    after = copy.deepcopy(before)
    del after["Press"]["Properties"]["AssetProperties"]

    deploy(after, name=stack.name)

    press = sitewise.describe_asset(assetId=stack.physical_ids["Press"])
    assert [item.get("alias") for item in press["assetProperties"]] == [None, None, None]


def test_update_is_refused_when_the_model_of_an_asset_changes(deploy: Deploy, alias: str) -> None:
    before = resources(alias)
    stack = deploy(before)
    after = copy.deepcopy(before)
    after["Press"]["Properties"]["AssetModelId"] = {"Ref": "LineModel"}

    refused = deploy(after, name=stack.name)

    assert refused.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "cannot be changed from" in refused.reasons["Press"]


def test_nothing_is_left_when_the_stack_is_deleted(deploy: Deploy, sitewise: Any, alias: str) -> None:
    stack = deploy(resources(alias))
    ids = stack.physical_ids

    stack.delete()

    assert stack.status == "DELETE_COMPLETE"
    for logical_id in ("Press", "Line"):
        with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
            sitewise.describe_asset(assetId=ids[logical_id])
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.describe_asset_model(assetModelId=ids["PressModel"])
