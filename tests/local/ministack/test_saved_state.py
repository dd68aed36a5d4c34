"""Snapshots of ministack's services, on stand-ins for its modules."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.ministack.saved_state import SavedState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class OfAllAccounts:
    """A dictionary as ministack has them, which has no items for the account of the request."""

    def __init__(self, data: dict[tuple[str, str], Any]) -> None:
        self._data = data

    def __len__(self) -> int:
        return 0


def make(save: Callable[[str, Any], None]) -> tuple[SavedState, Any]:
    persistence = SimpleNamespace(STATE_DIR="", save_state=save)
    getters = {
        "s3": lambda: {"buckets": OfAllAccounts({("000000000000", "b"): {}}), "tags": OfAllAccounts({})},
        "sns": lambda: {"topics": OfAllAccounts({}), "messages": [], "counter": 0},
        "iam": lambda: None,
    }
    app = SimpleNamespace(_build_persistence_save_dict=lambda: getters)
    return SavedState(app, persistence, load_from="states/7"), persistence  # type: ignore[arg-type]


def test_states_that_hold_anything_are_written_to_the_folder_and_later_ones_loaded_from_the_first(
    tmp_path: Path,
) -> None:
    written: dict[str, Any] = {}
    state, persistence = make(lambda name, value: written.update({f"{persistence.STATE_DIR}/{name}": value}))

    state.write(tmp_path, state.snapshot())

    assert [(name, *value) for name, value in written.items()] == [(f"{tmp_path}/s3", "buckets", "tags")]
    assert persistence.STATE_DIR == "states/7"


def test_error_that_ministack_only_logs_is_raised(tmp_path: Path) -> None:
    def save(name: str, value: Any) -> None:
        logging.getLogger("persistence").error("failed to save %s", name)

    state, _ = make(save)

    with pytest.raises(OSError, match="failed to save s3"):
        state.write(tmp_path, state.snapshot())
    assert logging.getLogger("persistence").handlers == []
