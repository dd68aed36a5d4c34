"""Changes of asset models that SiteWise refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.support.sitewise import model

LEVEL = {"name": "level", "dataType": "DOUBLE", "type": {"measurement": {}}}
MEAN = {
    "name": "mean",
    "dataType": "DOUBLE",
    "type": {
        "metric": {
            "expression": "avg(level)",
            "variables": [{"name": "level", "value": {"propertyId": "level"}}],
            "window": {"tumbling": {"interval": "5m"}},
        }
    },
}


@pytest.fixture
def tank(sitewise: Any) -> Any:
    """Return what updates a model of a measurement and a metric, with some members of these changed."""
    described = model(sitewise, "tank", assetModelProperties=[LEVEL, MEAN])

    def change(**members: Any) -> None:
        properties = copy.deepcopy(described["assetModelProperties"])
        for item in properties:
            item.update(members.get(item["name"], {}))
        sitewise.update_asset_model(
            assetModelId=described["assetModelId"], assetModelName="tank", assetModelProperties=properties
        )

    return change


def window(interval: str, **members: str) -> Any:
    metric = copy.deepcopy(MEAN["type"]["metric"])  # type: ignore[index]
    return {"type": {"metric": {**metric, "window": {"tumbling": {"interval": interval, **members}}}}}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"level": {"dataType": "INTEGER"}},
            "property 'level': the data type of an existing property cannot be changed from "
            "DOUBLE to INTEGER",
        ),
        (
            {"level": {"type": {"attribute": {}}}},
            "property 'level': the type of an existing property cannot be changed from "
            "measurement to attribute",
        ),
        (
            {"mean": window("15m")},
            "property 'mean': the window of an existing property cannot be changed from 5m to 15m",
        ),
        (
            {"mean": window("5m", offset="1m")},
            "property 'mean': the window of an existing property cannot be changed from "
            "5m to 5m with offset 1m",
        ),
    ],
)
def test_what_has_data_cannot_change(sitewise: Any, tank: Any, members: Any, message: str) -> None:
    with pytest.raises(sitewise.exceptions.InvalidRequestException) as caught:
        tank(**members)
    assert message in caught.value.response["Error"]["Message"]


def test_every_refused_change_is_named(sitewise: Any, tank: Any) -> None:
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match=r"'level'.*; property 'mean'"):
        tank(level={"dataType": "STRING"}, mean=window("1h"))


def test_name_unit_default_and_formula_can_change(sitewise: Any, tank: Any) -> None:
    formula = copy.deepcopy(MEAN["type"])
    formula["metric"]["expression"] = "max(level)"  # type: ignore[index]
    tank(level={"name": "height", "unit": "m"}, mean={"type": formula})
    (summary,) = sitewise.list_asset_models()["assetModelSummaries"]
    properties = sitewise.describe_asset_model(assetModelId=summary["id"])["assetModelProperties"]
    assert [(item["name"], item.get("unit")) for item in properties] == [("height", "m"), ("mean", None)]
    assert properties[1]["type"]["metric"]["expression"] == "max(level)"


def test_a_name_is_free_after_the_property_was_removed(sitewise: Any) -> None:
    described = model(sitewise, "tank", assetModelProperties=[LEVEL])
    request = {"assetModelId": described["assetModelId"], "assetModelName": "tank"}
    replaced = [{**LEVEL, "dataType": "STRING"}]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="replaces one of the same name"):
        sitewise.update_asset_model(**request, assetModelProperties=replaced)
    sitewise.update_asset_model(**request, assetModelProperties=[])
    sitewise.update_asset_model(**request, assetModelProperties=replaced)


def test_properties_of_composite_models_cannot_change_either(sitewise: Any) -> None:
    composite = {"name": "alarm", "type": "AWS/ALARM", "properties": [LEVEL]}
    described = model(sitewise, "tank", assetModelProperties=[], assetModelCompositeModels=[composite])
    changed = copy.deepcopy(described["assetModelCompositeModels"])
    changed[0]["properties"][0]["dataType"] = "STRING"
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="data type of an existing"):
        sitewise.update_asset_model(
            assetModelId=described["assetModelId"], assetModelName="tank", assetModelCompositeModels=changed
        )
