"""Reading and writing values through connectors: paging, both address styles, failures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.twinmaker import FACTORY, SERIES, TEXT
from twin_stack.local.service import FunctionFailedError, FunctionTimedOutError

WINDOW = {"startTime": "2022-01-01T00:00:00Z", "endTime": "2022-01-02T00:00:00Z"}
TARGET = {"entityId": "e1", "componentName": "C"}


@pytest.fixture
def mixer(twinmaker: Any, functions: Any) -> Any:
    """An entity with every kind of property; returns the client."""

    def by(name: str) -> Any:
        return {"implementedBy": {"lambda": {"arn": functions.arn(name)}}}

    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="mixer",
        functions={
            "dataReader": by("reader"),
            "attributePropertyValueReaderByEntity": by("attributes"),
            "dataWriter": by("writer"),
        },
        propertyDefinitions={
            "serial": {**TEXT, "isExternalId": True, "isRequiredInEntity": True},
            "colour": {**TEXT, "defaultValue": {"stringValue": "red"}},
            "note": TEXT,
            "maker": {**TEXT, "isStoredExternally": True},
            "Temperature": SERIES,
            "RPM": SERIES,
        },
    )
    twinmaker.create_entity(
        **FACTORY,
        entityId="e1",
        entityName="mixer 1",
        components={
            "C": {"componentTypeId": "mixer", "properties": {"serial": {"value": {"stringValue": "S1"}}}}
        },
    )
    return twinmaker


def history(client: Any, **members: Any) -> Any:
    request = {**FACTORY, **WINDOW, **TARGET, "selectedProperties": ["Temperature"], **members}
    return client.get_property_value_history(**{k: v for k, v in request.items() if v is not None})


def points(*values: Any, name: str = "Temperature") -> Any:
    return {
        "entityPropertyReference": {**TARGET, "propertyName": name},
        "values": [{"time": f"2022-01-01T00:00:{n:02}Z", "value": v} for n, v in enumerate(values)],
    }


def test_static_values_and_defaults_are_returned(mixer: Any, functions: Any) -> None:
    request = {**FACTORY, **TARGET, "selectedProperties": ["serial", "colour", "note"]}
    values = mixer.get_property_value(**request)["propertyValues"]
    assert values["serial"]["propertyValue"] == {"stringValue": "S1"}
    assert values["colour"]["propertyValue"] == {"stringValue": "red"}
    assert "propertyValue" not in values["note"]
    assert values["serial"]["propertyReference"] == {**TARGET, "propertyName": "serial"}
    request = {**FACTORY, "componentTypeId": "mixer", "selectedProperties": ["colour"]}
    values = mixer.get_property_value(**request)["propertyValues"]
    assert values["colour"] == {
        "propertyReference": {"propertyName": "colour"},
        "propertyValue": {"stringValue": "red"},
    }
    assert functions.calls == []


def test_attribute_reader_is_called_for_external_values(mixer: Any, functions: Any, case: Any) -> None:
    documented = case("attribute_reader.request")
    functions.handlers["attributes"] = lambda event: {
        "propertyValues": {
            name: {
                "propertyReference": {**TARGET, "propertyName": name},
                "propertyValue": {"stringValue": "Amazon"},
            }
            for name in [*event["selectedProperties"], "more"]
        }
    }
    values = mixer.get_property_value(**FACTORY, **TARGET, selectedProperties=["maker", "colour"])
    assert values["propertyValues"]["maker"]["propertyValue"] == {"stringValue": "Amazon"}
    assert set(values["propertyValues"]) == {"maker", "colour"}
    event = functions.payloads[0]
    assert set(event) == set(documented)
    assert event["selectedProperties"] == ["maker"]
    with pytest.raises(mixer.exceptions.ValidationException, match="'maker' is stored externally; name an"):
        mixer.get_property_value(**FACTORY, componentTypeId="mixer", selectedProperties=["maker"])


@pytest.fixture
def line(mixer: Any) -> Any:
    """An entity whose mixer is a part of a part; returns the client."""
    for type_id, name, part in (("cell", "mixer", "mixer"), ("line", "cell", "cell")):
        mixer.create_component_type(
            **FACTORY, componentTypeId=type_id, compositeComponentTypes={name: {"componentTypeId": part}}
        )
    mixer.create_entity(
        **FACTORY,
        entityId="e2",
        entityName="line 2",
        components={"line": {"componentTypeId": "line"}},
        compositeComponents={"line/cell/mixer": {"properties": {"serial": {"value": {"stringValue": "S2"}}}}},
    )
    return mixer


def test_history_of_a_part_comes_from_its_own_connector(line: Any, functions: Any) -> None:
    target = {"entityId": "e2", "componentPath": "line/cell/mixer"}
    functions.handlers["reader"] = lambda event: {
        "propertyValues": [
            {
                "entityPropertyReference": {
                    **{name: event[name] for name in ("entityId", "componentPath")},
                    "propertyName": "Temperature",
                },
                "values": [{"time": "2022-01-01T00:00:00Z", "value": {"doubleValue": 1.0}}],
            }
        ]
    }
    answer = history(line, componentName=None, **target)
    (item,) = answer["propertyValues"]
    assert item["entityPropertyReference"] == {
        **target,
        "propertyName": "Temperature",
        "externalIdProperty": {"serial": "S2"},
    }
    event = functions.payloads[0]
    assert {name: event[name] for name in target} == target
    assert event["properties"]["serial"]["value"] == {"stringValue": "S2"}


def test_pages_follow_the_connectors_tokens_when_the_caller_follows_ours(mixer: Any, functions: Any) -> None:
    tokens = {None: "one", "one": "two", "two": None}
    functions.handlers["reader"] = lambda event: {
        "propertyValues": [points({"doubleValue": 1.0})],
        "nextToken": tokens[event.get("nextToken")],
    }
    seen, token, pages = 0, None, 0
    while pages == 0 or token:
        answer = history(mixer, maxResults=1, nextToken=token)
        seen += len(answer["propertyValues"][0]["values"])
        token = answer.get("nextToken")
        pages += 1
    assert (seen, pages) == (3, 3)
    assert [event["maxResults"] for event in functions.payloads] == [1, 1, 1]
    first = history(mixer)["nextToken"]
    with pytest.raises(mixer.exceptions.ValidationException, match="nextToken belongs to another request"):
        history(mixer, selectedProperties=["RPM"], nextToken=first)


def test_the_whole_request_reaches_the_connector_when_every_member_is_given(
    mixer: Any, functions: Any
) -> None:
    functions.handlers["reader"] = lambda _: {"propertyValues": []}
    extra = {
        "propertyFilters": [{"propertyName": "RPM", "operator": ">", "value": {"doubleValue": 5.0}}],
        "interpolation": {"interpolationType": "LINEAR", "intervalInSeconds": 60},
        "orderByTime": "DESCENDING",
    }
    history(mixer, startTime="1899-12-31T00:00:00.000Z", **extra)
    event = functions.payloads[0]
    for member, value in extra.items():
        assert event[member] == value
    assert event["startTime"] == "1899-12-31T00:00:00.000Z"
    assert event["startDateTime"] == -2209075200
    assert functions.timeouts == [30.0]


def test_deprecated_dates_are_accepted(mixer: Any, functions: Any) -> None:
    functions.handlers["reader"] = lambda _: {"propertyValues": []}
    history(mixer, startTime=None, endTime=None, startDateTime=1640995200, endDateTime=1640995260.5)
    event = functions.payloads[0]
    assert event["startTime"] == "2022-01-01T00:00:00Z"
    assert event["endTime"] == "2022-01-01T00:01:00.500Z"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"startTime": None}, "startTime is missing"),
        ({"startTime": "2022-01-01T00:00:00.000"}, "is not a time; write YYYY-MM-DDThh:mm:ss"),
        ({"startTime": "2023-01-01T00:00:00Z"}, "is after endTime"),
        ({"selectedProperties": ["Nothing"]}, "property 'Nothing' does not exist; the component has serial"),
        ({"selectedProperties": ["colour"]}, "is not a time series; use GetPropertyValue"),
        ({"componentName": None}, "name entityId and componentName, or componentTypeId alone"),
        ({"entityId": None}, "name entityId and componentName, or componentTypeId alone"),
        ({"nextToken": "WzFd"}, "nextToken is not one this service gave"),
    ],
)
def test_invalid_history_request_is_refused(mixer: Any, functions: Any, members: Any, message: str) -> None:
    with pytest.raises(mixer.exceptions.ValidationException) as caught:
        history(mixer, **members)
    assert message in caught.value.response["Error"]["Message"]
    assert functions.calls == []


def test_time_series_and_tables_are_refused_as_values(mixer: Any) -> None:
    with pytest.raises(mixer.exceptions.ValidationException, match="use GetPropertyValueHistory"):
        mixer.get_property_value(**FACTORY, **TARGET, selectedProperties=["RPM"])
    with pytest.raises(mixer.exceptions.ValidationException, match="not available in the local service"):
        mixer.get_property_value(
            **FACTORY, **TARGET, selectedProperties=["colour"], propertyGroupName="table"
        )


def test_reader_for_the_address_style_is_called(twinmaker: Any, functions: Any) -> None:
    def by(name: str) -> Any:
        return {"implementedBy": {"lambda": {"arn": functions.arn(name)}}}

    for name in ("one", "all"):
        functions.handlers[name] = lambda _: {"propertyValues": []}
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="both",
        functions={"dataReaderByEntity": by("one"), "dataReaderByComponentType": by("all")},
        propertyDefinitions={"Temperature": SERIES},
    )
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="one",
        functions={"dataReaderByEntity": by("one")},
        propertyDefinitions={"Temperature": SERIES},
    )
    components = {"C": {"componentTypeId": "both"}}
    twinmaker.create_entity(**FACTORY, entityId="e1", entityName="e", components=components)
    history(twinmaker)
    history(twinmaker, entityId=None, componentName=None, componentTypeId="both")
    assert [name for name, _ in functions.calls] == ["one", "all"]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="'one' implements none of"):
        history(twinmaker, entityId=None, componentName=None, componentTypeId="one")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "$ UDQ003 is nothing; allowed is an object"),
        ({}, "$.propertyValues UDQ003 is nothing; allowed is a list"),
        ({"propertyValues": {}}, "$.propertyValues UDQ005 is an object of 0; allowed is a list"),
        (
            {"propertyValues": [{"propertyReference": {}, "propertyValue": []}]},
            "$.propertyValues[0] UDQ005 is an object",
        ),
        (
            {"propertyValues": [points({"intValue": 1})]},
            "$.propertyValues[0].values[0].value.intValue UDQ021 is 1; allowed is one of booleanValue,",
        ),
        (
            {"propertyValues": [points({"doubleValue": "hot"})]},
            '.value.doubleValue UDQ023 is "hot"; allowed is a finite number',
        ),
        ({"propertyValues": [points({"doubleValue": float("nan")})]}, ".value.doubleValue UDQ001 is NaN"),
        (
            {"propertyValues": [points({})]},
            ".value UDQ020 is a value with no member; allowed is exactly one member",
        ),
        (
            {"propertyValues": [{**points(), "values": [{"value": {"doubleValue": 1}}]}]},
            "$.propertyValues[0].values[0].time UDQ003 is nothing",
        ),
        (
            {
                "propertyValues": [
                    {**points(), "values": [{"time": "2022-01-01 00:00", "value": {"doubleValue": 1}}]}
                ]
            },
            'values[0].time UDQ030 is "2022-01-01 00:00"',
        ),
        ({"propertyValues": [], "nextToken": 5}, "$.nextToken UDQ041 is 5"),
    ],
)
def test_the_wrong_place_is_named_when_a_connector_answers_in_another_form(
    mixer: Any, functions: Any, answer: Any, message: str
) -> None:
    functions.handlers["reader"] = lambda _: answer
    with pytest.raises(mixer.exceptions.ConnectorFailureException) as caught:
        history(mixer)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["Error"]["Message"].startswith(functions.arn("reader"))
    assert message in response["Error"]["Message"]


def test_every_wrong_place_is_named_when_there_are_several(mixer: Any, functions: Any) -> None:
    wrong = points({"intValue": 1}, {"doubleValue": 1.0}, {"doubleValue": "hot"})
    functions.handlers["reader"] = lambda _: {"propertyValues": [wrong], "nextToken": 5}
    with pytest.raises(mixer.exceptions.ConnectorFailureException) as caught:
        history(mixer)
    message = caught.value.response["Error"]["Message"]
    assert [word for word in message.split() if word.startswith("UDQ")] == ["UDQ021", "UDQ023", "UDQ041"]


def test_the_connectors_error_reaches_the_caller_when_it_fails_or_is_late(mixer: Any, functions: Any) -> None:
    def fail(_: Any) -> Any:
        raise FunctionFailedError("KeyError: 'x'")

    def late(_: Any) -> Any:
        raise FunctionTimedOutError("no answer after 30 s")

    functions.handlers["reader"] = fail
    with pytest.raises(mixer.exceptions.ConnectorFailureException, match="KeyError: 'x'"):
        history(mixer)
    functions.handlers["reader"] = late
    with pytest.raises(mixer.exceptions.ConnectorTimeoutException, match="no answer after 30 s"):
        history(mixer)
    functions.handlers["attributes"] = lambda _: {"propertyValues": []}
    with pytest.raises(
        mixer.exceptions.ConnectorFailureException, match=r"\$.propertyValues UDQ005 is a list"
    ):
        mixer.get_property_value(**FACTORY, **TARGET, selectedProperties=["maker"])


def test_numbers_and_booleans_are_typed_when_a_connector_writes_them_as_text(
    mixer: Any, functions: Any
) -> None:
    texts = [
        {"doubleValue": "1.5"},
        {"integerValue": "7"},
        {"longValue": str(2**40)},
        {"booleanValue": "True"},
        {"listValue": [{"doubleValue": "2"}]},
        {"mapValue": {"a": {"stringValue": "x"}}},
        {"doubleValue": 3, "stringValue": None},
    ]
    functions.handlers["reader"] = lambda _: {"propertyValues": [points(*texts)]}
    values = [item["value"] for item in history(mixer)["propertyValues"][0]["values"]]
    assert values == [
        {"doubleValue": 1.5},
        {"integerValue": 7},
        {"longValue": 2**40},
        {"booleanValue": True},
        {"listValue": [{"doubleValue": 2.0}]},
        {"mapValue": {"a": {"stringValue": "x"}}},
        {"doubleValue": 3.0},
    ]


def test_times_of_a_connector_are_returned_unchanged(mixer: Any, functions: Any) -> None:
    time = "2022-01-01T00:00:00.123456789+01:00"
    series = {**points(), "values": [{"time": time, "value": {"doubleValue": 1.0}}]}
    functions.handlers["reader"] = lambda _: {"propertyValues": [series]}
    item = history(mixer)["propertyValues"][0]
    assert item["values"] == [{"time": time, "value": {"doubleValue": 1.0}}]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"serial": "S1"}


def entry(name: str = "Temperature", **reference: Any) -> Any:
    return {
        "entityPropertyReference": {**(reference or TARGET), "propertyName": name},
        "propertyValues": [{"time": "2022-01-01T00:00:00Z", "value": {"doubleValue": 1.0}}],
    }


def test_writer_gets_the_entries_and_its_errors_are_returned(mixer: Any, functions: Any, case: Any) -> None:
    documented = case("writer.response")
    functions.handlers["writer"] = lambda _: {"errorEntries": []}
    answer = mixer.batch_put_property_values(**FACTORY, entries=[entry()])
    assert answer["errorEntries"] == []
    event = functions.payloads[0]
    assert set(event) == {"workspaceId", "properties", "entries"}
    assert event["entries"] == [entry()]
    assert event["properties"]["e1"]["serial"]["value"] == {"stringValue": "S1"}
    error = documented["errorEntries"][0]["errors"][0]
    del error["entry"]["entryId"]
    functions.handlers["writer"] = lambda _: documented
    errors = mixer.batch_put_property_values(**FACTORY, entries=[entry()])["errorEntries"]
    assert errors[0]["errors"][0]["errorCode"] == error["errorCode"]
    assert errors[0]["errors"][0]["errorMessage"] == error["errorMessage"]


def test_invalid_entry_does_not_stop_the_others(mixer: Any, functions: Any) -> None:
    functions.handlers["writer"] = lambda _: {"errorEntries": []}
    entries = [
        entry("Nothing"),
        entry(),
        entry(entityId="missing", componentName="C"),
        entry(externalIdProperty={"serial": "S1"}, componentName="C"),
        entry(externalIdProperty={"serial": "S9"}, componentName="C"),
    ]
    errors = mixer.batch_put_property_values(**FACTORY, entries=entries)["errorEntries"]
    shown = [(e["errors"][0]["errorCode"], e["errors"][0]["errorMessage"][:40]) for e in errors]
    assert shown == [
        ("ValidationException", "property 'Nothing' does not exist; the co"[:40]),
        ("ResourceNotFoundException", "entity 'missing' does not exist"),
        ("ResourceNotFoundException", "entity with external id \"{'serial': 'S9'}"[:40]),
    ]
    assert len(functions.calls) == 2


def test_the_writers_failure_is_an_error_entry_when_it_fails(mixer: Any, functions: Any) -> None:
    functions.handlers["writer"] = lambda _: {"errorEntries": "no"}
    errors = mixer.batch_put_property_values(**FACTORY, entries=[entry()])["errorEntries"]
    assert errors[0]["errors"][0]["errorCode"] == "ConnectorFailureException"


def test_a_connector_can_call_the_services_when_it_runs(mixer: Any, functions: Any, services: Any) -> None:
    def reader(event: Any) -> Any:
        params = {"workspaceId": event["workspaceId"], "entityId": event["entityId"]}
        entity = services.call("iottwinmaker", "GetEntity", params, account="123456789012")
        assert entity["entityName"] == "mixer 1"
        return {"propertyValues": [points({"doubleValue": 1.0})]}

    functions.handlers["reader"] = reader
    assert history(mixer)["propertyValues"]
