"""The verb ``check``: paths, forms of output, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.definition.models import write
from tests.support import sarif
from twin_stack.cli import app

if TYPE_CHECKING:
    from typer.testing import Result

WARNED: dict[str, str | bytes] = {"component_types/t.yaml": "com.e.S: {componentTypeName: S}\n"}
WRONG: dict[str, str | bytes] = {"entities/e.yaml": "m-1: {entityName: M(1)}\n"}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def check(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, words)])


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [
        ({}, (), 0),
        (WARNED, (), 0),
        (WARNED, ("--strict",), 1),
        (WRONG, (), 1),
        (WRONG, ("--sarif",), 1),
        (WRONG, ("--explain", "TWIN014"), 2),
        ({}, ("--json", "--sarif"), 2),
    ],
)
def test_exit_code(
    files: dict[str, str | bytes], options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    assert check(write(tmp_path, files), *options).exit_code == code


def test_several_paths_are_checked_and_counted_each(tmp_path: Path) -> None:
    right, wrong = write(tmp_path / "right", {}), write(tmp_path / "wrong", WRONG)
    result = check(right, wrong, right)
    assert result.exit_code == 1
    lines = [line.replace(str(tmp_path), "") for line in result.stdout.splitlines()]
    assert [line.split(" ", 1)[0] for line in lines] == ["/right:", "/wrong/entities/e.yaml:1:19", "1"]
    assert lines[-1] == "1 mistake in /wrong"


def test_path_or_code_is_required() -> None:
    result = check()
    assert result.exit_code == 2
    assert "name the folder of a definition" in result.stderr


def test_ignored_findings_are_counted_and_listed(tmp_path: Path) -> None:
    text = "com.e.S: {componentTypeName: S}  # twin: ignore TWIN029 the console shows it\n"
    folder = write(tmp_path, {"component_types/t.yaml": text})
    assert check(folder).stdout.endswith("no mistakes, 1 ignored\n")
    (document,) = json.loads(check(folder, "--json").stdout)
    assert (document["code"], document["ignored"]) == ("TWIN029", "the console shows it")


def test_sarif_holds_the_findings_of_all_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("a"), WRONG), write(Path("b"), WARNED)
    log = json.loads(check("a", "b", "--sarif").stdout)
    assert sarif.violations(log) == []
    (run,) = log["runs"]
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    ]
    assert uris == ["a/entities/e.yaml", "b/component_types/t.yaml"]


def test_annotations_are_commands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("a"), WRONG)
    (line,) = check("a", "--github").stdout.splitlines()
    assert line.startswith("::error file=a/entities/e.yaml,line=1,col=19,title=TWIN012::entity name")


def test_code_is_explained_with_its_examples() -> None:
    result = check("--explain", "twin014")
    assert result.exit_code == 0
    assert result.stdout.startswith("# TWIN014\n\n*unknown-component-type*\n")
    assert "`entities/e.yaml`" in result.stdout


def test_unknown_code_is_misuse_and_names_a_similar_one() -> None:
    result = check("--explain", "TWIN104x")
    assert result.exit_code == 2
    assert "TWIN104" in result.stderr.replace("TWIN104x", "")
