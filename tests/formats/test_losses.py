"""Losses that occur many times are reported once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from twin_stack.definition.findings import Location
from twin_stack.definition.rules.imports import NOT_IMPORTED
from twin_stack.formats.losses import GatheredLosses


def place(line: int) -> Location:
    return Location(Path("a.json"), line, 1)


def test_loss_is_reported_once_with_its_number_at_its_first_place() -> None:
    losses = GatheredLosses(NOT_IMPORTED, "is not imported")
    for line in range(1, 1_202):
        losses.add("tags", partial(place, line), f"reason of line {line}", "remedy")
    losses.add("icon", lambda: place(9), "it has no meaning here")
    tags, icon = losses.findings()
    assert str(tags) == (
        'a.json:1:1 TWIN230 warning: "tags" (1,201 times) is not imported: reason of line 1; remedy'
    )
    assert (icon.location, icon.message) == (place(9), '"icon" is not imported: it has no meaning here')
    assert icon.remedy == NOT_IMPORTED.finding(place(9), "x").remedy


def test_place_is_looked_up_for_the_first_of_a_name_alone() -> None:
    losses = GatheredLosses(NOT_IMPORTED, "is not imported")
    losses.add("tags", lambda: place(1), "a")
    losses.add("tags", lambda: pytest.fail("looked up"), "a")
    assert len(losses.findings()) == 1


def test_nothing_lost_is_no_finding() -> None:
    assert GatheredLosses(NOT_IMPORTED, "is not imported").findings() == []
