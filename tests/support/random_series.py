"""Random series and requests, with the expected answer, computed by a list in memory.

hypothesis draws a seed and a size; all else comes from the seed, for to draw thousands of points
one by one would take longer than to read them.
"""

from __future__ import annotations

import operator
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import strategies as st

from connector_kit.times import format_nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Answer = dict[str, Any]
Series = dict[tuple[str, str], list[tuple[str, Any]]]
"""Times and values by owner and property."""

Content = tuple[Any, Any]
"""What a store holds, and the value that it is by the declared type; None if it is none."""

MILLISECOND = 1_000_000
NAMES = {"pressure": "DOUBLE", "strokes": "LONG", "mode": "STRING", "guardClosed": "BOOLEAN"}
"""Data types of the properties that events of the tests have."""

LIFTED = 10_000
"""Page size of what counts as unpaged."""

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MEMBERS = {
    "DOUBLE": "doubleValue",
    "INTEGER": "integerValue",
    "LONG": "longValue",
    "STRING": "stringValue",
    "BOOLEAN": "booleanValue",
}


class Point(NamedTuple):
    """What is stored for a property at an instant, in nanoseconds since the epoch."""

    owner: str
    name: str
    instant: int
    stored: Any
    content: Any


@dataclass(frozen=True)
class Store:
    """What a kind of store can hold.

    Attributes:
        owners: Devices or assets; the first is the one that an entity request is about.
        types: Data type of each property.
        contents: Gives a content of a data type.
        unit: Nanoseconds between two instants, at least.
        together: Whether the properties of an owner are written at the same instants.
    """

    owners: Sequence[str]
    types: Mapping[str, str]
    contents: Callable[[str, random.Random], Content]
    unit: int
    together: bool


@dataclass(frozen=True)
class Case:
    """A series and a request.

    Attributes:
        store: What holds it.
        points: The series, in the order of writing, which is not that of time.
        names: The selected properties.
        start: Start of the range in nanoseconds since the epoch, exclusive.
        end: Its end, inclusive.
        ascending: The order of time.
        limit: Points of a property in a page.
        filters: ``propertyFilters``.
    """

    store: Store
    points: Sequence[Point]
    names: Sequence[str]
    start: int
    end: int
    ascending: bool
    limit: int
    filters: Sequence[Mapping[str, Any]]

    def request(self) -> dict[str, Any]:
        """The members of the event for this case."""
        return {
            "selectedProperties": list(self.names),
            "startTime": format_nanoseconds(self.start),
            "endTime": format_nanoseconds(self.end),
            "startDateTime": None,
            "endDateTime": None,
            "orderByTime": "ASCENDING" if self.ascending else "DESCENDING",
            "propertyFilters": list(self.filters),
        }

    def expected(self, owners: Sequence[str]) -> list[Point]:
        """The points that the answer must have, in order of time."""
        points = [
            point
            for point in self.points
            if point.name in self.names and point.owner in owners and self._has(point)
        ]
        return sorted(points, key=operator.attrgetter("instant"), reverse=not self.ascending)

    def _has(self, point: Point) -> bool:
        return (
            point.content is not None
            and self.start < point.instant <= self.end
            and all(
                OPERATORS[item["operator"]](point.content, *item["value"].values())
                for item in self.filters
                if item["propertyName"] == point.name
            )
        )


class Draw(NamedTuple):
    """What hypothesis draws of a case, and shows of one that fails.

    Attributes:
        seed: Where all comes from that is no member here.
        size: Rows, where an owner's properties are written together, else points.
        ascending: The order of time.
        limit: Points of a property in a page.
    """

    seed: int
    size: int
    ascending: bool
    limit: int


def draws(sizes: st.SearchStrategy[int], limits: st.SearchStrategy[int]) -> st.SearchStrategy[Draw]:
    return st.builds(Draw, st.integers(0, 2**32), sizes, st.booleans(), limits)


def make_case(store: Store, origin: int, draw: Draw) -> Case:
    """Make a case.

    Args:
        store: What holds the series.
        origin: Where it begins, in nanoseconds since the epoch.
        draw: What to make it of.
    """
    seed, size, ascending, limit = draw
    chance = random.Random(seed)
    names = chance.sample(list(store.types), chance.randint(1, len(store.types)))
    spread = size * chance.choice((1, 2, 100)) + 1  # near to the size, ties between owners are many
    density = {name: chance.choice((0.03, 0.4, 1.0)) for name in store.types}
    # Most rows are those of the first owner: entity requests are about it alone.
    owner_weights = [4, *[1] * (len(store.owners) - 1)]
    points: dict[tuple[str, str, int], Point] = {}
    for _ in range(size):
        (owner,) = chance.choices(store.owners, owner_weights)
        instant = origin + chance.randrange(spread) * store.unit
        for name in store.types if store.together else [chance.choice(list(store.types))]:
            key = (owner, name, instant)
            # What is written again takes the place of what was there.
            if chance.random() < density[name] or key in points:
                points[key] = Point(*key, *store.contents(store.types[name], chance))
    edges = [origin - store.unit, origin + (spread + 1) * store.unit]
    if points and chance.random() < 0.7:
        instants = sorted(point.instant for point in points.values())
        edges = sorted(chance.choice(instants) + chance.choice((-1, 0, 1)) * store.unit for _ in range(2))
    if chance.random() < 0.1:
        edges[1] = edges[0]
    return Case(
        store=store,
        points=list(points.values()),
        names=names,
        start=edges[0],
        end=edges[1],
        ascending=ascending,
        limit=limit,
        filters=[_filter(store, chance.choice(names), chance) for _ in range(chance.choice((0, 0, 1, 2, 4)))],
    )


def _filter(store: Store, name: str, chance: random.Random) -> dict[str, Any]:
    kind = store.types[name]
    content = None
    while content is None:
        _, content = store.contents(kind, chance)
    return {
        "propertyName": name,
        "operator": chance.choice(("=", "!=") if kind == "BOOLEAN" else tuple(OPERATORS)),
        "value": {MEMBERS[kind]: content},
    }


def check(
    ask: Callable[[dict[str, Any]], Answer], event: dict[str, Any], case: Case, owners: Sequence[str]
) -> None:
    """Read a case in pages and in one page; from each page's token also in one page.

    Args:
        ask: Asks a connector.
        event: The event, all but the request.
        case: The series, which the connector's store holds, and the request.
        owners: Whose points the answer must have.
    """
    event = {**event, **case.request()}
    expected = case.expected(owners)
    series: Series = {}
    times: dict[str, list[str]] = {name: [] for name in case.names}
    for point in expected:
        time = format_nanoseconds(point.instant)
        times[point.name].append(time)
        value = {MEMBERS[case.store.types[point.name]]: point.content}
        series.setdefault((point.owner, point.name), []).append((time, value))
    assert series_of(_unpaged(ask, event)) == series

    taken: Counter[tuple[str, str]] = Counter()
    while True:
        page = ask({**event, "maxResults": case.limit})
        page_series = series_of(page)
        for name in case.names:
            # The page is full, or has all that is left, and none before its time. Which of two owners'
            # points of one instant comes first is up to the connector.
            begin = sum(count for (_, other), count in taken.items() if other == name)
            came = [time for (_, other), points in page_series.items() if other == name for time, _ in points]
            assert Counter(came) == Counter(times[name][begin : begin + case.limit])
        for key, points in page_series.items():
            assert points == series[key][taken[key] : taken[key] + len(points)]
            taken[key] += len(points)
        if page["nextToken"] is None:
            break
        assert page_series, "a page without points has a token"
        # A token stays valid for pages of another size, and may be used more than once.
        event = {**event, "nextToken": page["nextToken"]}
        left = {key: points[taken[key] :] for key, points in series.items() if taken[key] < len(points)}
        assert series_of(_unpaged(ask, event)) == left
    assert taken == Counter({key: len(points) for key, points in series.items()})


def series_of(answer: Answer) -> Series:
    """The points of an answer; one item a series."""
    series: Series = {}
    for item in answer["propertyValues"]:
        reference = item["entityPropertyReference"]
        (owner,) = reference.get("externalIdProperty", {"": reference.get("entityId")}).values()
        key = owner, reference["propertyName"]
        assert key not in series, "a series has one item"
        assert item["values"], "a series without points has none"
        series[key] = [(value["time"], value["value"]) for value in item["values"]]
    return series


def _unpaged(ask: Callable[[dict[str, Any]], Answer], event: dict[str, Any]) -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connector_kit.request.MAX_RESULTS", LIFTED)
        answer = ask({**event, "maxResults": None})
    assert answer["nextToken"] is None
    return answer


# --- what DynamoDB holds ------------------------------------------------------------------------

ODD_ATTRIBUTES: dict[str, list[Content]] = {
    "DOUBLE": [
        ({"S": "2.5"}, 2.5),
        ({"S": "high"}, None),
        ({"BOOL": True}, None),
        ({"NULL": True}, None),
        ({"N": "-1E+3"}, -1000.0),
        ({"L": [{"N": "1"}]}, None),
        ({"B": b"\x00"}, None),
    ],
    "LONG": [
        ({"S": "7"}, 7),
        ({"N": "7.5"}, None),
        ({"N": "7.0"}, 7),
        ({"N": str(2**63 - 1)}, 2**63 - 1),
        ({"N": str(2**63)}, None),
        ({"M": {}}, None),
    ],
    "STRING": [
        ({"S": ""}, None),
        ({"S": "x" * 257}, None),
        ({"S": "x" * 256}, "x" * 256),
        ({"N": "5"}, "5"),
        ({"BOOL": True}, "true"),
        ({"NULL": True}, None),
    ],
    "BOOLEAN": [({"S": "False"}, False), ({"N": "1"}, True), ({"N": "2"}, None), ({"S": ""}, None)],
}


def attribute(kind: str, chance: random.Random) -> Content:
    """An attribute value, of another type now and then."""
    if chance.random() < 0.15:
        return chance.choice(ODD_ATTRIBUTES[kind])
    if kind == "DOUBLE":
        number = chance.randint(-20, 20) / 4
        return {"N": repr(number)}, number
    if kind == "LONG":
        whole = chance.randint(-5, 5)
        return {"N": str(whole)}, whole
    if kind == "STRING":
        text = chance.choice(("AUTO", "SETUP", "OFF"))
        return {"S": text}, text
    is_true = chance.random() < 0.5
    return {"BOOL": is_true}, is_true


def rows_of(case: Case, component_type_id: str) -> list[dict[str, Any]]:
    """The series as wide rows of DynamoDB, in the order of writing."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for point in case.points:
        key = {"device_id": {"S": point.owner}, "timestamp": {"N": str(point.instant // MILLISECOND)}}
        row = rows.setdefault(
            (point.owner, point.instant), {**key, "component_type_id": {"S": component_type_id}}
        )
        row["operating_mode" if point.name == "mode" else point.name] = point.stored
    return list(rows.values())
