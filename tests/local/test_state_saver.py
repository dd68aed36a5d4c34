"""Saved states: restarts, and full disks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.killed_twin import deploy, entities_of_service, entities_of_template, kill, plant, start
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.generations import Generations
from twin_stack.local.state import LocalError, StateFolder
from twin_stack.local.state_check import MINISTACK

pytestmark = [pytest.mark.deploy, pytest.mark.slow]
ROOT = Path(__file__).parents[2]


def test_rows_and_objects_are_restored_after_a_stop_or_a_save(folder: StateFolder) -> None:
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

    server = start(folder)

    rows = make_client(server.access, "dynamodb").scan(TableName="rows")["Items"]
    assert sorted(row["k"]["S"] for row in rows) == ["1", "2"]
    assert make_client(server.access, "s3").get_object(Bucket="files", Key="a")["Body"].read() == b"1"


def test_state_is_saved_on_request_only_when_the_start_says_so(folder: StateFolder) -> None:
    with folder.locked():
        server = launcher.start(folder, port=0, saves=False)
    launcher.save(server)
    assert Generations(folder.state / MINISTACK).current == 1

    assert deploy(server, 1) == "CREATE_COMPLETE"
    assert launcher.stop(folder)

    assert Generations(folder.state / MINISTACK).current == 1


def test_failed_save_has_a_reason_and_keeps_the_previous_state(
    folder: StateFolder,
) -> None:
    import resource  # noqa: PLC0415 (not on every system)

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The limit raises the same error as a full disk, on every system.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
    try:
        server = start(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert deploy(server, 1) == "CREATE_COMPLETE"
    launcher.save(server)
    ssm: Any = make_client(server.access, "ssm")
    for number in range(400):
        ssm.put_parameter(Name=f"/p{number}", Value="x" * 4000, Type="String")

    with pytest.raises(LocalError) as caught:
        launcher.save(server)

    assert "the state could not be saved" in str(caught.value)
    assert "make room and deploy again, the state saved before is kept" in str(caught.value)
    kill(server)
    server = start(folder)
    assert entities_of_service(server) == entities_of_template(plant(1))


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
