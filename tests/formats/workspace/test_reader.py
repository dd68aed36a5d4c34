"""A live workspace that no stack of this project made becomes a definition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.twinmaker import FACTORY, SERIES, TEXT, make_entity, make_type, reader
from twin_stack.client.errors import TwinClientError
from twin_stack.definition import load
from twin_stack.formats.frame import write_definition
from twin_stack.formats.workspace import import_twin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.formats.workspace.conftest import Bucket
    from twin_stack.definition import TwinDefinition
    from twin_stack.formats.kinds import ImportOptions

MOTOR = "com.example.Motor"
PUMP = "com.example.Pump"


@pytest.fixture
def plant(twinmaker: Any, functions: Any) -> Any:
    """A pump with a motor inside of it, below a hall."""
    functions.handlers["reader"] = lambda _: {"propertyValues": []}
    make_type(
        twinmaker,
        "com.example.Asset",
        propertyDefinitions={"serial": TEXT, "site": {**TEXT, "defaultValue": {"stringValue": "north"}}},
    )
    make_type(twinmaker, MOTOR, propertyDefinitions={"power": {"dataType": {"type": "DOUBLE"}}})
    make_type(
        twinmaker,
        PUMP,
        description="A pump",
        extendsFrom=["com.example.Asset"],
        functions=reader(functions),
        propertyDefinitions={
            "flow": SERIES,
            "feeds": {"dataType": {"type": "RELATIONSHIP"}},
            "modes": {"dataType": {"type": "LIST", "nestedType": {"type": "STRING"}}},
            "site": {"defaultValue": {"stringValue": "south"}},
        },
        compositeComponentTypes={"motor": {"componentTypeId": MOTOR}},
        tags={"Owner": "water"},
    )
    make_entity(twinmaker, "hall", description="Hall of pumps", tags={"Level": "2"})
    make_entity(
        twinmaker,
        "pump-1",
        parentEntityId="hall",
        components={
            "pump": {
                "componentTypeId": PUMP,
                "description": "first",
                "properties": {
                    "serial": {"value": {"stringValue": "P-100"}},
                    "feeds": {"value": {"relationshipValue": {"targetEntityId": "hall"}}},
                    "modes": {"value": {"listValue": [{"stringValue": "AUTO"}]}},
                    "note": {
                        "definition": {"dataType": {"type": "STRING"}},
                        "value": {"stringValue": "of its own"},
                    },
                },
            }
        },
        compositeComponents={"pump/motor": {"properties": {"power": {"value": {"doubleValue": 7.5}}}}},
    )
    return twinmaker


def imported(options: ImportOptions, folder: Path) -> tuple[TwinDefinition, list[str]]:
    """Import the workspace and return the definition, and what was dropped or changed."""
    twin = import_twin("Factory", options)
    write_definition(twin, folder)
    return load(folder), [str(finding) for finding in sorted(twin.losses)]


@pytest.mark.usefixtures("plant")
def test_types_have_what_they_give_themselves(options: ImportOptions, tmp_path: Path) -> None:
    definition, _ = imported(options, tmp_path / "out")

    pump = definition.component_types[PUMP]
    assert list(definition.component_types) == ["com.example.Asset", MOTOR, PUMP]
    assert (pump.description, pump.extends_from, pump.tags) == (
        "A pump",
        ["com.example.Asset"],
        {"Owner": "water"},
    )
    assert pump.property_definitions.keys() == {"feeds", "flow", "modes", "site"}
    assert pump.property_definitions["site"].model_dump(exclude_unset=True) == {
        "default_value": {"stringValue": "south"}
    }
    assert pump.composite_component_types["motor"].component_type_id == MOTOR
    assert pump.functions["dataReader"].connector == "reader"
    assert definition.connectors["reader"].arn == "arn:aws:lambda:us-east-1:123456789012:function:reader"


@pytest.mark.usefixtures("plant")
def test_entities_have_what_they_give_themselves(options: ImportOptions, tmp_path: Path) -> None:
    definition, _ = imported(options, tmp_path / "out")

    hall, pump = definition.entities["hall"], definition.entities["pump-1"]
    assert (hall.parent_entity_id, hall.description, hall.tags) == ("$ROOT", "Hall of pumps", {"Level": "2"})
    assert pump.parent_entity_id == "hall"
    component = pump.components["pump"]
    assert component.description == "first"
    assert {name: item.value for name, item in component.properties.items()} == {
        "serial": {"stringValue": "P-100"},
        "feeds": {"relationshipValue": {"targetEntityId": "hall"}},
        "modes": {"listValue": [{"stringValue": "AUTO"}]},
        "note": {"stringValue": "of its own"},
    }
    assert component.properties["note"].definition is not None
    assert component.properties["serial"].definition is None
    motor = pump.composite_components["pump/motor"]
    assert {name: item.value for name, item in motor.properties.items()} == {"power": {"doubleValue": 7.5}}


@pytest.mark.usefixtures("plant")
def test_report_says_what_a_person_has_to_know(options: ImportOptions, tmp_path: Path) -> None:
    _, losses = imported(options, tmp_path / "out")
    connector, workspace = losses
    assert connector.startswith(
        "workspace/Factory:1:1 TWIN231 warning: the function arn:aws:lambda:us-east-1:123456789012:function:"
        "reader becomes connector reader of kind lambda"
    )
    assert workspace.startswith(
        'workspace/Factory:1:1 TWIN232 warning: no stack of this project deployed "Factory"'
    )
    assert "existing: {workspace: {role: arn:aws:iam:" in workspace


@pytest.mark.usefixtures("plant")
def test_two_imports_write_equal_bytes(options: ImportOptions, tmp_path: Path) -> None:
    for name in ("a", "b"):
        imported(options, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert len(files) == 6
    assert {file: (tmp_path / "a" / file).read_bytes() for file in files} == {
        file: (tmp_path / "b" / file).read_bytes() for file in files
    }


def test_scene_comes_with_the_files_that_it_names(
    plant: Any, options: ImportOptions, bucket: Bucket, tmp_path: Path
) -> None:
    location = plant.get_workspace(**FACTORY)["s3Location"].rpartition(":")[2]
    document = {
        "specVersion": "1.0",
        "nodes": [
            {
                "name": "Hall",
                "transform": {},
                "children": [],
                "components": [
                    {"type": "ModelRef", "modelType": "GLB", "uri": "hall.glb"},
                    {"type": "ModelRef", "modelType": "GLB", "uri": f"s3://{location}/shared/pump.glb"},
                    {"type": "ModelRef", "modelType": "GLB", "uri": "gone.glb"},
                    {"type": "ModelRef", "modelType": "GLB", "uri": "https://example.com/a.glb"},
                ],
            }
        ],
        "rootNodeIndexes": [0],
    }
    bucket.content = {
        "scenes/hall.json": json.dumps(document).encode(),
        "scenes/hall.glb": b"glTF hall",
        "scenes/unused.glb": b"glTF unused",
        "shared/pump.glb": b"glTF pump",
    }
    plant.create_scene(
        **FACTORY, sceneId="hall", contentLocation=f"s3://{location}/scenes/hall.json", description="A hall"
    )

    twin = import_twin("Factory", options)
    write_definition(twin, tmp_path / "out")

    scene = json.loads((tmp_path / "out/scenes/hall.json").read_text())
    uris = [item["uri"] for item in scene["nodes"][0]["components"]]
    assert uris == ["hall.glb", "shared/pump.glb", "gone.glb", "https://example.com/a.glb"]
    assert scene["description"] == "A hall"
    assert bucket.read == ["scenes/hall.json", "scenes/hall.glb", "shared/pump.glb"]
    assert (tmp_path / "out/assets/shared/pump.glb").read_bytes() == b"glTF pump"
    of_scene = [str(finding) for finding in twin.losses if "scene/hall" in str(finding)]
    assert [text.split(" warning: ")[1].split(";")[0] for text in sorted(of_scene)] == [
        f"file s3://{location}/shared/pump.glb is assets/shared/pump.glb, and the scene names it so",
        "file gone.glb is not imported: the bucket has no readable scenes/gone.glb",
    ]


def test_unknown_workspace_is_an_error(options: ImportOptions) -> None:
    with pytest.raises(TwinClientError, match="ResourceNotFoundException"):
        import_twin("Nowhere", options)
