"""Entities and histories as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twin_stack.client.model import EntitySummary, History, Property, Series
from twin_stack.client.text import history_text, tree_text

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_empty_series_is_reported() -> None:
    series = Series(Property("rpm", {"dataType": {"type": "DOUBLE", "unitOfMeasure": "1/min"}}, None), ())
    history = History("W", "m1", "motor", START, START + timedelta(hours=1), (series,))
    assert history_text(history) == (
        "m1 motor rpm [1/min]: no values between 2026-03-01 00:00 and 2026-03-01 01:00\n"
    )


def test_every_entity_is_drawn_when_parents_are_missing_or_many() -> None:
    deep = [EntitySummary(f"e{n}", f"e{n}", f"e{n - 1}", "ACTIVE", "") for n in range(300)]
    lines = tree_text("W", deep, width=2000).splitlines()
    assert len(lines) == 301
    assert lines[-1].endswith("└── e299")


def test_control_characters_cannot_reach_the_terminal() -> None:
    entity = EntitySummary("e1", "a\x1b[31m\nb\u202e", "$ROOT", "ACTIVE", "")
    assert tree_text("W", [entity]).splitlines()[1] == r"└── a\x1b[31m\nb\u202e (e1)"
