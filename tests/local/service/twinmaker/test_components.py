"""Properties of components: the type's, the imported and the entity's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.twinmaker import make_entity, make_type
from twin_stack.local.service import ServiceError
from twin_stack.local.service.twinmaker.components import apply_groups, apply_properties, property_views
from twin_stack.twinmaker.data_types import FLAGS

TEXT = {"dataType": {"type": "STRING"}}


def resolved(**definitions: Any) -> dict[str, Any]:
    flags = dict.fromkeys(FLAGS, False)
    return {"propertyDefinitions": {name: {**flags, **item} for name, item in definitions.items()}}


def text(value: str) -> dict[str, str]:
    return {"stringValue": value}


def values(record: Any, kind: Any) -> dict[str, Any]:
    return {name: view.get("value") for name, view in property_views(record, kind).items()}


def test_the_entitys_value_precedes_the_imported_one_and_the_default() -> None:
    kind = resolved(
        a={**TEXT, "defaultValue": text("type")}, b={**TEXT, "defaultValue": text("type")}, c=TEXT
    )
    record = {
        "imported": {name: {"definition": TEXT, "value": text("imported")} for name in ("a", "b")},
        "properties": {"a": {"value": text("entity")}},
    }

    assert values(record, kind) == {"a": text("entity"), "b": text("imported"), "c": None}


def test_values_of_properties_that_the_type_lost_are_left_out() -> None:
    record = {"properties": {"old": {"value": text("x")}}}

    assert values(record, resolved(a=TEXT)) == {"a": None}


def test_delete_and_reset_return_to_the_type() -> None:
    kind = resolved(a={**TEXT, "defaultValue": text("type")})
    record: Any = apply_properties(
        {}, kind, {"a": {"value": text("own"), "definition": {"displayName": "A"}}}
    )
    assert values(record, kind) == {"a": text("own")}

    reset = apply_properties(record, kind, {"a": {"updateType": "RESET_VALUE"}})
    assert reset["properties"] == {"a": {"definition": {"displayName": "A"}}}
    deleted = apply_properties(record, kind, {"a": {"updateType": "DELETE"}})
    assert deleted["properties"] == {}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"b": {"value": text("x")}}, "property b is not in the component type, so it needs a dataType"),
        ({"b": {"updateType": "DELETE"}}, "property b does not exist"),
    ],
)
def test_an_unknown_property_is_refused(request_: Any, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        apply_properties({}, resolved(a=TEXT), request_)

    assert caught.value.message == message


def test_a_group_of_unknown_properties_is_refused() -> None:
    with pytest.raises(ServiceError, match="property group 'g' names unknown property 'b'"):
        apply_groups({}, resolved(a=TEXT), {"g": {"groupType": "TABULAR", "propertyNames": ["a", "b"]}})


def test_allowed_values_of_a_property_of_an_entity_are_of_its_type(twinmaker: Any) -> None:
    make_type(twinmaker, "mixer")
    own = {"definition": {"dataType": {"type": "STRING", "allowedValues": [{"integerValue": 7}]}}}
    with pytest.raises(twinmaker.exceptions.ValidationException, match="takes stringValue, got integerValue"):
        make_entity(
            twinmaker, "mixer-1", components={"c": {"componentTypeId": "mixer", "properties": {"own": own}}}
        )
