"""The SiteWise connector's handler on the embedded SiteWise over HTTP, with faults between the two."""

from __future__ import annotations

import itertools
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector_kit import ConnectorError, StoreError
from connector_kit.times import NANOSECONDS, format_nanoseconds
from sitewise_connector import handler as handler_module
from tests.lambdas.fakes import definition, load_event
from tests.lambdas.model import Draw, Store, check, draws, make_case
from tests.local.faults import Context, Faults, Proxy

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from tests.lambdas.model import Content
    from twin_stack.pytest_plugin import LocalTwin

Answer = dict[str, Any]
TYPES = {"flow": "DOUBLE", "stages": "INTEGER", "state": "STRING"}
VARIANTS = {"DOUBLE": "doubleValue", "INTEGER": "integerValue", "STRING": "stringValue"}
COUNT = 14
# SiteWise takes values of the last seven days.
ORIGIN = (int(time.time()) - 86_400) * NANOSECONDS


class Plant:
    """Makes assets of one model and writes their histories."""

    def __init__(self, client: Any) -> None:
        self._client = client
        name = f"pump_{uuid.uuid4().hex}"
        self.model_id: str = client.create_asset_model(
            assetModelName=name,
            assetModelProperties=[
                {"name": one, "externalId": f"{one}_x", "dataType": kind, "type": {"measurement": {}}}
                for one, kind in TYPES.items()
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


@pytest.fixture(scope="module")
def plant(local_twin: LocalTwin) -> Plant:
    return Plant(local_twin.client("iotsitewise"))


@pytest.fixture(scope="module")
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


EVERYTHING = {name: [variant(name, number) for number in range(COUNT)] for name in TYPES}


@pytest.fixture(scope="module")
def proxy(local_twin: LocalTwin) -> Iterator[Proxy]:
    with Proxy(local_twin.endpoint).running() as running:
        yield running


@pytest.fixture
def connector(proxy: Proxy, local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The handler's client reaches the embedded AWS through the proxy."""
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_IOTSITEWISE", proxy.endpoint)
    handler_module._sitewise.cache_clear()
    proxy.faults = Faults()
    yield
    handler_module._sitewise.cache_clear()


@pytest.fixture
def ask(connector: None, pump: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Ask for the pump's whole history as after a cold start, in pages of SiteWise of ten values.

    Then one read is all kinds of calls: the ids that external ids stand for, a batch that is cut
    short, and each property going on by itself.
    """
    monkeypatch.setattr("sitewise_connector.query.PAGE_LIMIT", 10)
    monkeypatch.setattr("sitewise_connector.repository.PAGE_LIMIT", 10)
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
                # It keeps all; a connector that filters asks for whole pages.
                "propertyFilters": [
                    {"propertyName": "flow", "operator": ">=", "value": {"doubleValue": 0}},
                ],
                **changes,
            },
        )
        _, _, ids = handler_module._sitewise()
        ids.clear()
        return handler_module.handler(event, Context(seconds))

    return act


def values(*answers: Answer) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in itertools.chain.from_iterable(answer["propertyValues"] for answer in answers):
        name = item["entityPropertyReference"]["propertyName"]
        found.setdefault(name, []).extend(point["value"] for point in item["values"])
    return found


DESCRIBE, BATCH, HISTORY = "/assets/", "/properties/batch/history", "/properties/history"


def test_read_is_made_of_calls_of_every_kind(ask: Callable[..., Answer], proxy: Proxy) -> None:
    assert values(ask()) == EVERYTHING
    kinds = [
        next(kind for kind in (BATCH, HISTORY, DESCRIBE) if target.startswith(kind))
        for target in proxy.faults.targets
    ]
    assert [kind for kind, _ in itertools.groupby(kinds)] == [DESCRIBE, BATCH, HISTORY]
    assert kinds.count(HISTORY) >= 5, "a property goes on by itself"


@pytest.mark.parametrize("fault", ["throttle", "error", "reset"])
def test_answer_is_whole_when_any_one_call_fails_in_passing(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    ask()
    calls = proxy.faults.calls
    for number in range(1, calls + 1):
        proxy.faults = Faults({number: fault})
        answer = ask()
        assert (values(answer), answer["nextToken"]) == (EVERYTHING, None), number
        assert proxy.faults.calls == calls + 1, "the failed call is made once more, no other"


def test_failure_is_raised_whichever_call_fails_for_good(ask: Callable[..., Answer], proxy: Proxy) -> None:
    ask()
    for number in range(1, proxy.faults.calls + 1):
        proxy.faults = Faults({number: "refuse"})
        with pytest.raises(
            StoreError, match=r"iotsitewise:.*AccessDenied.*allow the function's role"
        ) as raised:
            ask()
        assert "asked for: workspaceId" in str(raised.value)
        assert proxy.faults.calls == number, "what is forbidden is not tried again"


@pytest.mark.parametrize("fault", ["throttle", "refuse"])
def test_failing_last_call_of_a_page_gives_no_part_of_it(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    """Two pages: the token of the first is good after the second has failed."""
    first = ask(maxResults=8)
    proxy.faults = Faults()
    second = ask(maxResults=8, nextToken=first["nextToken"])
    assert values(first, second) == EVERYTHING
    assert second["nextToken"] is None
    last = proxy.faults.calls
    proxy.faults = Faults(dict.fromkeys(range(last, last + 100), fault))
    with pytest.raises(StoreError, match=r"iotsitewise:GetAssetPropertyValueHistory on state .* failed"):
        ask(seconds=8, maxResults=8, nextToken=first["nextToken"])
    proxy.faults = Faults()
    again = ask(maxResults=8, nextToken=first["nextToken"])
    assert values(first, again) == EVERYTHING


@pytest.mark.parametrize("fault", ["throttle", "error", "reset"])
def test_error_says_so_before_lambdas_own_end_when_sitewise_never_recovers(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    proxy.faults = Faults(always=fault)
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"iotsitewise:\w+ on .* failed after \d+ tries"):
        ask(seconds=6)
    assert time.monotonic() - started < 6
    assert proxy.faults.calls >= 2


def test_error_names_the_time_when_it_runs_out_between_calls(
    ask: Callable[..., Answer], proxy: Proxy
) -> None:
    proxy.faults = Faults(always=0.3)
    started = time.monotonic()
    with pytest.raises(
        StoreError, match=r"time runs out after [1-9] calls.*shorter range or fewer properties"
    ):
        ask(seconds=6.2)
    assert time.monotonic() - started < 6.2


@pytest.mark.parametrize("fault", ["throttle", "error", "reset"])
def test_attributes_are_all_there_when_any_one_call_fails_in_passing(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    def read() -> dict[str, Any]:
        found = ask(startTime=None, endTime=None, startDateTime=None, endDateTime=None, propertyFilters=None)
        return {name: item["propertyValue"] for name, item in found["propertyValues"].items()}

    newest = {name: values[-1] for name, values in EVERYTHING.items()}
    assert read() == newest
    calls = proxy.faults.calls
    assert calls == len(TYPES) + 1
    for number in range(1, calls + 1):
        proxy.faults = Faults({number: fault})
        assert read() == newest
        proxy.faults = Faults({number: "refuse"})
        with pytest.raises(ConnectorError, match="AccessDenied"):
            read()


# --- random series through the real store ------------------------------------------------------


def content(kind: str, chance: random.Random) -> Content:
    """A value with its quality: SiteWise holds no other types than the property's."""
    plain = {
        "DOUBLE": chance.randint(-20, 20) / 4,
        "INTEGER": chance.randint(-5, 5),
        "STRING": chance.choice(("AUTO", "SETUP", "OFF", "x" * 256)),
    }[kind]
    quality = chance.choice(("GOOD",) * 8 + ("BAD", "UNCERTAIN"))
    return (quality, {VARIANTS[kind]: plain}), plain if quality == "GOOD" else None


@pytest.mark.parametrize("style", ["entity", "type"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draw=draws(st.integers(0, 60), st.integers(3, 40)),
    unit=st.sampled_from([1, 300, NANOSECONDS]),
)
def test_pages_of_real_histories_are_their_points(
    connector: None, plant: Plant, style: str, draw: Draw, unit: int
) -> None:
    asset_id = plant.make(f"pump_{uuid.uuid4().hex}")
    case = make_case(Store((asset_id,), TYPES, content, unit, together=False), ORIGIN, draw)
    for name in TYPES:
        points = [point for point in case.points if point.name == name]
        plant.write(asset_id, name, [(p.instant, p.stored[1], p.stored[0]) for p in points])
    asset = definition("STRING", isExternalId=True)
    place = {"value": {"stringValue": asset_id}}
    if style == "type":
        asset["definition"]["defaultValue"], place = place["value"], {}
    event = load_event(
        "history_by_entity" if style == "entity" else "history_by_component_type",
        properties={
            **{
                name: definition(kind, configuration={"sitewisePropertyId": plant.property_ids[name]})
                for name, kind in TYPES.items()
            },
            "sitewiseAssetId": {**asset, **place},
        },
        **({"entityId": asset_id} if style == "entity" else {}),
    )
    check(lambda event: handler_module.handler(event, Context()), event, case, [asset_id])
