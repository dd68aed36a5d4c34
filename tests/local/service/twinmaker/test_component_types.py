"""Component types: inheritance, abstractness, deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.twinmaker import FACTORY, SERIES, TEXT, get_type, make_type, reader
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES


def test_type_has_all_inherited_members(twinmaker: Any, functions: Any) -> None:
    make_type(
        twinmaker,
        "base",
        functions=reader(functions),
        propertyDefinitions={
            "level": {**SERIES, "dataType": {"type": "DOUBLE", "unitOfMeasure": "m"}},
            "unit": {**TEXT, "defaultValue": {"stringValue": "m"}},
        },
        propertyGroups={"table": {"groupType": "TABULAR", "propertyNames": ["unit"]}},
    )
    created = make_type(
        twinmaker,
        "tank",
        extendsFrom=["base"],
        componentTypeName="Tank",
        description="a tank",
        isSingleton=True,
        propertyDefinitions={
            "unit": {"defaultValue": {"stringValue": "l"}},
            "volume": {"dataType": {"type": "DOUBLE"}},
        },
    )
    assert (created["state"], created["arn"].rpartition("/")[2]) == ("CREATING", "tank")
    component_type = get_type(twinmaker, "tank")
    definitions = component_type["propertyDefinitions"]
    assert definitions["unit"]["defaultValue"] == {"stringValue": "l"}
    assert definitions["unit"]["isInherited"] is True
    assert definitions["volume"]["isInherited"] is False
    assert definitions["level"]["dataType"] == {"type": "DOUBLE", "unitOfMeasure": "m"}
    assert definitions["level"]["isTimeSeries"] is True
    assert definitions["level"]["isImported"] is False
    assert component_type["functions"]["dataReader"]["isInherited"] is True
    assert component_type["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"].endswith(":reader")
    assert component_type["propertyGroups"]["table"] == {
        "groupType": "TABULAR",
        "propertyNames": ["unit"],
        "isInherited": True,
    }
    for member, value in {
        "isAbstract": False,
        "isSingleton": True,
        "extendsFrom": ["base"],
        "componentTypeName": "Tank",
        "description": "a tank",
        "isSchemaInitialized": False,
        "status": {"state": "ACTIVE", "error": {}},
        "workspaceId": "Factory",
    }.items():
        assert component_type[member] == value, member


def test_subtypes_follow_when_a_parent_type_changes(twinmaker: Any) -> None:
    make_type(twinmaker, "a", propertyDefinitions={"x": TEXT})
    make_type(twinmaker, "b", extendsFrom=["a"])
    make_type(twinmaker, "c", extendsFrom=["b"])
    twinmaker.create_entity(
        **FACTORY, entityId="e1", entityName="e", components={"C": {"componentTypeId": "c"}}
    )
    twinmaker.update_component_type(
        **FACTORY,
        componentTypeId="a",
        propertyDefinitions={"x": {**TEXT, "defaultValue": {"stringValue": "new"}}},
    )
    assert get_type(twinmaker, "c")["propertyDefinitions"]["x"]["defaultValue"] == {"stringValue": "new"}
    entity = twinmaker.get_entity(**FACTORY, entityId="e1")
    assert entity["components"]["C"]["properties"]["x"]["value"] == {"stringValue": "new"}


def test_update_keeps_the_members_that_are_not_given_when_a_type_changes(twinmaker: Any) -> None:
    make_type(twinmaker, "a", description="old", propertyDefinitions={"x": TEXT})
    twinmaker.update_component_type(**FACTORY, componentTypeId="a", description="new")
    component_type = get_type(twinmaker, "a")
    assert component_type["description"] == "new"
    assert list(component_type["propertyDefinitions"]) == ["x"]


def test_the_implementation_wins_when_one_of_two_parents_has_none(twinmaker: Any, functions: Any) -> None:
    make_type(twinmaker, "telemetry", functions=reader(functions))
    make_type(twinmaker, "alarm", extendsFrom=["com.amazon.iottwinmaker.alarm.basic", "telemetry"])
    component_type = get_type(twinmaker, "alarm")
    assert component_type["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"].endswith(":reader")
    assert component_type["isAbstract"] is False


def test_a_type_is_abstract_when_no_function_reads_an_external_value(twinmaker: Any, functions: Any) -> None:
    make_type(twinmaker, "series", propertyDefinitions={"x": SERIES})
    make_type(
        twinmaker,
        "attribute",
        functions=reader(functions),
        propertyDefinitions={"x": {**TEXT, "isStoredExternally": True}},
    )
    make_type(
        twinmaker,
        "attribute-read",
        extendsFrom=["attribute"],
        functions={
            "attributePropertyValueReaderByEntity": {"implementedBy": {"lambda": {"arn": functions.arn("a")}}}
        },
    )
    make_type(
        twinmaker,
        "by-type",
        extendsFrom=["series"],
        functions={"dataReaderByComponentType": {"implementedBy": {"lambda": {"arn": functions.arn("a")}}}},
    )
    assert get_type(twinmaker, "series")["isAbstract"] is True
    assert get_type(twinmaker, "attribute")["isAbstract"] is True
    assert get_type(twinmaker, "attribute-read")["isAbstract"] is False
    assert get_type(twinmaker, "by-type")["isAbstract"] is False


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"extendsFrom": ["nothing"]}, "component types nothing do not exist in workspace Factory"),
        ({"propertyDefinitions": {"x": {}}}, "property 'x' is not inherited, so it needs a dataType"),
        (
            {"propertyDefinitions": {"x": {**TEXT, "defaultValue": {"doubleValue": 1.0}}}},
            "x.defaultValue is of type STRING and takes stringValue, got doubleValue",
        ),
        (
            {
                "propertyDefinitions": {
                    "x": {
                        "dataType": {"type": "STRING", "allowedValues": [{"stringValue": "a"}]},
                        "defaultValue": {"stringValue": "b"},
                    }
                }
            },
            "x.defaultValue must be one of a; got b",
        ),
        (
            {
                "extendsFrom": ["com.amazon.kvs.video"],
                "propertyDefinitions": {"KinesisVideoStreamName": {"dataType": {"type": "DOUBLE"}}},
            },
            "is inherited with type STRING, which DOUBLE cannot replace",
        ),
        (
            {"propertyGroups": {"g": {"groupType": "TABULAR", "propertyNames": ["y"]}}},
            "property group 'g' names unknown property 'y'",
        ),
        (
            {"compositeComponentTypes": {"inner": {"componentTypeId": "nothing"}}},
            "component types nothing do not exist in workspace Factory",
        ),
        ({"extendsFrom": [f"p{n}" for n in range(11)]}, "11 types in extendsFrom, allowed are 10"),
    ],
)
def test_invalid_declaration_of_a_type_is_refused(twinmaker: Any, members: Any, message: str) -> None:
    for parent in members.get("extendsFrom", []):
        if parent.startswith("p"):
            make_type(twinmaker, parent)
    with pytest.raises(twinmaker.exceptions.ValidationException) as caught:
        make_type(twinmaker, "bad", **members)
    assert message in caught.value.response["Error"]["Message"]


def test_a_type_cannot_extend_itself_when_updated(twinmaker: Any) -> None:
    make_type(twinmaker, "a")
    make_type(twinmaker, "b", extendsFrom=["a"])
    with pytest.raises(twinmaker.exceptions.ValidationException, match="would extend itself"):
        twinmaker.update_component_type(**FACTORY, componentTypeId="a", extendsFrom=["b"])


def test_a_type_cannot_contain_itself_when_updated(twinmaker: Any) -> None:
    make_type(twinmaker, "a")
    make_type(twinmaker, "heir", extendsFrom=["a"])
    make_type(twinmaker, "b", compositeComponentTypes={"inner": {"componentTypeId": "heir"}})
    for outer in ("a", "heir", "b"):
        with pytest.raises(twinmaker.exceptions.ValidationException, match="would contain its own type"):
            inner = {"inner": {"componentTypeId": outer}}
            twinmaker.update_component_type(**FACTORY, componentTypeId="a", compositeComponentTypes=inner)


def test_the_reserved_namespace_is_refused_when_a_type_is_made_or_deleted(twinmaker: Any) -> None:
    # AWS's own tools skip a type when they read these words.
    reserved = "Not allowed to modify component type in reserved namespace"
    with pytest.raises(twinmaker.exceptions.ValidationException, match=reserved):
        make_type(twinmaker, "com.amazon.mine")
    with pytest.raises(twinmaker.exceptions.ValidationException, match=reserved):
        twinmaker.delete_component_type(**FACTORY, componentTypeId="com.amazon.kvs.video")


def test_a_type_cannot_be_deleted_when_it_is_used(twinmaker: Any) -> None:
    make_type(twinmaker, "a")
    make_type(twinmaker, "b", extendsFrom=["a"])
    make_type(twinmaker, "c", compositeComponentTypes={"inner": {"componentTypeId": "b"}})
    twinmaker.create_entity(
        **FACTORY, entityId="e1", entityName="e", components={"C": {"componentTypeId": "c"}}
    )

    def delete(type_id: str) -> None:
        twinmaker.delete_component_type(**FACTORY, componentTypeId=type_id)

    invalid = twinmaker.exceptions.ValidationException
    with pytest.raises(invalid, match="'c' is used by 1 entities, for example 'e1'"):
        delete("c")
    with pytest.raises(invalid, match="is extended by 'b'"):
        delete("a")
    with pytest.raises(invalid, match="is used by 1 entities"):
        delete("b")
    twinmaker.delete_entity(**FACTORY, entityId="e1")
    with pytest.raises(invalid, match="is contained by 'c'"):
        delete("b")
    for type_id in ("c", "b", "a"):
        delete(type_id)
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match="component type 'a'"):
        get_type(twinmaker, "a")


def test_amazons_types_can_be_read_and_listed_when_a_workspace_exists(twinmaker: Any) -> None:
    component_type = get_type(twinmaker, "com.amazon.iottwinmaker.alarm.basic")
    assert component_type["isAbstract"] is True
    assert component_type["workspaceId"] == "AmazonOwnedTypesWorkspace"
    assert component_type["propertyDefinitions"]["alarm_key"]["isExternalId"] is True
    make_type(twinmaker, "com.example.alarm", extendsFrom=["com.amazon.iottwinmaker.alarm.basic"])
    make_type(twinmaker, "com.example.other")

    def listed(**item: Any) -> list[str]:
        answer = twinmaker.list_component_types(**FACTORY, filters=[item] if item else [])
        return [t["componentTypeId"] for t in answer["componentTypeSummaries"]]

    assert listed(namespace="com.example") == ["com.example.alarm", "com.example.other"]
    assert listed(extendsFrom="com.amazon.iottwinmaker.alarm.basic") == ["com.example.alarm"]
    assert listed(isAbstract=True) == ["com.example.alarm", "com.amazon.iottwinmaker.alarm.basic"]
    assert "com.amazon.iottwinmaker.documents" in listed()


def test_pages_list_each_type_once(twinmaker: Any) -> None:
    for number in range(7):
        make_type(twinmaker, f"com.example.t{number}")
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        answer = twinmaker.list_component_types(**FACTORY, maxResults=4, **token)
        seen += [t["componentTypeId"] for t in answer["componentTypeSummaries"]]
        if "nextToken" not in answer:
            break
        token = {"nextToken": answer["nextToken"]}
    assert seen == [f"com.example.t{number}" for number in range(7)] + sorted(BUILTIN_TYPES)


def test_documented_types_are_accepted_when_their_arns_are_filled_in(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    documents = case("documented_types")
    for document in documents:
        for function in document.get("functions", {}).values():
            if "implementedBy" in function:
                function["implementedBy"]["lambda"]["arn"] = functions.arn("reader")
        twinmaker.create_component_type(**{**document, **FACTORY})
    subtypes = [document["componentTypeId"] for document in documents if "extendsFrom" in document]
    assert len(subtypes) >= 2
    assert {get_type(twinmaker, type_id)["isAbstract"] for type_id in subtypes} == {False}
