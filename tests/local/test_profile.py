"""The profile by which other programs reach the embedded AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.profile import client_environment, export_lines, write_profile
from twin_stack.local.state import Access, Server, StateFolder

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A state folder whose name a shell would change if it were not quoted.

    `$` is not in it: botocore replaces variables in the name of its configuration file itself.
    """
    state_folder = StateFolder(tmp_path / "it's a [twin] of `me`, 100% \u00fcber")
    state_folder.make()
    return state_folder


def test_boto3_reaches_twinmaker_when_the_printed_line_is_typed(
    local_twin: LocalTwin, folder: StateFolder
) -> None:
    write_profile(folder, local_twin.server)
    (line,) = export_lines(folder)
    code = (
        "import boto3; client = boto3.client('iottwinmaker')\n"
        "print(client.meta.endpoint_url, len(client.list_workspaces(maxResults=200)['workspaceSummaries']))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}

    result = subprocess.run(
        ["sh", "-c", f'{line}; exec {sys.executable} -c "{code}"'],
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )

    summaries = local_twin.client("iottwinmaker").list_workspaces(maxResults=200)["workspaceSummaries"]
    assert result.stdout.split() == [local_twin.endpoint, str(len(summaries))]


def test_profile_holds_the_secret_and_is_private(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    server = Server(pid=1, port=14566, page_port=14567, started=0.0, secret=folder.secret())
    folder.profile.write_text("of an earlier version", encoding="utf-8")
    folder.profile.chmod(0o644)

    path = write_profile(folder, server)

    assert path.stat().st_mode & 0o777 == 0o600
    assert f"aws_secret_access_key = {server.secret}" in path.read_text(encoding="utf-8").splitlines()


def test_environment_has_the_secret_and_nothing_of_the_users_configuration() -> None:
    inherited = {
        "AWS_PROFILE": "production",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "HOME": "/home/me",
    }

    environment = client_environment(Access("http://127.0.0.1:1", "secret"), inherited)

    assert environment["AWS_SECRET_ACCESS_KEY"] == "secret"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert not {"AWS_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"} & environment.keys()
