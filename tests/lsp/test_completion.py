# ruff: noqa: E501 (texts of files stand as they are)
"""What can be written at a place, from unfinished text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types as lsp
from pygls.workspace import TextDocument

from tests.definition.models import write
from tests.lsp.definitions import ENTITIES, FILES
from twin_stack.lsp.completion import proposals
from twin_stack.lsp.folder import TwinFolder
from twin_stack.lsp.hover import key_text
from twin_stack.lsp.index import Names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return TwinFolder(write(tmp_path, FILES)).analyze({}).index.names


def split(text: str) -> tuple[list[str], int, int]:
    """Lines of a text, and the place of ``|`` in it."""
    position = text.index("|")
    written = text.replace("|", "", 1)
    return written.split("\n"), text.count("\n", 0, position), position - text.rfind("\n", 0, position) - 1


PROPOSED = {
    "types of components": ("entities", "p:\n  components:\n    c:\n      componentTypeId: com.example.|\n", ["com.example.Pump", "com.example.Booster"]),
    "types in brackets": ("entities", "p: {components: {c: {componentTypeId: Boo|}}}\n", ["com.example.Booster"]),
    "parents of types": ("component_types", "t:\n  extendsFrom:\n    - com.example.P|\n", ["com.example.Pump"]),
    "parents of types in brackets": ("component_types", "t:\n  extendsFrom: [a, com.example.P|]\n", ["com.example.Pump"]),
    "parents of entities": ("entities", "p:\n  parentEntityId: pump-|\n", ["pump-1", "pump-2", "pump-3"]),
    "inherited properties of a component": ("entities", "p:\n  components:\n    c:\n      componentTypeId: com.example.Booster\n      properties:\n        f|\n", ["flow", "feeds"]),
    "properties in brackets": ("entities", "p: {components: {c: {componentTypeId: com.example.Pump, properties: {ser|}}}}\n", ["serial"]),
    "connectors": ("component_types", "t:\n  functions:\n    dataReader: |\n", ["telemetry"]),
    "components of a binding": ("scenes", "nodes:\n  - components:\n      - valueDataBinding:\n          dataBindingContext:\n            entityId: pump-1\n            componentName: |\n", ["pump"]),
    "properties of a binding": ("scenes", "nodes:\n  - components:\n      - type: Tag\n        valueDataBinding: {dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: fl|}}\n", ["flow"]),
    "properties of a group": ("component_types", "com.example.Booster:\n  propertyGroups:\n    g: {groupType: TABULAR, propertyNames: [se|]}\n", ["serial"]),
    "units, those of the twin first": ("component_types", "t:\n  propertyDefinitions:\n    p: {dataType: {type: DOUBLE, unitOfMeasure: m3|}}\n", ["m3/h"]),
    "data types": ("component_types", "t:\n  propertyDefinitions:\n    p: {dataType: {type: DOU|}}\n", ["DOUBLE"]),
    "short data types": ("component_types", "t:\n  propertyDefinitions:\n    p: BOO|\n", ["BOOLEAN"]),
    "keys of an entity": ("entities", "p:\n  entityName: P\n  entity|\n", ["entityId", "parentEntityId"]),
    "keys of a template": ("entities", "forEach: {csv: a.csv}\nentity:\n  parent|\n", ["parentEntityId"]),
    "keys of forEach": ("entities", "forEach: {csv: a.csv, grou|}\nentity: {}\n", ["groupBy"]),
    "keys of a kind of connector": ("twin", "connectors:\n  a:\n    kind: lambda\n    |\n", ["arn"]),
    "keys of a scene's component": ("scenes", "nodes:\n  - name: A\n    components:\n      - type: Light\n        light|\n", ["lightType", "lightSettings"]),
    "types of a scene's component": ("scenes", "nodes:\n- components:\n  - {type: Mod|}\n", ["ModelRef", "ModelShader", "SubModelRef"]),
    "keys of twin.yaml": ("twin", "works|\n", ["workspaceId"]),
    "truth values": ("component_types", "t:\n  isSingleton: |\n", ["true", "false"]),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "expected"), PROPOSED.values(), ids=list(PROPOSED))
def test_proposals(kind: str, text: str, expected: list[str], names: Names) -> None:
    assert [proposal.text for proposal in proposals(kind, *split(text), names)] == expected


def test_keys_are_proposed_with_their_descriptions() -> None:
    (proposal,) = proposals("twin", *split("workspaceI|\n"), Names())
    assert "Id of the workspace" in proposal.description


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("entities", "p:\n  entity|Name: P\n", "letters, digits"),
        ("entities", "p: {comp|onents: {}}\n", "By name"),
        ("twin", "connectors:\n  a: {kind: dynamodb, table|Name: b}\n", "An existing DynamoDB table"),
        ("entities", "p|: {}\n", ""),
        ("entities", "p: {entityName: na|me}\n", ""),
    ],
)
def test_key_has_the_text_of_the_schema(kind: str, text: str, words: str) -> None:
    described = key_text(kind, *split(text))
    assert words in described
    assert bool(words) == bool(described)


def test_keystroke_proposes_ids_among_many_entities() -> None:
    entities = {f"pump-{number:04d}": f"Pump {number}" for number in range(5_000)}
    names = Names(
        entities=entities, components={entity_id: {"pump": "com.example.Pump"} for entity_id in entities}
    )
    item = "  entityName: P\n  components:\n    pump:\n      componentTypeId: com.example.Pump\n"
    text = "".join(f"{entity_id}:\n{item}" for entity_id in entities) + "x-1:\n  parentEntityId: pump-4"
    document = TextDocument("file:///e.yaml", text)
    line = text.count("\n")
    position = lsp.Position(line, len("  parentEntityId: pump-4"))

    document.apply_change(lsp.TextDocumentContentChangePartial(lsp.Range(position, position), "99"))
    proposed = proposals("entities", document.source.split("\n"), line, position.character + 2, names)

    assert [proposal.text for proposal in proposed] == [f"pump-499{digit}" for digit in range(10)]


def test_unsaved_text_is_analysed_and_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    first = folder.analyze({})
    file = tmp_path / "entities" / "e.yaml"
    second = folder.analyze({file: ENTITIES + "pump-4: {entityName: P}\n"})
    assert set(second.index.names.entities) - set(first.index.names.entities) == {"pump-4"}
    types = tmp_path / "component_types" / "t.yaml"
    assert second.files[types] is first.files[types]
    assert second.files[file] is not first.files[file]


def test_index_survives_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    file = tmp_path / "entities" / "e.yaml"
    named = len(folder.analyze({}).index.by_file[file])
    broken = folder.analyze({file: "pump-1: {"})
    assert len(broken.index.by_file[file]) > named / 2
    assert "com.example.Pump" in broken.index.names.component_types
    assert [finding.code for finding in broken.findings if finding.location.file == file] == ["TWIN002"]
