"""Assets through deployments: adopted, moved, kept with their history, deleted when both keys are turned."""

from __future__ import annotations

from typing import Any

import pytest

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


def mill(
    *,
    destroys: bool = False,
    type_id: str = "Mill",
    entity: str = "mill-1",
    component: str = "device",
    former_types: tuple[str, ...] = (),
    former: tuple[tuple[str, str], ...] = (),
    ids: tuple[str, str] = ("MillModel", "Mill1"),
) -> dict[str, tuple[str, dict[str, object]]]:
    """A template with one mill."""
    model, asset = ids
    return {
        model: model_resource(type_id, [measurement("power")], former=former_types, destroys=destroys),
        asset: asset_resource(entity, type_id, model, component=component, former=former, destroys=destroys),
    }


def names(sitewise: DirectSiteWise) -> list[str]:
    """The names of all assets."""
    models = [item["id"] for item in sitewise.list_asset_models()["assetModelSummaries"]]
    return sorted(
        item["name"]
        for model in models
        for item in sitewise.list_assets(assetModelId=model)["assetSummaries"]
    )


def parent_of(sitewise: DirectSiteWise, asset_id: str) -> str | None:
    answer = sitewise.list_associated_assets(assetId=asset_id, traversalDirection="PARENT")
    return next((item["id"] for item in answer["assetSummaries"]), None)


def test_asset_has_identity_alias_and_tags(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill())

    asset = sitewise.describe_asset(assetId="externalId:plant:mill-1:Mill")
    assert asset["assetId"] == stack.id_of("Mill1")
    assert asset["assetName"] == "plant/mill-1/device"
    assert [(item["name"], item["alias"]) for item in asset["assetProperties"]] == [("power", POWER)]
    tags = sitewise.list_tags_for_resource(resourceArn=asset["assetArn"])["tags"]
    assert tags == {"twin-stack:workspace": "plant", "twin-stack:owner": "Plant/Mill1"}


def test_retained_asset_is_adopted_when_it_comes_back(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill())
    before, point = stack.id_of("Mill1"), write(sitewise, POWER)
    stack.deploy({})
    assert names(sitewise) == ["plant/mill-1/device"]

    stack.deploy(mill())

    assert stack.id_of("Mill1") == before
    assert points(sitewise, propertyAlias=POWER) == [point]
    assert names(sitewise) == ["plant/mill-1/device"]


def test_rollback_of_an_adoption_keeps_asset_and_model(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill())
    point = write(sitewise, POWER)
    stack.deploy({})

    with pytest.raises(DeploymentFailedError):
        stack.deploy(mill(), fails=True)

    assert points(sitewise, propertyAlias=POWER) == [point]
    stack.deploy(mill())
    assert points(sitewise, propertyAlias=POWER) == [point]


def test_first_deployment_that_fails_leaves_nothing(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    with pytest.raises(DeploymentFailedError):
        stack.deploy(mill(), fails=True)

    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_values_that_arrive_during_a_failing_deployment_are_kept(
    sitewise: DirectSiteWise, stack: SiteWiseStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    points_written = []
    roll_back = stack._roll_back

    def write_first(*arguments: object) -> None:
        points_written.append(write(sitewise, POWER))
        roll_back(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stack, "_roll_back", write_first)
    with pytest.raises(DeploymentFailedError):
        stack.deploy(mill(), fails=True)
    stack.deploy(mill())

    assert points(sitewise, propertyAlias=POWER) == points_written
    assert len(points_written) == 1


def test_renamed_component_keeps_its_asset(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill())
    before = stack.id_of("Mill1")

    stack.deploy(mill(component="grinder"))

    assert stack.id_of("Mill1") == before
    assert names(sitewise) == ["plant/mill-1/grinder"]


def test_renamed_entity_and_type_keep_the_asset_in_a_new_stack(sitewise: DirectSiteWise) -> None:
    first = SiteWiseStack(sitewise, "First")
    first.deploy(mill())
    point = write(sitewise, POWER)
    first.delete()

    second = SiteWiseStack(sitewise, "Second")
    second.deploy(
        mill(
            type_id="Grinder",
            entity="grinder-1",
            former_types=("Mill",),
            former=(("grinder-1", "Mill"), ("mill-1", "Grinder"), ("mill-1", "Mill")),
        )
    )

    assert points(sitewise, propertyAlias="/plant/grinder-1/power") == [point]
    assert names(sitewise) == ["plant/grinder-1/device"]


def test_asset_without_our_external_id_is_adopted_by_its_alias(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    model = sitewise.create_asset_model(
        assetModelName="plant/Mill",
        assetModelProperties=[{"name": "power", "dataType": "DOUBLE", "type": {"measurement": {}}}],
    )["assetModelId"]
    property_id = sitewise.describe_asset_model(assetModelId=model)["assetModelProperties"][0]["id"]
    asset = sitewise.create_asset(assetName="by hand", assetModelId=model)["assetId"]
    sitewise.update_asset_property(assetId=asset, propertyId=property_id, propertyAlias=POWER)
    point = write(sitewise, POWER)

    stack.deploy(mill())

    assert (stack.id_of("MillModel"), stack.id_of("Mill1")) == (model, asset)
    assert points(sitewise, propertyAlias=POWER) == [point]
    assert sitewise.describe_asset(assetId=asset)["assetExternalId"] == "plant:mill-1:Mill"


def test_asset_of_another_model_with_history_is_not_replaced(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill())
    point = write(sitewise, POWER)

    with pytest.raises(
        DeploymentFailedError, match=r'alias "/plant/mill-1/power" .*componentTypes: \{OLD: NEW'
    ):
        stack.deploy(mill(type_id="Grinder", ids=("GrinderModel", "Grinder1")))

    assert points(sitewise, propertyAlias=POWER) == [point]
    assert names(sitewise) == ["plant/mill-1/device"]


def test_asset_of_another_model_without_history_gives_its_alias_and_gets_it_back(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill())
    other = mill(type_id="Grinder", ids=("GrinderModel", "Grinder1"))

    with pytest.raises(DeploymentFailedError):
        stack.deploy(other, fails=True)
    series = sitewise.describe_time_series(alias=POWER)
    assert series["assetId"] == stack.id_of("Mill1")
    stack.deploy(other)

    assert sitewise.describe_time_series(alias=POWER)["assetId"] == stack.id_of("Grinder1")


def with_part() -> dict[str, tuple[str, Any]]:
    """A template with a mill, and a part of it whose type has the same model."""
    return {
        "Model": model_resource("Mill", [measurement("power")]),
        "Mill1": asset_resource("mill-1", "Mill", "Model", component="mill"),
        "Motor": asset_resource("mill-1", "Mill", "Model", component="mill/motor"),
    }


def test_part_has_aliases_of_its_own(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(with_part())
    whole, part = POWER, "/plant/mill-1/mill/motor/power"
    assert stack.id_of("Mill1") != stack.id_of("Motor")
    expected = {whole: [write(sitewise, whole)], part: [write(sitewise, part)]}

    assert {alias: points(sitewise, propertyAlias=alias) for alias in expected} == expected


def test_component_does_not_take_over_the_asset_of_a_part(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    template = with_part()
    whole = template.pop("Mill1")
    stack.deploy(template)
    point = write(sitewise, "/plant/mill-1/mill/motor/power")

    stack.deploy({**template, "Mill1": whole})

    assert stack.id_of("Mill1") != stack.id_of("Motor")
    assert points(sitewise, propertyAlias="/plant/mill-1/mill/motor/power") == [point]
    assert points(sitewise, propertyAlias=POWER) == []


def test_renamed_component_keeps_the_history_of_its_parts(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(with_part())
    point = write(sitewise, "/plant/mill-1/mill/motor/power")
    template = with_part()
    kind, motor = template["Motor"]
    renamed = {**motor, "Name": "plant/mill-1/grinder/motor", "AliasPrefix": "/plant/mill-1/grinder/motor/"}

    stack.deploy({**template, "Motor": (kind, renamed)})

    assert points(sitewise, propertyAlias="/plant/mill-1/grinder/motor/power") == [point]


def test_rollback_sets_the_aliases_of_parts_that_the_failed_update_had_removed(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(with_part())
    model_alone = {"Model": model_resource("Mill", [measurement("power", "INTEGER")])}

    with pytest.raises(DeploymentFailedError):
        stack.deploy(model_alone, fails=True)

    owners = {"Mill1": POWER, "Motor": "/plant/mill-1/mill/motor/power"}
    for logical_id, alias in owners.items():
        assert sitewise.describe_time_series(alias=alias)["assetId"] == stack.id_of(logical_id)


def test_both_keys_delete_the_asset_with_its_history(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill(destroys=True))
    write(sitewise, POWER)

    stack.delete()

    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_deletion_of_a_former_resource_keeps_the_asset_that_another_one_adopted(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(destroys=True))
    point = write(sitewise, POWER)

    stack.deploy(mill(destroys=True, ids=("Model2", "Asset2")))

    assert points(sitewise, propertyAlias=POWER) == [point]
    stack.delete()
    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_rollback_gives_an_adopted_asset_back_to_its_former_resource(
    sitewise: DirectSiteWise, stack: SiteWiseStack
) -> None:
    stack.deploy(mill(destroys=True))
    point = write(sitewise, POWER)

    with pytest.raises(DeploymentFailedError):
        stack.deploy(mill(destroys=True, ids=("Model2", "Asset2")), fails=True)
    assert points(sitewise, propertyAlias=POWER) == [point]

    # The former resource owns it again, and deletes it when it goes.
    stack.delete()
    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_asset_deleted_by_hand_is_created_again(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill())
    sitewise.delete_asset(assetId=stack.id_of("Mill1"))

    stack.deploy(mill(component="grinder"))

    assert names(sitewise) == ["plant/mill-1/grinder"]


def lines(below: str | None) -> dict[str, tuple[str, dict[str, object]]]:
    """Two lines, and a mill below one of them."""
    return {
        "MillModel": model_resource("Mill", [measurement("power")]),
        "LineModel": model_resource("Line", [measurement("speed")], children={"Mill": "MillModel"}),
        "Line1": asset_resource("line-1", "Line", "LineModel"),
        "Line2": asset_resource("line-2", "Line", "LineModel"),
        "Mill1": asset_resource("mill-1", "Mill", "MillModel", parent=below),
    }


def test_asset_moves_to_another_parent_and_back(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(lines("Line1"))
    for below in ("Line2", "Line1", None, "Line1"):
        stack.deploy(lines(below))
        parent = stack.id_of(below) if below is not None else None
        assert parent_of(sitewise, stack.id_of("Mill1")) == parent

    with pytest.raises(DeploymentFailedError):
        stack.deploy(lines("Line2"), fails=True)
    assert parent_of(sitewise, stack.id_of("Mill1")) == stack.id_of("Line1")


def test_parent_that_another_hand_gave_stays(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(lines(None))
    mill_id = stack.id_of("Mill1")
    site_model = sitewise.create_asset_model(
        assetModelName="Site",
        assetModelHierarchies=[{"name": "mills", "childAssetModelId": stack.id_of("MillModel")}],
    )["assetModelId"]
    hierarchy = sitewise.describe_asset_model(assetModelId=site_model)["assetModelHierarchies"][0]["id"]
    site = sitewise.create_asset(assetName="Site", assetModelId=site_model)["assetId"]
    sitewise.associate_assets(assetId=site, hierarchyId=hierarchy, childAssetId=mill_id)

    changed = lines(None)
    kind, properties = changed["Mill1"]
    stack.deploy({**changed, "Mill1": (kind, {**properties, "Name": "plant/mill-1/renamed"})})

    assert parent_of(sitewise, mill_id) == site


def tagged(tags: dict[str, str]) -> dict[str, tuple[str, dict[str, object]]]:
    """The mill with tags of the template."""
    return {name: (kind, {**properties, "Tags": tags}) for name, (kind, properties) in mill().items()}


def tags_of(sitewise: DirectSiteWise, stack: SiteWiseStack) -> list[dict[str, str]]:
    """The tags of model and asset, without those of the manager."""
    arns = [
        sitewise.describe_asset_model(assetModelId=stack.id_of("MillModel"))["assetModelArn"],
        sitewise.describe_asset(assetId=stack.id_of("Mill1"))["assetArn"],
    ]
    tags = [sitewise.list_tags_for_resource(resourceArn=arn)["tags"] for arn in arns]
    assert [item["twin-stack:workspace"] for item in tags] == ["plant"] * 2
    return [{key: value for key, value in item.items() if "twin-stack:" not in key} for item in tags]


def test_asset_and_model_have_tags_of_the_template(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(tagged({"plant": "north", "team": "milling"}))
    assert tags_of(sitewise, stack) == [{"plant": "north", "team": "milling"}] * 2

    arn = sitewise.describe_asset(assetId=stack.id_of("Mill1"))["assetArn"]
    sitewise.tag_resource(resourceArn=arn, tags={"by": "hand"})
    stack.deploy(tagged({"plant": "south", "twin-stack:owner": "another"}))
    assert tags_of(sitewise, stack) == [{"plant": "south"}, {"plant": "south", "by": "hand"}]

    stack.deploy(mill())
    assert tags_of(sitewise, stack) == [{}, {"by": "hand"}]
    owner = sitewise.list_tags_for_resource(resourceArn=arn)["tags"]["twin-stack:owner"]
    assert owner == "Plant/Mill1"


def test_adopted_asset_gets_the_tags_of_the_template(sitewise: DirectSiteWise, stack: SiteWiseStack) -> None:
    stack.deploy(mill())
    stack.deploy({})

    stack.deploy(tagged({"plant": "north"}))

    assert tags_of(sitewise, stack) == [{"plant": "north"}] * 2
