"""The SiteWise connector's handler on the embedded SiteWise over HTTP, with faults between the two."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector_kit import ConnectorError, StoreError
from connector_kit.times import NANOSECONDS
from sitewise_connector import handler as sitewise
from tests.support.connector_events import definition, load_event
from tests.support.faults import Context, Faults, Proxy
from tests.support.random_series import Draw, Store, check, draws, make_case
from tests.support.soak import SOAK, repetitions
from tests.support.store_readers import ORIGIN, POINTS, TYPES, VARIANTS, Answer, Plant, point_values

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.support.random_series import Content


@pytest.fixture
def ask(sitewise_ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """The handler."""
    return sitewise_ask


DESCRIBE, BATCH, HISTORY = "/assets/", "/properties/batch/history", "/properties/history"


def test_read_has_calls_of_every_kind(ask: Callable[..., Answer], proxy: Proxy) -> None:
    assert point_values(ask()) == POINTS
    kinds = [
        next(kind for kind in (BATCH, HISTORY, DESCRIBE) if target.startswith(kind))
        for target in proxy.faults.targets
    ]
    assert [kind for kind, _ in itertools.groupby(kinds)] == [DESCRIBE, BATCH, HISTORY]
    assert kinds.count(HISTORY) >= 5, "a property goes on by itself"


@pytest.mark.parametrize("fault", ["throttle", "refuse"])
def test_failure_of_the_last_call_returns_no_partial_page(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    """Two pages: the token of the first is good after the second has failed."""
    first = ask(maxResults=8)
    proxy.faults = Faults()
    second = ask(maxResults=8, nextToken=first["nextToken"])
    assert point_values(first, second) == POINTS
    assert second["nextToken"] is None
    last = proxy.faults.calls
    proxy.faults = Faults(dict.fromkeys(range(last, last + 100), fault))
    with pytest.raises(StoreError, match=r"iotsitewise:GetAssetPropertyValueHistory on state .* failed"):
        ask(seconds=8, maxResults=8, nextToken=first["nextToken"])
    proxy.faults = Faults()
    again = ask(maxResults=8, nextToken=first["nextToken"])
    assert point_values(first, again) == POINTS


@pytest.mark.soak
def test_attributes_are_complete_after_a_transient_failure_of_any_call(
    ask: Callable[..., Answer], proxy: Proxy
) -> None:
    """``make soak`` lets each call fail in each way; elsewhere the calls take turns."""
    faults = ("throttle", "error", "reset")

    def read() -> dict[str, Any]:
        answer = ask(startTime=None, endTime=None, startDateTime=None, endDateTime=None, propertyFilters=None)
        return {name: item["propertyValue"] for name, item in answer["propertyValues"].items()}

    newest = {name: values[-1] for name, values in POINTS.items()}
    assert read() == newest
    calls = proxy.faults.calls
    assert calls == len(TYPES) + 1 >= len(faults)
    for number in range(1, calls + 1):
        for fault in faults if SOAK else [faults[number % len(faults)]]:
            proxy.faults = Faults({number: fault})
            assert read() == newest, (number, fault)
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
@pytest.mark.soak
@settings(max_examples=repetitions(6, 120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draw=draws(st.integers(0, 60), st.integers(3, 40)),
    unit=st.sampled_from([1, 300, NANOSECONDS]),
)
def test_pages_of_real_histories_are_their_points(
    sitewise_connector: None, plant: Plant, style: str, draw: Draw, unit: int
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
    check(lambda event: sitewise.handler(event, Context()), event, case, [asset_id])
