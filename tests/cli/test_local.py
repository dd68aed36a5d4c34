"""Verbs of the local twin while none runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner, Result

from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "80"})


def test_verbs_report_that_no_twin_runs(tmp_path: Path) -> None:
    status = typed("status", "--json", "--app", str(tmp_path))
    down = typed("down", "--app", str(tmp_path))
    up = typed("up", "--app", str(tmp_path))
    logs = typed("logs", "--app", str(tmp_path))

    assert (status.exit_code, json.loads(status.stdout)["running"]) == (1, False)
    assert (down.exit_code, down.stdout) == (0, "nothing runs\n")
    assert (up.exit_code, up.stderr) == (
        1,
        f"error: there is no cdk.json in {tmp_path}; name the folder of a CDK app\n",
    )
    assert logs.exit_code == 1
    assert logs.stderr == "error: the embedded AWS does not run; start it with `twin up`\n"


def test_state_folder_that_cannot_be_made_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text("{}")
    (tmp_path / ".twin").write_text("a file")

    result = typed("up", "--app", str(tmp_path))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: the state folder {tmp_path}/.twin cannot be made (")
    assert result.stderr.count("\n") == 1


def test_wrong_duration_of_logs_is_an_error_in_one_line(tmp_path: Path) -> None:
    result = typed("logs", "--last", "soon", "--app", str(tmp_path))

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith('error: --last is "soon"; write a number')
