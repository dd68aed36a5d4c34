"""Thousands of malformed events: each gets an answer or one of our own errors, in time."""

import copy
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from connector_kit import ConnectorError, StoreError, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for as sources_for_table
from dynamodb_connector.schema import schema_of
from dynamodb_connector.writing import write_rows
from sitewise_connector.environment import Environment as SiteWiseEnvironment
from sitewise_connector.query import sources_for as sources_for_sitewise
from sitewise_connector.schema import schema_of as sitewise_schema_of
from sitewise_connector.writing import write_values
from tests.support.connector_events import EVENTS, load_event, milliseconds
from tests.support.fake_sitewise import FakeSiteWise
from tests.support.fake_table import FakeTable, row
from tests.support.soak import repetitions

COUNT = repetitions(2_000, 100_000)
SHARDS = 4
LONGEST = 1.0
"""Seconds for one event; a good one takes a thousandth of it on a busy machine."""

START = milliseconds("2026-03-02T06:00:00")
DEEP: Any = None
for _ in range(60):
    DEEP = {"listValue": [DEEP]}

ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    200,
    201,
    2**31,
    2**63,
    -(2**63),
    2**200,
    10**400,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "é" * 300,
    "x" * 20_000,
    "1899-12-31T00:00:00Z",
    "2026-03-02T06:00:00.123456789Z",
    "2026-03-02T06:00:00+99:99",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59.999999999-23:59",
    "1e999999",
    "NaN",
    "LINEAR",
    "DESCENDING",
    "STRING",
    "LIST",
    "MAP",
    "RELATIONSHIP",
    "pressure",
    "flow",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"stringValue": "x"},
    {"doubleValue": float("nan")},
    {"listValue": [{"mapValue": {}}]},
    {"interpolationType": "LINEAR", "intervalInSeconds": 1},
    {"interpolationType": "LINEAR", "intervalInSeconds": 0},
    {"interpolationType": "LINEAR", "intervalInSeconds": 10**30},
    [{"propertyName": "pressure", "operator": ">", "value": {"doubleValue": 1}}],
    [{"propertyName": "pressure", "operator": "~", "value": {}}],
    ["pressure"] * 3,
    DEEP,
]
MEMBERS = (
    "nextToken",
    "maxResults",
    "orderByTime",
    "propertyFilters",
    "interpolation",
    "startTime",
    "endTime",
    "startDateTime",
    "endDateTime",
    "entityId",
    "componentTypeId",
    "entries",
    "selectedProperties",
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


def change(event: Any, path: tuple[Any, ...], act: Callable[[Any, Any], None]) -> Any:
    """Copy what leads to a path, and change the copy there."""
    changed = copy.copy(event)
    holder = changed
    for step in path[:-1]:
        holder[step] = copy.copy(holder[step])
        holder = holder[step]
    act(holder, path[-1])
    return changed


def replace(odd: Any, holder: Any, key: Any) -> None:
    holder[key] = odd


def remove(holder: Any, key: Any) -> None:
    del holder[key]


def rename(holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[f"{key} "] = holder.pop(key)
    else:
        holder.reverse()


def damage(token: str, chance: random.Random) -> str:
    place = chance.randrange(len(token))
    return chance.choice(
        [token[:place], token[place:], token[:place] + "A" + token[place + 1 :], token + "=", token * 2]
    )


def broken(event: Any, known_paths: list[tuple[Any, ...]], token: str, chance: random.Random) -> Any:
    """Break an event in one to three places."""
    if chance.random() < 0.3:
        member = chance.choice(MEMBERS)
        event = {**event, member: damage(token, chance) if member == "nextToken" else chance.choice(ODD)}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        act = chance.choice((partial(replace, chance.choice(ODD)), remove, rename))
        try:
            event = change(event, chance.choice(known_paths), act)
        except (KeyError, IndexError, TypeError, AttributeError):  # an earlier change took the place away
            continue
    return event


def table() -> FakeTable:
    rows = [
        row("press-7", START + i + 1, pressure={"N": str(i)}, strokes={"N": "1"}, operating_mode={"S": "x"})
        for i in range(3)
    ]
    return FakeTable(rows)


def by_table(event: Any, environment: Environment) -> dict[str, Any]:
    held = table()
    return serve(
        event,
        partial(sources_for_table, environment=environment, repository=held),
        schema=partial(schema_of, environment=environment, repository=held),
        writer=partial(write_rows, environment=environment, repository=held),
    )


def by_sitewise(event: Any) -> dict[str, Any]:
    held, environment = FakeSiteWise({}), SiteWiseEnvironment()
    return serve(
        event,
        partial(sources_for_sitewise, environment=environment, repository=held),
        schema=partial(sitewise_schema_of, repository=held),
        writer=partial(write_values, environment=environment, repository=held),
    )


CONNECTORS: list[Callable[[Any], dict[str, Any]]] = [
    partial(by_table, environment=Environment("t")),
    partial(by_table, environment=Environment("t", component_type_index="by-type")),
    partial(
        by_table,
        environment=Environment(
            "t", time_unit="iso", partition="${device}#${month}", first_bucket=1_772_000_000 * 10**9
        ),
    ),
    by_sitewise,
]


@pytest.mark.soak
@pytest.mark.parametrize("shard", range(SHARDS))
def test_broken_events_get_an_answer_or_one_of_our_errors(
    shard: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    chance = random.Random(f"malformed {shard}")
    good = {path.stem: load_event(path.stem) for path in sorted(EVENTS.glob("*.json"))}
    known_paths = {name: list(paths(event)) for name, event in good.items()}
    names = list(good)
    token = by_table(
        load_event("history_by_entity", selectedProperties=["pressure"], maxResults=1), Environment("t")
    )["nextToken"]
    assert token
    outcomes: Counter[str] = Counter()
    for _ in range(COUNT // SHARDS):
        name = chance.choice(names)
        event = broken(good[name], known_paths[name], token, chance)
        connector = CONNECTORS[chance.randrange(len(CONNECTORS))]
        started = time.process_time()
        try:
            answer = connector(event)
        except ConnectorError as error:
            assert not isinstance(error, StoreError), "no store failed"
            assert "(request: " in str(error)
            outcomes["refused"] += 1
        except Exception as error:
            raise AssertionError(f"{name}: {event!r:.3000}") from error
        else:
            # The entry of a failed write is returned unchanged.
            json.dumps(answer, allow_nan="errorEntries" in answer)
            outcomes["answered"] += 1
        assert time.process_time() - started < LONGEST, f"{name}: {event!r:.3000}"
    # A fuzz run tests nothing if all its events are refused at once, or all are valid.
    assert min(outcomes["refused"], outcomes["answered"]) > COUNT / SHARDS / 10, outcomes
