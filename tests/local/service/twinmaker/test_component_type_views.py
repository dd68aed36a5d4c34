"""The form of component types in answers, as AWS's own tools and users print them."""

from __future__ import annotations

from typing import Any

from tests.support.twinmaker import FACTORY, TEXT, get_type, make_type, reader


def test_empty_parents_and_functions_are_left_out(twinmaker: Any) -> None:
    make_type(twinmaker, "space", propertyDefinitions={"floor": TEXT})
    space = get_type(twinmaker, "space")
    assert list(space["propertyDefinitions"]) == ["floor"]
    assert "extendsFrom" not in space
    assert "functions" not in space
    assert "extendsFrom" not in get_type(twinmaker, "com.amazon.iottwinmaker.documents")


def test_a_lambda_function_is_not_native_in_answers(twinmaker: Any, functions: Any) -> None:
    make_type(twinmaker, "telemetry", functions=reader(functions))
    make_type(twinmaker, "line", extendsFrom=["telemetry"])
    implementation = {"isNative": False, "lambda": {"arn": functions.arn("reader")}}
    assert get_type(twinmaker, "telemetry")["functions"] == {
        "dataReader": {"implementedBy": implementation, "isInherited": False}
    }
    assert get_type(twinmaker, "line")["functions"]["dataReader"]["implementedBy"] == implementation
    # An abstract function has no implementation, and what AWS prints can be sent back.
    alarm = get_type(twinmaker, "com.amazon.iottwinmaker.alarm.basic")
    assert alarm["functions"] == {"dataReader": {"isInherited": False}}
    make_type(twinmaker, "copy", functions={"dataReader": {"implementedBy": implementation}})
    assert get_type(twinmaker, "copy")["isAbstract"] is False


def test_types_of_aws_belong_to_the_account_of_the_service(twinmaker: Any) -> None:
    connector = "com.amazon.iotsitewise.connector"
    arn = (
        "arn:aws:iottwinmaker:us-east-1:iotrociaccount:workspace/AmazonOwnedTypesWorkspace/component-type/"
        f"{connector}"
    )
    assert get_type(twinmaker, connector)["arn"] == arn
    summaries = twinmaker.list_component_types(**FACTORY)["componentTypeSummaries"]
    assert [item["arn"] for item in summaries if item["componentTypeId"] == connector] == [arn]
    assert get_type(twinmaker, connector)["functions"]["dataReader"]["implementedBy"] == {"isNative": True}


def test_own_types_come_before_those_of_aws(twinmaker: Any) -> None:
    make_type(twinmaker, "zzz")
    make_type(twinmaker, "com.example.pump")
    summaries = twinmaker.list_component_types(**FACTORY)["componentTypeSummaries"]
    ids = [item["componentTypeId"] for item in summaries]
    assert ids[:2] == ["com.example.pump", "zzz"]
    assert ids[2].startswith("com.amazon.")
