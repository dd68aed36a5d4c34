"""What a deployment leaves out of the service, and a template keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import load
from twin_stack.definition.kept_members import kept_members
from twin_stack.definition.sitewise import native_type

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition

MODELS = Path(__file__).parents[2] / "models"


def definition(folder: Path, **files: str) -> TwinDefinition:
    for name, text in files.items():
        path = folder / ("twin.yaml" if name == "twin" else f"{name}/file.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return load(folder)


TYPES = """
com.example.Pump:
  propertyDefinitions:
    flow: {dataType: DOUBLE, isTimeSeries: true}
    double: {expression: flow * 2}
    size: {dataType: INTEGER, defaultValue: 4}
  functions: {dataReader: {connector: plant}}
"""


TWO_TYPES = "".join(
    f"""
com.example.{name.upper()}:
  propertyDefinitions: {{{name}: {{dataType: DOUBLE, isTimeSeries: true}}}}
  functions: {{dataReader: {{connector: plant}}}}
"""
    for name in ("a", "b")
)


def test_definition_that_the_service_returns_whole_keeps_nothing() -> None:
    assert kept_members(load(MODELS / "minimal"), {}) == {}


def test_members_of_twin_yaml_that_the_service_does_not_know_are_kept() -> None:
    kept = kept_members(load(MODELS / "factory"), {})
    assert kept["twin"]["connectors"] == {
        "telemetry": {"kind": "dynamodb"},
        "historian": {"kind": "sitewise", "assets": "managed"},
    }
    assert list(kept["twin"]["ingest"]) == ["temperatures", "presses"]
    assert kept["twin"].keys() == {"connectors", "ingest"}
    assert list(kept["componentTypes"]["com.example.TemperatureSensor"]["alarms"]) == ["warm", "hot"]


def test_folder_of_scenes_is_kept(tmp_path: Path) -> None:
    twin = definition(tmp_path, twin="workspaceId: my-twin\nsceneFolder: .\n")
    assert kept_members(twin, {}) == {"twin": {"sceneFolder": "."}}


def test_formulas_and_the_order_of_properties_are_kept(tmp_path: Path) -> None:
    twin = definition(
        tmp_path,
        twin="workspaceId: plant\nconnectors: {plant: {kind: sitewise, assets: managed}}\n",
        component_types=TYPES,
    )
    assert kept_members(twin, {})["componentTypes"] == {
        "com.example.Pump": {
            "propertyOrder": ["flow", "double", "size"],
            "propertyDefinitions": {"double": {"expression": "flow * 2"}},
        }
    }


def test_what_the_service_imports_is_kept_whole(tmp_path: Path) -> None:
    twin = definition(
        tmp_path,
        twin="workspaceId: plant\nconnectors: {plant: {kind: sitewise-native}}\n",
        component_types=TYPES,
    )
    written = twin.component_types["com.example.Pump"]
    deployed = native_type(written, twin.resolved_types["com.example.Pump"], {"plant"})
    kept = kept_members(twin, {"com.example.Pump": deployed})["componentTypes"]["com.example.Pump"]
    assert kept["extendsFrom"] == []
    assert kept["functions"] == {"dataReader": {"connector": "plant"}}
    assert kept["propertyDefinitions"] == {
        "flow": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True},
        "double": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "expression": "flow * 2"},
    }


@pytest.mark.parametrize(
    ("size", "kept"), [(4, {"pump-1": {"givenDefaults": {"pump": ["size"]}}}), (5, None), ("", None)]
)
def test_value_that_repeats_the_default_is_kept(tmp_path: Path, size: Any, kept: Any) -> None:
    value = f"properties: {{size: {size}}}" if size else ""
    twin = definition(
        tmp_path,
        twin="workspaceId: plant\nconnectors: {plant: {kind: sitewise, assets: managed}}\n",
        component_types=TYPES,
        entities=f"pump-1:\n  entityName: P 1\n  components: {{pump: {{componentTypeId: com.example.Pump, {value}}}}}\n",
    )
    assert kept_members(twin, {}).get("entities") == kept


def test_given_defaults_of_any_number_of_entities_are_not_kept(tmp_path: Path) -> None:
    """Those of thousands of entities would be larger than a template may be."""
    twin = definition(
        tmp_path,
        twin="workspaceId: plant\nengine: bulk\nbulk: {onDrift: overwrite}\nconnectors: {plant: {kind: dynamodb}}\n",
        component_types=TYPES.replace("    double: {expression: flow * 2}\n", ""),
        entities="pump-1: {entityName: P 1, components: {pump: {componentTypeId: com.example.Pump, "
        "properties: {size: 4}}}}\n",
    )

    kept = kept_members(twin, {})

    assert "entities" not in kept
    assert kept["twin"]["engine"] == "bulk"
    assert kept["twin"]["bulk"] == {"onDrift": "overwrite"}


@pytest.mark.parametrize(
    ("names", "kept"), [(["b", "a"], {"pump-1": {"componentOrder": ["b", "a"]}}), (["a", "b"], None)]
)
def test_order_of_assets_of_an_entity_is_kept(tmp_path: Path, names: list[str], kept: Any) -> None:
    components = "".join(f"    {name}: {{componentTypeId: com.example.{name.upper()}}}\n" for name in names)
    twin = definition(
        tmp_path,
        twin="workspaceId: plant\nconnectors: {plant: {kind: sitewise, assets: managed}}\n",
        component_types=TWO_TYPES,
        entities=f"pump-1:\n  entityName: P 1\n  components:\n{components}",
    )
    assert kept_members(twin, {}).get("entities") == kept
