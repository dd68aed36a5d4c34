"""The start of the command: the same results with and without the parser of options, and what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tests.definition.models import write
from twin_stack.cli import start
from twin_stack.cli.checking import parse_plain_words
from twin_stack.cli.root import make_app
from twin_stack.errors import TwinError

ROOT = Path(__file__).parents[2]
FOLDERS: dict[str, dict[str, str | bytes]] = {
    "right": {},
    "warned": {"component_types/t.yaml": "com.e.S: {componentTypeName: S}\n"},
    "wrong": {"entities/e.yaml": "m-1: {entityName: M(1)}\nm-2: {entityName: \u00e9\u202e(2)}\n"},
    "ignored": {
        "component_types/t.yaml": "com.e.T: {componentTypeName: T} # twin: ignore TWIN029 as in the console\n"
    },
}
FLAGS = ("", "--json", "--sarif", "--github", "--strict")


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "__all__")
    monkeypatch.setattr("twin_stack.formats.check_cache._SETTLED_NS", -1)
    monkeypatch.chdir(tmp_path)
    for name, files in FOLDERS.items():
        write(Path(name), files)
    Path("scene.json").write_text('{"specVersion": "1.0", "nodes": [{"name": 4}]}')


def run(
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    *,
    by_parser: bool,
) -> tuple[bytes, bytes, object]:
    """Return output, errors and exit code of a command line in this process."""
    monkeypatch.setattr(sys, "argv", ["twin", *words])
    monkeypatch.setattr(start, "_has_plain_words", lambda: not by_parser)
    with pytest.raises(SystemExit) as end:
        start.main()
    return *capsysbinary.readouterr(), end.value.code


@pytest.mark.slow
@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize(
    "paths",
    [
        *([name] for name in FOLDERS),
        ["right", "wrong", "./right/"],
        ["scene.json"],
        ["wrong/entities/e.yaml"],
        ["nowhere"],
    ],
    ids=" ".join,
)
def test_check_is_the_same_without_the_parser_checked_and_remembered(
    paths: list[str],
    flag: str,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    words = ["check", *filter(None, [flag]), *paths]
    parsed = run([*words, "--no-cache"], monkeypatch, capsysbinary, by_parser=True)
    assert parse_plain_words(words[1:]) is not None
    assert b"".join(parsed[:2]) or flag == "--github"
    assert run([*words, "--no-cache"], monkeypatch, capsysbinary, by_parser=False) == parsed
    for _ in ("checked", "remembered"):
        assert run(words, monkeypatch, capsysbinary, by_parser=False) == parsed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["--json"], 2),
        (["--json", "--sarif", "right"], 2),
        (["--jsn", "right"], 2),
        (["--explain", "TWIN014", "right"], 2),
        (["--explain", "TWIN014"], 0),
        (["--help"], 0),
        (["--", "right"], 0),
        (["-"], 1),
    ],
)
def test_other_command_lines_are_left_to_the_parser(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert parse_plain_words(words) is None
    parsed = run(["check", *words], monkeypatch, capsysbinary, by_parser=True)
    assert parsed[2] == code
    assert run(["check", *words], monkeypatch, capsysbinary, by_parser=False) == parsed


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError("x"), 70), (KeyboardInterrupt(), 130), (TwinError("wrong; correct it"), 1)],
)
def test_failed_check_ends_the_same_without_the_parser(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    def fail(_: Path) -> None:
        raise error

    monkeypatch.setattr("twin_stack.cli.checking._check_path", fail)
    words = ["check", "right", "--no-cache"]
    results = [run(words, monkeypatch, capsysbinary, by_parser=by_parser) for by_parser in (True, False)]
    # The lines of a traceback differ.
    ends = [(output, errors.splitlines()[-1:], exit_code) for output, errors, exit_code in results]
    assert ends[0] == ends[1]
    assert ends[1][2] == code


def test_verbs_of_each_module_are_listed() -> None:
    assert len(start.FAMILIES) >= 10
    for family, verbs in start.FAMILIES.items():
        assert sorted(typer.main.get_group(make_app([family])).commands) == sorted(verbs)


def imported_by(*words: str) -> tuple[set[str], set[str]]:
    """Return the modules of this package and the other packages that a command imports."""
    code = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv[0] = "twin"
from twin_stack.cli import main; main()"""
    result = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    names = result.stderr.split()
    assert result.stdout
    own = {name for name in names if name.startswith("twin_stack.")}
    # What Cython and the start of Python itself leave.
    started = {"cython_runtime", "sitecustomize", "usercustomize"}
    packages = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - started
    return own, {name for name in packages if not name.startswith("_")} - {"twin_stack"}


@pytest.mark.slow
def test_unchanged_folder_is_checked_with_the_standard_library_and_a_few_modules(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(["check", "right"], monkeypatch, capsysbinary, by_parser=False)
    modules, packages = imported_by("check", "right")
    assert packages == set()
    assert modules == {
        "twin_stack.cli",
        "twin_stack.cli.checking",
        "twin_stack.cli.exit_codes",
        "twin_stack.cli.output",
        "twin_stack.cli.start",
        "twin_stack.definition",
        "twin_stack.definition.findings",
        "twin_stack.errors",
        "twin_stack.formats",
        "twin_stack.formats.check_cache",
        "twin_stack.formats.checked_path",
        "twin_stack.output_files",
        "twin_stack.terminal_text",
    }


@pytest.mark.slow
def test_check_needs_a_parser_of_yaml_and_pydantic_alone() -> None:
    modules, packages = imported_by("check", str(ROOT / "models/factory"), "--no-cache")
    assert packages == {
        "annotated_types",
        "pydantic",
        "pydantic_core",
        "typing_extensions",
        "typing_inspection",
        "yaml",
    }
    rooms = {name.split(".")[1] for name in modules}
    assert rooms == {"cli", "definition", "errors", "formats", "terminal_text", "twinmaker"}
    # The factory has no formula.
    assert modules.isdisjoint(
        {
            "twin_stack.definition.formula",
            "twin_stack.twinmaker.formula.parser",
            "twin_stack.twinmaker.formula.syntax",
        }
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_reader_that_ends_is_no_bug() -> None:
    code = "import os, sys; os.close(1); os.dup2(os.pipe()[1], 1); sys.argv = ['twin', 'check', 'right']\n"
    code += "from twin_stack.cli import main; main()"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "")
