"""Another user of the machine, whose programs reach the ports and read what its files and processes show."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from twin_stack.local import devices, launcher
from twin_stack.local.clients import make_client
from twin_stack.local.profile import write_profile
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server_forks import ServerForks
    from twin_stack.local.state import Server

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as another user"),
]

NOBODY = 65534


@pytest.fixture(scope="module")
def folder() -> Iterator[StateFolder]:
    """A state folder in a folder that all users can read, as a clone usually is."""
    with tempfile.TemporaryDirectory() as name:
        app = Path(name)
        app.chmod(0o755)
        yield StateFolder(app / ".twin")


@pytest.fixture(scope="module")
def server(folder: StateFolder, server_forks: ServerForks) -> Iterator[Server]:
    umask = os.umask(0)
    try:
        with folder.locked(), server_forks.in_launcher():
            server = launcher.start(folder, port=0)
            write_profile(folder, server)
            devices.start(folder, server, "Factory")
    finally:
        os.umask(umask)
    yield server
    launcher.stop(folder, grace=5)


def as_nobody(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, cwd="/", check=False
    )


def ask(port: int, request: str) -> bytes:
    """Send a request from a process of the other user."""
    script = f'exec 3<>/dev/tcp/127.0.0.1/{port}; printf "%s" "$1" >&3; cat <&3'
    return as_nobody("bash", "-c", script, "ask", request).stdout


def test_other_user_reads_the_folder_of_the_app_only(folder: StateFolder, server: Server) -> None:
    assert as_nobody("ls", str(folder.path.parent)).returncode == 0
    assert as_nobody("ls", str(folder.path)).returncode != 0
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    assert {folder.secret_file, folder.profile, folder.log, folder.path / "server.json"} <= set(files)
    assert as_nobody("cat", *map(str, files)).stdout == b""


def test_files_with_the_secret_are_private_in_a_folder_that_is_not(
    folder: StateFolder, server: Server
) -> None:
    folder.path.chmod(0o755)
    try:
        for file in (folder.secret_file, folder.profile, folder.path / "server.json"):
            assert file.read_text(encoding="utf-8")
            assert as_nobody("cat", str(file)).stdout == b""
    finally:
        folder.path.chmod(0o700)
    assert server.secret in folder.profile.read_text(encoding="utf-8")


def test_command_lines_and_logs_hold_no_secret(folder: StateFolder, server: Server) -> None:
    make_client(server.access, "iottwinmaker").list_workspaces()
    processes = launcher.processes(str(folder.path))
    assert server.pid in processes
    for pid in processes:
        line = as_nobody("cat", f"/proc/{pid}/cmdline").stdout
        if not line and pid != server.pid:  # it has ended since
            continue
        assert b"twin_stack.local" in line
        assert server.secret.encode() not in line
        assert as_nobody("cat", f"/proc/{pid}/environ").stdout == b""
    for log in (folder.log, folder.path / "devices.log"):
        assert server.secret not in log.read_text(encoding="utf-8")


def test_other_user_calls_nothing(server: Server) -> None:
    template = quote(json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}))
    form = f"Action=CreateStack&StackName=hostile&TemplateBody={template}"
    old_key = "Credential=000000000000/20260101/us-east-1/cloudformation/aws4_request"
    for port in (server.port, server.page_port):
        for fields in ("", f"Authorization: AWS4-HMAC-SHA256 {old_key}, SignedHeaders=host, Signature=0\r\n"):
            head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{fields}"
            kind = "Content-Type: application/x-www-form-urlencoded\r\n"
            answer = ask(port, f"{head}{kind}Content-Length: {len(form)}\r\n\r\n{form}")
            assert answer.startswith(b"HTTP/1.1 403")
            assert server.secret.encode() not in answer

    assert make_client(server.access, "cloudformation").list_stacks()["StackSummaries"] == []


def test_page_tells_the_other_user_no_secret(server: Server) -> None:
    for path in ("/_twin/", "/_twin/config.json", "/_twin/health"):
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.page_port}\r\nConnection: close\r\n\r\n"
        answer = ask(server.page_port, request)
        assert answer.startswith(b"HTTP/1.1 200")
        assert server.secret.encode() not in answer


def test_server_of_another_user_on_the_old_port_is_not_taken_for_ours(
    folder: StateFolder, server: Server
) -> None:
    """What answered before is known to other users, and the port is free after a crash."""
    with tempfile.TemporaryDirectory() as name:
        other = StateFolder(Path(name) / ".twin")
        other.make()
        ended = subprocess.run(["true"], check=True)
        assert ended.returncode == 0
        process = subprocess.Popen(["true"])
        process.wait()
        fake = type(server)(process.pid, server.port, server.page_port, 0.0, other.secret())
        other.remember(fake)

        assert launcher.running(other) is None
        other.remember(type(server)(server.pid, server.port, server.page_port, 0.0, other.secret()))
        # The process runs, but has another secret.
        assert launcher.running(other) is None
