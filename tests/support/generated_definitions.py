"""Generated component types and entities in the service's form: right ones, and ones with many mistakes.

Properties that functions require, and types that relationships lead to, exist: AWS does not document that it
refuses others, and the check refuses them, because they are of no use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Collection

Json = dict[str, Any]

READER = {"implementedBy": {"lambda": {"arn": "arn:aws:lambda:us-east-1:123456789012:function:r"}}}
NAMES = st.sampled_from(["a", "b", "c"])
TYPE_IDS = ("com.e.A", "com.e.B", "com.e.C")

_SCALARS: dict[str, list[Json]] = {
    "STRING": [{"stringValue": "A"}, {"stringValue": "x" * 256}],
    "INTEGER": [{"integerValue": 1}, {"integerValue": -(2**31)}],
    "LONG": [{"longValue": 2**40}, {"longValue": 1}],
    "DOUBLE": [{"doubleValue": 1.5}, {"doubleValue": 2}],
    "BOOLEAN": [{"booleanValue": True}, {"booleanValue": False}],
    "RELATIONSHIP": [
        {"relationshipValue": {"targetEntityId": "hall-1"}},
        {"relationshipValue": {"targetEntityId": "hall-1", "targetComponentName": "a"}},
    ],
}
_MISTAKEN_VALUES: list[Json] = [
    {"stringValue": "x" * 257},
    {"stringValue": "other"},
    {"integerValue": 2**31},
    {"integerValue": 7},
    {"longValue": 7},
    {"doubleValue": 7.5},
    {"booleanValue": True},
    {"listValue": [{"doubleValue": 1.0}]},
    {"listValue": [{"stringValue": "A"}, {"doubleValue": 1.0}]},
    {"relationshipValue": {"targetEntityId": "hall-1"}},
    {"relationshipValue": {"targetEntityId": "hall-2"}},
]


def _rarely(draw: st.DrawFn, one_in: int = 8) -> bool:
    return draw(st.integers(1, one_in)) == one_in


def _wrongly(draw: st.DrawFn) -> bool:
    """Return whether to make a mistake: seldom, because half of all definitions should be right."""
    return draw(st.integers(1, 50)) == 50


@st.composite
def data_types(draw: st.DrawFn, depth: int = 2) -> Json:
    """Draw a data type, at times with a member that does not belong to it."""
    kinds = [*_SCALARS, "LIST", "MAP"] if depth else list(_SCALARS)
    kind = draw(st.sampled_from(kinds))
    data_type: Json = {"type": kind}
    if kind in ("LIST", "MAP"):
        if not _wrongly(draw):
            data_type["nestedType"] = draw(data_types(depth=depth - 1))
    elif _wrongly(draw):
        data_type["nestedType"] = {"type": "DOUBLE"}
    if _rarely(draw, 4):
        data_type["allowedValues"] = draw(st.lists(values(data_type), min_size=1, max_size=3, unique_by=repr))
    if _rarely(draw):
        data_type["unitOfMeasure"] = (
            "x" * 257 if _wrongly(draw) else draw(st.sampled_from(["bar", "x" * 256]))
        )
    if kind == "RELATIONSHIP" and draw(st.booleans()):
        data_type["relationship"] = draw(
            st.sampled_from(
                [
                    {"relationshipType": "feeds"},
                    {"targetComponentTypeId": "com.e.A", "relationshipType": "feeds"},
                    {"targetComponentTypeId": "com.e.A"},
                    {},
                ]
            )
        )
    return data_type


@st.composite
def values(draw: st.DrawFn, data_type: Json | None) -> Json:
    """Draw a value of a data type, at times another one; never one that a bare MAP would be."""
    kind = data_type["type"] if data_type is not None else draw(st.sampled_from(list(_SCALARS)))
    nested = data_type.get("nestedType") if data_type is not None else None
    if kind == "MAP":  # another value would be a bare map with the key of its member
        keys = st.sampled_from(["k", "l m"] if _wrongly(draw) else ["k", "l-m"])
        return {"mapValue": draw(st.dictionaries(keys, values(nested), max_size=2))}
    if _wrongly(draw):
        return draw(st.sampled_from(_MISTAKEN_VALUES))
    if data_type is not None and data_type.get("allowedValues") and not _wrongly(draw):
        return draw(st.sampled_from(data_type["allowedValues"]))
    if _wrongly(draw):
        return {"expression": draw(st.sampled_from(["${Parameters.a}", "a + 1"]))}
    if kind == "LIST":
        return {"listValue": draw(st.lists(values(nested), max_size=2))}
    return draw(st.sampled_from(_SCALARS[kind]))


@st.composite
def properties(draw: st.DrawFn, inherited: Json | None = None) -> Json:
    """Draw the definition of a property, which may override an inherited one."""
    if inherited is not None and not _wrongly(draw):
        definition: Json = {} if draw(st.booleans()) else {"dataType": inherited["dataType"]}
        data_type = inherited["dataType"]
    else:
        data_type = draw(data_types())
        definition = {"dataType": data_type}
    if _rarely(draw, 4):
        definition |= {"isTimeSeries": True, "isStoredExternally": True}
    elif draw(st.booleans()):
        definition["defaultValue"] = draw(values(data_type))
    for flag in ("isRequiredInEntity", "isExternalId", "isStoredExternally"):
        if _rarely(draw):
            definition[flag] = True
    if _rarely(draw):
        texts = ["a b", "x" * 257] if _wrongly(draw) else ["column", "x" * 256]
        definition["configuration"] = {draw(NAMES): draw(st.sampled_from(texts))}
    return definition


def _groups(draw: st.DrawFn, names: Collection[str]) -> Json:
    """Draw property groups of some properties."""
    lists: st.SearchStrategy[list[str]]
    if not names or _wrongly(draw):
        lists = st.sampled_from([[], ["a", "a"], ["d"]])
    else:
        lists = st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=3, unique=True)
    group = st.fixed_dictionaries({"groupType": st.just("TABULAR"), "propertyNames": lists})
    return draw(st.dictionaries(st.sampled_from(["g", "h"]), group, min_size=1, max_size=2))


def _tags(draw: st.DrawFn) -> Json:
    mistaken = [{"aws:team": "a"}, {"x" * 129: "a"}, {"team": "x" * 257}]
    right = [{"team": "a"}, {"x" * 128: "x" * 256}, {"Team 1": "a b"}]
    return draw(st.sampled_from(mistaken if _wrongly(draw) else right))


_FUNCTIONS: list[Json] = [
    {"dataReader": READER},
    {"dataReader": {**READER, "scope": "WORKSPACE"}},
    {"dataReaderByEntity": READER, "dataReaderByComponentType": READER},
    {"attributePropertyValueReaderByEntity": READER},
    {"dataReader": {"implementedBy": {"isNative": True}}},
]


@st.composite
def component_types(draw: st.DrawFn, earlier: dict[str, Json]) -> Json:
    """Draw a component type that may extend, and contain, those before it."""
    own: Json = {}
    inherited: Json = {}
    if draw(st.booleans()) and earlier:
        own["extendsFrom"] = ["com.e.None"] if _wrongly(draw) else [draw(st.sampled_from(list(earlier)))]
        inherited = _all_properties(earlier, own["extendsFrom"][0])
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    own["propertyDefinitions"] = {name: draw(properties(inherited.get(name))) for name in names}
    if draw(st.booleans()):
        functions = dict(draw(st.sampled_from(_FUNCTIONS)))
        if inherited | own["propertyDefinitions"] and _rarely(draw, 4):
            required = draw(st.sampled_from(sorted(inherited | own["propertyDefinitions"])))
            functions["dataReader"] = {**READER, "requiredProperties": [required]}
        own["functions"] = functions
    if _rarely(draw):
        own["isSingleton"] = True
    if _rarely(draw, 4):
        own["propertyGroups"] = _groups(draw, (inherited | own["propertyDefinitions"]).keys())
    if _rarely(draw):
        own["tags"] = _tags(draw)
    if earlier and _rarely(draw, 3):
        inner = ["com.e.None"] if _wrongly(draw) else list(earlier)
        part = st.fixed_dictionaries({"componentTypeId": st.sampled_from(inner)})
        own["compositeComponentTypes"] = draw(
            st.dictionaries(st.sampled_from(["part", "arm"]), part, min_size=1, max_size=2)
        )
    return own


def _all_properties(types: dict[str, Json], type_id: str) -> Json:
    own = types.get(type_id, {})
    inherited: Json = {}
    for parent in own.get("extendsFrom", ()):
        inherited |= _all_properties(types, parent)
    merged = dict(inherited)
    for name, definition in own.get("propertyDefinitions", {}).items():
        merged[name] = {**inherited.get(name, {}), **definition}
    return merged


def _all_parts(types: dict[str, Json], type_id: str) -> Json:
    own = types.get(type_id, {})
    parts: Json = {}
    for parent in own.get("extendsFrom", ()):
        parts |= _all_parts(types, parent)
    own_parts: Json = own.get("compositeComponentTypes", {})
    return parts | own_parts


@st.composite
def _values_of(draw: st.DrawFn, types: dict[str, Json], type_id: str) -> Json:
    """Draw the properties of a component: mostly of those that its type has, and each required one."""
    drawn: Json = {}
    for name, definition in _all_properties(types, type_id).items():
        is_series = definition.get("isStoredExternally")
        has_value = (definition.get("isRequiredInEntity") and not _wrongly(draw)) or draw(st.booleans())
        if has_value and (not is_series or _wrongly(draw)):
            drawn[name] = {"value": draw(values(definition.get("dataType")))}
    if _wrongly(draw):
        drawn["d"] = {"value": {"stringValue": "A"}}
    if _rarely(draw, 6):
        definition = draw(properties())
        drawn["own"] = {"definition": definition}
        if not definition.get("isStoredExternally") and draw(st.booleans()):
            drawn["own"]["value"] = draw(values(definition["dataType"]))
    return drawn


@st.composite
def components(draw: st.DrawFn, types: dict[str, Json]) -> Json:
    """Draw a component of one of the types, at times of one that does not exist."""
    type_id = "com.e.None" if _wrongly(draw) else draw(st.sampled_from(list(types)))
    component: Json = {"componentTypeId": type_id, "properties": draw(_values_of(types, type_id))}
    if _rarely(draw):
        component["propertyGroups"] = _groups(draw, _all_properties(types, type_id).keys())
    return component


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Json], dict[str, Json]]:
    """Draw component types and entities, in an order in which they can be created."""
    types: dict[str, Json] = {}
    for type_id in TYPE_IDS[: draw(st.integers(1, 3))]:
        types[type_id] = draw(component_types(dict(types)))
    machine: Json = {
        "entityName": "Machine",
        "parentEntityId": "hall-2" if _wrongly(draw) else draw(st.sampled_from(["$ROOT", "hall-1"])),
        "components": draw(st.dictionaries(NAMES, components(types), max_size=2)),
    }
    parts: Json = {}
    for name, component in machine["components"].items():
        for part, inner in _all_parts(types, component["componentTypeId"]).items():
            inner_values = draw(_values_of(types, inner["componentTypeId"]))
            if inner_values and not _wrongly(draw):
                parts[f"{name}/{part}"] = {"properties": inner_values}
    if _wrongly(draw):
        parts["a/none"] = {"properties": {}}
    if parts:
        machine["compositeComponents"] = parts
    if _rarely(draw):
        machine["tags"] = _tags(draw)
    return types, {"hall-1": {"entityName": "Hall"}, "machine-1": machine}
