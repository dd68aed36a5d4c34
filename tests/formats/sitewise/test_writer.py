"""The managed assets of a definition are a file that SiteWise takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.templates import ROOT
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.formats.check_path import check_path
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ExportOptions, ImportOptions
from twin_stack.formats.sitewise import export_twin, import_twin

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = ExportOptions(force=False, progress=lambda _: None)
MODEL = {
    "twin.yaml": """
workspaceId: plant
connectors: {plant: {kind: sitewise, assets: managed}, telemetry: {kind: dynamodb}}
""",
    "component_types/t.yaml": """
com.example.Light:
  propertyDefinitions:
    ratedPower: {dataType: {type: DOUBLE, unitOfMeasure: W}, defaultValue: 40}
    power: {dataType: {type: DOUBLE, unitOfMeasure: W}, isTimeSeries: true}
    load: {expression: power / ratedPower * 100}
    mean: {expression: avg(power), window: 5m}
  functions: {dataReader: plant}
com.example.Floor:
  propertyDefinitions:
    lighting:
      expression: sum(lights)
      window: 5m
      variables: {lights: {componentTypeId: com.example.Light, propertyName: mean}}
  functions: {dataReader: plant}
""",
    "entities/e.yaml": """
floor-1:
  entityName: Floor 1
  components: {floor: {componentTypeId: com.example.Floor}}
  children:
    light-1:
      entityName: Light 1
      components: {light: {componentTypeId: com.example.Light}}
""",
}


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    for name, text in MODEL.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = export_twin(tmp_path / "model", tmp_path / "out.json", OPTIONS)
    assert [str(finding).partition(" ")[2] for finding in result.losses] == [
        'TWIN233 warning: connector "telemetry" is not exported: the file holds assets that the definition '
        "manages; deploy the definition instead, or leave it out"
    ]
    return tmp_path / "out.json"


def test_file_has_the_form_of_a_transfer_job(exported: Path) -> None:
    assert check_path(exported).findings == []


def test_models_have_formulas_of_their_properties_and_of_those_below(exported: Path) -> None:
    light, floor = json.loads(exported.read_text())["assetModels"]
    assert (light["assetModelExternalId"], light["assetModelName"]) == (
        "plant:com.example.Light",
        "plant/com.example.Light",
    )
    kinds = {own["name"]: own["type"] for own in light["assetModelProperties"]}
    assert kinds == {
        "ratedPower": {"attribute": {"defaultValue": "40"}},
        "power": {"measurement": {}},
        "load": {
            "transform": {
                "expression": "power / rated_power * 100",
                "variables": [
                    {"name": "power", "value": {"propertyExternalId": "property_power"}},
                    {"name": "rated_power", "value": {"propertyExternalId": "property_ratedPower"}},
                ],
            }
        },
        "mean": {
            "metric": {
                "expression": "avg(power)",
                "variables": [{"name": "power", "value": {"propertyExternalId": "property_power"}}],
                "window": {"tumbling": {"interval": "5m"}},
            }
        },
    }
    assert floor["assetModelHierarchies"] == [
        {
            "externalId": "hierarchy_com.example.Light",
            "name": "com.example.Light",
            "childAssetModelExternalId": "plant:com.example.Light",
        }
    ]
    (lighting,) = floor["assetModelProperties"]
    assert lighting["type"]["metric"]["variables"] == [
        {
            "name": "lights",
            "value": {
                "propertyExternalId": "property_mean",
                "hierarchyExternalId": "hierarchy_com.example.Light",
            },
        }
    ]


def test_assets_have_aliases_and_children(exported: Path) -> None:
    floor, light = json.loads(exported.read_text())["assets"]
    assert floor["assetExternalId"] == "plant:floor-1:com.example.Floor"
    assert floor["assetHierarchies"] == [
        {
            "externalId": "hierarchy_com.example.Light",
            "childAssetExternalId": "plant:light-1:com.example.Light",
        }
    ]
    assert light["assetName"] == "plant/light-1/light"
    assert {own["alias"] for own in light["assetProperties"]} == {
        f"/plant/light-1/{name}" for name in ("ratedPower", "power", "load", "mean")
    }


def test_exported_assets_can_be_imported_as_existing_ones(exported: Path, tmp_path: Path) -> None:
    options = ImportOptions(workspace_id="reader", client=lambda _: None, progress=lambda _: None)
    twin = import_twin(str(exported), options)
    assert write_definition(twin, tmp_path / "imported").component_types == 2
    changed = [finding for finding in twin.losses if finding.code == "TWIN231"]
    assert changed, "names with slashes"
    left_out = [finding.message.split(" is not")[0] for finding in twin.losses if finding not in changed]
    assert left_out == [
        '"assetModelName" (2 times)',
        '"defaultValue"',
        '"transform"',
        '"metric" (2 times)',
        '"assetModelHierarchies"',
        '"alias" (5 times)',
    ]
    definition = load(tmp_path / "imported")
    parents = {entity.entity_id: entity.parent_entity_id for entity in definition.entities.values()}
    assert parents == {
        "plant:floor-1:com.example.Floor": "$ROOT",
        "plant:light-1:com.example.Light": "plant:floor-1:com.example.Floor",
    }


def test_definition_without_managed_assets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TwinError, match="has no assets of its own"):
        export_twin(ROOT / "models" / "minimal", tmp_path / "out.json", OPTIONS)
    assert not (tmp_path / "out.json").exists()
