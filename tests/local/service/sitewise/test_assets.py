"""Assets: their tree, lists and aliases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sitewise import history, model, put, seconds, tqv


def test_assets_are_associated_and_disassociated(sitewise: Any, mixer: Any) -> None:
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


def test_pages_list_each_asset_once(sitewise: Any) -> None:
    asset_model = model(sitewise)
    for number in range(7):
        sitewise.create_asset(assetName=f"a{number}", assetModelId=asset_model["assetModelId"])
    pages = sitewise.get_paginator("list_assets").paginate(
        assetModelId=asset_model["assetModelId"], PaginationConfig={"PageSize": 3}
    )
    sizes = [len(page["assetSummaries"]) for page in pages]
    assert sizes == [3, 3, 1]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="filter ALL needs assetModelId"):
        sitewise.list_assets()


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
        points = history(sitewise, address, -10, 0)["assetPropertyValueHistory"]
        assert seconds(points) == [-2, -1]
    described = sitewise.describe_asset_property(**mixer["target"])["assetProperty"]
    assert (described["alias"], described["unit"]) == (alias["propertyAlias"], "K")
    assert described["notification"]["state"] == "ENABLED"
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="exists already"):
        sitewise.update_asset_property(**mixer["state"], **alias)
    sitewise.update_asset_property(**mixer["target"])
    described = sitewise.describe_asset_property(**mixer["target"])["assetProperty"]
    assert (described.get("alias"), described["unit"]) == (None, "C")
    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.get_asset_property_value(**alias)


def test_assets_and_children_are_limited(sitewise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.local.service.sitewise.assets.MAX_SITEWISE_MODEL_ASSETS", 3)
    monkeypatch.setattr("twin_stack.local.service.sitewise.assets.MAX_SITEWISE_CHILDREN", 2)
    parts = model(sitewise, "part")["assetModelId"]
    whole = model(sitewise, "whole", assetModelHierarchies=[{"name": "parts", "childAssetModelId": parts}])
    parent = sitewise.create_asset(assetName="w", assetModelId=whole["assetModelId"])["assetId"]
    children = [sitewise.create_asset(assetName="p", assetModelId=parts)["assetId"] for _ in range(3)]
    limit = sitewise.exceptions.LimitExceededException
    with pytest.raises(limit, match="asset model 'part' would have 4 assets; the quota is 3"):
        sitewise.create_asset(assetName="p", assetModelId=parts)
    place = {"assetId": parent, "hierarchyId": whole["assetModelHierarchies"][0]["id"]}
    for child in children[:2]:
        sitewise.associate_assets(**place, childAssetId=child)
    with pytest.raises(limit, match="would have 3 child assets; the quota is 2"):
        sitewise.associate_assets(**place, childAssetId=children[2])
    sitewise.delete_asset(assetId=children[2])
    sitewise.create_asset(assetName="p", assetModelId=parts)
