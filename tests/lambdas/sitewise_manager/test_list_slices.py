"""All assets of a twin by one resource: created, moved, renamed, deleted, whatever ends the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.asset_lists import AssetListStack, KilledError, listed
from tests.support.sitewise_stack import (
    DeploymentFailedError,
    DirectSiteWise,
    SiteWiseStack,
    asset_resource,
    measurement,
    model_resource,
    points,
    sitewise_in,
    write,
)
from tests.support.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]

FORMER = [listed("hall", "Hall"), *(listed(f"mill-{number}", parent="hall") for number in range(3))]
DESIRED = [
    listed("hall", "Hall"),
    listed("annex", "Hall"),
    listed("mill-0", parent="annex"),
    listed("mill-one", parent="hall", former=["mill-1"]),
    listed("mill-3", parent="annex"),
]


@pytest.fixture
def plant(stack: SiteWiseStack) -> AssetListStack:
    return AssetListStack(stack)


def live(plant: AssetListStack) -> dict[str, tuple[str | None, str | None]]:
    """The alias of the first property and the name of the parent, by name of each asset."""
    sitewise = plant.stack.sitewise
    placed = {}
    for model in sitewise.list_asset_models()["assetModelSummaries"]:
        for summary in sitewise.list_assets(assetModelId=model["id"])["assetSummaries"]:
            asset = sitewise.describe_asset(assetId=summary["id"])
            above = sitewise.list_associated_assets(assetId=summary["id"], traversalDirection="PARENT")
            parent = next((item["name"] for item in above["assetSummaries"]), None)
            placed[summary["name"]] = (asset["assetProperties"][0].get("alias"), parent)
    return placed


def expected(assets: list[Json]) -> dict[str, tuple[str | None, str | None]]:
    property_names = {"Hall": "load", "Mill": "power"}
    return {
        item["Name"]: (
            item["AliasPrefix"] + property_names[item["AssetModel"]],
            f"plant/{item['Parent']}" if "Parent" in item else None,
        )
        for item in assets
    }


def changes(sitewise: DirectSiteWise) -> list[str]:
    return [name for name in sitewise.calls if not name.startswith(("describe", "list", "batch_get"))]


def test_assets_are_created_with_aliases_parents_and_tags(plant: AssetListStack) -> None:
    plant.deploy(FORMER, tags={"site": "north"})

    assert live(plant) == expected(FORMER)
    asset = plant.stack.sitewise.describe_asset(assetId="externalId:plant:mill-0:Mill")
    assert plant.ids["mill-0/device"] == asset["assetId"]
    tags = plant.stack.sitewise.list_tags_for_resource(resourceArn=asset["assetArn"])["tags"]
    assert tags == {
        "site": "north",
        "twin-stack:workspace": "plant",
        "twin-stack:owner": "Plant/Assets/plant:mill-0:Mill",
    }


def test_second_deployment_calls_nothing(plant: AssetListStack) -> None:
    plant.deploy(FORMER)
    plant.stack.sitewise.calls.clear()

    plant.deploy(FORMER)

    assert plant.stack.sitewise.calls == []


def test_change_of_one_asset_changes_one(plant: AssetListStack) -> None:
    plant.deploy(FORMER)
    plant.stack.sitewise.calls.clear()

    plant.deploy([*FORMER, listed("mill-9", parent="hall")])

    assert changes(plant.stack.sitewise) == ["create_asset", "update_asset_property", "associate_assets"]


def test_renamed_and_moved_assets_keep_their_ids_and_history(plant: AssetListStack) -> None:
    plant.deploy(FORMER)
    point = write(plant.stack.sitewise, "/plant/mill-1/power")
    before = plant.ids

    plant.deploy(DESIRED)

    assert plant.ids["mill-one/device"] == before["mill-1/device"]
    assert plant.ids["mill-0/device"] == before["mill-0/device"]
    assert points(plant.stack.sitewise, propertyAlias="/plant/mill-one/power") == [point]
    assert expected(DESIRED).items() <= live(plant).items()
    assert "mill-2/device" not in plant.ids


def test_removed_asset_is_kept_with_its_history_unless_both_keys_are_turned(plant: AssetListStack) -> None:
    plant.deploy(FORMER)

    plant.deploy(FORMER[:-1])

    assert "plant/mill-2/device" in live(plant)


def test_removed_asset_is_deleted_only_after_everything_else_succeeded(stack: SiteWiseStack) -> None:
    plant = AssetListStack(stack, destroys=True)
    plant.deploy(FORMER)
    point = write(stack.sitewise, "/plant/mill-2/power")

    with pytest.raises(DeploymentFailedError):
        plant.deploy(FORMER[:-1], fails=True)
    assert points(stack.sitewise, propertyAlias="/plant/mill-2/power") == [point]
    assert live(plant) == expected(FORMER)

    plant.deploy(FORMER[:-1])
    assert live(plant) == expected(FORMER[:-1])
    plant.delete()
    assert live(plant) == {}


def test_rollback_returns_to_the_former_assets(plant: AssetListStack) -> None:
    plant.deploy(FORMER)
    before = plant.ids

    with pytest.raises(DeploymentFailedError):
        plant.deploy(DESIRED, fails=True)

    assert live(plant) == expected(FORMER)
    assert plant.ids == before


def test_rollback_needs_no_file_of_the_cdk(plant: AssetListStack) -> None:
    plant.deploy(FORMER)
    plant.store.lists.clear()

    with pytest.raises(DeploymentFailedError):
        plant.deploy(DESIRED, fails=True)

    assert live(plant) == expected(FORMER)


def test_failed_creation_removes_what_it_made_and_gives_back_what_it_adopted(plant: AssetListStack) -> None:
    model = plant.stack.id_of("MillModel")
    members: Json = {"assetName": "By hand", "assetExternalId": "plant:mill-0:Mill", "assetModelId": model}
    plant.stack.sitewise.create_asset(**members)

    def refuse(_: int, name: str) -> None:
        if name == "associate_assets":
            raise ClientError({"Error": {"Code": "InvalidRequestException", "Message": "no"}}, name)

    plant.faults.before = refuse
    with pytest.raises(DeploymentFailedError, match=r"3 assets failed: \"mill-0/device\".* no"):
        plant.deploy(FORMER)

    asset = plant.stack.sitewise.describe_asset(assetId="externalId:plant:mill-0:Mill")
    assert list(live(plant)) == [asset["assetName"]]


def resources(*, with_assets: bool) -> dict[str, tuple[str, Json]]:
    models = {
        "MillModel": model_resource("Mill", [measurement("power")]),
        "HallModel": model_resource("Hall", [measurement("load")], children={"Mill": "MillModel"}),
    }
    if not with_assets:
        return models
    return {
        **models,
        "Hall": asset_resource("hall", "Hall", "HallModel"),
        "Mill0": asset_resource("mill-0", "Mill", "MillModel", parent="Hall"),
    }


def test_engines_take_assets_over_from_each_other(plant: AssetListStack) -> None:
    stack = plant.stack
    stack.deploy(resources(with_assets=True))
    before = live(plant)
    point = write(stack.sitewise, "/plant/mill-0/power")
    ids = {stack.id_of("Hall"), stack.id_of("Mill0")}

    plant.deploy([listed("hall", "Hall"), listed("mill-0", parent="hall")])
    stack.deploy(resources(with_assets=False))
    assert (set(plant.ids.values()), live(plant)) == (ids, before)

    stack.deploy(resources(with_assets=True))
    assert {stack.id_of("Hall"), stack.id_of("Mill0")} == ids
    assert points(stack.sitewise, propertyAlias="/plant/mill-0/power") == [point]


def fresh(tmp_path: Path) -> AssetListStack:
    plant = AssetListStack(SiteWiseStack(sitewise_in(tmp_path)))
    plant.deploy(FORMER)
    return plant


def at(call: int, error: BaseException) -> Callable[[int, str], None]:
    ended: list[int] = []

    def before(number: int, _: str) -> None:
        if number == call and not ended:
            ended.append(number)
            raise error

    return before


@pytest.mark.slow
@pytest.mark.soak
def test_function_that_is_killed_at_any_call_ends_in_the_desired_state(tmp_path: Path) -> None:
    plant = fresh(tmp_path)
    plant.faults.count = 0
    plant.deploy(DESIRED)
    calls, wanted = plant.faults.count, live(plant)
    assert 40 < calls < 400

    for call in range(0, calls, 1 if SOAK else 5):
        plant = fresh(tmp_path)
        plant.faults.count = 0
        plant.faults.before = at(call, KilledError())
        plant.deploy(DESIRED)
        assert live(plant) == wanted, call


@pytest.mark.slow
@pytest.mark.soak
def test_creation_that_is_killed_and_then_fails_leaves_nothing(tmp_path: Path) -> None:
    plant = AssetListStack(SiteWiseStack(sitewise_in(tmp_path)))
    plant.faults.count = 0
    plant.deploy(FORMER)
    calls = plant.faults.count

    for call in range(0, calls, 1 if SOAK else 5):
        plant = AssetListStack(SiteWiseStack(sitewise_in(tmp_path)))
        plant.faults.count = 0
        plant.faults.before = at(call, KilledError())
        with pytest.raises(DeploymentFailedError):
            plant.deploy(FORMER, fails=True)
        assert live(plant) == {}, call
