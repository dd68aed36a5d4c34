"""The profile by which other programs reach the embedded AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent, write_cli
from twin_stack.local import commands, launcher
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.deploy


@pytest.fixture
def app(broken: Path) -> Iterator[Path]:
    """An app in a folder whose name a shell would change if it were not quoted.

    `$` is not in it: botocore replaces variables in the name of its configuration file itself.
    """
    folder = broken.rename(broken.parent / "it's a [twin] of `me`, 100% \u00fcber")
    yield folder
    launcher.stop(StateFolder.of_app(folder), grace=2)


def test_boto3_reaches_twinmaker_when_the_printed_line_is_typed(app: Path) -> None:
    write_cli(app, "exit 0")
    (line,) = commands.deploy(app, report=silent, port=0).exports
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
