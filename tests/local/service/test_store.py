"""The database file on its own: transactions inside transactions, and moments as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.contract.times import format_time, parse_time
from twin_stack.local.service.store import Store

if TYPE_CHECKING:
    from pathlib import Path

INSERT = "INSERT INTO tags VALUES ('s', ?, '{}')"


def test_only_the_inner_part_is_undone_when_a_nested_transaction_fails(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    with store.transaction() as db:
        db.execute(INSERT, ("outer",))
        with pytest.raises(ZeroDivisionError), store.transaction():
            db.execute(INSERT, ("inner",))
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        db.execute(INSERT, ("whole",))
        raise ZeroDivisionError
    with store.reading() as db:
        assert db.execute("SELECT arn FROM tags").fetchall() == [("outer",)]
    store.close()


def test_commits_are_on_the_disk_when_a_transaction_ends(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    with store.reading() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


@pytest.mark.parametrize(
    ("text", "nanos", "shown"),
    [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2022-01-01T00:00:00.5Z", 1_640_995_200_500_000_000, "2022-01-01T00:00:00.500Z"),
        ("2022-01-01T01:00:00.123456789+01:00", 1_640_995_200_123_456_789, "2022-01-01T00:00:00.123456789Z"),
        ("1899-12-31T00:00:00.000Z", -2_209_075_200_000_000_000, "1899-12-31T00:00:00Z"),
        ("1969-12-31T23:59:59.999Z", -1_000_000, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_kept_to_the_nanosecond_when_parsed_and_shown(text: str, nanos: int, shown: str) -> None:
    assert parse_time(text) == nanos
    assert format_time(nanos) == shown


@pytest.mark.parametrize(
    "text",
    ["2022-01-01", "2022-01-01T00:00:00", "2022-13-01T00:00:00Z", "2022-01-01T00:00:00.1234567891Z", ""],
)
def test_text_is_refused_when_it_names_no_moment_with_a_zone(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time|month must be"):
        parse_time(text)
