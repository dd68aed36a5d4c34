"""The journal of changed resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.recovery_journal import RecoveryJournal, TouchedResource

if TYPE_CHECKING:
    from pathlib import Path

PUMP = TouchedResource("000000000000", "us-east-1", "AWS::IoTTwinMaker::Entity", "plant|pump")
TANK = TouchedResource("000000000000", "us-east-1", "AWS::IoTTwinMaker::Entity", "plant|tank")


def test_resources_are_listed_once_in_the_order_of_their_first_change(tmp_path: Path) -> None:
    journal = RecoveryJournal(tmp_path / "journal.db", generation=3)
    for resource in (TANK, PUMP, TANK):
        journal.add(resource)

    assert journal.entries() == [TANK, PUMP]
    journal.close()


def test_entries_survive_a_restart_from_the_same_generation_only(tmp_path: Path) -> None:
    journal = RecoveryJournal(tmp_path / "journal.db", generation=3)
    journal.add(PUMP)
    journal.close()

    same = RecoveryJournal(tmp_path / "journal.db", generation=3)
    assert same.entries() == [PUMP]
    same.close()
    later = RecoveryJournal(tmp_path / "journal.db", generation=4)
    assert later.entries() == []
    later.close()


def test_a_saved_state_begins_with_an_empty_journal(tmp_path: Path) -> None:
    journal = RecoveryJournal(tmp_path / "journal.db", generation=3)
    journal.add(PUMP)
    journal.start_generation(4)
    journal.add(TANK)

    assert journal.entries() == [TANK]
    journal.close()


def test_changes_before_a_save_count_again_when_the_state_before_it_is_loaded(tmp_path: Path) -> None:
    journal = RecoveryJournal(tmp_path / "journal.db", generation=3)
    journal.add(PUMP)
    journal.start_generation(4)
    journal.add(PUMP)
    journal.add(TANK)
    journal.close()

    earlier = RecoveryJournal(tmp_path / "journal.db", generation=3)

    assert earlier.entries() == [PUMP, TANK]
    earlier.close()


def test_changes_before_the_state_before_the_last_are_deleted(tmp_path: Path) -> None:
    journal = RecoveryJournal(tmp_path / "journal.db", generation=3)
    journal.add(PUMP)
    journal.start_generation(4)
    journal.start_generation(5)
    journal.close()

    earlier = RecoveryJournal(tmp_path / "journal.db", generation=3)

    assert earlier.entries() == []
    earlier.close()
