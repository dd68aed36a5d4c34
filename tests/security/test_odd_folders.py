"""Apps in folders with odd names, and in folders that cannot be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.broken_app import silent, write_cli
from twin_stack.local import commands, launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import StateFolder

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
NAME = "my $(touch run) `touch run` 'app' \"é\u202e\" ; & *"

# One process for all of them, because the start of a command takes half a second.
COMMANDS = """
import sys
from twin_stack.cli import app
for verb in ("up", "down", "status"):
    try:
        app([verb, "--app", sys.argv[1]])
    except SystemExit as end:
        print(f"code of {verb}: {end.code}", flush=True)
"""


@pytest.mark.usefixtures("forked_starts")
def test_folder_with_any_name_holds_a_twin(tmp_path: Path) -> None:
    app = tmp_path / NAME
    (app / "node_modules" / ".bin").mkdir(parents=True)
    (app / "cdk.json").write_text("{}")
    write_cli(app, "exit 0")
    folder = StateFolder.of_app(app)
    try:
        deployed = commands.deploy(app, report=silent, port=0)
        make_client(deployed.server.access, "ssm").put_parameter(Name="/a", Value="kept", Type="String")
        commands.down(app, report=silent)
        again = commands.deploy(app, report=silent, port=0)
        parameter = make_client(again.server.access, "ssm").get_parameter(Name="/a")["Parameter"]
        environment = subprocess.run(
            ["sh", "-c", "\n".join([*again.exports, 'cat "$AWS_CONFIG_FILE"'])],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    finally:
        launcher.stop(folder, grace=5)

    assert parameter["Value"] == "kept"
    assert again.server.endpoint in environment
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert not list(Path.cwd().glob("run"))
    assert launcher.processes(str(folder.path)) == []


def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    # Permissions do not hold root back; a file system that is mounted for reading does.
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs none '{tmp_path}'"
    if (
        not shutil.which("unshare")
        or subprocess.run([*own, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system does not let users mount a file system: unshare --user --mount")
    steps = f"{mount} && echo '{{}}' > '{tmp_path}/cdk.json' && mount -o remount,ro '{tmp_path}'"

    result = subprocess.run(
        [*own, f"{steps} && exec '{sys.executable}' -c '{COMMANDS}' '{tmp_path}'"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    codes = [line for line in result.stdout.splitlines() if line.startswith("code of ")]
    assert codes == ["code of up: 1", "code of down: 0", "code of status: 1"]
    assert result.stderr == (
        f"error: the state folder {tmp_path}/.twin cannot be made (Read-only file system); "
        "make room or choose another place\n"
    )
