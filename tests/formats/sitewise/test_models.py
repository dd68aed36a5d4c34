"""Asset models become component types, assets become entities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import Location, load
from twin_stack.formats.frame import ImportedTwin, write_definition
from twin_stack.formats.sitewise.assets import AssetEntities
from twin_stack.formats.sitewise.models import ModelTypes, SourceItem

if TYPE_CHECKING:
    from twin_stack.definition import Finding, TwinDefinition

ROBOT = "11111111-1111-4111-8111-111111111111"
POWER = "22222222-2222-4222-8222-222222222222"
MOTOR = "33333333-3333-4333-8333-333333333333"


def measurement(name: str, **members: Any) -> dict[str, Any]:
    return {"externalId": "p1", "name": name, "dataType": "DOUBLE", "type": {"measurement": {}}, **members}


def robot(**members: Any) -> dict[str, Any]:
    return {"assetModelExternalId": "Robot.OEM1", "assetModelName": "Robot", **members}


def item(value: dict[str, Any]) -> SourceItem:
    def place(*path: str | int) -> Location:
        return Location(Path("/".join(map(str, path)) or "."), 1, 1)

    return SourceItem(value, place)


def types_of(*models: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the component types by id, and what was dropped or changed."""
    losses: list[Finding] = []
    types = ModelTypes(losses)
    component_types = [own for model in models for own in types.add(item(model))]
    return {own["componentTypeId"]: own for own in component_types}, [texts(finding) for finding in losses]


def texts(finding: Finding) -> str:
    return f"{finding.location.file}: {finding.code} {finding.message}"


def test_properties_are_read_from_the_asset() -> None:
    types, losses = types_of(
        robot(
            assetModelDescription="A robot",
            tags=[{"key": "Owner", "value": "welding"}],
            assetModelProperties=[
                measurement("temperature", id=POWER, unit="Celsius"),
                measurement("count", externalId="Count-1", dataType="INTEGER", type={"metric": {}}),
                {"id": ROBOT, "name": "serial", "dataType": "STRING", "type": {"attribute": {}}},
            ],
        )
    )
    assert losses == []
    assert types == {
        "Robot.OEM1": {
            "componentTypeId": "Robot.OEM1",
            "description": "A robot",
            "tags": {"Owner": "welding"},
            "propertyDefinitions": {
                "sitewiseAssetId": {"dataType": "STRING", "isExternalId": True, "isRequiredInEntity": True},
                "temperature": {
                    "dataType": {"type": "DOUBLE", "unitOfMeasure": "Celsius"},
                    "isTimeSeries": True,
                    "configuration": {"sitewisePropertyId": POWER},
                },
                "count": {
                    "dataType": "INTEGER",
                    "isTimeSeries": True,
                    "configuration": {"sitewisePropertyExternalId": "Count-1"},
                },
                "serial": {
                    "dataType": "STRING",
                    "isStoredExternally": True,
                    "configuration": {"sitewisePropertyId": ROBOT},
                },
            },
            "functions": {
                "dataReader": {"connector": "sitewise"},
                "attributePropertyValueReaderByEntity": {"connector": "sitewise"},
            },
        }
    }


def test_names_that_the_service_refuses_are_changed_and_named() -> None:
    types, losses = types_of(
        {
            "assetModelId": ROBOT,
            "assetModelName": "Pumpe Süd (alt)",
            "assetModelProperties": [
                measurement("Wind Speed", id=POWER),
                measurement("Wind/Speed", id=MOTOR),
            ],
        }
    )
    assert list(types) == ["Pumpe_Sud_alt"]
    assert list(types["Pumpe_Sud_alt"]["propertyDefinitions"]) == [
        "sitewiseAssetId",
        "Wind_Speed",
        "Wind_Speed-2",
    ]
    assert losses == [
        '.: TWIN231 model "Pumpe Süd (alt)" becomes component type Pumpe_Sud_alt',
        'assetModelProperties/0/name: TWIN231 property "Wind Speed" becomes Wind_Speed',
        'assetModelProperties/1/name: TWIN231 property "Wind/Speed" becomes Wind_Speed-2',
    ]


def test_composite_models_are_parts() -> None:
    types, losses = types_of(
        robot(
            assetModelCompositeModels=[
                {
                    "id": MOTOR,
                    "name": "Motor",
                    "type": "CUSTOM",
                    "properties": [measurement("power", id=POWER)],
                },
                {"externalId": "gear", "parentId": MOTOR, "name": "Gear", "type": "CUSTOM", "properties": []},
            ]
        )
    )
    assert losses == []
    assert list(types) == ["Robot.OEM1.Motor.Gear", "Robot.OEM1.Motor", "Robot.OEM1"]
    assert types["Robot.OEM1"]["compositeComponentTypes"] == {
        "Motor": {"componentTypeId": "Robot.OEM1.Motor"}
    }
    motor = types["Robot.OEM1.Motor"]
    assert motor["compositeComponentTypes"] == {"Gear": {"componentTypeId": "Robot.OEM1.Motor.Gear"}}
    assert list(motor["propertyDefinitions"]) == ["sitewiseAssetId", "power"]


@pytest.mark.parametrize(
    ("members", "loss"),
    [
        (
            {"assetModelProperties": [measurement("state", dataType="STRUCT")]},
            'assetModelProperties/0: TWIN230 property "state" is not imported: a definition has no data type '
            "STRUCT",
        ),
        (
            {"assetModelProperties": [measurement("power", externalId="a.b")]},
            'assetModelProperties/0: TWIN232 property "power" has no id that a configuration can hold: a.b',
        ),
        (
            {"assetModelCompositeModels": [{"id": MOTOR, "name": "hot", "type": "AWS/ALARM"}]},
            'assetModelCompositeModels/0: TWIN230 alarm "hot" is not imported: AWS IoT Events, which '
            "evaluated it, has ended",
        ),
        (
            {
                "assetModelCompositeModels": [
                    {"id": MOTOR, "name": "M", "type": "CUSTOM", "composedAssetModelExternalId": "Motor"}
                ]
            },
            'assetModelCompositeModels/0: TWIN232 composite model "M" names a component model, and not the '
            "ids of its properties",
        ),
        (
            {"assetModelType": "COMPONENT_MODEL"},
            '.: TWIN230 component model "Robot" is not imported by itself: it has no assets',
        ),
    ],
)
def test_what_cannot_be_said_is_reported(members: dict[str, Any], loss: str) -> None:
    assert types_of(robot(**members))[1] == [loss]


def plant() -> list[dict[str, Any]]:
    return [
        {
            "assetExternalId": "Cell.1",
            "assetName": "Cell 1",
            "assetModelExternalId": "Cell",
            "assetHierarchies": [
                {"externalId": "robots", "childAssetExternalId": "Robot.7"},
                {"externalId": "robots", "childAssetId": ROBOT},
            ],
        },
        {
            "assetExternalId": "Robot.7",
            "assetName": "Robot #7",
            "assetModelExternalId": "Robot.OEM1",
            "assetDescription": "Welds",
            "tags": [{"key": "Owner", "value": "welding"}],
        },
        {"assetId": ROBOT, "assetName": "Robot 8", "assetModelExternalId": "Robot.OEM1"},
        {"assetExternalId": "_lost_", "assetName": "Lost", "assetModelId": MOTOR},
    ]


def definition(folder: Path) -> tuple[TwinDefinition, list[str]]:
    losses: list[Finding] = []
    types = ModelTypes(losses)
    entities = AssetEntities(types, losses)
    models = [
        robot(
            assetModelProperties=[measurement("temperature")],
            assetModelCompositeModels=[
                {
                    "id": MOTOR,
                    "name": "motor",
                    "type": "CUSTOM",
                    "properties": [measurement("power", id=POWER)],
                }
            ],
        ),
        {"assetModelExternalId": "Cell", "assetModelName": "Cell"},
    ]
    component_types = [own for model in models for own in types.add(item(model))]
    assets = [item(asset) for asset in plant()]
    for asset in assets:
        entities.add(asset)
    twin = ImportedTwin(
        twin={"workspaceId": "plant", "connectors": {"sitewise": {"kind": "sitewise"}}},
        component_types=component_types,
        entities=[entities.entity(asset) for asset in assets],
        losses=losses,
    )
    write_definition(twin, folder)
    return load(folder), [texts(finding) for finding in losses]


def test_assets_are_entities_below_their_parents(tmp_path: Path) -> None:
    twin, losses = definition(tmp_path / "out")
    assert {key: entity.parent_entity_id for key, entity in twin.entities.items()} == {
        "Cell.1": "$ROOT",
        "Robot.7": "Cell.1",
        ROBOT: "Cell.1",
        "Lost": "$ROOT",
    }
    seven = twin.entities["Robot.7"]
    assert (seven.entity_name, seven.description, seven.tags) == ("Robot -7", "Welds", {"Owner": "welding"})
    assert losses == [
        'assetName: TWIN231 asset "Robot #7" becomes entity "Robot -7": CloudFormation takes no other name',
        f'.: TWIN232 the model "{MOTOR}" of asset "Lost" is not in the source',
    ]


def test_components_and_parts_name_their_asset(tmp_path: Path) -> None:
    twin, _ = definition(tmp_path / "out")
    for entity_id, asset_id in (("Robot.7", "externalId:Robot.7"), (ROBOT, ROBOT)):
        entity = twin.entities[entity_id]
        assert entity.components["asset"].component_type_id == "Robot.OEM1"
        for component in (entity.components["asset"], entity.composite_components["asset/motor"]):
            assert component.properties["sitewiseAssetId"].value == {"stringValue": asset_id}


def test_second_parent_of_an_asset_needs_a_decision() -> None:
    losses: list[Finding] = []
    entities = AssetEntities(ModelTypes(losses), losses)
    for name in ("a1", "b1"):
        below = [{"externalId": "h", "childAssetExternalId": "c1"}]
        entities.add(item({"assetExternalId": name, "assetName": name, "assetHierarchies": below}))
    assert [texts(finding) for finding in losses] == [
        'assetHierarchies/0: TWIN232 asset "externalId:c1" is below a1, and below b1 as well'
    ]
