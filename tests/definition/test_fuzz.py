"""No change to a model makes the check raise: it gives findings, or a definition."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.definition.models import write
from tests.support.soak import repetitions
from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path

MODEL: dict[str, Any] = {
    "twin.json": {
        "workspaceId": "plant-1",
        "description": "A plant",
        "connectors": {
            "telemetry": {"kind": "dynamodb"},
            "other": {"kind": "lambda", "arn": "arn:aws:lambda:eu-west-1:111122223333:function:other"},
        },
        "tags": {"Team": "Water"},
    },
    "component_types/t.json": {
        "com.example.Base": {
            "propertyDefinitions": {
                "serial": {"dataType": "STRING", "isExternalId": True, "isRequiredInEntity": True},
                "mode": {"dataType": {"type": "STRING", "allowedValues": ["A", "B"]}, "defaultValue": "A"},
            }
        },
        "com.example.Pump": {
            "description": "A pump",
            "extendsFrom": ["com.example.Base", "com.amazon.iottwinmaker.documents"],
            "propertyDefinitions": {
                "flow": {"dataType": {"type": "DOUBLE", "unitOfMeasure": "l/s"}, "isTimeSeries": True},
                "stages": {"dataType": {"type": "LIST", "nestedType": "DOUBLE"}},
                "feeds": {"dataType": {"type": "RELATIONSHIP", "relationship": {"relationshipType": "feeds"}}},
                "mode": {"defaultValue": "B", "isInherited": True},
                "note": {"dataType": "STRING", "configuration": {"column": "note"}, "displayName": "Note"},
            },
            "functions": {"dataReader": {"connector": "telemetry", "requiredProperties": ["serial"]}},
            "propertyGroups": {"all": {"groupType": "TABULAR", "propertyNames": ["flow"]}},
            "compositeComponentTypes": {"motor": {"componentTypeId": "com.example.Base"}},
        },
    },
    "entities/e.json": {
        "hall-1": {
            "entityName": "Hall 1",
            "children": {
                "pump-1": {
                    "entityName": "Pump 1",
                    "components": {
                        "pump": {
                            "componentTypeId": "com.example.Pump",
                            "properties": {
                                "serial": "P-1",
                                "stages": [1, 2.5],
                                "feeds": {"targetEntityId": "pump-2"},
                                "documents": {"mapValue": {"manual": {"stringValue": "x"}}},
                            },
                        },
                        "asset": {
                            "componentTypeId": "com.amazon.iotsitewise.connector",
                            "properties": {
                                "sitewiseAssetId": "a",
                                "sitewiseAssetModelId": "m",
                                "odd": {
                                    "definition": {"dataType": {"type": "STRING"}, "isImported": True},
                                    "value": {"stringValue": "x"},
                                },
                            },
                        },
                    },
                    "compositeComponents": {"pump/motor": {"properties": {"serial": "M-1"}}},
                    "tags": {"Line": "1"},
                },
                "pump-2": {"entityName": "Pump 2"},
            },
        },
    },
    "entities/rows.json": {
        "forEach": {"csv": "rows.csv", "as": "row"},
        "entity": {
            "entityId": "sensor-${row.id}",
            "entityName": "${row.name}",
            "parentEntityId": "hall-1",
            "children": {"part-${row.id}": {"entityName": "Part", "tags": {"${row.name}": "${row.id}"}}},
        },
    },
    "scenes/hall.json": {
        "description": "The hall",
        "nodes": [
            {
                "name": "Pump",
                "transform": {"position": [1, 2, 3]},
                "components": [
                    {"type": "ModelRef", "modelType": "GLB", "uri": "https://example.com/pump.glb"},
                    {"type": "MotionIndicator", "shape": "LinearPlane", "config": {}, "valueDataBindings": {}},
                ],
                "children": [
                    {
                        "components": [
                            {
                                "type": "Tag",
                                "ruleBasedMapId": "r",
                                "valueDataBinding": {
                                    "dataBindingContext": {
                                        "entityId": "pump-1",
                                        "componentName": "pump",
                                        "propertyName": "flow",
                                    }
                                },
                            }
                        ]
                    }
                ],
            },
            {"components": [{"type": "Camera", "fov": 50}]},
        ],
        "rules": {"r": {"statements": [{"expression": "flow > 1", "target": "iottwinmaker.common.icon:Info"}]}},
        "cameras": [],
        "properties": {"environmentPreset": "neutral"},
    },
    "scenes/numbered.json": {
        "specVersion": "1.0",
        "unit": "meters",
        "nodes": [{"transform": {}, "children": [1]}, {"transform": {}, "components": []}],
        "rootNodeIndexes": [0],
    },
}  # fmt: skip
CSV = "id,name\n01,Sensor 1\n02,Sensor 2\n"


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path into a tree, that of its root left out."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path] * bool(path) + [
        path_below for key, member in members for path_below in places(member, (*path, key))
    ]


PLACES = [place for place in places(MODEL) if len(place) > 1]
KEYS = sorted({str(part) for place in PLACES for part in place})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**60), max_value=10**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        [
            *KEYS,
            "$ROOT",
            "hall-1",
            "pump-1",
            "${row.id}",
            "${row.",
            "${Parameters.x}",
            "",
            "x" * 300,
            "a\n",
            "[key]",
        ]
    ),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
MODEL_PARTS = st.sampled_from(PLACES).map(lambda place: look_up(MODEL, place))
CHANGES = st.one_of(
    st.tuples(st.just("drop"), st.sampled_from(PLACES), st.none()),
    st.tuples(st.just("replace"), st.sampled_from(PLACES), TREES | MODEL_PARTS),
    st.tuples(st.just("insert"), st.sampled_from(PLACES), TREES | MODEL_PARTS),
    st.tuples(st.just("rename"), st.sampled_from(PLACES), st.sampled_from(KEYS) | st.text(max_size=5)),
)


def look_up(tree: Any, place: tuple[str | int, ...]) -> Any:
    for part in place:
        tree = tree[part]
    return tree


def change(model: dict[str, Any], how: str, place: tuple[str | int, ...], new: Any) -> None:
    try:
        container = look_up(model, place[:-1])
        old = container[place[-1]]
    except (LookupError, TypeError):
        return  # an earlier change took it away
    if isinstance(container, str):
        return  # or put text there, of which a letter was found
    if how == "replace":
        container[place[-1]] = copy.deepcopy(new)
    elif how == "insert" and isinstance(old, dict):
        old[KEYS[len(str(new)) % len(KEYS)]] = copy.deepcopy(new)
    elif how == "insert" and isinstance(old, list):
        old.insert(0, copy.deepcopy(new))
    elif how == "rename" and isinstance(container, dict):
        container[str(new)] = container.pop(place[-1])
    elif how == "drop":
        del container[place[-1]]


def checked(folder: Path, model: dict[str, Any], csv: str = CSV) -> tuple[bool, list[str]]:
    for name, content in model.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    (folder / "entities" / "rows.csv").write_text(csv, encoding="utf-8")
    definition, findings = check(folder)
    return definition is not None, [str(finding) for finding in findings]


def test_model_that_is_changed_below_has_no_mistake(tmp_path: Path) -> None:
    is_right, findings = checked(tmp_path, MODEL)
    assert is_right
    assert [finding.split()[1] for finding in findings] == ["TWIN213", "TWIN029", "TWIN212"]


@pytest.mark.soak
@settings(max_examples=repetitions(30, 2500), deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
@example(changes=[("replace", ("scenes/hall.json", "cameras"), 5)])
@example(changes=[("replace", ("scenes/numbered.json", "nodes", 0, "children"), 3)])
@example(
    changes=[
        ("replace", ("component_types/t.json", "com.example.Base"), {"extendsFrom": ["com.example.Pump"]})
    ]
)
def test_changed_model_gives_findings_or_a_definition(
    changes: list[tuple[str, tuple[str | int, ...], Any]], tmp_path: Path
) -> None:
    model = copy.deepcopy(MODEL)
    for edit in changes:
        change(model, *edit)
    is_right, findings = checked(tmp_path, {name: model.get(name, {}) for name in MODEL})
    assert is_right or findings
    for finding in findings:
        assert len(finding.splitlines()) == 1
        assert len(finding) < 2_000
        finding.encode()


@pytest.mark.soak
@settings(max_examples=repetitions(15, 1000), deadline=None, suppress_health_check=list(HealthCheck))
@given(csv=st.text(alphabet='ab1,"\n\r\t ;${}.\x00\u2028é', max_size=40))
def test_any_spreadsheet_gives_findings_or_entities(csv: str, tmp_path: Path) -> None:
    is_right, findings = checked(tmp_path, MODEL, "id,name\n" + csv)
    assert is_right or findings


@pytest.mark.soak
@settings(max_examples=repetitions(30, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["entities/x.yaml", "component_types/x.yaml", "scenes/xx.yaml", "entities/x.json"]),
    text=st.text(alphabet="ab-1: \n\"'[]{},&*!|>#%@`?<\\\t\r\x85\u2028\ufeffé~.", max_size=40)
    | st.binary(max_size=40),
)
@example(name="entities/x.yaml", text="a: [\n")
@example(name="entities/x.yaml", text="? [a]\n: b\n")
@example(name="entities/x.json", text='{"a": "\\ud800"}')
def test_any_text_gives_findings_or_a_definition(name: str, text: str | bytes, tmp_path: Path) -> None:
    definition, findings = check(write(tmp_path, {name: text}))
    assert definition is not None or findings
    (tmp_path / name).unlink()
