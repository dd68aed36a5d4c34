"""Schema initializers of component types and of components."""

from __future__ import annotations

from typing import Any

from tests.support.twinmaker import (
    FACTORY,
    TEXT,
    component,
    get_entity,
    get_type,
    make_entity,
    make_type,
    reader,
)


def test_the_documented_initializer_exchange_happens_when_a_component_is_added(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    documented = case("initializer_of_component.request")
    response = case("initializer_of_component.response")
    functions.handlers["init"] = lambda _: response
    kept = ("isExternalId", "isRequiredInEntity", "dataType")
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="t",
        functions={
            "schemaInitializer": {
                "implementedBy": {"lambda": {"arn": functions.arn("init")}},
                "scope": "ENTITY",
            },
            "dataReader": {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}},
        },
        propertyDefinitions={
            name: {k: v for k, v in item["definition"].items() if k in kept}
            for name, item in documented["properties"].items()
        },
    )
    assert functions.calls == []
    values = {k: {"value": v["value"]} for k, v in documented["properties"].items()}
    make_entity(
        twinmaker,
        documented["entityId"],
        components={documented["componentName"]: {"componentTypeId": "t", "properties": values}},
    )
    event = functions.payloads[0]
    for member in ("entityId", "componentName"):
        assert event[member] == documented[member]
    assert {k: v["value"] for k, v in event["properties"].items()} == {
        k: v["value"] for k, v in documented["properties"].items()
    }
    properties = component(twinmaker, documented["entityId"], documented["componentName"])["properties"]
    values = {name: item["value"] for name, item in response["properties"].items() if "value" in item}
    assert values
    assert {name: properties[name]["value"] for name in values} == values
    assert {properties[name]["definition"]["isImported"] for name in response["properties"]} == {True}


def test_nested_component_is_initialized_by_its_type(twinmaker: Any, functions: Any) -> None:
    properties = {"speed": {"definition": TEXT, "value": {"stringValue": "slow"}}}
    functions.handlers["init"] = lambda _: {"properties": properties}
    initializer = {"implementedBy": {"lambda": {"arn": functions.arn("init")}}, "scope": "ENTITY"}
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="motor", functions={"schemaInitializer": initializer}
    )
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="mixer", compositeComponentTypes={"Motor": {"componentTypeId": "motor"}}
    )
    make_entity(twinmaker, "e1", components={"Mixer": {"componentTypeId": "mixer"}})
    assert functions.payloads[0]["componentName"] == "Motor"
    assert functions.payloads[0]["componentPath"] == "Mixer/Motor"
    assert set(get_entity(twinmaker, "e1")["components"]) == {"Mixer"}
    listed = twinmaker.list_properties(**FACTORY, entityId="e1", componentPath="Mixer/Motor")
    assert listed["propertySummaries"][0]["value"] == {"stringValue": "slow"}


def test_the_entity_is_in_error_when_its_initializer_times_out(twinmaker: Any, functions: Any) -> None:
    from twin_stack.local.service import FunctionTimedOutError  # noqa: PLC0415

    def slow(_: Any) -> Any:
        raise FunctionTimedOutError("no answer after 30 s")

    functions.handlers["init"] = slow
    initializer = {"implementedBy": {"lambda": {"arn": functions.arn("init")}}, "scope": "ENTITY"}
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="t", functions={"schemaInitializer": initializer}
    )
    make_entity(twinmaker, "e1", components={"C": {"componentTypeId": "t"}})
    described = get_entity(twinmaker, "e1")
    assert described["status"]["state"] == "ERROR"
    message = "schema initializer: no answer after 30 s"
    assert described["components"]["C"]["status"]["error"]["message"] == message


def test_the_documented_initializer_exchange_happens_when_a_type_has_one(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    documented = case("initializer_of_type.request")
    response = case("initializer_of_type.response")
    functions.handlers["init"] = lambda _: response
    required = [name for name, item in documented["properties"].items() if item["definition"]["isExternalId"]]
    names = ("isExternalId", "isRequiredInEntity", "dataType", "defaultValue")
    make_type(
        twinmaker,
        "com.example.initialized",
        functions={
            "schemaInitializer": {
                "implementedBy": {"lambda": {"arn": functions.arn("init")}},
                "requiredProperties": required,
            },
            **reader(functions),
        },
        propertyDefinitions={
            name: {k: v for k, v in item["definition"].items() if k in names}
            for name, item in documented["properties"].items()
        },
    )
    event = functions.payloads[0]
    assert set(event) == {"workspaceId", "properties"}
    for name, item in documented["properties"].items():
        assert event["properties"][name]["value"] == item["value"]
        sent = event["properties"][name]["definition"]
        expected = {k: v for k, v in item["definition"].items() if k != "isFinal"}
        assert expected.items() <= sent.items()
    component_type = get_type(twinmaker, "com.example.initialized")
    assert component_type["isSchemaInitialized"] is True
    assert len(response["properties"]) == 2
    for name, item in response["properties"].items():
        definition = component_type["propertyDefinitions"][name]
        assert definition["isImported"] is True
        assert item["definition"].items() <= definition.items()


def test_the_type_is_in_error_when_its_initializer_fails(twinmaker: Any, functions: Any) -> None:
    initializer = {"schemaInitializer": {"implementedBy": {"lambda": {"arn": functions.arn("gone")}}}}
    make_type(twinmaker, "a", functions=initializer)
    status = get_type(twinmaker, "a")["status"]
    assert status["state"] == "ERROR"
    assert status["error"] == {
        "code": "PROCESSING_ERROR",
        "message": "schema initializer: function gone does not exist",
    }
    functions.handlers["gone"] = lambda _: {"properties": {"not a name": {"definition": {}}}}
    twinmaker.update_component_type(**FACTORY, componentTypeId="a", description="again")
    assert (
        '$.properties.not a name UDQ060 is "not a name"'
        in get_type(twinmaker, "a")["status"]["error"]["message"]
    )
    functions.handlers["gone"] = lambda _: {"properties": {"x": {"definition": TEXT}}}
    twinmaker.update_component_type(**FACTORY, componentTypeId="a", description="again")
    assert get_type(twinmaker, "a")["status"] == {"state": "ACTIVE", "error": {}}
