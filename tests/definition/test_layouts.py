"""Layouts: nodes of a scene stamped out for the entities below a parent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path

TYPES = """
com.e.Lamp: {propertyDefinitions: {level: DOUBLE}}
com.e.Spot: {extendsFrom: [com.e.Lamp]}
com.e.Room: {propertyDefinitions: {area: DOUBLE}}
com.e.Other: {}
"""
ENTITIES = """
hall:
  entityName: Hall
  children:
    room-1:
      entityName: Room 1
      components: {room: {componentTypeId: com.e.Room}}
      children:
        lamp-1: {entityName: Lamp 1, components: {other: {componentTypeId: com.e.Other}, lamp: {componentTypeId: com.e.Lamp}}}
        lamp-2: {entityName: Lamp 2, components: {spot: {componentTypeId: com.e.Spot}}}
        lamp-3: {entityName: Lamp 3, components: {lamp: {componentTypeId: com.e.Lamp}}}
        door: {entityName: Door}
    room-2:
      entityName: Room 2
      components: {room: {componentTypeId: com.e.Room}}
"""
TEMPLATE = "{com.e.Lamp: {}}"


def model(folder: Path, layout: str, **files: str) -> Path:
    """A scene with one node, which has the layout."""
    scene = f"nodes:\n  - name: Group\n    layout: {layout}\n"
    return write(
        folder,
        {
            "component_types/t.yaml": TYPES,
            "entities/e.yaml": ENTITIES,
            "scenes/s1.yaml": scene,
            **{f"scenes/{name}.csv": text for name, text in files.items()},
        },
    )


def nodes(folder: Path) -> list[dict[str, Any]]:
    """The nodes of the scene."""
    assert finding_lines(folder) == []
    found_nodes: list[dict[str, Any]] = load(folder).scenes["s1"].document["nodes"]
    return found_nodes


def of(arrangement: str, templates: str = TEMPLATE, parent: str = "room-1") -> str:
    return f"{{parentEntityId: {parent}, {arrangement}, templates: {templates}}}"


def positions(folder: Path) -> list[list[float]]:
    return [node["transform"]["position"] for node in nodes(folder)[1:]]


def test_entities_below_the_parent_become_nodes_in_the_order_of_the_definition(tmp_path: Path) -> None:
    group, *stamped = nodes(model(tmp_path, of("line: {spacing: [1, 2, 3]}")))

    # A subtype has its parent's template; what has no template is not laid out.
    assert [node["name"] for node in stamped] == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert group["children"] == [1, 2, 3]
    assert [node["transform"]["position"] for node in stamped] == [[0, 0, 0], [1, 2, 3], [2, 4, 6]]
    assert stamped[0]["transform"]["scale"] == [1, 1, 1]


@pytest.mark.parametrize(
    ("arrangement", "expected"),
    [
        ("grid: {columns: 2, spacing: [3, 4.5]}", [[0, 0, 0], [3, 0, 0], [0, 0, 4.5]]),
        ("grid: {spacing: 5}", [[0, 0, 0], [5, 0, 0], [0, 0, 5]]),
        ("grid: {columns: 9, spacing: 5}", [[0, 0, 0], [5, 0, 0], [10, 0, 0]]),
        ("line: {spacing: [0, 2.5, 0]}", [[0, 0, 0], [0, 2.5, 0], [0, 5, 0]]),
        ("circle: {radius: 2}", [[0, 0, 2], [1.732051, 0, -1], [-1.732051, 0, -1]]),
    ],
)
def test_arrangement_puts_nodes_where_its_words_say(
    arrangement: str, expected: list[list[float]], tmp_path: Path
) -> None:
    assert positions(model(tmp_path, of(arrangement))) == expected


def test_nodes_of_a_circle_look_outward_when_asked(tmp_path: Path) -> None:
    template = "{com.e.Lamp: {transform: {rotation: [1, 1, 1]}}}"
    turned = nodes(model(tmp_path, of("circle: {radius: 2, facing: true}", template)))[1:]

    for node in turned:
        x, _, z = node["transform"]["position"]
        _, turn, _ = node["transform"]["rotation"]
        # +Z turned around Y points from the centre to the node.
        assert math.sin(turn) == pytest.approx(x / 2, abs=1e-5)
        assert math.cos(turn) == pytest.approx(z / 2, abs=1e-5)

    kept = nodes(model(tmp_path / "kept", of("circle: {radius: 2}", template)))[1]
    assert kept["transform"]["rotation"] == [1, 1, 1]


def test_csv_puts_nodes_where_its_rows_say(tmp_path: Path) -> None:
    rows = "name,entityId,x,y,z,rotationY,scaleX\n,lamp-2,1,2,,0.5,\n,lamp-1,-1.5,0,1e1,,2\n,lamp-3,0,0,0,,\n"
    template = "{com.e.Lamp: {transform: {position: [0, 1, 0], rotation: [1, 0, 0]}}}"
    first, second, third = nodes(model(tmp_path, of("csv: places.csv", template), places=rows))[1:]

    assert first["transform"] == {"position": [-1.5, 1, 10], "rotation": [1, 0, 0], "scale": [2, 1, 1]}
    assert second["transform"] == {"position": [1, 3, 0], "rotation": [0, 0.5, 0], "scale": [1, 1, 1]}
    assert third["transform"]["position"] == [0, 1, 0]


def test_template_is_filled_with_the_entity(tmp_path: Path) -> None:
    template = """
        {com.e.Lamp: {
          name: "Level of ${entity.entityName}",
          components: [
            {type: EntityBinding, valueDataBinding: {dataBindingContext: {}}},
            {type: Tag, valueDataBinding: {dataBindingContext: {propertyName: level}}},
            {type: Tag, valueDataBinding: {dataBindingContext: {entityId: room-1, componentName: room, propertyName: area}}},
            {type: DataOverlay, dataRows: [{rowType: Markdown, content: "${entity.entityId} ${entity.componentName} ${level}"}], valueDataBindings: [{bindingName: level, valueDataBinding: {dataBindingContext: {propertyName: level}}}]}
          ]}}"""
    node = nodes(model(tmp_path, of("line: {spacing: [1, 0, 0]}", template)))[2]

    assert node["name"] == "Level of Lamp 2"
    entity, level, room, overlay = node["components"]
    assert entity["valueDataBinding"]["dataBindingContext"] == {"entityId": "lamp-2"}
    assert level["valueDataBinding"]["dataBindingContext"] == {
        "entityId": "lamp-2",
        "componentName": "spot",
        "propertyName": "level",
    }
    # What is written stays, and so do the viewer's own variables.
    assert room["valueDataBinding"]["dataBindingContext"]["entityId"] == "room-1"
    assert overlay["dataRows"][0]["content"] == "lamp-2 spot ${level}"


def test_layout_inside_of_a_template_lays_out_what_is_below_its_entity(tmp_path: Path) -> None:
    inner = (
        '{parentEntityId: "${entity.entityId}", line: {spacing: [1, 0, 0]}, '
        'templates: {com.e.Lamp: {name: "${entity.entityName}!"}}}'
    )
    outer = of("line: {spacing: [0, 3, 0]}", f"{{com.e.Room: {{layout: {inner}}}}}", "hall")
    found_nodes = nodes(model(tmp_path, outer))

    assert [node["name"] for node in found_nodes] == [
        "Group", "Room 1", "Lamp 1!", "Lamp 2!", "Lamp 3!", "Room 2"
    ]  # fmt: skip
    assert found_nodes[0]["children"] == [1, 5]
    assert found_nodes[1]["children"] == [2, 3, 4]
    assert found_nodes[5]["transform"]["position"] == [0, 3, 0]


def test_nodes_come_behind_the_children_that_are_written_out(tmp_path: Path) -> None:
    folder = model(tmp_path, of("grid: {spacing: 1}"))
    scene = folder / "scenes" / "s1.yaml"
    scene.write_text(scene.read_text() + "    children: [{name: Own}]\n")

    assert [node["name"] for node in nodes(folder)] == ["Group", "Own", "Lamp 1", "Lamp 2", "Lamp 3"]


FAULTS: dict[str, tuple[str, str]] = {
    "text": ("none", '3:13 TWIN004 "layout" is "none"; write a mapping of parentEntityId, templates and an arrangement'),
    "two arrangements": (
        of("grid: {spacing: 1}, line: {spacing: [1, 1, 1]}"),
        "3:13 TWIN060 grid and line are both given; give one of grid, line, circle and csv",
    ),
    "unknown key": (of("gird: {spacing: 1}, circle: {radius: 1}"), '3:38 TWIN003 "gird" is not a known key; did you mean "grid"?'),
    "no templates": (of("circle: {radius: 1}", "{}"), "3:70 TWIN005"),
    "template of a number": (of("circle: {radius: 1}", "{com.e.Lamp: 1}"), '3:83 TWIN004 "com.e.Lamp" is 1; write a mapping'),
    "unknown parent": (of("circle: {radius: 1}", parent="room-3"), '3:30 TWIN015 parent entity "room-3" is not defined; did you mean "room-2"?'),
    "unknown type": (
        of("circle: {radius: 1}", "{com.e.Lmap: {}}"),
        '3:71 TWIN014 component type "com.e.Lmap" is not defined; did you mean "com.e.Lamp"?',
    ),
    "unknown variable": (
        of("circle: {radius: 1}", '{com.e.Lamp: {name: "${entity.name}"}}'),
        '3:90 TWIN031 "${entity.name}" is not known; did you mean "entityName"?',
    ),
    "no columns": (of("grid: {spacing: 1, columns: 0}"), "3:66 TWIN005"),
    "spacing of words": (of("grid: {spacing: wide}"), '3:54 TWIN004 "spacing" is "wide"; write a list'),
    "position of words": (
        of("circle: {radius: 1}", "{com.e.Lamp: {transform: {position: here}}}"),
        '3:106 TWIN004 "position" is "here"; write three numbers',
    ),
    "unknown property": (
        of(
            "circle: {radius: 1}",
            "{com.e.Lamp: {components: [{type: Tag, valueDataBinding: {dataBindingContext: {propertyName: lvl}}}]}}",
        ),
        '3:163 TWIN044 component "lamp" of "lamp-1" has no property "lvl"; did you mean "level"?',
    ),
    "unknown key of a node": (
        of("circle: {radius: 1}", "{com.e.Lamp: {nmae: A}}"),
        '3:84 TWIN003 "nmae" is not a known key; did you mean "name"?',
    ),
    "nothing there": (
        of("circle: {radius: 1}", "{com.e.Room: {}}"),
        "3:13 TWIN061 warning: no entity below parentEntityId has a component of these types; correct "
        "parentEntityId or templates",
    ),
    "no csv": (of("csv: nowhere.csv"), '3:43 TWIN009 CSV file "nowhere.csv" does not exist; create it, or correct its name'),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_reported_once(name: str, tmp_path: Path) -> None:
    layout, expected = FAULTS[name]
    (finding,) = finding_lines(model(tmp_path, layout))
    assert finding.startswith(f"scenes/s1.yaml:{expected}")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("entityId,x,y\nlamp-1,1,1\n", "p.csv:1:1 TWIN030 the CSV file lacks the column z; add it to the header"),
        ("entityId,x,y,z\nlamp-1,1,1,1\nlamp-2,a,0,0\nlamp-3,,,\n", 'p.csv:3:8 TWIN030 x is "a", not a number; write a number such as 2.5'),
        ("entityId,x,y,z\nlamp-1,1,1,1\nlamp-2,0,nan,0\nlamp-3,,,\n", 'p.csv:3:10 TWIN030 y is "nan", not a number; clear the cell where there is no value'),
        ("entityId,x,y,z\nlamp-1,,,\nlamp-2,,,\n", 's1.yaml:3:43 TWIN060 entity "lamp-3" has no row in "p.csv"; add the row'),
        ("entityId,x,y,z\nlamp-1,,,\nlamp-2,,,\nlamp-3,,,\nlamp-9,,,\n", 'p.csv:5:1 TWIN060 entity "lamp-9" is not defined; did you mean "lamp-3"?'),
        ("entityId,x,y,z\nlamp-1,,,\nlamp-2,,,\nlamp-3,,,\nlamp-1,,,\n", 'p.csv:5:1 TWIN060 entity "lamp-1" has a row already; keep one of them'),
    ],
)  # fmt: skip
def test_fault_in_a_csv_is_reported_where_it_stands(rows: str, expected: str, tmp_path: Path) -> None:
    assert finding_lines(model(tmp_path, of("csv: p.csv"), p=rows)) == [f"scenes/{expected}"]


def test_layout_in_a_numbered_document_is_refused(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "scenes/s1.json": '{"specVersion": "1.0", "rootNodeIndexes": [0], "nodes": [\n'
            '{"name": "A", "transform": {}, "layout": {}}]}'
        },
    )

    assert finding_lines(folder) == [
        'scenes/s1.json:2:32 TWIN060 "layout" is in a document with numbered nodes; leave out '
        "rootNodeIndexes and nest children instead"
    ]


@pytest.mark.slow
def test_layouts_that_multiply_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.definition.layouts.MAX_VALUES", 40_000)
    children = "".join(
        f"        l-{number}: {{entityName: L {number}, components: {{c: {{componentTypeId: com.e.Lamp}}}}}}\n"
        for number in range(100)
    )
    inner = of("grid: {spacing: 1}", TEMPLATE, "hall")
    for _ in range(4):
        inner = of("grid: {spacing: 1}", f"{{com.e.Lamp: {{layout: {inner}}}}}", "hall")
    folder = model(tmp_path, inner)
    (folder / "entities" / "e.yaml").write_text(f"hall:\n  entityName: Hall\n  children:\n{children}")

    findings = finding_lines(folder)

    assert "TWIN060 the layouts of this scene make more than 40,000 values; place fewer" in findings[0]
    assert len(findings) == 1
