"""The usual entity is validated as pydantic validates it, or left to pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.soak import repetitions
from twin_stack.definition.findings import Location
from twin_stack.definition.plain_entities import EntityFactory
from twin_stack.definition.schema import Entity
from twin_stack.definition.source import Cell

ENTITY: dict[str, Any] = {
    "entityId": "pump-1",
    "entityName": "Pump 1",
    "description": "A pump",
    "parentEntityId": "$ROOT",
    "components": {
        "pump": {
            "componentTypeId": "com.example.Pump",
            "description": None,
            "properties": {"serial": "P-1", "stages": 2, "head": 1.5, "isOn": True, "note": None},
        },
        "place": {"componentTypeId": "com.example.Place"},
    },
}


def described(shape: Any) -> Any:
    """Return a shape with the types of its values and the fields that were written."""
    if isinstance(shape, dict):
        return [(type(key), key, described(value)) for key, value in shape.items()]
    if not hasattr(shape, "model_fields_set"):
        return type(shape), shape
    return type(shape), shape.model_fields_set, described(shape.__dict__), shape.model_extra


def cell(text: str) -> Cell:
    return Cell(text, Location(Path("a.csv"), 2, 1), "column")


@pytest.mark.parametrize(
    "data",
    [
        ENTITY,
        {"entityName": "Pump 1", "entityId": "pump-1"},
        {"entityId": cell("pump-1"), "entityName": cell("Pump"), "components": {}},
    ],
)
def test_usual_entity_is_what_pydantic_makes(data: dict[str, Any]) -> None:
    entity = EntityFactory().entity(data)
    expected = Entity.model_validate(data, by_alias=True, by_name=False)
    assert entity == expected
    assert described(entity) == described(expected)


def test_entity_can_be_copied_and_dumped_as_one_of_pydantic() -> None:
    entity = EntityFactory().entity(ENTITY)
    assert entity is not None
    dumped = entity.model_dump(by_alias=True, exclude_unset=True)
    expected = Entity.model_validate(ENTITY, by_alias=True, by_name=False)
    assert dumped == expected.model_dump(by_alias=True, exclude_unset=True)
    copy = entity.model_copy(update={"tags": {"Team": "Water"}})
    assert copy.model_fields_set == entity.model_fields_set | {"tags"}
    assert described(entity.with_valid(tags={"Team": "Water"})) == described(copy)
    assert "tags" not in entity.model_fields_set, "sets of fields are shared by entities"


NAMES = st.sampled_from(
    ["a", "pump-1", "", "ä", "a b", "$ROOT", "com.e.T", 1, None, cell("b"), cell("ö"), "x" * 300]
)
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        "a",
        "",
        1,
        1.5,
        True,
        None,
        cell("1"),
        [1],
        {},
        {"value": 1},
        {"stringValue": "x"},
        {"a": 1},
        {"definition": {}},
    ]
)
COMPONENTS = st.fixed_dictionaries(
    {},
    optional={
        "componentTypeId": NAMES,
        "description": NAMES,
        "properties": st.dictionaries(NAMES.filter(lambda name: isinstance(name, str)), VALUES, max_size=3)
        | NAMES,
        "propertyGroups": st.just({}),
        "status": st.just("ACTIVE"),
        "typo": st.just(1),
    },
)
ENTITIES = st.fixed_dictionaries(
    {},
    optional={
        "entityId": NAMES,
        "entityName": NAMES,
        "description": NAMES,
        "parentEntityId": NAMES,
        "components": st.dictionaries(st.sampled_from(["a", "b", "ä"]), COMPONENTS | NAMES, max_size=2)
        | NAMES,
        "tags": st.sampled_from([{}, {"a": "b"}]),
        "compositeComponents": st.just({}),
        "arn": st.just("x"),
        "typo": st.just(1),
    },
)
USUAL = st.fixed_dictionaries({"entityId": st.just("e-1"), "entityName": st.just("E"), "components": st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.fixed_dictionaries({"componentTypeId": st.just("com.e.T"), "properties": st.dictionaries(
        st.sampled_from(["p", "q"]), VALUES)}),
)})  # fmt: skip


@given(st.lists(ENTITIES | USUAL, max_size=4))
@settings(max_examples=repetitions(100, 20_000))
def test_no_entity_is_validated_in_another_way(entities: list[dict[str, Any]]) -> None:
    factory = EntityFactory()
    for data in entities:
        entity = factory.entity(data)
        if entity is None:
            continue
        try:
            expected = Entity.model_validate(data, by_alias=True, by_name=False)
        except ValidationError:
            pytest.fail(f"pydantic refuses {data!r}")
        assert described(entity) == described(expected)
