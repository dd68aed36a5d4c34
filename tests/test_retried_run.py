"""What `make test` does with failed tests: `tests.support.retried_run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.retried_run import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

TESTS = """
from pathlib import Path

def test_of_every_run():
    with Path("runs").open("a") as file:
        file.write("run ")

def test_that_fails_the_first_time():
    first = not Path("ran").exists()
    Path("ran").touch()
    assert not first

def test_that_fails_if_wanted():
    assert not Path("broken").exists()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tests, of which one fails the first time; it is the current folder."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return tmp_path


def test_run_succeeds_and_lists_the_tests_that_pass_only_alone(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["--quiet"]) == 0

    assert (folder / "runs").read_text(encoding="utf-8") == "run ", "only failed tests run again"

    lines = capfd.readouterr().out.splitlines()
    title = lines.index("PASSED ONLY WHEN RUN ALONE: find out why, and correct the tests:")
    assert lines[title + 1 :] == ["test_it.py::test_that_fails_the_first_time"]


def test_run_fails_when_a_test_fails_twice(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "broken").touch()

    assert run(["--quiet"]) == 1

    lines = capfd.readouterr().out.splitlines()
    again, alone = (
        lines.index("failed again:"),
        lines.index("PASSED ONLY WHEN RUN ALONE: find out why, and correct the tests:"),
    )
    assert lines[again + 1 : alone - 1] == ["test_it.py::test_that_fails_if_wanted"]
    assert lines[alone + 1 :] == ["test_it.py::test_that_fails_the_first_time"]


def test_nothing_runs_again_when_all_tests_pass(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "ran").touch()

    assert run([]) == 0

    assert capfd.readouterr().out.count("test session starts") == 1


def test_nothing_runs_again_when_pytest_could_not_run(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--no-such-option"]) == 4

    assert "test session starts" not in capfd.readouterr().out
