"""The profile by which other programs reach the embedded AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent, write_cli
from twin_stack.local import commands

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.deploy


def test_boto3_reaches_twinmaker_when_the_printed_line_is_typed(broken: Path) -> None:
    write_cli(broken, "exit 0")
    (line,) = commands.deploy(broken, report=silent, port=0).exports
    code = "import boto3; print(boto3.client('iottwinmaker').list_workspaces()['workspaceSummaries'])"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}

    result = subprocess.run(
        ["sh", "-c", f'{line}; exec {sys.executable} -c "{code}"'],
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "[]"
