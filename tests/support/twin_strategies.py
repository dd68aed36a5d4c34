"""Hypothesis strategies of small definitions that the check accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from twin_stack.formats.definition_source import checked_definition

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import DrawFn, SearchStrategy

    from twin_stack.definition import TwinDefinition

Json = dict[str, Any]

_TYPES: Final = [f"com.example.T{number}" for number in range(4)]
_ENTITIES: Final = [f"e{number}" for number in range(7)]
_NODE_NAMES: Final = ["Hall", "Pump", "Pump (2)", "A/B", "B", ""]
_TEXTS: Final = st.sampled_from(["a", "A b", "x" * 80, "x" * 79 + "y", "80"]).map(str)
_NUMBERS: Final = st.sampled_from([0, 1, 1.5, -3])
_TAGS: Final = st.dictionaries(st.sampled_from(["Site", "Line"]), st.sampled_from(["A", "B"]), max_size=2)
_COLOUR: Final = st.sampled_from(["#ffffff", "#000000"])


@st.composite
def definitions(draw: DrawFn) -> Json:
    """Draw the things of a definition by the name of their file or folder."""
    types = draw(_component_types())
    entities = draw(_entities(types))
    return {
        "twin": draw(_twin(types)),
        "component_types": types,
        "entities": entities,
        "scenes": draw(st.dictionaries(st.sampled_from(["s1", "s2"]), _scenes(sorted(entities)), max_size=2)),
    }


def write_definition(folder: Path, things: Json, *, is_permuted: bool = False) -> TwinDefinition:
    """Write a definition to a folder that is empty, and return it.

    Args:
        folder: The folder.
        things: What ``definitions`` draws.
        is_permuted: Whether keys stand in the opposite order and each thing in a file of its own.
    """
    files: dict[str, Json] = {"twin.yaml": things["twin"]}
    for kind in ("component_types", "entities"):
        items = things[kind].items()
        if is_permuted:
            files |= {f"{kind}/{99 - number}/f.yaml": {key: item} for number, (key, item) in enumerate(items)}
        elif items:
            files[f"{kind}/all.yaml"] = things[kind]
    files |= {f"scenes/{scene_id}.yaml": scene for scene_id, scene in things["scenes"].items()}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_reversed(content) if is_permuted else content), encoding="utf-8")
    return checked_definition(folder)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


@st.composite
def _component_types(draw: DrawFn) -> Json:
    types: Json = {}
    for number, type_id in enumerate(_TYPES):
        if not draw(st.integers(0, 3)):
            continue
        properties = draw(
            st.dictionaries(st.sampled_from([f"p{number}a", f"p{number}b"]), _properties(), max_size=2)
        )
        types[type_id] = {
            "propertyDefinitions": properties
            | {f"text{number}": {"dataType": "STRING"}, f"to{number}": "RELATIONSHIP"},
            **({"extendsFrom": [draw(st.sampled_from(sorted(types)))]} if types and _is_drawn(draw) else {}),
            **({"description": draw(_TEXTS)} if _is_drawn(draw) else {}),
            **({"tags": draw(_TAGS)} if _is_drawn(draw) else {}),
        }
        types[type_id]["functions"] = {"dataReader": {"connector": "telemetry"}}
    return types


def _properties() -> SearchStrategy[Json]:
    return st.one_of(
        st.fixed_dictionaries({"dataType": st.sampled_from(["STRING", "DOUBLE", "INTEGER", "BOOLEAN"])}),
        st.fixed_dictionaries({"dataType": st.just("DOUBLE"), "defaultValue": _NUMBERS}),
        st.fixed_dictionaries(
            {
                "dataType": st.fixed_dictionaries(
                    {"type": st.just("DOUBLE"), "unitOfMeasure": st.sampled_from(["bar", "Pa"])}
                ),
                "isTimeSeries": st.booleans(),
            }
        ),
        st.fixed_dictionaries(
            {
                "dataType": st.fixed_dictionaries(
                    {
                        "type": st.just("STRING"),
                        "allowedValues": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
                    }
                )
            }
        ),
        st.fixed_dictionaries(
            {
                "dataType": st.just({"type": "LIST", "nestedType": {"type": "STRING"}}),
                "defaultValue": st.lists(_TEXTS, max_size=2),
            }
        ),
    )


@st.composite
def _entities(draw: DrawFn, types: Json) -> Json:
    ids = draw(st.permutations(_ENTITIES))[: draw(st.integers(0, len(_ENTITIES)))]
    entities: Json = {}
    for entity_id in ids:
        entity: Json = {"entityName": f"{draw(st.sampled_from(['Pump', 'Fan']))} {entity_id}"}
        if entities and _is_drawn(draw):
            entity["parentEntityId"] = draw(st.sampled_from(sorted(entities)))
        if _is_drawn(draw):
            entity["tags"] = draw(_TAGS)
        if types and _is_drawn(draw):
            names = draw(st.lists(st.sampled_from(["c", "d"]), unique=True, max_size=2))
            entity["components"] = {name: draw(_components(sorted(types), ids)) for name in names}
        entities[entity_id] = entity
    return entities


@st.composite
def _components(draw: DrawFn, types: list[str], ids: list[str]) -> Json:
    type_id = draw(st.sampled_from(types))
    number = type_id[-1]
    properties: Json = {}
    if _is_drawn(draw):
        properties[f"text{number}"] = draw(_TEXTS)
    if _is_drawn(draw):
        properties[f"to{number}"] = draw(st.sampled_from(ids))
    return {"componentTypeId": type_id, "properties": properties}


@st.composite
def _scenes(draw: DrawFn, entity_ids: list[str]) -> Json:
    scene: Json = {"nodes": draw(st.lists(_nodes(entity_ids, 3), min_size=1, max_size=3))}
    if _is_drawn(draw):
        statements = [{"expression": f"x > {draw(_NUMBERS)}", "target": "iottwinmaker.common.icon:Error"}]
        scene["rules"] = {"r": {"statements": statements * draw(st.integers(1, 2))}}
    if _is_drawn(draw):
        scene["description"] = draw(_TEXTS)
    return scene


@st.composite
def _nodes(draw: DrawFn, entity_ids: list[str], depth: int) -> Json:
    node: Json = {"name": draw(st.sampled_from(_NODE_NAMES))}
    if _is_drawn(draw):
        node["transform"] = {"position": [draw(st.integers(0, 1)), 0, 0]}
    lights = st.builds(
        lambda colour: {
            "type": "Light",
            "lightType": "Ambient",
            "lightSettings": {"color": colour, "intensity": 1},
        },
        _COLOUR,
    )
    parts = [lights]
    if entity_ids:
        parts.append(
            st.sampled_from(entity_ids).map(
                lambda entity_id: {
                    "type": "Tag",
                    "valueDataBinding": {"dataBindingContext": {"entityId": entity_id}},
                }
            )
        )
    node["components"] = draw(st.lists(st.one_of(parts), max_size=2))
    if depth:
        node["children"] = draw(st.lists(_nodes(entity_ids, depth - 1), max_size=2))
    return node


@st.composite
def _twin(draw: DrawFn, types: Json) -> Json:
    twin: Json = {"workspaceId": draw(st.sampled_from(["plant", "plant", "other"]))}
    connectors: Json = {"telemetry": {"kind": "dynamodb"}}
    if _is_drawn(draw):
        connectors["archive"] = {
            "kind": "dynamodb",
            "tableName": draw(st.sampled_from(["old-table", "new-table"])),
        }
    twin["connectors"] = connectors
    if _is_drawn(draw):
        twin["description"] = draw(_TEXTS)
    if _is_drawn(draw):
        twin["tags"] = draw(_TAGS)
    if _is_drawn(draw):
        twin["sceneFolder"] = draw(st.sampled_from(["scenes-1", "scenes-2"]))
    return twin


def _is_drawn(draw: DrawFn) -> bool:
    return draw(st.booleans())
