"""The page reader against a list in memory: for any series, pages lose and repeat no point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector_kit import Batch, Position, Property, Request, parse_event
from connector_kit.errors import UnsupportedError
from connector_kit.history import Tally, read_page
from connector_kit.times import NANOSECONDS, format_nanoseconds
from tests.support.connector_events import definition, load_event
from tests.support.soak import repetitions

START = 1_772_431_200
SERIES_TYPES = {"a": "DOUBLE", "b": "LONG", "c": "STRING"}

Row = tuple[int, str, dict[str, Any]]


@dataclass
class ListSource:
    """Rows of a list, in batches of some size; ties in time are ordered by their place."""

    request: Request
    rows: Sequence[Row]
    batch: int
    external_id_name: str | None = None
    reads: int = 0

    @property
    def properties(self) -> Sequence[Property]:
        return self.request.selected

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        inside = in_range(self.request, self.rows)
        start = int(after[0]) + 1 if after else 0
        for first in range(start, max(len(inside), start + 1), self.batch):
            self.reads += 1
            rows = inside[first : first + self.batch]
            yield Batch(
                times=[format_nanoseconds(row[0]) for row in rows],
                columns={p.name: [row[2].get(p.name) for row in rows] for p in properties},
                position=lambda row, first=first: (str(first + row),),  # type: ignore[misc]
                is_last=first + self.batch >= len(inside),
                owners=[row[1] for row in rows] if self.external_id_name else None,
            )


def in_range(request: Request, rows: Sequence[Row]) -> list[Row]:
    inside = [row for row in rows if request.start < row[0] <= request.end]
    return sorted(inside, key=lambda row: row[0], reverse=not request.ascending)


def model(request: Request, rows: Sequence[Row]) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    """What the answer has to be: each series of each owner, in order."""
    series: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for name in SERIES_TYPES:
        for nanoseconds, owner, values in in_range(request, rows):
            if values.get(name) not in (None, ""):
                point = (format_nanoseconds(nanoseconds), values[name])
                series.setdefault((owner, name), []).append(point)
    return series


def history(page: dict[str, Any]) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    series: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for item in page["propertyValues"]:
        reference = item["entityPropertyReference"]
        owner = reference.get("externalIdProperty", {}).get("id", reference.get("entityId"))
        points = [(v["time"], next(iter(v["value"].values()))) for v in item["values"]]
        assert points, "a series without points has no item"
        series.setdefault((owner, reference["propertyName"]), []).extend(points)
    return series


def event(*, ascending: bool, max_results: int, start: int, end: int, **more: Any) -> dict[str, Any]:
    return load_event(
        "history_by_entity",
        properties={name: definition(kind) for name, kind in SERIES_TYPES.items()},
        selectedProperties=list(SERIES_TYPES),
        orderByTime="ASCENDING" if ascending else "DESCENDING",
        maxResults=max_results,
        startTime=format_nanoseconds(start),
        endTime=format_nanoseconds(end),
        **more,
    )


def walk(first: dict[str, Any], rows: Sequence[Row], batch: int, owner: str | None) -> list[Any]:
    pages: list[Any] = []
    token = None
    while not pages or token:
        request = parse_event(first | {"nextToken": token})
        page = read_page(request, [ListSource(request, rows, batch, owner)], Tally())
        for item in page["propertyValues"]:
            assert len(item["values"]) <= request.max_results
        pages.append(page)
        token = page["nextToken"]
        assert len(pages) <= len(rows) + 2, "the token walk does not end"
    return pages


def test_rows_of_a_source_are_readable_by_default() -> None:
    rows: list[Row] = [((START + 1) * NANOSECONDS, "d1", {"a": 1.0})]
    history_event = event(
        ascending=True, max_results=9, start=START * NANOSECONDS, end=(START + 9) * NANOSECONDS
    )
    request, tally = parse_event(history_event), Tally()
    read_page(request, [ListSource(request, rows, 5)], tally)
    assert (tally.rows, tally.points, tally.unreadable) == (1, 1, 0)


instants = st.integers(0, 40).map(lambda second: (START + second) * NANOSECONDS)
row_values = st.fixed_dictionaries(
    {},
    optional={
        "a": st.floats(-1e9, 1e9),
        "b": st.integers(-(2**63), 2**63 - 1),
        "c": st.sampled_from(["", "NORMAL", "ACTIVE"]),
    },
)


@pytest.mark.soak
@settings(max_examples=repetitions(100, 2000), deadline=None)
@given(
    rows=st.lists(st.tuples(instants, st.sampled_from(["d1", "d2"]), row_values), max_size=60),
    ascending=st.booleans(),
    max_results=st.integers(1, 12),
    bounds=st.tuples(instants, instants).map(sorted),
    batch=st.integers(1, 20),
    by_type=st.booleans(),
)
@example([], True, 1, [START * NANOSECONDS] * 2, 1, False)
def test_pages_together_are_the_series(
    rows: list[Row], ascending: bool, max_results: int, bounds: list[int], batch: int, by_type: bool
) -> None:
    target: dict[str, Any] = {}
    if by_type:
        target = {"entityId": None, "componentName": None, "componentTypeId": "t"}
    else:
        rows = [(instant, "hall-2:press-7", values) for instant, _, values in rows]
    first = event(ascending=ascending, max_results=max_results, start=bounds[0], end=bounds[1], **target)
    pages = walk(first, rows, batch, "id" if by_type else None)
    together: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for page in pages:
        for key, points in history(page).items():
            together.setdefault(key, []).extend(points)
    assert together == model(parse_event(first), rows)
    # The token of a page always returns the same next page.
    for before, after in pairwise(pages):
        request = parse_event(first | {"nextToken": before["nextToken"]})
        again = read_page(request, [ListSource(request, rows, batch + 3, "id" if by_type else None)], Tally())
        assert history(again) == history(after)


def points(name: str, *values: Any) -> list[Row]:
    return [((START + i) * NANOSECONDS, "", {name: v}) for i, v in enumerate(values, start=1)]


@pytest.mark.parametrize(
    ("name", "operator", "operand", "kept"),
    [
        ("a", "=", {"doubleValue": 2}, [2.0]),
        ("a", "!=", {"doubleValue": 2}, [1.0, 3.0]),
        ("a", "<", {"doubleValue": "2"}, [1.0]),
        ("a", "<=", {"integerValue": 2}, [1.0, 2.0]),
        ("a", ">", {"doubleValue": 2}, [3.0]),
        ("a", ">=", {"doubleValue": 2}, [2.0, 3.0]),
        ("c", "=", {"stringValue": "ACTIVE"}, ["ACTIVE"]),
        ("c", ">", {"stringValue": "ACTIVE"}, ["NORMAL"]),
    ],
)
def test_filter_keeps_exactly_the_points_it_names(
    name: str, operator: str, operand: dict[str, Any], kept: list[Any]
) -> None:
    rows = points("a", 1, 2, 3) + points("c", "ACTIVE", "NORMAL")
    request = parse_event(
        event(
            ascending=True,
            max_results=200,
            start=START * NANOSECONDS,
            end=(START + 9) * NANOSECONDS,
            propertyFilters=[{"propertyName": name, "operator": operator, "value": operand}],
        )
    )
    page = history(read_page(request, [ListSource(request, rows, 2)], Tally()))
    assert [value for _, value in page["hall-2:press-7", name]] == kept
    other = {"a": "c", "c": "a"}[name]
    assert len(page["hall-2:press-7", other]) == {"a": 3, "c": 2}[other]


def test_filters_of_a_property_are_combined_over_pages() -> None:
    rows = points("a", *range(20))
    first = event(
        ascending=False,
        max_results=2,
        start=START * NANOSECONDS,
        end=(START + 30) * NANOSECONDS,
        propertyFilters=[
            {"propertyName": "a", "operator": ">", "value": {"doubleValue": 4}},
            {"propertyName": "a", "operator": "<=", "value": {"doubleValue": 9}},
        ],
    )
    pages = walk(first, rows, 3, None)
    values = [[v for _, v in p["hall-2:press-7", "a"]] for p in map(history, pages) if p]
    assert values == [[9.0, 8.0], [7.0, 6.0], [5.0]]


@pytest.mark.parametrize("kind", ["BOOLEAN", "RELATIONSHIP"])
def test_filter_by_order_is_refused_when_the_type_has_none(kind: str) -> None:
    first = load_event(
        "history_by_entity",
        properties={"x": definition(kind)},
        selectedProperties=["x"],
        propertyFilters=[{"propertyName": "x", "operator": "<", "value": {"booleanValue": True}}],
    )
    with pytest.raises(UnsupportedError, match=f"operator '<'; a {kind} property takes =, !=$"):
        parse_event(first)


def test_empty_range_does_not_call_the_source() -> None:
    now = START * NANOSECONDS
    request = parse_event(event(ascending=True, max_results=1, start=now, end=now))
    source = ListSource(request, points("a", 1), 1)
    assert read_page(request, [source], Tally()) == {"propertyValues": [], "nextToken": None}
    assert source.reads == 0


def test_last_page_has_no_token_when_it_is_exactly_full() -> None:
    rows = [((START + i) * NANOSECONDS, "", {"a": i, "b": i, "c": "x"}) for i in (1, 2)]
    first = event(ascending=True, max_results=2, start=START * NANOSECONDS, end=(START + 9) * NANOSECONDS)
    (page,) = walk(first, rows, 5, None)
    assert [len(item["values"]) for item in page["propertyValues"]] == [2, 2, 2]


def test_reading_stops_when_the_page_is_full() -> None:
    request = parse_event(
        event(ascending=True, max_results=2, start=START * NANOSECONDS, end=(START + 99) * NANOSECONDS)
    )
    rows = [((START + i) * NANOSECONDS, "", {"a": i, "b": i, "c": "x"}) for i in range(1, 50)]
    source = ListSource(request, rows, 3)
    read_page(request, [source], Tally())
    assert source.reads == 1


def test_odd_values_are_counted_by_reason_and_left_out() -> None:
    rows = points("a", 1, "NaN", "x") + points("c", "x" * 300, "", "fine")
    request = parse_event(
        event(ascending=True, max_results=9, start=START * NANOSECONDS, end=(START + 99) * NANOSECONDS)
    )
    tally = Tally()
    read_page(request, [ListSource(request, rows, 100)], tally)
    assert tally.skipped == {
        "a": {"notFinite": 1, "mismatched": 1},
        "c": {"overLong": 1, "empty": 1},
    }
    assert (tally.rows, tally.points) == (6, 2)
