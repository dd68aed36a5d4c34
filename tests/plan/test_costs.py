"""Estimates of price and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.plan import make_plan
from twin_stack.plan.costs import Prices, read_prices

if TYPE_CHECKING:
    from pathlib import Path


def test_estimates_of_added_entities(tmp_path: Path) -> None:
    entities = "\n".join(f"e-{number}: {{entityName: E {number}}}" for number in range(40))
    before = load(write(tmp_path / "before", {}))
    after = load(write(tmp_path / "after", {"entities/e.yaml": entities}))
    prices = Prices("a list", "2026-01-31", "EUR", 0.05)
    assert make_plan(before, after, prices=prices).estimates == (
        "price of entities (estimate): 0.00 -> 2.00 EUR a month, without queries and data calls; a list, "
        "2026-01-31",
        "calls of the model API (estimate): at least 120, which take 12 s at 10 a second for the account",
    )
    assert make_plan(after, after).estimates == ()


@pytest.mark.slow
def test_bulk_engine_calls_by_pages_jobs_and_subtrees(tmp_path: Path) -> None:
    parts = "".join(f"p-{number}: {{entityName: PP, parentEntityId: hall}}\n" for number in range(300))
    hall, twin = "hall: {entityName: Hall}\n", "workspaceId: my-twin\nengine: bulk\n"
    one_renamed = hall + parts.replace("PP", "QQ", 1)
    contents = {"hall": hall, "all": hall + parts, "other": "b-1: {entityName: BB}", "one": one_renamed}
    sides = {
        name: load(write(tmp_path / name, {"twin.yaml": twin, "entities/e.yaml": entities}))
        for name, entities in contents.items()
    }
    overwrites = f"{twin}bulk: {{onDrift: overwrite}}\n"
    for name in ("all", "one"):
        files = {"twin.yaml": overwrites, "entities/e.yaml": contents[name]}
        sides[f"{name}, put back"] = load(write(tmp_path / f"{name}-back", files))

    def calls(before: str, after: str) -> str:
        return make_plan(sides[before], sides[after]).estimates[-1].partition(", which")[0]

    text = "calls of the model API (estimate): at least"
    assert calls("hall", "all") == f"{text} 5"  # pages and a job
    assert calls("all", "hall") == f"{text} 300"  # each leaf, without listing
    assert calls("all", "other") == f"{text} 6"  # the subtree at once
    assert calls("all", "one") == f"{text} 4"  # the entity and a job
    assert calls("all, put back", "one, put back") == f"{text} 5"  # pages and a job


def test_prices_of_the_package_are_dated() -> None:
    prices = read_prices()
    assert prices.entity_month == 0.0525
    assert prices.date == "2026-07-17"
    assert "Frankfurt" in prices.source


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"source": "s", "date": "d", "currency": "EUR"}',
        '{"source": "s", "date": 1, "currency": "EUR", "entityMonth": 1}',
        '{"source": "s", "date": "d", "currency": "EUR", "entityMonth": true}',
        '{"source": "s", "date": "d", "currency": "EUR", "entityMonth": "much"}',
    ],
)
def test_other_file_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(TwinError, match="is no price file; write source, date and currency"):
        read_prices(file)
