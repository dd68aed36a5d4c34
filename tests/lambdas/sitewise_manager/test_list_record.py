"""The record of a custom resource of many assets."""

from __future__ import annotations

import pytest
from sitewise_manager.list_record import AppliedAsset, LostLockError, Record, Records

from tests.support.asset_lists import Faults, MemoryStore, listed


def test_record_is_read_as_it_was_written() -> None:
    store = MemoryStore(Faults())
    assert Records(store).read() is None
    mill = AppliedAsset(listed("mill-0", parent="hall"), "mill-id", "fingerprint", is_new=True)
    record = Record("request", "physical", "undo", "refused", {"site": "north"}, {"mill-0/device": mill})
    records = Records(store)
    assert records.read() is None
    records.write(record)
    record.phase = "failed"
    records.write(record)
    assert Records(store).read() == record


def test_record_that_another_invocation_changed_is_not_overwritten() -> None:
    store = MemoryStore(Faults())
    first, second = Records(store), Records(store)
    assert (first.read(), second.read()) == (None, None)
    first.write(Record("first", "physical"))
    with pytest.raises(LostLockError):
        second.write(Record("second", "physical"))
    assert second.read() == Record("first", "physical")
    second.write(Record("second", "physical"))
    with pytest.raises(LostLockError):
        first.write(Record("first", "physical"))


def test_assets_whose_creation_has_no_answer_yet_have_no_id() -> None:
    assets = {"hall": AppliedAsset({}, "hall-id"), "mill": AppliedAsset({}, is_new=True)}
    assert Record("request", "physical", assets=assets).ids == {"hall": "hall-id"}


def test_request_ends_only_as_complete_or_failed() -> None:
    phases = ("apply", "remove", "clean", "undo", "complete", "failed")
    assert [phase for phase in phases if Record("request", "physical", phase).has_ended] == [
        "complete",
        "failed",
    ]
