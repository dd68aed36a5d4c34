"""Definitions written in Python are checked like files."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from twin_stack.definition import DefinitionBuilder, DefinitionError, load
from twin_stack.definition import builder_members as members
from twin_stack.definition.schema import Bulk, ComponentType, Connector, Entity, Ingest, Scene, TwinFile
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from pydantic import BaseModel

FILE = Path(__file__).resolve()
PUMP: dict[str, Any] = {
    "propertyDefinitions": {"pressure": {"dataType": "DOUBLE", "isTimeSeries": True}, "model": "STRING"},
    "functions": {"dataReader": "telemetry"},
}
COMPONENTS: dict[str, Any] = {
    "pump": {
        "componentTypeId": "com.example.Pump",
        "properties": {"model": {"value": {"stringValue": "P-9"}}},
    }
}


def line() -> int:
    """Return the line of the call."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def pumps() -> DefinitionBuilder:
    builder = DefinitionBuilder(workspaceId="plant", description="Pumps")
    builder.add_connector("telemetry", kind="dynamodb")
    builder.add_ingest("pumps", topic="plant/+", deviceId="topic(2)", componentTypeId="com.example.Pump")
    builder.add_component_type("com.example.Pump", **PUMP)
    builder.add_entity("pump-1", entityName="Pump 1", parentEntityId="hall", components=COMPONENTS)
    builder.add_entity("hall", entityName="Hall")
    builder.add_scene("hall", nodes=[{"name": "Hall"}])
    return builder


def test_is_equal_to_the_same_definition_in_files(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "twin.yaml": "workspaceId: plant\ndescription: Pumps\nconnectors: {telemetry: {kind: dynamodb}}\n"
            "ingest: {pumps: {topic: plant/+, deviceId: topic(2), componentTypeId: com.example.Pump}}",
            "component_types/t.yaml": "com.example.Pump: {propertyDefinitions: {pressure: {dataType: DOUBLE,"
            " isTimeSeries: true}, model: STRING}, functions: {dataReader: telemetry}}",
            "entities/e.yaml": "hall: {entityName: Hall, children: {pump-1: {entityName: Pump 1, components:"
            " {pump: {componentTypeId: com.example.Pump, properties: {model: P-9}}}}}}",
            "scenes/hall.yaml": "nodes: [{name: Hall}]",
        },
    )

    built, loaded = pumps().build(), load(folder)

    assert built.twin == loaded.twin
    assert built.component_types == loaded.component_types
    assert list(built.entities.items()) == list(loaded.entities.items())
    assert built.scenes == loaded.scenes


def test_every_mistake_names_the_line_that_adds_it() -> None:
    builder = pumps()
    first = line() + 1
    builder.add_entity("pump-2", entityName="Pump 2", parentEntityId="hal")
    builder.add_entity("pump-1", entityName="Pump 1 again")
    builder.add_component_type("com.example.Fan", propertyDefinitions={"speed": "DUBLE"})
    builder.add_connector("telemetry", kind="sitewise")
    builder.add_connector("other", kind="dynamo")
    builder.add_entity("fan-1", entityName="Fan 1", componets={"fan": {}})  # type: ignore[call-arg]

    definition, findings = builder.check()

    assert definition is None
    places = [(finding.location.line - first, finding.code) for finding in findings]
    assert places == [
        (0, "TWIN015"),
        (1, "TWIN010"),
        (2, "TWIN005"),
        (3, "TWIN010"),
        (4, "TWIN005"),
        (5, "TWIN003"),
    ]
    assert {finding.location.file for finding in findings} == {FILE}
    assert (
        findings[5].message + "; " + findings[5].remedy
        == '"componets" is not a known key; did you mean "components"?'
    )


def test_column_is_that_of_the_call() -> None:
    builder = DefinitionBuilder(workspaceId="plant")
    if builder: builder.add_entity("a", entityName="(")  # noqa: E701 # fmt: skip

    with pytest.raises(DefinitionError) as error:
        builder.build()

    assert error.value.findings[0].location.column == 17


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (float("nan"), "TWIN005", "a number is nan"),
        ({1: 2}, "TWIN004", "a key is 1, not text"),
        ({"a": {1, 2}}, "TWIN004", "a value is of type set, allowed are text, numbers, booleans, None, mappings and lists"),
        (b"x", "TWIN004", "a value is of type bytes, allowed are text, numbers, booleans, None, mappings and lists"),
    ],
)  # fmt: skip
def test_value_that_no_file_can_hold_is_refused(value: Any, code: str, message: str) -> None:
    builder = DefinitionBuilder(workspaceId="plant", tags={"a": value})

    findings = builder.check()[1]

    assert [(finding.code, finding.message) for finding in findings] == [(code, message)]


def test_value_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop

    findings = DefinitionBuilder(workspaceId="plant", tags=loop).check()[1]

    assert [finding.message for finding in findings] == ["a value is nested deeper than 100 levels"]


def test_id_beside_an_equal_member_is_refused_when_they_differ() -> None:
    builder = DefinitionBuilder(workspaceId="plant")
    builder.add_entity("a-1", entityId="b-1", entityName="B 1")  # type: ignore[call-arg]

    findings = builder.check()[1]

    assert [finding.message for finding in findings] == ['"entityId" is "b-1", its key is "a-1"']


def test_models_come_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "pump.txt").write_text("x", encoding="utf-8")

    definition = DefinitionBuilder(workspaceId="plant", assets=tmp_path / "models").build()
    missing = DefinitionBuilder(workspaceId="plant", assets=tmp_path / "modles").check()[1]

    assert definition.assets == tmp_path / "models"
    assert list(definition.asset_files) == ["pump.txt"]
    assert [finding.message for finding in missing] == ["the folder does not exist"]


def test_definition_that_was_built_does_not_change() -> None:
    builder = pumps()
    built = builder.build()
    builder.add_entity("pump-9", entityName="Pump 9")

    assert "pump-9" not in built.entities
    assert "pump-9" in builder.build().entities


@pytest.mark.parametrize(
    ("typed", "schema", "positional"),
    [
        (members.TwinMembers, TwinFile, set()),
        (members.BulkMembers, Bulk, set()),
        (members.ConnectorMembers, Connector, set()),
        (members.IngestMembers, Ingest, set()),
        (members.ComponentTypeMembers, ComponentType, {"componentTypeId"}),
        (members.EntityMembers, Entity, {"entityId"}),
    ],
)
def test_type_checkers_know_the_members_of_the_schemas(
    typed: Any, schema: type[BaseModel], positional: set[str]
) -> None:
    aliases = {field.alias for field in schema.model_fields.values()}
    assert typed.__annotations__.keys() == aliases - positional


def test_type_checkers_know_the_members_of_scenes() -> None:
    aliases = {str(field.alias) for field in Scene.model_fields.values()}
    expected = aliases - {"sceneId", "document"} | scene_facts().document_members.keys()
    assert members.SceneMembers.__annotations__.keys() == expected
