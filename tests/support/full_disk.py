"""Run a twin whose disk gets full: `python full_disk.py FOLDER`, on a small file system.

Prints one JSON object; tests/local/test_state_saver.py says what should be in it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tests.support.killed_twin import (
    client_of,
    deploy,
    entities_of_service,
    entities_of_stack,
    entities_of_template,
    kill,
    plant,
    start,
)
from twin_stack.cli import app as cli
from twin_stack.client.access import pages
from twin_stack.local import launcher
from twin_stack.local.state import LocalError, StateFolder

LEFT = 64 * 1024


def fill(file: Path, *, left: int) -> None:
    """Write until so many bytes are free."""
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        while (free := os.statvfs(file.parent).f_bavail * os.statvfs(file.parent).f_frsize) > left:
            os.write(descriptor, bytes(min(free - left, 65536)))
    except OSError:
        return
    finally:
        os.close(descriptor)


def main() -> None:
    """Fill the disk under a twin at work, kill it, and make room again."""
    root = Path(sys.argv[1])
    folder, ballast = StateFolder(root / ".twin"), root / "ballast"
    outcome: dict[str, Any] = {}
    server = start(folder)
    deploy(server, 1)
    launcher.save(server)
    client = client_of(server.access, "iottwinmaker")
    client.create_workspace(
        workspaceId="own", role="arn:aws:iam::000000000000:role/x", s3Location="arn:aws:s3:::o"
    )
    fill(ballast, left=LEFT)

    acknowledged = []
    try:
        for number in range(10_000):
            client.create_entity(workspaceId="own", entityId=f"e{number}", entityName="x" * 200)
            acknowledged.append(f"e{number}")
    except ClientError as error:
        outcome["refused"] = error.response
    fill(ballast, left=0)
    outcome["acknowledged"] = len(acknowledged)
    outcome["still reads"] = client.get_entity(workspaceId="own", entityId="e0")["entityId"]
    try:
        launcher.save(server)
    except LocalError as error:
        outcome["save"] = str(error)
    outcome["deploy"] = deploy(server, 2)
    outcome["as deployed before"] = (
        entities_of_service(server) == entities_of_stack(server) == entities_of_template(plant(1))
    )
    kill(server)
    fill(ballast, left=0)
    try:
        start(folder)
    except LocalError as error:
        outcome["start"] = str(error)
    (root / "cdk.json").touch()
    try:
        cli(["up", "--app", str(root)])
    except SystemExit as error:
        outcome["up"] = error.code

    ballast.unlink()
    server = start(folder)
    list_entities = client_of(server.access, "iottwinmaker").list_entities
    there = {item["entityId"] for item in pages(list_entities, "entitySummaries", workspaceId="own")}
    outcome["lost"] = sorted(set(acknowledged) - there)
    outcome["as before"] = (
        entities_of_service(server) == entities_of_stack(server) == entities_of_template(plant(1))
    )
    outcome["deploy with room"] = deploy(server, 3)
    launcher.stop(folder, grace=5)
    print(json.dumps(outcome))  # noqa: T201 (its answer)


if __name__ == "__main__":
    main()
