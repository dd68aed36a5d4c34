"""The commands of the page on imports run, and print what it says."""

from __future__ import annotations

import json
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.support.code_blocks import ROOT, code_blocks
from twin_stack.cli import app
from twin_stack.formats.kinds import KINDS
from twin_stack.formats.tmdt.project import MANIFEST_MEMBERS

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/import.md"
(COMMANDS,) = code_blocks(PAGE, "sh")
(FINDING,) = code_blocks(PAGE, "text")
(MANIFEST,) = code_blocks(PAGE, "json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the models of the repository."""
    shutil.copytree(ROOT / "models" / "windfarm", tmp_path / "models" / "windfarm")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_of_the_page_succeed_and_write_what_they_name(folder: Path) -> None:
    for line in COMMANDS.text.splitlines():
        command, may_fail, _ = line.partition(" || true")
        name, *words = shlex.split(command)
        assert name == ".venv/bin/twin"
        result = CliRunner().invoke(app, words)
        assert result.exit_code == (1 if may_fail else 0), result.output
    assert (folder / "windfarm-project/tmdt.json").is_file()
    assert (folder / "windfarm.json").is_file()
    assert not (folder / "models/copy").exists()


def test_import_of_an_export_prints_the_finding_of_the_page(folder: Path) -> None:
    for words in ("export bulk models/windfarm -o w.json", "import bulk w.json -o copy"):
        result = CliRunner().invoke(app, words.split())
    assert result.exit_code == 1
    assert FINDING.text.strip() in result.stdout.splitlines()
    assert (folder / "copy/twin.yaml").is_file()


def test_table_of_the_page_lists_every_kind() -> None:
    lines = (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
    listed = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert listed.keys() == KINDS.keys()
    for name, line in listed.items():
        assert line.endswith("| yes | yes |") is KINDS[name].is_exported, line


def test_manifest_of_the_page_has_the_members_that_are_read() -> None:
    assert tuple(json.loads(MANIFEST.text)) == MANIFEST_MEMBERS
