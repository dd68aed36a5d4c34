"""Both connectors' handlers on the stores of the embedded AWS over HTTP, with faults between the two.

`tests/flow/conftest.py` imports the fixtures.
"""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from connector_kit.times import NANOSECONDS, format_nanoseconds
from dynamodb_connector import handler as dynamodb
from sitewise_connector import handler as sitewise
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_table import row
from tests.support.faults import Context, Faults, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twin_stack.pytest_plugin import LocalTwin

START = milliseconds("2026-03-02T06:00:00")
BIG = 12
ROWS = [float(i) for i in range(BIG)]
TYPES = {"flow": "DOUBLE", "stages": "INTEGER", "state": "STRING"}
VARIANTS = {"DOUBLE": "doubleValue", "INTEGER": "integerValue", "STRING": "stringValue"}
COUNT = 14
# SiteWise takes values of the last seven days.
ORIGIN = (int(time.time()) - 86_400) * NANOSECONDS
Answer = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """A connector with its expected answer.

    Attributes:
        ask: Asks it, as Lambda does; `seconds` are those that Lambda leaves.
        values: What of its answers is compared.
        everything: The values of the whole answer.
        call: Pattern of the call that a failure names.
        least: Calls that a read takes at least.
    """

    ask: Callable[..., Answer]
    values: Callable[..., Any]
    everything: Any
    call: str
    least: int


@pytest.fixture(scope="module")
def proxy(local_twin: LocalTwin) -> Iterator[Proxy]:
    with Proxy(local_twin.endpoint).running() as running:
        yield running


@pytest.fixture(scope="session")
def table(local_twin: LocalTwin) -> Callable[..., None]:
    """A telemetry table; gives the function that puts rows into it."""
    client = local_twin.client("dynamodb")
    name = "telemetry-faults"
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "device_id", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "N"},
            {"AttributeName": "component_type_id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "device_id", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-type",
                "KeySchema": [
                    {"AttributeName": "component_type_id", "KeyType": "HASH"},
                    {"AttributeName": "timestamp", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )

    def put(*rows: Any) -> None:
        for item in rows:
            client.put_item(TableName=name, Item=item)

    # Rows of 300 KB: a page of DynamoDB holds three of them, even with a small projection.
    put(
        *(
            row("press-big", START + 1 + i, pressure={"N": str(i)}, bulk={"B": b"x" * 300_000})
            for i in range(BIG)
        )
    )
    return put


@pytest.fixture
def dynamodb_ask(
    proxy: Proxy, table: Any, local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Answer]]:
    """Invoke the handler as Lambda does, for the big rows; keyword arguments change the event."""
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.endpoint)
    monkeypatch.setenv("TABLE_NAME", "telemetry-faults")
    monkeypatch.setenv("COMPONENT_TYPE_INDEX", "by-type")
    dynamodb._environment_and_client.cache_clear()
    proxy.faults = Faults()

    def act(device: str = "press-big", seconds: float = 60, **changes: Any) -> Answer:
        event = load_event("history_by_entity", **{"selectedProperties": ["pressure"], **changes})
        event["properties"]["pressId"]["value"] = {"stringValue": device}
        return dynamodb.handler(event, Context(seconds))

    yield act
    dynamodb._environment_and_client.cache_clear()


def row_values(*answers: Answer, name: str = "pressure") -> list[Any]:
    return [
        next(iter(point["value"].values()))
        for answer in answers
        for item in answer["propertyValues"]
        if item["entityPropertyReference"]["propertyName"] == name
        for point in item["values"]
    ]


class Plant:
    """Makes assets of one model and writes their histories."""

    def __init__(self, client: Any) -> None:
        self._client = client
        name = f"pump_{uuid.uuid4().hex}"
        self.model_id: str = client.create_asset_model(
            assetModelName=name,
            assetModelProperties=[
                {
                    "name": property_name,
                    "externalId": f"{property_name}_x",
                    "dataType": kind,
                    "type": {"measurement": {}},
                }
                for property_name, kind in TYPES.items()
            ],
        )["assetModelId"]
        self.property_ids: dict[str, str] = {}

    def make(self, external_id: str) -> str:
        """Make an asset; returns its id."""
        asset_id: str = self._client.create_asset(
            assetName=external_id, assetExternalId=external_id, assetModelId=self.model_id
        )["assetId"]
        if not self.property_ids:
            described = self._client.describe_asset(assetId=asset_id)["assetProperties"]
            self.property_ids = {item["name"]: item["id"] for item in described}
        return asset_id

    def write(self, asset_id: str, name: str, values: Sequence[tuple[int, dict[str, Any], str]]) -> None:
        """Write instants, variants and qualities of a property, in the order given."""
        written = [
            {
                "timestamp": dict(
                    zip(("timeInSeconds", "offsetInNanos"), divmod(instant, NANOSECONDS), strict=True)
                ),
                "value": value,
                "quality": quality,
            }
            for instant, value, quality in values
        ]
        for start in range(0, len(written), 10):
            entry = {
                "entryId": "e",
                "assetId": asset_id,
                "propertyId": self.property_ids[name],
                "propertyValues": written[start : start + 10],
            }
            assert self._client.batch_put_asset_property_value(entries=[entry])["errorEntries"] == []


@pytest.fixture(scope="session")
def plant(local_twin: LocalTwin) -> Plant:
    return Plant(local_twin.client("iotsitewise"))


@pytest.fixture(scope="session")
def pump(plant: Plant) -> str:
    """The external id of an asset with COUNT points of each property."""
    external_id = f"pump_{uuid.uuid4().hex}"
    asset_id = plant.make(external_id)
    for name in TYPES:
        values = [(instant(n), variant(name, n), "GOOD") for n in range(COUNT)]
        plant.write(asset_id, name, values)
    return external_id


def instant(number: int) -> int:
    return ORIGIN + number * NANOSECONDS + number


def variant(name: str, number: int) -> dict[str, Any]:
    kind = TYPES[name]
    return {VARIANTS[kind]: {"DOUBLE": number / 4, "INTEGER": number, "STRING": f"s{number}"}[kind]}


POINTS = {name: [variant(name, number) for number in range(COUNT)] for name in TYPES}


@pytest.fixture
def sitewise_connector(
    proxy: Proxy, local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The handler's client reaches the embedded AWS through the proxy."""
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_IOTSITEWISE", proxy.endpoint)
    sitewise._environment_and_client.cache_clear()
    proxy.faults = Faults()
    yield
    sitewise._environment_and_client.cache_clear()


@pytest.fixture
def sitewise_ask(
    sitewise_connector: None, pump: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Read the pump's whole history as after a cold start, in pages of SiteWise of ten values.

    Then one read is all kinds of calls: the ids that external ids stand for, a batch that is cut
    short, and each property going on by itself.
    """
    monkeypatch.setattr("sitewise_connector.query.MAX_PAGE_VALUES", 10)
    monkeypatch.setattr("sitewise_connector.repository.MAX_PAGE_VALUES", 10)
    asset = {**definition("STRING"), "value": {"stringValue": pump}}
    properties = {
        name: definition(kind, configuration={"sitewisePropertyExternalId": f"{name}_x"})
        for name, kind in TYPES.items()
    }

    def act(seconds: float = 60, **changes: Any) -> Answer:
        event = load_event(
            "history_by_entity",
            **{
                "selectedProperties": list(TYPES),
                "properties": {**properties, "sitewiseAssetExternalId": asset},
                "startTime": format_nanoseconds(ORIGIN - 1),
                "endTime": format_nanoseconds(instant(COUNT)),
                "maxResults": 200,
                # The filter keeps all points; a connector with a filter reads whole pages.
                "propertyFilters": [
                    {"propertyName": "flow", "operator": ">=", "value": {"doubleValue": 0}},
                ],
                **changes,
            },
        )
        _, _, ids = sitewise._environment_and_client()
        ids.clear()
        return sitewise.handler(event, Context(seconds))

    return act


def point_values(*answers: Answer) -> dict[str, list[Any]]:
    values_by_property: dict[str, list[Any]] = {}
    for item in itertools.chain.from_iterable(answer["propertyValues"] for answer in answers):
        name = item["entityPropertyReference"]["propertyName"]
        values_by_property.setdefault(name, []).extend(point["value"] for point in item["values"])
    return values_by_property


@pytest.fixture
def reader(request: pytest.FixtureRequest, store: str) -> Reader:
    """The connector of a store, `dynamodb` or `sitewise`."""
    ask = request.getfixturevalue(f"{store}_ask")
    if store == "dynamodb":
        return Reader(ask, row_values, ROWS, "dynamodb:Query on table", 4)
    return Reader(ask, point_values, POINTS, r"iotsitewise:\w+ on", 4)
