"""Findings that a definition accepts, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition.ignores import comment_ignores
from twin_stack.definition.loader import check_folder

if TYPE_CHECKING:
    from pathlib import Path

NAMED = "com.e.S: {componentTypeName: S}"


def test_comment_at_the_end_of_the_line_accepts_the_finding(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {"component_types/t.yaml": f"{NAMED}  # twin: ignore TWIN029 the console shows it\n"}
    )
    definition, findings, ignored = check_folder(folder)
    assert definition is not None
    assert findings == []
    ((finding, reason),) = ignored
    assert (finding.code, finding.location.line, reason) == ("TWIN029", 1, "the console shows it")


def test_comment_before_the_line_accepts_the_finding_of_the_next_line_with_content(tmp_path: Path) -> None:
    text = (
        f"# twin: ignore TWIN029 the console shows it\n# more\n\n{NAMED}\ncom.e.T: {{componentTypeName: T}}\n"
    )
    assert [line.split()[0] for line in finding_lines(write(tmp_path, {"component_types/t.yaml": text}))] == [
        "component_types/t.yaml:5:30"
    ]


def test_entry_of_the_twin_file_accepts_findings_of_a_file_without_comments(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": "workspaceId: my-twin\nignore: [{file: component_types/t.json, code: TWIN029, reason: shown}]\n",
        "component_types/t.json": '{"com.e.S": {"componentTypeName": "S"}}',
    }
    _, findings, ignored = check_folder(write(tmp_path, files))
    assert findings == []
    assert [entry.reason for entry in ignored] == ["shown"]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("twin: ignore", "the code of the finding is missing; write # twin: ignore CODE reason"),
        ("twin: ignore TWIN029", "TWIN029 is ignored without a reason; write the reason after the code"),
        ("twin: ignore TWIN129 why", '"TWIN129" is not a code; write the code of the finding'),
    ],
)
def test_comment_without_a_code_or_a_reason_is_an_error(comment: str, expected: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {"component_types/t.yaml": f"{NAMED}  # {comment}\n"})
    lines = finding_lines(folder)
    assert f"component_types/t.yaml:1:34 TWIN260 {expected}" in lines
    assert check_folder(folder).definition is None


def test_entry_without_a_reason_is_an_error(tmp_path: Path) -> None:
    text = "workspaceId: my-twin\nignore: [{file: a.json, code: TWIN029}]\n"
    assert finding_lines(write(tmp_path, {"twin.yaml": text})) == [
        'twin.yaml:2:10 TWIN006 "reason" is missing; add it'
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("m-1: {entityName: M(1)}", "TWIN012"),
        ("m-1: {entityName: M1, x: 1}", "TWIN003"),
    ],
)
def test_finding_without_which_there_is_no_definition_cannot_be_ignored(
    text: str, code: str, tmp_path: Path
) -> None:
    folder = write(tmp_path, {"entities/e.yaml": f"{text} # twin: ignore {code} we like it\n"})
    codes = [line.split()[1] for line in finding_lines(folder)]
    assert codes == [code, "TWIN260"]
    assert check_folder(folder).definition is None


def test_ignore_that_no_longer_applies_is_a_warning(tmp_path: Path) -> None:
    text = "com.e.S: {} # twin: ignore TWIN029 the console shows it\n"
    (line,) = finding_lines(write(tmp_path, {"component_types/t.yaml": text}))
    assert line.startswith("component_types/t.yaml:1:13 TWIN261 warning: TWIN029 is ignored, and this line")


def test_ignore_is_not_called_needless_while_an_error_may_hide_its_finding(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.e.S: {} # twin: ignore TWIN029 the console shows it\n",
        "entities/e.yaml": "m-1: {entityName: M(1)}\n",
    }
    assert [line.split()[1] for line in finding_lines(write(tmp_path, files))] == ["TWIN012"]


def test_text_that_looks_like_a_comment_is_none(tmp_path: Path) -> None:
    text = 'a: "x # twin: ignore TWIN029 why"\nb: |\n  # twin: ignore TWIN029 why\nc: d # twin: ignore TWIN001 why\n'
    assert [ignore.place.line for ignore in comment_ignores(tmp_path, text)] == [4]
