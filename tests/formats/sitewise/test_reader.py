"""Files of SiteWise's metadata transfer jobs, and accounts, become definitions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import DefinitionError, load
from twin_stack.errors import TwinError
from twin_stack.formats.check_path import check_path
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions, detect_kind
from twin_stack.formats.sitewise import import_twin

if TYPE_CHECKING:
    from pathlib import Path

FILE: dict[str, Any] = {
    "assetModels": [
        {
            "assetModelExternalId": "Robot.OEM1",
            "assetModelName": "Robot",
            "assetModelProperties": [
                {
                    "externalId": "Temperature",
                    "name": "Temperature",
                    "dataType": "DOUBLE",
                    "unit": "Celsius",
                    "type": {"measurement": {"processingConfig": {"forwardingConfig": {"state": "ENABLED"}}}},
                },
                {
                    "externalId": "Double",
                    "name": "Double",
                    "dataType": "DOUBLE",
                    "type": {
                        "transform": {
                            "expression": "t * 2",
                            "variables": [{"name": "t", "value": {"propertyExternalId": "Temperature"}}],
                        }
                    },
                },
            ],
        },
        {
            "assetModelExternalId": "Cell",
            "assetModelName": "Cell",
            "assetModelHierarchies": [
                {"externalId": "robots", "name": "Robots", "childAssetModelExternalId": "Robot.OEM1"}
            ],
        },
    ],
    "assets": [
        {
            "assetExternalId": "Cell.1",
            "assetName": "Cell 1",
            "assetModelExternalId": "Cell",
            "assetHierarchies": [{"externalId": "robots", "childAssetExternalId": "Robot.7"}],
        },
        {
            "assetExternalId": "Robot.7",
            "assetName": "Robot 7",
            "assetModelExternalId": "Robot.OEM1",
            "assetProperties": [{"externalId": "Temperature", "alias": "/cell/robot/temperature"}],
        },
    ],
}


def options(client: Any = None) -> ImportOptions:
    return ImportOptions(workspace_id="plant", client=lambda _: client, progress=lambda _: None)


def written(folder: Path, content: Any) -> Path:
    path = folder / "sitewise.json"
    path.write_text(json.dumps(content, indent=2))
    return path


def test_file_is_detected_and_has_no_mistakes(tmp_path: Path) -> None:
    path = written(tmp_path, FILE)
    kind = detect_kind(path)
    assert kind is not None
    assert kind.name == "sitewise"
    assert check_path(path).findings == []


def test_file_becomes_a_definition_without_findings(tmp_path: Path) -> None:
    twin = import_twin(str(written(tmp_path, FILE)), options())
    result = write_definition(twin, tmp_path / "out")
    assert result.findings == []
    assert [(finding.code, finding.message.split(": ")[0]) for finding in twin.losses] == [
        ("TWIN230", f'"{name}" is not imported')
        for name in ("assetModelName", "processingConfig", "transform", "assetModelHierarchies", "alias")
    ]
    definition = load(tmp_path / "out")
    assert {key: entity.parent_entity_id for key, entity in definition.entities.items()} == {
        "Cell.1": "$ROOT",
        "Robot.7": "Cell.1",
    }
    robot = definition.component_types["Robot.OEM1"]
    assert [name for name, own in robot.property_definitions.items() if own.is_time_series] == [
        "Temperature",
        "Double",
    ]
    assert definition.connectors["sitewise"].kind == "sitewise"
    assert not definition.connectors["sitewise"].manages_assets


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda file: file["assets"][1].pop("assetName"), '66:5 TWIN006 "assetName" is missing; add it'),
        (
            lambda file: file["assets"][1].pop("assetExternalId"),
            '66:5 TWIN006 "assetId" or "assetExternalId" is missing; add one of them',
        ),
        (
            lambda file: file["assets"][1].update(assetnam="x"),
            '76:7 TWIN003 "assetnam" is not a known key; did you mean "assetName"?',
        ),
        (
            lambda file: file["assetModels"][0]["assetModelProperties"][0].update(dataType="FLOAT"),
            '10:23 TWIN005 "dataType" is "FLOAT", which is not allowed; ',
        ),
        (
            lambda file: file["assets"][0].update(assetExternalId="Robot.7"),
            '66:5 TWIN010 "externalId:Robot.7" is in the list "assets" already, in line 55; '
            "rename or remove one of them",
        ),
        (
            lambda file: file["assets"][0].update(assetHierarchies={}),
            '59:27 TWIN004 "assetHierarchies" is a mapping, not a list; write a list',
        ),
        (lambda file: file.update(assets=3), '54:13 TWIN004 "assets" is 3, not a list; write a list'),
        (
            lambda file: file.update(asset=[{}]),
            '79:5 TWIN003 "asset" is not a list of a metadata transfer file of SiteWise; did you mean '
            '"assets"?',
        ),
    ],
)
def test_mistake_is_reported_at_its_place(tmp_path: Path, change: Any, finding: str) -> None:
    content = json.loads(json.dumps(FILE))
    change(content)
    path = written(tmp_path, content)
    findings = [str(listed).removeprefix(f"{path}:") for listed in check_path(path).findings]
    assert len(findings) == 1
    assert findings[0].startswith(finding)


def test_import_of_a_broken_file_names_its_mistakes(tmp_path: Path) -> None:
    path = written(tmp_path, {"assets": [{"assetName": "x"}]})
    twin = import_twin(str(path), options())
    with pytest.raises(DefinitionError, match='"assetId" or "assetExternalId" is missing'):
        write_definition(twin, tmp_path / "out")


def test_other_sources_are_refused() -> None:
    with pytest.raises(
        TwinError, match=r'missing\.json is no file; name a metadata transfer file, "account", or an asset'
    ):
        import_twin("missing.json", options())


def test_asset_is_imported_with_all_below_it(sitewise: Any, tmp_path: Path) -> None:
    robot = sitewise.create_asset_model(assetModelName="Robot")["assetModelId"]
    cell = sitewise.create_asset_model(
        assetModelName="Cell", assetModelHierarchies=[{"name": "Robots", "childAssetModelId": robot}]
    )["assetModelId"]
    sitewise.create_asset_model(assetModelName="Other")
    (hierarchy,) = sitewise.describe_asset_model(assetModelId=cell)["assetModelHierarchies"]
    ids = {
        name: sitewise.create_asset(assetName=name, assetModelId=model, assetExternalId=name)["assetId"]
        for name, model in (("cell-1", cell), ("cell-2", cell), ("robot-1", robot), ("robot-2", robot))
    }
    for parent, child in (("cell-1", "robot-1"), ("cell-2", "robot-2")):
        sitewise.associate_assets(assetId=ids[parent], hierarchyId=hierarchy["id"], childAssetId=ids[child])

    for number, source in enumerate((ids["cell-1"], "externalId:cell-1")):
        folder = tmp_path / str(number)
        write_definition(import_twin(source, options(sitewise)), folder)
        definition = load(folder)
        assert {key: entity.parent_entity_id for key, entity in definition.entities.items()} == {
            "cell-1": "$ROOT",
            "robot-1": "cell-1",
        }
        assert sorted(definition.component_types) == ["Cell", "Robot"]


def test_account_becomes_a_definition(sitewise: Any, tmp_path: Path) -> None:
    robot = sitewise.create_asset_model(
        assetModelName="Robot",
        assetModelExternalId="Robot.OEM1",
        tags={"Owner": "welding"},
        assetModelProperties=[
            {"name": "Wind Speed", "dataType": "DOUBLE", "unit": "m/s", "type": {"measurement": {}}},
            {"name": "serial", "dataType": "STRING", "type": {"attribute": {"defaultValue": "-"}}},
        ],
        assetModelCompositeModels=[
            {
                "name": "motor",
                "type": "CUSTOM",
                "properties": [{"name": "power", "dataType": "DOUBLE", "type": {"measurement": {}}}],
            }
        ],
    )["assetModelId"]
    cell = sitewise.create_asset_model(
        assetModelName="Cell",
        assetModelHierarchies=[{"name": "Robots", "childAssetModelId": robot}],
    )["assetModelId"]
    (hierarchy,) = sitewise.describe_asset_model(assetModelId=cell)["assetModelHierarchies"]
    parent = sitewise.create_asset(assetName="Cell 1", assetModelId=cell)["assetId"]
    child = sitewise.create_asset(assetName="Robot 7", assetModelId=robot, assetExternalId="Robot.7")[
        "assetId"
    ]
    sitewise.associate_assets(assetId=parent, hierarchyId=hierarchy["id"], childAssetId=child)

    twin = import_twin("account", options(sitewise))
    result = write_definition(twin, tmp_path / "out")

    assert result.findings == []
    changed = [finding.message for finding in twin.losses if finding.code == "TWIN231"]
    assert changed == ['property "Wind Speed" becomes Wind_Speed']
    definition = load(tmp_path / "out")
    assert {key: entity.parent_entity_id for key, entity in definition.entities.items()} == {
        parent: "$ROOT",
        "Robot.7": parent,
    }
    entity = definition.entities["Robot.7"]
    assert entity.components["asset"].component_type_id == "Robot.OEM1"
    assert list(entity.composite_components) == ["asset/motor"]
    own = definition.component_types["Robot.OEM1"]
    assert own.tags == {"Owner": "welding"}
    (speed, _) = sitewise.describe_asset_model(assetModelId=robot)["assetModelProperties"]
    assert own.property_definitions["Wind_Speed"].configuration == {"sitewisePropertyId": speed["id"]}
    assert own.functions.keys() == {"dataReader", "attributePropertyValueReaderByEntity"}
