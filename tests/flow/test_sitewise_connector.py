"""The SiteWise connector on the embedded SiteWise, over HTTP: each way of addressing, and batches."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from connector_kit.errors import StoreError
from connector_kit.times import NANOSECONDS, format_nanoseconds
from sitewise_connector import handler as handler_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.pytest_plugin import LocalTwin

Json = dict[str, Any]
POINTS = 25


@dataclass
class Pump:
    """An asset with three measurements and two attributes."""

    asset_id: str
    model_id: str
    external_id: str
    property_ids: dict[str, str]
    now: int

    def instant(self, number: int) -> int:
        """Nanoseconds of a point of the measurements."""
        return (self.now - 100 + number) * NANOSECONDS + number

    def event(self, *names: str, **more: Any) -> Json:
        """A history request for all of the pump's points."""
        return {
            "workspaceId": "plant",
            "entityId": self.external_id,
            "componentName": "drive",
            "selectedProperties": list(names),
            "startTime": format_nanoseconds(self.instant(0) - 1),
            "endTime": format_nanoseconds(self.instant(POINTS)),
            **more,
        }

    def properties(self, names: tuple[str, ...], configuration: str, **values: str) -> Json:
        """The component's properties, each found by the given member of its configuration."""
        place = {
            "sitewisePropertyId": self.property_ids,
            "sitewisePropertyExternalId": {name: f"{name}_x" for name in names},
            "sitewisePropertyAlias": {name: f"/{self.external_id}/{name}" for name in names},
            "": dict.fromkeys(names, ""),
        }[configuration]
        kinds = {"serial": "STRING", "stages": "INTEGER"}
        return {
            **{
                name: {"definition": {"dataType": {"type": "STRING"}}, "value": {"stringValue": value}}
                for name, value in values.items()
            },
            **{
                name: {
                    "definition": {
                        "dataType": {"type": kinds.get(name, "DOUBLE")},
                        "configuration": {configuration: place[name]} if configuration else {},
                    }
                }
                for name in names
            },
        }


@pytest.fixture(scope="module")
def pump(local_twin: LocalTwin) -> Pump:
    client = local_twin.client("iotsitewise")
    external_id = f"pump_{uuid.uuid4().hex[:8]}"
    measured = [
        {"name": name.title(), "externalId": f"{name}_x", "dataType": "DOUBLE", "type": {"measurement": {}}}
        for name in ("flow", "head", "power")
    ]
    attributes = [
        {"name": name.title(), "externalId": f"{name}_x", "dataType": kind, "type": {"attribute": default}}
        for name, kind, default in (
            ("serial", "STRING", {"defaultValue": "S-1"}),
            ("stages", "INTEGER", {"defaultValue": "4"}),
        )
    ]
    model_id = client.create_asset_model(
        assetModelName=external_id, assetModelProperties=[*measured, *attributes]
    )["assetModelId"]
    asset_id = client.create_asset(assetName=external_id, assetModelId=model_id, assetExternalId=external_id)[
        "assetId"
    ]
    described = client.describe_asset(assetId=asset_id)["assetProperties"]
    ids = {item["name"].lower(): item["id"] for item in described}
    pump = Pump(asset_id, model_id, external_id, ids, int(time.time()))
    for name, property_id in ids.items():
        client.update_asset_property(
            assetId=asset_id, propertyId=property_id, propertyAlias=f"/{external_id}/{name}"
        )
    for factor, name in enumerate(("flow", "head", "power"), start=1):
        for start in range(0, POINTS, 10):
            values = [
                {
                    "value": {"doubleValue": float(number * factor)},
                    "timestamp": dict(
                        zip(
                            ("timeInSeconds", "offsetInNanos"),
                            divmod(pump.instant(number), NANOSECONDS),
                            strict=True,
                        )
                    ),
                    "quality": "BAD" if number == 7 else "GOOD",
                }
                for number in range(start, min(start + 10, POINTS))
            ]
            entry = {"entryId": "e", "assetId": asset_id, "propertyId": ids[name], "propertyValues": values}
            assert client.batch_put_asset_property_value(entries=[entry])["errorEntries"] == []
    return pump


@pytest.fixture(scope="module")
def client(local_twin: LocalTwin) -> Iterator[Any]:
    """The handler's own client, which reaches the embedded AWS as in a function there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local_twin.environment().items():
            patch.setenv(name, value)
        patch.setenv("PROPERTY_ALIAS", "/${entityId}/${propertyName}")
        handler_module._environment_and_client.cache_clear()
        _, client, _ = handler_module._environment_and_client()
        yield client
    handler_module._environment_and_client.cache_clear()


@pytest.fixture
def called(client: Any) -> Iterator[list[str]]:
    """The operations that the handler's client calls."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    client.meta.events.register("before-call.iotsitewise", note)
    yield names
    client.meta.events.unregister("before-call.iotsitewise", note)


def walk(event: Json) -> tuple[dict[str, list[tuple[str, float]]], int]:
    """All points by property, and how many pages they came in."""
    got: dict[str, list[tuple[str, float]]] = {}
    for pages in range(1, 100):
        page = handler_module.handler(event, None)
        for item in page["propertyValues"]:
            assert len(item["values"]) <= event.get("maxResults", 200)
            got.setdefault(item["entityPropertyReference"]["propertyName"], []).extend(
                (value["time"], value["value"]["doubleValue"]) for value in item["values"]
            )
        if page["nextToken"] is None:
            return got, pages
        event = {**event, "nextToken": page["nextToken"]}
    raise AssertionError("the token never ends")


def expected(pump: Pump, factor: int, *, descending: bool = False) -> list[tuple[str, float]]:
    points = [(format_nanoseconds(pump.instant(n)), float(n * factor)) for n in range(POINTS) if n != 7]
    return points[::-1] if descending else points


@pytest.mark.parametrize(
    ("configuration", "values"),
    [
        ("sitewisePropertyId", {"sitewiseAssetId": "{asset}"}),
        ("sitewisePropertyExternalId", {"sitewiseAssetId": "{asset}"}),
        ("sitewisePropertyExternalId", {"sitewiseAssetExternalId": "{external}"}),
        ("sitewisePropertyId", {"sitewiseAssetId": "externalId:{external}"}),
        ("sitewisePropertyAlias", {}),
        ("", {}),
    ],
)
@pytest.mark.parametrize("names", [("flow",), ("flow", "power", "head")])
def test_every_way_of_addressing_gives_every_point_when_history_is_read(
    client: Any,
    pump: Pump,
    configuration: str,
    values: dict[str, str],
    names: tuple[str, ...],
) -> None:
    filled = {
        name: value.format(asset=pump.asset_id, external=pump.external_id) for name, value in values.items()
    }
    event = pump.event(*names, properties=pump.properties(names, configuration, **filled))

    got, pages = walk(event)

    factors = {"flow": 1, "head": 2, "power": 3}
    assert got == {name: expected(pump, factors[name]) for name in names}
    assert pages == 1


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
@pytest.mark.parametrize("size", [5, 24, 25])
def test_pages_of_a_batch_are_the_unpaged_answer_when_put_together(
    client: Any, pump: Pump, order: str, size: int
) -> None:
    names = ("flow", "power", "head")
    event = pump.event(
        *names,
        properties=pump.properties(names, "sitewisePropertyId", sitewiseAssetId=pump.asset_id),
        maxResults=size,
        orderByTime=order,
    )

    got, _ = walk(event)

    for name, factor in (("flow", 1), ("head", 2), ("power", 3)):
        assert got[name] == expected(pump, factor, descending=order == "DESCENDING")


def test_one_call_reads_several_properties_when_their_points_fit_in_it(called: list[str], pump: Pump) -> None:
    names = ("flow", "power", "head")
    properties = pump.properties(names, "sitewisePropertyId", sitewiseAssetId=pump.asset_id)

    handler_module.handler(pump.event(*names, properties=properties), None)

    assert called == ["BatchGetAssetPropertyValueHistory"]


def test_one_call_reads_several_attributes(called: list[str], pump: Pump) -> None:
    names = ("serial", "stages")
    event = {
        "workspaceId": "plant",
        "entityId": pump.external_id,
        "componentName": "drive",
        "selectedProperties": list(names),
        "properties": pump.properties(names, "sitewisePropertyId", sitewiseAssetId=pump.asset_id),
    }

    answer = handler_module.handler(event, None)

    assert {name: item["propertyValue"] for name, item in answer["propertyValues"].items()} == {
        "serial": {"stringValue": "S-1"},
        "stages": {"integerValue": 4},
    }
    assert called == ["BatchGetAssetPropertyValue"]


def test_failure_names_the_property_when_one_of_a_batch_does_not_exist(client: Any, pump: Pump) -> None:
    names = ("flow", "head")
    properties = pump.properties(names, "sitewisePropertyId", sitewiseAssetId=pump.asset_id)
    other = str(uuid.uuid4())
    properties["head"]["definition"]["configuration"] = {"sitewisePropertyId": other}

    with pytest.raises(
        StoreError, match=rf"on head \(property {other} of asset .* ResourceNotFoundException"
    ):
        handler_module.handler(pump.event(*names, properties=properties), None)


def test_values_are_read_back_when_written_through_the_connector(client: Any, pump: Pump) -> None:
    properties = pump.properties(("flow",), "sitewisePropertyAlias")
    written = [pump.instant(POINTS) + 5 + nanos for nanos in (0, 1)]
    late = (pump.now - 8 * 86_400) * NANOSECONDS
    reference = {"entityId": pump.external_id, "componentName": "drive", "propertyName": "flow"}
    values = [
        {"time": format_nanoseconds(instant), "value": {"doubleValue": float(number)}}
        for number, instant in enumerate([written[0], late, written[1]])
    ]
    event = {
        "workspaceId": "plant",
        "properties": {pump.external_id: properties},
        "entries": [{"entityPropertyReference": reference, "propertyValues": values}],
    }

    ((error,),) = [entry["errors"] for entry in handler_module.handler(event, None)["errorEntries"]]

    assert error["errorCode"] == "TimestampOutOfRangeException"
    assert error["entry"]["propertyValues"] == [values[1]]
    after = {
        "startTime": format_nanoseconds(pump.instant(POINTS)),
        "endTime": format_nanoseconds(written[1]),
    }
    got, _ = walk(pump.event("flow", properties=properties, **after))
    assert got["flow"] == [(format_nanoseconds(written[0]), 0.0), (format_nanoseconds(written[1]), 2.0)]


def test_models_properties_are_those_that_the_connector_reads_when_initialized(
    client: Any, pump: Pump
) -> None:
    model = {"definition": {"dataType": {"type": "STRING"}}, "value": {"stringValue": pump.model_id}}
    event = {"workspaceId": "plant", "properties": {"sitewiseAssetModelId": model}}

    properties = handler_module.handler(event, None)["properties"]

    assert set(properties) == {"Flow", "Head", "Power", "Serial", "Stages"}
    asset = {"definition": {"dataType": {"type": "STRING"}}, "value": {"stringValue": pump.asset_id}}
    got, _ = walk(pump.event("Flow", properties={**properties, "sitewiseAssetId": asset}))
    assert got["Flow"] == expected(pump, 1)
