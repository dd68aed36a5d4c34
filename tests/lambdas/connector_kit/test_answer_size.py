"""Size of answers: pages keep an equal share of what Lambda returns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from connector_kit import UnsupportedError, answer_size
from connector_kit.answer_size import check_size, limit_size


@dataclass
class FakePage:
    """The page of a property with values of some lengths."""

    name: str
    points: list[dict[str, Any]]
    data_type: str = "STRING"
    owners: list[str] = field(default_factory=list)

    def truncate(self, count: int) -> None:
        del self.points[count:]
        del self.owners[count:]


def page(name: str, *lengths: int) -> FakePage:
    return FakePage(name, [{"time": "t", "value": "x" * length} for length in lengths])


@pytest.fixture(autouse=True)
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_size, "_MAX_POINT_BYTES", 1_000)


def counts(*pages: FakePage) -> list[int]:
    limit_size(pages)
    return [len(page.points) for page in pages]


def test_pages_that_fit_are_kept() -> None:
    assert counts(page("a", *[50] * 5), page("b", *[50] * 5)) == [5, 5]


def test_pages_have_equal_shares_and_what_short_ones_leave() -> None:
    assert counts(page("a", *[70] * 20), page("b", *[70] * 20)) == [5, 5]
    assert counts(page("a", 70), page("b", *[70] * 20)) == [1, 9]


def test_page_waits_when_its_first_point_has_no_room() -> None:
    assert counts(page("a", *[70] * 9), page("b", 900)) == [5, 0]


def test_every_answer_has_a_point_so_that_a_caller_comes_to_the_end() -> None:
    assert counts(page("a", 900, 900), page("b", 900)) in ([1, 0], [0, 1])


def test_value_that_fits_into_no_answer_is_named() -> None:
    with pytest.raises(UnsupportedError, match=r'property "a" at t takes 1,[0-9]{3} bytes'):
        limit_size([page("a", 1_000)])


def test_external_ids_count() -> None:
    owned = FakePage("a", [{"time": "t", "value": 1}] * 8, "DOUBLE", ["id"] * 8)
    assert 0 < counts(owned)[0] < 8


def test_answer_without_pages_is_refused_when_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_size, "MAX_ANSWER_BYTES", 10)
    check_size({"a": 1})
    with pytest.raises(UnsupportedError, match="ask for fewer properties"):
        check_size({"a": "longer than ten"})


def test_small_values_are_counted_with_more_than_they_take() -> None:
    largest = {"time": "9999-12-31T23:59:59.999999999Z", "value": {"doubleValue": -1.7976931348623157e308}}
    assert len(json.dumps(largest)) + 2 < answer_size._SMALL_POINT_BYTES
