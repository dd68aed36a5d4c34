# ruff: noqa: E501 (texts of files stand as they are)
"""What can be written at a place, from unfinished text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types as lsp
from pygls.workspace import TextDocument

from tests.definition.models import write
from tests.lsp.definitions import FILES, split
from twin_stack.lsp.completion import proposals
from twin_stack.lsp.folder import TwinFolder
from twin_stack.lsp.index import Names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return TwinFolder(write(tmp_path, FILES)).analyze({}).index.names


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
