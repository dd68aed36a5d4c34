"""Where files name entities, component types, connectors, properties and components."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition.yaml_reader import YamlReader
from twin_stack.lsp.occurrences import Occurrence, Symbol, file_occurrences

FILE = Path("a.yaml")


def occurrences(kind: str, text: str) -> list[Occurrence]:
    return list(file_occurrences(kind, YamlReader(FILE, text, None).read()))


def named(kind: str, text: str) -> list[str]:
    """Each name as ``kind name``, with ``!`` where it is declared."""
    return [
        f"{'!' if occurrence.is_definition else ''}{occurrence.symbol.kind} {occurrence.symbol.name}"
        for occurrence in occurrences(kind, text)
    ]


def text_at(text: str, occurrence: Occurrence) -> str:
    """The text of the name where an occurrence says that it is."""
    line, column = occurrence.mark
    begin = column - 1 + occurrence.offset
    rest = text.split("\n")[line - 1][begin:].lstrip("\"'")
    return rest[: len(occurrence.symbol.name)]


ENTITY = """\
pump-1:
  entityName: Pump 1
  parentEntityId: "hall-1"
  components:
    pump:
      componentTypeId: com.e.Pump
      properties:
        serial: abc
        feeds: {targetEntityId: pump-2}
        all: [pump-3, {targetEntityId: 'pump-4'}]
        made: '${row.x}'
  children:
    part-1: {entityName: Part}
"""
TYPE = """\
com.e.Pump:
  extendsFrom: [com.e.Base]
  propertyDefinitions:
    flow: DOUBLE
    head: {dataType: {type: RELATIONSHIP, relationship: {targetComponentTypeId: com.e.Hall}}}
    power:
      expression: flow * x + sqrt(y)
      variables: {x: {componentTypeId: com.e.Motor, propertyName: speed}, y: {propertyName: head}}
  compositeComponentTypes: {motor: {componentTypeId: com.e.Motor}}
  functions: {dataReader: telemetry, initializer: {connector: setup, requiredProperties: [flow]}}
  propertyGroups: {g: {propertyNames: [flow]}}
  alarms: {high: {property: flow, alarmTypeId: com.e.Alarm}}
"""
SCENE = """\
sceneRootEntityId: root-1
layout:
  parentEntityId: hall-1
  templates:
    com.e.Pump: {components: [{valueDataBinding: {dataBindingContext: {propertyName: flow}}}]}
nodes:
  - components:
      - valueDataBinding:
          dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: flow}
      - valueDataBinding:
          dataBindingContext: {entityId: '${sel_entity}'}
"""
TWIN = """\
workspaceId: w
connectors: {telemetry: {kind: dynamodb}}
ingest: {i: {componentTypeId: com.e.Pump, connectors: [telemetry], properties: {flow: f}}}
renames: {entities: {old: pump-1}, components: {pump-1: {a: b}}, properties: {com.e.Pump: {c: d}}}
"""


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        (
            "entities",
            ENTITY,
            ["!entity pump-1", "entity hall-1", "!component pump", "component_type com.e.Pump",
             "property serial", "property feeds", "property all", "property made", "entity abc",
             "entity pump-2", "entity pump-3", "entity pump-4", "!entity part-1"],
        ),
        (
            "component_types",
            TYPE,
            ["!component_type com.e.Pump", "component_type com.e.Base", "!property flow", "!property head",
             "!property power", "component_type com.e.Motor", "connector telemetry", "connector setup",
             "property flow", "property flow", "property flow", "component_type com.e.Alarm",
             "component_type com.e.Hall", "component_type com.e.Motor", "property speed", "property head",
             "property flow", "property sqrt"],
        ),
        (
            "scenes",
            SCENE,
            ["entity hall-1", "component_type com.e.Pump", "property flow", "entity root-1", "entity pump-1",
             "component pump", "property flow"],
        ),
        (
            "twin",
            TWIN,
            ["!connector telemetry", "component_type com.e.Pump", "connector telemetry", "property flow",
             "entity pump-1", "component_type com.e.Pump"],
        ),
    ],
)  # fmt: skip
def test_each_name_of_a_file_is_found_at_its_place(kind: str, text: str, names: list[str]) -> None:
    assert named(kind, text) == names
    assert [text_at(text, occurrence) for occurrence in occurrences(kind, text)] == [
        name.split()[1] for name in names
    ]


def test_scope_of_a_property_is_the_type_that_it_is_a_property_of() -> None:
    scopes = [
        occurrence.symbol.scope
        for occurrence in occurrences("component_types", TYPE)
        if occurrence.symbol.kind == "property"
    ]
    assert scopes == ["com.e.Pump"] * 6 + ["com.e.Motor"] + ["com.e.Pump"] * 3
    template, bound = [
        occurrence.symbol
        for occurrence in occurrences("scenes", SCENE)
        if occurrence.symbol.kind == "property"
    ]
    assert template == Symbol("property", "flow", "com.e.Pump")
    assert bound == Symbol("property", "flow", ("pump-1", "pump"))


def test_text_that_may_be_a_target_is_told_apart_from_a_target() -> None:
    targets = {
        occurrence.symbol.name: occurrence.symbol.scope
        for occurrence in occurrences("entities", ENTITY)
        if occurrence.symbol.kind == "entity" and not occurrence.is_definition
    }
    assert targets == {"hall-1": "", "abc": "?", "pump-2": "", "pump-3": "?", "pump-4": ""}


@pytest.mark.parametrize(
    "text",
    [
        "e-1: {entityName: E, parentEntityId: h-1}\n",
        "entityId: e-1\nentityName: E\nparentEntityId: h-1\n",
        "- {entityId: e-1, entityName: E, parentEntityId: h-1}\n- 5\n",
        "entities: [{entityId: e-1, entityName: E, parentEntityId: h-1}]\n",
    ],
)
def test_items_are_found_in_each_form_of_a_file(text: str) -> None:
    assert named("entities", text) == ["!entity e-1", "entity h-1"]


def test_template_of_rows_declares_no_entity_and_names_what_is_written_in_it() -> None:
    text = (
        "forEach: {csv: r.csv}\nentity:\n  entityId: 'e-${row.id}'\n  parentEntityId: h-1\n"
        "  components: {c: {componentTypeId: com.e.T}}\n"
    )
    assert named("entities", text) == ["entity h-1", "!component c", "component_type com.e.T"]


@pytest.mark.parametrize("kind", ["twin", "entities", "component_types", "scenes"])
@pytest.mark.parametrize("text", ["", "5\n", "[a, [b]]\n", "a: b\n", "a:\nb: [1]\n"])
def test_file_of_another_form_names_nothing(kind: str, text: str) -> None:
    assert named(kind, text) == []
