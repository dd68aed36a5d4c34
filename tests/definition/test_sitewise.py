"""Asset models and assets that SiteWise holds of a twin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.definition.managed_models import NATIVE_TWIN, TWIN, held, model
from twin_stack.definition import load
from twin_stack.definition.asset_properties import AssetProperty, Input
from twin_stack.definition.resolve import resolve
from twin_stack.definition.sitewise import (
    Asset,
    AssetModel,
    SiteWise,
    asset_external_id,
    native_type,
    property_alias,
)
from twin_stack.twinmaker.names import SITEWISE_CONNECTOR

if TYPE_CHECKING:
    from pathlib import Path


def test_type_read_through_managed_assets_becomes_a_model(tmp_path: Path) -> None:
    models = held(model(tmp_path)).models

    # Children first, for CloudFormation creates what others refer to before them.
    assert list(models) == ["com.e.Light", "com.e.Spot", "com.e.Floor"]
    assert models["com.e.Light"] == AssetModel(
        "com.e.Light",
        (
            AssetProperty("brand", "STRING", None, "Attribute"),
            AssetProperty("rated", "DOUBLE", "W", "Attribute", default_value="40"),
            AssetProperty("power", "DOUBLE", "W", "Measurement"),
            AssetProperty("isOn", "BOOLEAN", None, "Measurement"),
            AssetProperty(
                "loadPercent",
                "DOUBLE",
                None,
                "Transform",
                expression="power / rated * 100",
                inputs=(Input("power", "power", None), Input("rated", "rated", None)),
            ),
            AssetProperty(
                "meanPower",
                "DOUBLE",
                None,
                "Metric",
                expression="avg(power)",
                inputs=(Input("power", "power", None),),
                window="5m",
            ),
        ),
        (),
    )
    assert [definition.name for definition in models["com.e.Spot"].properties] == [
        definition.name for definition in models["com.e.Light"].properties
    ]
    assert models["com.e.Floor"].children == ("com.e.Light", "com.e.Spot")
    (power,) = models["com.e.Floor"].properties
    assert power.inputs == (Input("lights", "meanPower", "com.e.Light"),)


def test_components_become_assets_in_the_tree_of_the_entities(tmp_path: Path) -> None:
    assets = held(model(tmp_path)).assets

    assert list(assets) == [
        ("floor-1", "floor"),
        ("light-1", "light"),
        ("spot-1", "light"),
        ("light-2", "light"),
    ]
    floor = ("floor-1", "floor")
    assert assets[floor] == Asset(floor, "com.e.Floor")
    assert assets["light-1", "light"] == Asset(("light-1", "light"), "com.e.Light", floor)
    # An entity without an asset between two others parts them.
    assert assets["light-2", "light"].parent is None
    assert property_alias("my-twin", "light-1", "power") == "/my-twin/light-1/power"


PARTS = """
com.e.Motor:
  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
com.e.Gear:
  compositeComponentTypes: {front: {componentTypeId: com.e.Motor}, rear: {componentTypeId: com.e.Motor}}
com.e.Pump:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
    total:
      expression: sum(motors)
      window: 5m
      variables: {motors: {componentTypeId: com.e.Motor, propertyName: power}}
  functions: {dataReader: plant}
  compositeComponentTypes: {gear: {componentTypeId: com.e.Gear}}
"""
PUMP = "p-1: {entityName: P1, components: {pump: {componentTypeId: com.e.Pump}}}\n"


def test_part_is_an_asset_of_its_own_below_the_nearest_one_around_it(tmp_path: Path) -> None:
    sitewise = held(model(tmp_path, PARTS, PUMP))
    # A gear has no values, so it is no asset.
    assert {key[1]: (asset.component_type_id, asset.parent) for key, asset in sitewise.assets.items()} == {
        "pump": ("com.e.Pump", None),
        "pump/gear/front": ("com.e.Motor", ("p-1", "pump")),
        "pump/gear/rear": ("com.e.Motor", ("p-1", "pump")),
    }
    assert sitewise.models["com.e.Pump"].children == ("com.e.Motor",)
    (total,) = (prop for prop in sitewise.models["com.e.Pump"].properties if prop.name == "total")
    assert total.inputs == (Input("motors", "power", "com.e.Motor"),)
    assert property_alias("my-twin", "p-1", "power", path="pump") == "/my-twin/p-1/power"
    assert property_alias("my-twin", "p-1", "power", path="pump/motor") == "/my-twin/p-1/pump/motor/power"


def test_identity_of_a_part_has_no_name_of_a_component(tmp_path: Path) -> None:
    renames = "renames: {entities: {p-0: p-1}, componentTypes: {com.e.Engine: com.e.Motor}}\n"
    folder = model(tmp_path, PARTS, PUMP, f"{TWIN}{renames}")
    rear = held(folder).assets["p-1", "pump/gear/rear"]
    assert rear.identity == ("p-1", "com.e.Pump", "gear", "rear", "com.e.Motor")
    assert rear.former_identities == (
        ("p-1", "com.e.Pump", "gear", "rear", "com.e.Engine"),
        ("p-0", "com.e.Pump", "gear", "rear", "com.e.Motor"),
        ("p-0", "com.e.Pump", "gear", "rear", "com.e.Engine"),
    )
    assert rear.first_identity == rear.former_identities[-1]
    renamed = "renames: {parts: {com.e.Pump: {box: gear}, com.e.Gear: {back: rear}}}\n"
    former = (
        held(model(tmp_path, PARTS, PUMP, f"{TWIN}{renamed}"))
        .assets["p-1", "pump/gear/rear"]
        .former_identities
    )
    assert [identity[2:4] for identity in former] == [("gear", "back"), ("box", "rear"), ("box", "back")]
    identities = {asset.identity for asset in held(folder).assets.values()}
    assert len({asset_external_id("plant", *identity) for identity in identities}) == 3
    assert asset_external_id("plant", *rear.identity).startswith("twin-stack:")


@pytest.mark.parametrize("connector", ["{kind: sitewise}", "{kind: sitewise, assets: existing}"])
def test_nothing_is_made_where_assets_exist(connector: str, tmp_path: Path) -> None:
    twin = f"workspaceId: my-twin\nconnectors: {{plant: {connector}}}\n"
    types = (
        "com.e.A: {propertyDefinitions: {sitewiseAssetId: STRING, p: {dataType: LONG, isTimeSeries: true, "
        "configuration: {sitewisePropertyId: p}}}, functions: {dataReader: plant}}"
    )
    entities = "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A, properties: {sitewiseAssetId: a}}}}"
    assert held(model(tmp_path, types, entities, twin)) == SiteWise({}, {})


def test_service_reads_what_it_imports_where_it_is_the_connector(tmp_path: Path) -> None:
    folder = model(tmp_path, twin=NATIVE_TWIN)
    models = held(folder).models
    types = load(folder).component_types
    deployed = {
        type_id: native_type(types[type_id], resolve(types)[type_id], {"plant"}) for type_id in models
    }

    assert deployed["com.e.Light"].extends_from == [SITEWISE_CONNECTOR]
    assert deployed["com.e.Spot"].extends_from == ["com.e.Light"]
    assert deployed["com.e.Light"].functions == {}
    # What no expression uses stays TwinMaker's own, with values of entities.
    assert list(deployed["com.e.Light"].property_definitions) == ["brand", "tags"]
    assert [definition.name for definition in models["com.e.Light"].properties] == [
        "rated", "power", "isOn", "loadPercent", "meanPower"
    ]  # fmt: skip


def test_type_that_only_an_expression_refers_to_becomes_a_model(tmp_path: Path) -> None:
    entities = "floor-1: {entityName: Floor 1, components: {floor: {componentTypeId: com.e.Floor}}}\n"

    models = held(model(tmp_path, entities=entities)).models

    # Without the last light, the model of its floor would refer to a hierarchy that does not exist.
    assert list(models) == ["com.e.Light", "com.e.Floor"]
    assert models["com.e.Floor"].children == ("com.e.Light",)


@pytest.mark.parametrize(
    ("parts", "external_id"),
    [
        (("plant", "press-1", "com.e.Press"), "plant:press-1:com.e.Press"),
        # A colon in an entity id could make two identities one.
        (("plant", "a:b", "c"), None),
        (("plant", "a", "b:c"), "plant:a:b:c"),
        (("plant", "e" * 128, "c"), None),
        (("plant", "press-1", "com.e.Press-"), None),
    ],
)
def test_external_id_is_readable_or_a_digest(parts: tuple[str, str, str], external_id: str | None) -> None:
    asset_id = asset_external_id(*parts)

    if external_id is None:
        assert re.fullmatch(r"twin-stack:[0-9a-f]{64}", asset_id)
    else:
        assert asset_id == external_id
