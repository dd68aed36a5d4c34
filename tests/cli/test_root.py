"""The root command: help, version, exit codes, imports at start, shell completion."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
import typer.main
from typer.testing import CliRunner

import twin_stack.client
from tests.support.command_forks import MAIN, CommandForks, command_forks
from twin_stack.cli import app, main
from twin_stack.cli.root import make_app
from twin_stack.cli.start import FAMILIES
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


VERBS = (
    "alarm",
    "architecture",
    "check",
    "down",
    "entities",
    "export",
    "fmt",
    "get",
    "grafana",
    "history",
    "import",
    "import-map",
    "invoke",
    "logs",
    "lsp",
    "orphans",
    "plan",
    "preview",
    "simulate",
    "status",
    "up",
)
WITH_EXAMPLE = (*(verb for verb in VERBS if verb != "alarm"), "alarm ack")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandForks]:
    """Run the command line in a process of its own."""
    with command_forks(tmp_path_factory.mktemp("outputs")) as forks:
        yield forks


def test_every_verb_is_listed_here() -> None:
    assert sorted(typer.main.get_group(app).commands) == sorted(VERBS)


@pytest.mark.parametrize("verb", WITH_EXAMPLE)
def test_help_shows_an_example(verb: str) -> None:
    result = CliRunner().invoke(app, [*verb.split(), "--help"], env={"COLUMNS": "80"})

    assert result.exit_code == 0
    assert f"Example: twin {verb}" in result.stdout


def test_help_explains_the_exit_codes() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())

    assert "Exit codes: 0 success; 1 the command failed or found errors" in text
    assert "70 a bug" in text


def test_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"twin-stack {version('twin-stack')}\n")


def test_mistake_of_the_user_is_one_line_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> str:
        raise TwinError("the value is wrong; correct it")

    monkeypatch.setattr(twin_stack.client, "entities", fail)
    result = CliRunner().invoke(app, ["entities"], env={"AWS_PROFILE": "any"})

    assert (result.exit_code, result.stderr) == (1, "error: the value is wrong; correct it\n")


def test_bug_ends_the_process_with_its_traceback_and_exit_code(twin: CommandForks) -> None:
    code = f"""
import twin_stack.client
def fail(**_): raise ValueError('x')
twin_stack.client.entities = fail
{MAIN}"""
    result = twin("entities", env={"AWS_PROFILE": "any"}, code=code)

    assert result.returncode == 70
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.splitlines()[-1] == "ValueError: x"


@pytest.mark.parametrize("bug", [OSError(2, "x"), KeyError("x")])
def test_bug_keeps_its_traceback_and_has_its_own_exit_code(
    bug: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> str:
        raise bug

    monkeypatch.setattr(twin_stack.client, "entities", fail)
    monkeypatch.setenv("AWS_PROFILE", "any")
    monkeypatch.setattr(sys, "argv", ["twin", "entities"])
    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 70
    errors = capfd.readouterr().err
    assert "Traceback (most recent call last)" in errors
    assert errors.splitlines()[-1].startswith(type(bug).__name__)


def test_interrupt_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(twin_stack.client, "entities", interrupt)
    result = CliRunner().invoke(app, ["entities"], env={"AWS_PROFILE": "any"})

    assert (result.exit_code, result.stderr) == (130, "")


def test_closed_pipe_ends_without_a_traceback(twin: CommandForks) -> None:
    code = f"import os; os.close(1); os.dup2(os.pipe()[1], 1)\n{MAIN}"
    result = twin("--help", code=code)

    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "unused"),
    [
        (("--help",), {"twin_stack.definition", "yaml", "pydantic"}),
        (("--version",), {"twin_stack.definition", "yaml", "pydantic", "rich"}),
        (("check", "--help"), {"twin_stack.definition", "yaml"}),
        (
            ("check", "--no-cache", "models/minimal"),
            {"twin_stack.local", "twin_stack.client", "rich", "lark"},
        ),
        (("entities", "--help"), {"twin_stack.definition", "twin_stack.client", "yaml"}),
        (("status", "--app", "/nowhere"), {"twin_stack.definition", "yaml"}),
    ],
)
def test_verb_imports_only_what_it_needs(
    twin: CommandForks, words: tuple[str, ...], unused: set[str]
) -> None:
    heavy = unused | {"aws_cdk", "boto3", "jsii"}
    code = f"""
import atexit, sys
atexit.register(lambda: print('IMPORTED', *(name for name in {heavy!r} if name in sys.modules)))
{MAIN}"""
    lines = twin(*words, code=code).stdout.splitlines()

    assert lines[-1] == "IMPORTED"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, in which the shell is named by an argument."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    return tmp_path


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_shown_for_each_shell(shell: str) -> None:
    result = CliRunner().invoke(make_app(FAMILIES), ["--show-completion", shell], prog_name="twin")

    assert result.exit_code == 0
    assert "_TWIN_COMPLETE" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_in_the_home_folder(shell: str, home: Path) -> None:
    result = CliRunner().invoke(make_app(FAMILIES), ["--install-completion", shell], prog_name="twin")

    assert result.exit_code == 0
    installed = [file for file in home.rglob("*") if file.is_file()]
    assert any("_TWIN_COMPLETE" in file.read_text(encoding="utf-8") for file in installed)


def test_completion_offers_verbs(twin: CommandForks) -> None:
    env = {"_TWIN_COMPLETE": "complete_bash", "COMP_WORDS": "twin st", "COMP_CWORD": "1"}
    result = twin(env=env)

    assert result.stdout.split() == ["status"]
