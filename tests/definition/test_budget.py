"""What counts for the size of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import check
from twin_stack.definition.budget import (
    BULK_FACTOR,
    MAX_MODEL_BYTES,
    MAX_MODEL_VALUES,
    Budget,
    ModelTooLargeError,
)
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


@pytest.mark.parametrize(
    ("twin", "factor"),
    [({"engine": "bulk"}, BULK_FACTOR), ({"engine": "cloudformation"}, 1), ({}, 1), ([], 1), (None, 1)],
)
def test_engine_bulk_has_a_limit_of_its_own(twin: object, factor: int, tmp_path: Path) -> None:
    budget = Budget(tmp_path)
    budget.fit_engine(twin)
    budget.spend_values(factor * MAX_MODEL_VALUES)
    with pytest.raises(ModelTooLargeError, match=f"hold more than {factor * MAX_MODEL_VALUES:,} values"):
        budget.spend_values(1)


@pytest.mark.parametrize(("engine", "codes"), [("bulk", set()), ("cloudformation", {"TWIN098"})])
def test_files_of_a_definition_have_the_limit_of_its_engine(
    engine: str, codes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.definition.budget.MAX_MODEL_VALUES", 100)
    twin = f"workspaceId: big\nengine: {engine}\n"
    folder = write(tmp_path, {"twin.yaml": twin, "entities/e.yaml": f"[{'1,' * 200}1]"})
    assert {finding.code for finding in check(folder)[1]} & {"TWIN098"} == codes
