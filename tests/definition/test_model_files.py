"""Which files a definition may name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin_stack.definition.findings import Location
from twin_stack.definition.model_files import file_refusal, is_inside


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model" / "entities").mkdir(parents=True)
    (tmp_path / "model2").mkdir()
    for name in ("model/entities/rows.csv", "model2/rows.csv", "secret"):
        (tmp_path / name).write_text("id\n")
    return tmp_path / "model"


def refusal(path: Path, model: Path) -> str:
    finding = file_refusal(path, model, "the file", Location(Path("e.yaml"), 1, 1))
    return "" if finding is None else f"{finding.code} {finding.message}"


@pytest.mark.parametrize("name", ["entities/rows.csv", "entities/../entities/rows.csv", "missing.csv", "\0"])
def test_file_inside_and_missing_file_are_not_refused(name: str, model: Path) -> None:
    assert refusal(model / name, model) == ""


@pytest.mark.parametrize("name", ["../secret", "../model2/rows.csv", "../missing", "..", "/etc/passwd"])
def test_file_outside_is_refused_whether_it_exists_or_not(name: str, model: Path) -> None:
    assert refusal(model / name, model) == "TWIN032 the file is outside of the model"


def test_link_is_followed_before_it_is_judged(model: Path) -> None:
    (model / "out.csv").symlink_to("../secret")
    (model / "in.csv").symlink_to("entities/rows.csv")
    (model / "gone.csv").symlink_to("nothing.csv")
    assert refusal(model / "out.csv", model) == "TWIN032 the file is outside of the model"
    assert refusal(model / "in.csv", model) == ""
    assert refusal(model / "gone.csv", model) == "TWIN001 the file cannot be read (No such file or directory)"


def test_folder_of_the_model_may_be_a_link(model: Path) -> None:
    link = model.parent / "link"
    link.symlink_to(model)
    assert is_inside(link / "entities" / "rows.csv", link)
    assert refusal(link / "entities" / "rows.csv", link) == ""


def test_folders_and_pipes_are_no_files(model: Path) -> None:
    os.mkfifo(model / "pipe")
    for name in ("entities", "pipe"):
        assert refusal(model / name, model) == "TWIN001 the file cannot be read (not a file)"


def test_other_folder_is_named_in_the_message(model: Path) -> None:
    place = Location(model / "assets", 1, 1)
    finding = file_refusal(
        model / "entities" / "rows.csv", model / "assets", "x", place, folder_label="the assets"
    )
    assert finding is not None
    assert str(finding).endswith("TWIN032 x is outside of the assets; copy it into the assets")
