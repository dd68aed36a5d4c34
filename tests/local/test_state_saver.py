"""Saved states: restarts, and full disks; tests/security/test_failed_save.py has saves that fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.killed_twin import deploy, kill, start
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state_check import saved_generation

if TYPE_CHECKING:
    from twin_stack.local.state import StateFolder

pytestmark = [pytest.mark.deploy, pytest.mark.slow]
ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("forked_starts")
def test_state_is_restored_after_a_stop_or_a_save_and_is_not_saved_when_the_start_says_so(
    folder: StateFolder,
) -> None:
    server = start(folder)
    make_client(server.access, "s3").create_bucket(Bucket="files")
    dynamodb = make_client(server.access, "dynamodb")
    dynamodb.create_table(
        TableName="rows",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="rows", Item={"k": {"S": "1"}})
    launcher.save(server)
    kill(server)
    server = start(folder)
    make_client(server.access, "dynamodb").put_item(TableName="rows", Item={"k": {"S": "2"}})
    make_client(server.access, "s3").put_object(Bucket="files", Key="a", Body=b"1")
    assert launcher.stop(folder)

    with folder.locked():
        server = launcher.start(folder, port=0, saves=False)

    rows = make_client(server.access, "dynamodb").scan(TableName="rows")["Items"]
    assert sorted(row["k"]["S"] for row in rows) == ["1", "2"]
    assert make_client(server.access, "s3").get_object(Bucket="files", Key="a")["Body"].read() == b"1"
    # This one saves on request only.
    before = saved_generation(folder.state)
    launcher.save(server)
    assert saved_generation(folder.state) == before + 1
    assert deploy(server, 1) == "CREATE_COMPLETE"
    assert launcher.stop(folder)
    assert saved_generation(folder.state) == before + 1


def test_nothing_acknowledged_is_lost_when_the_disk_is_full(tmp_path: Path) -> None:
    # Where the system allows it, a file system in a separate name space needs no privileges.
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=6m none '{tmp_path}'"
    if (
        not shutil.which("unshare")
        or subprocess.run([*own, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system does not let users mount a file system: unshare --user --mount")
    script = ROOT / "tests" / "support" / "full_disk.py"

    result = subprocess.run(
        [*own, f"{mount} && exec '{sys.executable}' '{script}' '{tmp_path}'"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lambdas'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout.splitlines()[-1])
    assert outcome["refused"]["Error"]["Code"] == "InternalServerException"
    assert "database or disk is full" in outcome["refused"]["Error"]["Message"]
    assert outcome["acknowledged"] > 0
    assert outcome["still reads"] == "e0"
    assert "make room and deploy again, the state saved before is kept" in outcome["save"]
    assert outcome["deploy"] == "UPDATE_ROLLBACK_COMPLETE"
    assert outcome["as deployed before"]
    words = f"the disk is full: there is no room in {tmp_path}/.twin; make some and try again"
    assert outcome["start"] == words
    assert outcome["up"] == 1
    assert result.stderr.strip() == f"error: {words}"
    assert outcome["lost"] == []
    assert outcome["as before"]
    assert outcome["deploy with room"] == "UPDATE_COMPLETE"
