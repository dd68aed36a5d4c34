"""dataWriter: values as entries of SiteWise."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit import ConnectorError, StoreError
from connector_kit.times import NANOSECONDS, format_nanoseconds
from sitewise_connector.addressing import Address
from sitewise_connector.environment import Environment
from sitewise_connector.shapes import WriteEntry, WriteError
from tests.support.broken_events import spoiled
from tests.support.connector_events import definition
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise
from tests.support.soak import repetitions

NOW = 1_772_431_200


ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"


FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"


MODEL = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"


ALIASES = Environment("/${entityId}/${propertyName}")


def write(event: Any, sitewise: Any, environment: Environment = ALIASES) -> dict[str, Any]:
    return ask_sitewise(event, sitewise, environment)


def instant(second: int, nanos: int = 0) -> str:
    return format_nanoseconds((NOW + second) * NANOSECONDS + nanos)


def entry(name: str, *values: tuple[str, dict[str, Any]], entity: str = "pump-3") -> dict[str, Any]:
    return {
        "entityPropertyReference": {"entityId": entity, "componentName": "drive", "propertyName": name},
        "propertyValues": [{"time": time, "value": value} for time, value in values],
    }


def put(*entries: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A dataWriter event for the properties of pump-3."""
    return {"workspaceId": "press-shop", "properties": {"pump-3": properties}, "entries": list(entries)}


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and property of each error."""
    return [
        (error["errorCode"], error["entry"]["entityPropertyReference"]["propertyName"])
        for entry in answer["errorEntries"]
        for error in entry["errors"]
    ]


def test_values_reach_sitewise_as_good_and_to_the_nanosecond() -> None:
    sitewise = FakeSiteWise({"/pump-3/flow": [], "/pump-3/on": [], "/pump-3/n": [], "/pump-3/s": []})
    event = put(
        entry("flow", (instant(0, 1), {"doubleValue": 2.5}), (instant(1), {"doubleValue": 3})),
        entry("on", (instant(0), {"booleanValue": True})),
        entry("n", (instant(0), {"integerValue": -7})),
        entry("s", (instant(0), {"stringValue": "a"})),
        flow=definition("DOUBLE"),
        on=definition("BOOLEAN"),
        n=definition("LONG"),
        s=definition("STRING"),
    )
    assert write(event, sitewise) == {"errorEntries": []}

    def value(nanos: int, second: int = 0, **variant: Any) -> dict[str, Any]:
        time = {"timeInSeconds": NOW + second, "offsetInNanos": nanos}
        return {"value": variant, "timestamp": time, "quality": "GOOD"}

    assert sitewise.written == [
        [
            WriteEntry(
                Address("flow", alias="/pump-3/flow"),
                [value(1, doubleValue=2.5), value(0, 1, doubleValue=3.0)],
            ),
            WriteEntry(Address("on", alias="/pump-3/on"), [value(0, booleanValue=True)]),
            WriteEntry(Address("n", alias="/pump-3/n"), [value(0, integerValue=-7)]),
            WriteEntry(Address("s", alias="/pump-3/s"), [value(0, stringValue="a")]),
        ]
    ]


def test_asset_is_that_of_the_component_or_of_the_external_id_in_the_entry() -> None:
    flow = definition("DOUBLE", configuration={"sitewisePropertyId": FLOW})
    asset = definition("STRING") | {"value": {"stringValue": ASSET}}
    sitewise = FakeSiteWise({FLOW: [], "/P-3/flow": []})
    event = put(entry("flow", (instant(0), {"doubleValue": 1})), flow=flow, sitewiseAssetId=asset)
    assert write(event, sitewise) == {"errorEntries": []}
    by_tag = entry("flow", (instant(0), {"doubleValue": 1}))
    by_tag["entityPropertyReference"] = {"externalIdProperty": {"tag": "P-3"}, "propertyName": "flow"}
    assert write(put(by_tag), sitewise, Environment("/${tag}/${propertyName}")) == {"errorEntries": []}
    assert [[item.address for item in batch] for batch in sitewise.written] == [
        [Address("flow", ASSET, FLOW)],
        [Address("flow", alias="/P-3/flow")],
    ]


def test_values_that_sitewise_refuses_are_returned_with_its_codes() -> None:
    late = (NOW - 700_000) * NANOSECONDS + 5
    sitewise = FakeSiteWise({"/pump-3/flow": []}, refused=[late])
    values = [
        (instant(0), {"doubleValue": 1}),
        (format_nanoseconds(late), {"doubleValue": 2}),
        (format_nanoseconds(late + 1), {"doubleValue": 3}),
    ]
    event = put(
        entry("flow", *values),
        entry("unknown", (instant(0), {"doubleValue": 1}), (instant(1), {"doubleValue": 1})),
    )
    answer = write(event, sitewise)
    assert codes(answer) == [
        ("TimestampOutOfRangeException", "flow"),
        ("ResourceNotFoundException", "unknown"),
        ("ResourceNotFoundException", "unknown"),
    ]
    failed = answer["errorEntries"][0]["errors"][0]
    assert failed["entry"] == entry("flow", values[1])
    assert failed["errorMessage"] == "too late"


class Refusing(FakeSiteWise):
    """Refuses the values that its errors name, for any request."""

    def __init__(self, *errors: WriteError) -> None:
        super().__init__({})
        self.errors = errors

    def write(self, entries: Sequence[WriteEntry]) -> Sequence[Sequence[WriteError]]:
        return [self.errors for _ in entries]


def test_error_may_be_about_several_values_and_the_first_error_of_a_value_is_returned() -> None:
    def at(second: int) -> dict[str, int]:
        return {"timeInSeconds": NOW + second}  # of a whole second SiteWise may leave out the rest

    sitewise = Refusing(WriteError("Late", "too late", [at(0), at(2)]), WriteError("Other", "too", [at(2)]))
    written = [(instant(second), {"doubleValue": 1}) for second in range(3)]
    answer = write(put(entry("flow", *written)), sitewise)
    failures = [
        (error["errorCode"], error["errorMessage"], error["entry"]["propertyValues"][0]["time"])
        for item in answer["errorEntries"]
        for error in item["errors"]
    ]
    assert failures == [("Late", "too late", instant(0)), ("Late", "too late", instant(2))]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("LONG", {"longValue": 2**31}, "SiteWise's integers have 32 bits; declare the property as DOUBLE"),
        ("LONG", {"longValue": -(2**31) - 1}, "SiteWise's integers have 32 bits"),
        (None, {"doubleValue": float("nan")}, "numbers, text and booleans only"),
        ("RELATIONSHIP", {"relationshipValue": {"targetEntityId": "e"}}, "numbers, text and booleans only"),
    ],
)
def test_values_that_sitewise_cannot_hold_fail_alone(kind: str | None, value: Any, words: str) -> None:
    sitewise = FakeSiteWise({"/pump-3/x": [], "/pump-3/y": []})
    defined = {"x": definition(kind)} if kind else {}
    event = put(entry("x", (instant(0), value)), entry("y", (instant(0), {"doubleValue": 1})), **defined)
    ((error,),) = [item["errors"] for item in write(event, sitewise)["errorEntries"]]
    assert (error["errorCode"], words in error["errorMessage"]) == ("ConnectorFailureException", True)
    assert [item.address.name for batch in sitewise.written for item in batch] == ["y"]


@pytest.mark.parametrize("value", [2**31 - 1, -(2**31)])
def test_integers_of_32_bits_are_written(value: int) -> None:
    sitewise = FakeSiteWise({"/pump-3/x": []})
    event = put(entry("x", (instant(0), {"longValue": value})), x=definition("LONG"))
    assert write(event, sitewise) == {"errorEntries": []}


def test_property_without_an_address_fails_alone() -> None:
    sitewise = FakeSiteWise({FLOW: []})
    asset = definition("STRING") | {"value": {"stringValue": ASSET}}
    flow = definition("DOUBLE", configuration={"sitewisePropertyId": FLOW})
    value = (instant(0), {"doubleValue": 1})
    event = put(entry("head", value), entry("flow", value), flow=flow, sitewiseAssetId=asset)
    answer = write(event, sitewise, Environment())
    assert codes(answer) == [("ConnectorFailureException", "head")]
    (error,) = answer["errorEntries"][0]["errors"]
    assert error["errorMessage"].startswith("no sitewisePropertyId in the configuration of head; set it")
    assert [item.address.name for batch in sitewise.written for item in batch] == ["flow"]


def test_name_of_a_component_that_is_no_text_is_written_as_one() -> None:
    sitewise = FakeSiteWise({"/7/flow": []})
    event = put(entry("flow", (instant(0), {"doubleValue": 1})))
    event["entries"][0]["entityPropertyReference"]["componentName"] = 7
    assert write(event, sitewise, Environment("/${componentName}/flow")) == {"errorEntries": []}


def test_value_before_sitewises_first_instant_fails_alone() -> None:
    sitewise = FakeSiteWise({"/pump-3/flow": []})
    times = ("1970-01-01T00:00:00.999999999Z", "1970-01-01T00:00:01Z")
    answer = write(put(entry("flow", *((time, {"doubleValue": 1}) for time in times))), sitewise)
    ((error,),) = [item["errors"] for item in answer["errorEntries"]]
    assert "SiteWise stores no instant before 1970-01-01T00:00:01Z" in error["errorMessage"]
    assert [len(item.values) for batch in sitewise.written for item in batch] == [1]


def many(count: int) -> dict[str, Any]:
    """As much as an event may hold, and more: 13 values for each of some properties."""
    values = [(instant(second), {"doubleValue": second}) for second in range(13)]
    return put(*(entry(f"p{number}", *values) for number in range(count)))


def test_entries_and_values_are_split_by_the_limits_of_a_call() -> None:
    sitewise = FakeSiteWise({f"/pump-3/p{number}": [] for number in range(12)})
    assert write(many(12), sitewise) == {"errorEntries": []}
    assert [len(batch) for batch in sitewise.written] == [10, 10, 4]
    assert sum(len(item.values) for batch in sitewise.written for item in batch) == 12 * 13
    assert {len(item.values) for batch in sitewise.written for item in batch} == {10, 3}


def test_call_that_fails_is_raised_unless_something_was_written() -> None:
    series: dict[str, Any] = {f"/pump-3/p{number}": [] for number in range(12)}
    with pytest.raises(StoreError, match=r"^broken"):
        write(many(12), FakeSiteWise(series, broken_writes=[1]))
    answer = write(many(12), FakeSiteWise(series, broken_writes=[2]))
    assert set(codes(answer)) == {("ConnectorFailureException", f"p{number}") for number in range(5, 10)}
    assert len(codes(answer)) == 5 * 13


def schema_and_write_events() -> list[dict[str, Any]]:
    flow = definition("DOUBLE", configuration={"sitewisePropertyId": FLOW})
    asset = definition("STRING") | {"value": {"stringValue": ASSET}}
    alias = definition(
        "LONG", configuration={"sitewisePropertyAlias": "/${componentName}/${tag}/${propertyName}"}
    )
    by_tag = entry("flow", (instant(0), {"doubleValue": 1.5}))
    by_tag["entityPropertyReference"] = {"externalIdProperty": {"tag": "P-3"}, "propertyName": "flow"}
    values = [(instant(0), {"longValue": 1}), (instant(1), {"longValue": 2})]
    both = entry("n", *values)
    return [
        put(both, by_tag, entry("flow", values[0]), flow=flow, sitewiseAssetId=asset, n=alias, tag=asset),
        schema_event(),
    ]


@pytest.mark.soak
@settings(max_examples=repetitions(50, 3000), deadline=None)
@given(st.integers(0, 1).flatmap(lambda which: spoiled(schema_and_write_events()[which])))
def test_broken_event_gives_an_answer_or_one_of_our_own_errors(event: Any) -> None:
    sitewise = FakeSiteWise({FLOW: []}, models={MODEL: [summary("flow")]})
    try:
        answer = write(event, sitewise, Environment("/${componentName}/${propertyName}"))
    except ConnectorError as error:
        assert "(request: " in str(error)
    else:
        json.dumps(answer)
        written = [put for batch in sitewise.written for put in batch]
        assert all(isinstance(put.address.alias, str) for put in written)


def summary(name: str, data_type: str = "DOUBLE", kind: str = "measurement", **more: Any) -> dict[str, Any]:
    return {"id": FLOW, "name": name, "dataType": data_type, "type": {kind: {}}, **more}


def schema_event(**properties: Any) -> dict[str, Any]:
    model = {"sitewiseAssetModelId": definition("STRING", defaultValue={"stringValue": MODEL})}
    return {"workspaceId": "press-shop", "properties": model | properties}
