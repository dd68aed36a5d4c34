"""What counts for the size of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition.budget import MAX_MODEL_BYTES, MAX_MODEL_VALUES, Budget, ModelTooLargeError
from twin_stack.definition.files import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path


def make_file(path: Path, size: int) -> Path:
    """Make a file that takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_files_up_to_the_limit_are_allowed_and_one_byte_more_is_not(tmp_path: Path) -> None:
    budget = Budget(tmp_path)
    half = make_file(tmp_path / "a.yaml", MAX_MODEL_BYTES // 2)
    budget.spend_file(half)
    budget.spend_file(half)

    with pytest.raises(ModelTooLargeError) as caught:
        budget.spend_file(make_file(tmp_path / "b.yaml", 1))

    assert caught.value.finding.code == "TWIN098"
    assert caught.value.finding.location.file == tmp_path


def test_file_that_is_too_large_alone_counts_as_far_as_it_is_read(tmp_path: Path) -> None:
    budget = Budget(tmp_path)

    budget.spend_file(make_file(tmp_path / "a.yaml", 100 * MAX_BYTES))
    budget.spend_file(tmp_path / "missing.yaml")

    with pytest.raises(ModelTooLargeError):
        budget.spend_file(make_file(tmp_path / "b.yaml", MAX_BYTES + 1))
        budget.spend_file(make_file(tmp_path / "c.yaml", 1))


def test_values_up_to_the_limit_are_allowed_and_one_more_is_not(tmp_path: Path) -> None:
    budget = Budget(tmp_path)
    budget.spend_values(MAX_MODEL_VALUES)

    with pytest.raises(ModelTooLargeError, match="hold more than 800,000 values together"):
        budget.spend_values(1)
