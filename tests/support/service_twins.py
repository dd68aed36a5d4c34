"""Generated twins in the form of the API: component types and entities as its requests take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]

NAMES = st.from_regex(r"[a-zA-Z_\-0-9]{1,8}", fullmatch=True)
ENTITY_NAMES = st.from_regex(r"[a-zA-Z_0-9][a-zA-Z_0-9\-. ]{0,8}[a-zA-Z0-9]", fullmatch=True)
# What a careless writer of YAML gets wrong is more likely than by chance.
TEXTS = st.sampled_from(
    ["yes", "null", "1e3", "007", "- a", "a: b", "#", "{", "é", "\u2028", "2024-01-01", " "]
) | st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
    min_size=1,
    max_size=12,
)
TAGS = st.dictionaries(
    st.from_regex(r"[a-zA-Z][a-zA-Z0-9_.:/=+\-@]{0,6}", fullmatch=True),
    st.from_regex(r"[a-zA-Z0-9]{1,6}", fullmatch=True),
    min_size=1,
    max_size=2,
)
ARNS = st.sampled_from(["reader", "other-reader"]).map(
    lambda name: f"arn:aws:lambda:eu-west-1:111122223333:function:{name}"
)
SCALARS = {
    "STRING": ("stringValue", TEXTS),
    "LONG": ("longValue", st.integers(-(2**63), 2**63 - 1)),
    "INTEGER": ("integerValue", st.integers(-(2**31), 2**31 - 1)),
    "BOOLEAN": ("booleanValue", st.booleans()),
    "DOUBLE": ("doubleValue", st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 5)),
}


@st.composite
def data_types(draw: st.DrawFn, depth: int = 1) -> Json:
    """Draw a data type."""
    kinds = [*SCALARS, "RELATIONSHIP", *(["LIST", "MAP"] if depth else [])]
    kind = draw(st.sampled_from(kinds))
    data_type: Json = {"type": kind}
    if kind in {"LIST", "MAP"}:
        data_type["nestedType"] = draw(data_types(depth - 1))
    elif kind in {"DOUBLE", "INTEGER"} and draw(st.booleans()):
        data_type["unitOfMeasure"] = draw(st.sampled_from(["Celsius", "%", "m/s"]))
    return data_type


def values(data_type: Json, targets: Sequence[str]) -> st.SearchStrategy[Json]:
    """Return values of a data type, whose relationships lead to one of some entities."""
    kind = data_type["type"]
    if kind in SCALARS:
        member, content = SCALARS[kind]
        return content.map(lambda value: {member: value})
    if kind == "RELATIONSHIP":
        return st.sampled_from(targets).map(lambda target: {"relationshipValue": {"targetEntityId": target}})
    nested = values(data_type["nestedType"], targets)
    if kind == "LIST":
        return st.lists(nested, min_size=1, max_size=3).map(lambda items: {"listValue": items})
    return st.dictionaries(NAMES, nested, min_size=1, max_size=3).map(lambda items: {"mapValue": items})


@st.composite
def property_definitions(draw: st.DrawFn) -> Json:
    """Draw the definition of a property that the service stores."""
    definition: Json = {"dataType": draw(data_types())}
    if definition["dataType"]["type"] in SCALARS and draw(st.booleans()):
        definition["defaultValue"] = draw(values(definition["dataType"], []))
    if draw(st.booleans()):
        definition["configuration"] = {draw(NAMES): "a-b_1"}
    if draw(st.booleans()):
        definition["isRequiredInEntity"] = False
    return definition


@st.composite
def component_types(draw: st.DrawFn, with_parts: bool) -> list[Json]:
    """Draw component types that can be put on entities."""
    types: list[Json] = []
    for number in range(draw(st.integers(1, 3))):
        own: Json = {"componentTypeId": f"com.example.T{number}"}
        if draw(st.booleans()):
            own["description"] = draw(TEXTS)
        if bool(types) and draw(st.booleans()):
            own["extendsFrom"] = [draw(st.sampled_from(types))["componentTypeId"]]
        if draw(st.booleans()):
            own["isSingleton"] = draw(st.booleans())
        properties = {
            f"own{number}{index}": draw(property_definitions()) for index in range(draw(st.integers(0, 3)))
        }
        if draw(st.booleans()):
            properties[f"series{number}"] = {
                "dataType": {"type": "DOUBLE"},
                "isTimeSeries": True,
                "isStoredExternally": True,
            }
            own["functions"] = {"dataReader": {"implementedBy": {"lambda": {"arn": draw(ARNS)}}}}
            if draw(st.booleans()):
                own["functions"]["dataReader"]["scope"] = "ENTITY"
        if properties:
            own["propertyDefinitions"] = properties
            if draw(st.booleans()):
                own["propertyGroups"] = {"group": {"groupType": "TABULAR", "propertyNames": [*properties]}}
        if with_parts and bool(types) and draw(st.booleans()):
            part = draw(st.sampled_from(types))["componentTypeId"]
            own["compositeComponentTypes"] = {"part": {"componentTypeId": part}}
        if draw(st.booleans()):
            own["tags"] = draw(TAGS)
        types.append(own)
    return types


@st.composite
def twins(draw: st.DrawFn, with_parts: bool) -> tuple[list[Json], list[Json]]:
    """Draw the component types and entities of a twin.

    Args:
        draw: Draws a value.
        with_parts: Whether component types have composite components.
    """
    types = draw(component_types(with_parts))
    ids = [f"e-{number}:x.{number}" for number in range(draw(st.integers(0, 4)))]
    entities: list[Json] = []
    for entity_id in ids:
        entity: Json = {"entityId": entity_id, "entityName": draw(ENTITY_NAMES)}
        if draw(st.booleans()):
            entity["description"] = draw(TEXTS | st.just(""))
        if bool(entities) and draw(st.booleans()):
            entity["parentEntityId"] = draw(st.sampled_from(entities))["entityId"]
        if draw(st.booleans()):
            entity["tags"] = draw(TAGS)
        own = draw(st.sampled_from(types))
        component: Json = {"componentTypeId": own["componentTypeId"]}
        drawn = {
            name: {"value": draw(values(definition["dataType"], ids))}
            for name, definition in own.get("propertyDefinitions", {}).items()
            if not definition.get("isTimeSeries") and draw(st.booleans())
        }
        if draw(st.booleans()):
            data_type = draw(data_types())
            drawn["extra"] = {"definition": {"dataType": data_type}, "value": draw(values(data_type, ids))}
        if drawn:
            component["properties"] = drawn
        entity["components"] = {draw(NAMES): component}
        entities.append(entity)
    return types, entities
