"""Asset models through deployments: changes keep the values of properties, or are refused."""

from __future__ import annotations

from typing import Any

import pytest
from sitewise_manager.shapes import RefusedError

from tests.support.sitewise_stack import (
    DeploymentFailedError,
    DirectSiteWise,
    SiteWiseStack,
    asset_resource,
    measurement,
    model_resource,
    points,
    write,
)

POWER = "/plant/mill-1/power"
Template = dict[str, tuple[str, dict[str, Any]]]


def mill(*properties: dict[str, Any], destroys: bool = False) -> Template:
    return {
        "MillModel": model_resource("Mill", properties, destroys=destroys),
        "Mill1": asset_resource("mill-1", "Mill", "MillModel", destroys=destroys),
    }


def property_ids(sitewise: DirectSiteWise) -> dict[str, str]:
    model = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")
    return {item["name"]: item["id"] for item in model["assetModelProperties"]}


def transform(name: str, of: str, factor: int = 2) -> dict[str, Any]:
    return {
        "Name": name,
        "Kind": "Transform",
        "DataType": "DOUBLE",
        "Expression": f"x * {factor}",
        "Variables": [{"Name": "x", "PropertyName": of}],
    }


def metric(name: str, of: str, window: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Kind": "Metric",
        "DataType": "DOUBLE",
        "Expression": "avg(x)",
        "Variables": [{"Name": "x", "PropertyName": of}],
        "Window": window,
    }


def test_renamed_property_keeps_its_values_and_changes_its_alias(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(measurement("power"), transform("load", "power")))
    point = write(sitewise, POWER)

    stack.deploy(mill(measurement("watts", FormerNames=["power"]), transform("load", "watts")))

    assert points(sitewise, propertyAlias="/plant/mill-1/watts") == [point]
    # And back, by a rollback and by an entry.
    with pytest.raises(DeploymentFailedError):
        stack.deploy(mill(measurement("volts", FormerNames=["watts", "power"])), fails=True)
    assert points(sitewise, propertyAlias="/plant/mill-1/watts") == [point]
    stack.deploy(mill(measurement("power", FormerNames=["watts"]), transform("load", "power")))
    assert points(sitewise, propertyAlias=POWER) == [point]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ((), r'property "power" would be removed, and has values in plant/mill-1/device'),
        ((measurement("watts"),), r'"power" would be removed.*renames: \{properties'),
        ((measurement("power", "STRING"),), r"would change its data type from DOUBLE to STRING"),
        (
            ({"Name": "power", "Kind": "Attribute", "DataType": "DOUBLE"},),
            r"would change its kind from measurement to attribute",
        ),
    ],
)
def test_change_that_would_delete_values_is_refused(
    sitewise: DirectSiteWise, stack: SiteWiseStack, changed: tuple[dict[str, Any], ...], message: str
) -> None:
    stack.deploy(mill(measurement("power")))
    point = write(sitewise, POWER)
    before = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")

    with pytest.raises(DeploymentFailedError, match=message):
        stack.deploy(mill(*changed))

    assert points(sitewise, propertyAlias=POWER) == [point]
    after = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")
    assert after == before


def test_property_without_values_is_removed_and_replaced(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(measurement("power"), measurement("speed"), transform("load", "power")))
    before = property_ids(sitewise)
    point = write(sitewise, "/plant/mill-1/speed")

    stack.deploy(mill(measurement("power", "INTEGER"), measurement("speed"), transform("load", "power")))

    after = property_ids(sitewise)
    assert after.keys() == before.keys()
    # The transform refers to the new property and keeps its own values.
    assert (after["speed"], after["load"]) == (before["speed"], before["load"])
    assert after["power"] != before["power"]
    assert points(sitewise, propertyAlias="/plant/mill-1/speed") == [point]
    write(sitewise, POWER, 3)
    assert sitewise.describe_time_series(alias=POWER)["dataType"] == "INTEGER"


def test_window_of_a_metric_changes_only_without_values(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(measurement("power"), metric("mean", "power", "5m")))
    stack.deploy(mill(measurement("power"), metric("mean", "power", "1h")))

    model = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")
    (mean,) = (item for item in model["assetModelProperties"] if item["name"] == "mean")
    assert mean["type"]["metric"]["window"] == {"tumbling": {"interval": "1h"}}


def test_both_keys_delete_the_values_of_a_removed_property(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(measurement("power"), measurement("speed")))
    write(sitewise, POWER)

    stack.deploy(mill(measurement("speed"), destroys=True))

    assert property_ids(sitewise).keys() == {"speed"}


def test_default_of_an_attribute_is_no_history(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    rated = {"Name": "rated", "Kind": "Attribute", "DataType": "DOUBLE", "DefaultValue": "40"}
    stack.deploy(mill(measurement("power"), rated))
    stack.deploy(mill(measurement("power")))
    assert property_ids(sitewise).keys() == {"power"}

    stack.deploy(mill(measurement("power"), rated))
    write(sitewise, "/plant/mill-1/rated", 41.0)
    with pytest.raises(DeploymentFailedError, match='"rated" would be removed'):
        stack.deploy(mill(measurement("power")))


def test_property_that_got_values_is_kept_by_a_rollback(
    sitewise: DirectSiteWise, stack: SiteWiseStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.deploy(mill(measurement("power")))
    written = []
    roll_back = stack._roll_back

    def write_first(*arguments: Any) -> None:
        written.append(write(sitewise, "/plant/mill-1/speed"))
        roll_back(*arguments)

    monkeypatch.setattr(stack, "_roll_back", write_first)
    new = mill(measurement("power"), measurement("speed"))
    with pytest.raises(DeploymentFailedError, match="another resource failed"):
        stack.deploy(new, fails=True)
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    stack.deploy(new)

    assert points(sitewise, propertyAlias="/plant/mill-1/speed") == written
    assert len(written) == 1


def test_renamed_type_keeps_model_hierarchy_and_children(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    def template(mill_type: str, former: tuple[str, ...] = ()) -> Template:
        return {
            "MillModel": model_resource(mill_type, [measurement("power")], former=former),
            "LineModel": model_resource("Line", [], children={mill_type: "MillModel"}),
            "Line1": asset_resource("line-1", "Line", "LineModel"),
            "Mill1": asset_resource(
                "mill-1",
                mill_type,
                "MillModel",
                former=[("mill-1", old) for old in former],
                parent="Line1",
            ),
        }

    stack.deploy(template("Mill"))
    before = sitewise.describe_asset_model(assetModelId="externalId:plant:Line")["assetModelHierarchies"]
    point = write(sitewise, POWER)

    stack.deploy(template("Grinder", ("Mill",)))

    (hierarchy,) = sitewise.describe_asset_model(assetModelId="externalId:plant:Line")[
        "assetModelHierarchies"
    ]
    assert (hierarchy["id"], hierarchy["name"]) == (before[0]["id"], "Grinder")
    children = sitewise.list_associated_assets(assetId=stack.id_of("Line1"), hierarchyId=hierarchy["id"])
    assert [item["id"] for item in children["assetSummaries"]] == [stack.id_of("Mill1")]
    assert points(sitewise, propertyAlias=POWER) == [point]


def test_metric_over_children_refers_to_their_property(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    total = {
        "Name": "total",
        "Kind": "Metric",
        "DataType": "DOUBLE",
        "Expression": "sum(mills)",
        "Variables": [{"Name": "mills", "PropertyName": "power", "HierarchyName": "Mill"}],
        "Window": "5m",
    }
    stack.deploy(
        {
            "MillModel": model_resource("Mill", [measurement("power")]),
            "LineModel": model_resource("Line", [total], children={"Mill": "MillModel"}),
        }
    )

    line = sitewise.describe_asset_model(assetModelId="externalId:plant:Line")
    (variable,) = line["assetModelProperties"][0]["type"]["metric"]["variables"]
    assert variable["value"] == {
        "propertyId": property_ids(sitewise)["power"],
        "hierarchyId": line["assetModelHierarchies"][0]["id"],
    }


def test_what_other_hands_added_to_a_model_stays(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill(measurement("power")))
    live = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")
    sitewise.update_asset_model(
        assetModelId=live["assetModelId"],
        assetModelName=live["assetModelName"],
        assetModelDescription="of the north hall",
        assetModelProperties=[{**live["assetModelProperties"][0], "externalId": "power"}],
        assetModelCompositeModels=[{"name": "alarm", "type": "AWS/ALARM", "properties": []}],
    )

    stack.deploy(mill(measurement("power"), measurement("speed")))

    after = sitewise.describe_asset_model(assetModelId="externalId:plant:Mill")
    assert after["assetModelDescription"] == "of the north hall"
    assert [item["name"] for item in after["assetModelCompositeModels"]] == ["alarm"]
    assert [item.get("externalId") for item in after["assetModelProperties"]] == ["power", None]


def test_unchanged_model_is_not_updated(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    template = mill(measurement("power"), transform("load", "power"), metric("mean", "power", "5m"))
    stack.deploy(template)
    stack.deploy({})
    sitewise.calls.clear()

    stack.deploy(template)

    assert "describe_asset_model" in sitewise.calls
    assert "update_asset_model" not in sitewise.calls


def test_model_with_foreign_assets_is_not_deleted(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill(measurement("power"), destroys=True))
    sitewise.create_asset(assetName="of other hands", assetModelId=stack.id_of("MillModel"))

    with pytest.raises(RefusedError, match=r"cannot be deleted, because assets .*of other hands"):
        stack.delete()


def test_rollback_sets_the_aliases_of_assets_that_the_failed_update_had_removed(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(measurement("power"), measurement("speed")))
    without_asset = {"MillModel": model_resource("Mill", [measurement("power")])}

    with pytest.raises(DeploymentFailedError):
        stack.deploy(without_asset, fails=True)

    series = sitewise.describe_time_series(alias="/plant/mill-1/speed")
    assert series["assetId"] == stack.id_of("Mill1")
