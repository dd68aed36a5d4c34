"""Both connectors against a list in memory: for any series and request, pages hold its points."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit import serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from sitewise_connector.environment import Environment as SiteWiseEnvironment
from sitewise_connector.query import sources_for as sitewise_sources_for
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_sitewise import FakeSiteWise, sitewise_value
from tests.support.fake_table import FakeTable
from tests.support.random_series import (
    MILLISECOND,
    NAMES,
    Case,
    Content,
    Draw,
    Store,
    attribute,
    check,
    draws,
    make_case,
    rows_of,
)
from tests.support.soak import repetitions

if TYPE_CHECKING:
    import random

pytestmark = pytest.mark.slow


TYPE = "com.example.press"
ORIGIN = milliseconds("2026-03-02T06:00:00") * 1_000_000

SMALL = st.integers(0, 60)
LARGE = st.integers(1_000, 5_000)
LARGE_OF_ALL = LARGE.map(lambda size: size * len(NAMES))
ANY_LIMIT = st.integers(1, 9) | st.integers(1, 200)
# Each page is followed to its end in one go, so that small pages of long series would cost squares.
LONG_LIMIT = st.integers(60, 200)


# --- DynamoDB ----------------------------------------------------------------------------------

PRESSES = ("hall-2:press-7", "hall-2:press-8", "hall-1:press-9")
TABLE = Store(PRESSES, NAMES, attribute, MILLISECOND, together=True)
STYLES = {
    "entity": Environment("t"),
    "type, by index": Environment("t", component_type_index="by-type"),
    "type, listed": Environment("t", devices={TYPE: PRESSES}),
    "type, default device": Environment("t"),
}


def check_table(style: str, case: Case, page_rows: int, *, empty_pages: bool) -> None:
    other = {"device_id": {"S": "another"}, "timestamp": {"N": str(ORIGIN // MILLISECOND + 1)}}
    others = [{**other, "component_type_id": {"S": "com.example.other"}, "pressure": {"N": "1"}}]
    table = FakeTable([*others, *rows_of(case, TYPE)], page_rows=page_rows, empty_pages=empty_pages)
    sources = partial(sources_for, environment=STYLES[style], repository=table)
    if style == "entity":
        event = load_event("history_by_entity")
        event["properties"]["pressId"]["value"] = {"stringValue": PRESSES[0]}
        # The answer refers to the entity, not to the device.
        event["entityId"] = PRESSES[0]
    else:
        event = load_event("history_by_component_type")
    if style == "type, default device":
        event["properties"]["pressId"]["definition"]["defaultValue"] = {"stringValue": PRESSES[0]}
    of_one_device = style in ("entity", "type, default device")
    check(partial(serve, sources=sources), event, case, PRESSES[:1] if of_one_device else PRESSES)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.soak
@settings(max_examples=repetitions(25, 1200))
@given(
    draw=draws(SMALL, ANY_LIMIT),
    page_rows=st.sampled_from([2, 7, 10_000]),
    empty=st.booleans(),
)
def test_pages_of_a_table_are_its_points(style: str, draw: Draw, page_rows: int, empty: bool) -> None:
    check_table(style, make_case(TABLE, ORIGIN, draw), page_rows, empty_pages=empty)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.soak
@settings(max_examples=repetitions(3, 80))
@given(
    draw=draws(LARGE, LONG_LIMIT),
    page_rows=st.sampled_from([100, 10_000]),
    empty=st.booleans(),
)
def test_pages_of_a_large_table_are_its_points(style: str, draw: Draw, page_rows: int, empty: bool) -> None:
    check_table(style, make_case(TABLE, ORIGIN, draw), page_rows, empty_pages=empty)


# --- SiteWise ----------------------------------------------------------------------------------

PROPERTY_IDS = {name: f"a1b2c3d4-0000-4000-8000-00000000000{n}" for n, name in enumerate(NAMES)}
ASSET = "a1b2c3d4-0000-4000-8000-0000000000aa"
ODD_VARIANTS: dict[str, list[Content]] = {
    "DOUBLE": [({"stringValue": "high"}, None), ({"booleanValue": True}, None), ({"integerValue": 3}, 3.0)],
    "LONG": [({"doubleValue": 2.0}, 2), ({"doubleValue": 2.5}, None)],
    "STRING": [({"stringValue": "x" * 257}, None), ({"integerValue": 3}, "3")],
    "BOOLEAN": [({"integerValue": 0}, False), ({"doubleValue": 0.5}, None)],
}
VARIANTS = {
    "DOUBLE": "doubleValue",
    "LONG": "integerValue",
    "STRING": "stringValue",
    "BOOLEAN": "booleanValue",
}


def variant(kind: str, chance: random.Random) -> Content:
    """A SiteWise value with its quality; of another type, of poor quality or null now and then."""
    _, content = plain = attribute(kind, chance)
    if content is None or chance.random() < 0.1:
        stored, content = chance.choice(ODD_VARIANTS[kind])
    else:
        stored = {VARIANTS[kind]: plain[1]}
    quality = chance.choice(("GOOD",) * 8 + ("BAD", "UNCERTAIN"))
    if quality != "GOOD":
        return (quality, chance.choice((stored, {"nullValue": {"valueType": "D"}}))), None
    return (quality, stored), content


# Several instants a microsecond, for the SDK has none between two of them.
UNITS = (1, 300, 10**9)


def make_assets(unit: int, draw: Draw) -> Case:
    return make_case(Store((ASSET,), NAMES, variant, unit, together=False), ORIGIN, draw)


def check_sitewise(style: str, case: Case, repository: FakeSiteWise) -> None:
    series: dict[str, list[Any]] = {}
    for point in case.points:
        quality, stored = point.stored
        value = sitewise_value(point.instant, quality, **stored)
        series.setdefault(PROPERTY_IDS[point.name], []).append(value)
    repository.series = series
    asset = definition("STRING", isExternalId=True)
    place = {"value": {"stringValue": ASSET}}
    if style == "type":
        asset["definition"]["defaultValue"], place = place["value"], {}
    properties = {
        name: definition(kind, configuration={"sitewisePropertyId": PROPERTY_IDS[name]})
        for name, kind in NAMES.items()
    }
    event = load_event(
        "history_by_entity" if style == "entity" else "history_by_component_type",
        properties={**properties, "sitewiseAssetId": {**asset, **place}},
        **({"entityId": ASSET} if style == "entity" else {}),
    )
    sources = partial(sitewise_sources_for, environment=SiteWiseEnvironment(), repository=repository)
    check(partial(serve, sources=sources), event, case, (ASSET,))


@pytest.mark.parametrize("style", ["entity", "type"])
@pytest.mark.soak
@settings(max_examples=repetitions(25, 1500))
@given(
    unit=st.sampled_from(UNITS),
    draw=draws(SMALL, ANY_LIMIT),
    page_values=st.sampled_from([2, 7, 20_000]),
    batch_values=st.sampled_from([1, 9, 20_000]),
    each=st.booleans(),
)
def test_pages_of_an_asset_are_its_points(
    style: str, unit: int, draw: Draw, page_values: int, batch_values: int, each: bool
) -> None:
    check_sitewise(
        style, make_assets(unit, draw), FakeSiteWise({}, page_values, batch_values, batch_counts_each=each)
    )


@pytest.mark.parametrize("style", ["entity", "type"])
@pytest.mark.soak
@settings(max_examples=repetitions(3, 80))
@given(
    unit=st.sampled_from(UNITS),
    draw=draws(LARGE_OF_ALL, LONG_LIMIT),
    page_values=st.sampled_from([500, 20_000]),
    batch_values=st.sampled_from([500, 20_000]),
)
def test_pages_of_an_asset_with_long_histories_are_its_points(
    style: str, unit: int, draw: Draw, page_values: int, batch_values: int
) -> None:
    check_sitewise(style, make_assets(unit, draw), FakeSiteWise({}, page_values, batch_values))
