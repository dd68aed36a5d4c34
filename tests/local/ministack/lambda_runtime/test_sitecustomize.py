"""Logging of functions, as Python sets it up when it starts with the folder on its path."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import twin_stack

FOLDER = Path(twin_stack.__file__).parent / "local" / "ministack" / "lambda_runtime"
CODE = """
import logging
log = logging.getLogger("mine")
log.debug("a detail")
log.info("read %s", "it", extra={"rows": 3})
try:
    1 / 0
except ZeroDivisionError:
    log.exception("no value", extra={"folder": __import__("pathlib").Path("x")})
"""


def lines(**environment: str) -> list[str]:
    """What a function that logs writes to its standard error."""
    process = subprocess.run(
        [sys.executable, "-c", CODE],
        env={"PYTHONPATH": str(FOLDER), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == ""
    return process.stderr.splitlines()


def test_json_lines_have_the_members_that_lambda_writes() -> None:
    info, error = map(json.loads, lines(AWS_LAMBDA_LOG_FORMAT="JSON"))
    timestamp = info.pop("timestamp")
    assert (len(timestamp), timestamp[-1]) == (20, "Z")
    assert info == {"level": "INFO", "message": "read it", "logger": "mine", "rows": 3}
    assert (error["level"], error["message"], error["folder"]) == ("ERROR", "no value", "x")
    assert error["stackTrace"][-1] == "ZeroDivisionError: division by zero"


def test_level_of_json_lines_is_that_of_the_function() -> None:
    levels = [json.loads(line)["level"] for line in lines(
        AWS_LAMBDA_LOG_FORMAT="JSON", AWS_LAMBDA_LOG_LEVEL="DEBUG"
    )]  # fmt: skip
    assert levels == ["DEBUG", "INFO", "ERROR"]
    (only,) = lines(AWS_LAMBDA_LOG_FORMAT="JSON", AWS_LAMBDA_LOG_LEVEL="ERROR")
    assert json.loads(only)["level"] == "ERROR"


def test_text_lines_have_level_time_and_message_from_warning_on() -> None:
    first, *trace = lines()
    level, time, message = first.split("\t")
    assert (level, time[-1], message) == ("[ERROR]", "Z", "no value")
    assert trace[-1] == "ZeroDivisionError: division by zero"
