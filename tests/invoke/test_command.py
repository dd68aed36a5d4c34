"""The command: events from files, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.invocations import EVENT, twin


def test_answer_is_printed_with_the_verdict() -> None:
    result = twin("code/mine.py:right", "--event", EVENT)
    assert result.exit_code == 0
    answer, _, verdict = result.stdout.rpartition("\n\n")
    assert json.loads(answer)["propertyValues"][0]["values"][0]["value"] == {"doubleValue": 1.5}
    assert verdict == "dataReaderByEntity: no rule of the contract is broken\n"
    assert "a print of the handler" in result.stderr


def test_event_is_read_from_the_standard_input() -> None:
    text = Path(EVENT).read_text(encoding="utf-8")
    assert twin("code/mine.py:right", "--event", "-", text=text).exit_code == 0


def test_warning_does_not_fail_and_variables_reach_the_handler() -> None:
    result = twin("code/mine.py:warned", "--event", EVENT, "--env", "VALUE=1.5")
    assert result.exit_code == 0
    assert 'UDQ024 warning: is "1.5"' in result.stdout
    assert result.stdout.endswith("dataReaderByEntity: 1 warning\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["code/mine.py:right", "--event", "none.json"], "error: none.json cannot be read: No such file"),
        (["code/none.py:right", "--event", EVENT], "error: there is no file code/none.py; name a handler"),
        (["code/mine.py:right", "--event", "code/helper.py"], "error: code/helper.py:1:1 is not JSON: "),
        (["x", "--event", EVENT, "--env", "A=b"], "error: --env is for handlers that run here"),
        (["x", "--event", EVENT, "--model", "none"], "error: none is not a folder; name the folder"),
        (["x", "--event", EVENT], "error: NoRegionError"),
    ],
)
def test_mistake_of_the_caller_is_one_line(arguments: list[str], message: str) -> None:
    result = twin(*arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1
