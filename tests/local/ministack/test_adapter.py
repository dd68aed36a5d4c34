"""ministack in a process of its own: it starts from a saved state, and answers requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.ministack.settings import environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.deploy

# Only one ministack can exist in a process.
CODE = """
import asyncio, json, sys
from pathlib import Path
from twin_stack.local.ministack.adapter import Ministack

async def call(aws, operation, body):
    sent = []
    async def receive():
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}
    async def send(message):
        sent.append(message)
    headers = {
        "host": "127.0.0.1", "x-amz-target": f"DynamoDB_20120810.{operation}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request",
    }
    scope = {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await aws.serve(scope, receive, send)
    return json.loads(b"".join(message.get("body", b"") for message in sent))

async def main(load_from, save_to):
    aws = Ministack(Path(load_from), secret="secret", put_values=lambda *_: None)
    await aws.start()
    before = (await call(aws, "ListTables", {}))["TableNames"]
    await call(aws, "CreateTable", {
        "TableName": "telemetry", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    })
    after = (await call(aws, "ListTables", {}))["TableNames"]
    Path(save_to).mkdir()
    aws.state.write(Path(save_to), aws.state.snapshot())
    print(json.dumps([before, after]), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def tables(folder: Path, load_from: Path, save_to: Path) -> Any:
    """Names of the tables after the start, and after one is created."""
    process = subprocess.run(
        [sys.executable, "-c", CODE, str(load_from), str(save_to)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            **environment(folder, 14566),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def test_state_that_was_written_is_there_after_the_next_start(tmp_path: Path) -> None:
    saved = tmp_path / "first"
    assert tables(tmp_path, tmp_path / "missing", saved) == [[], ["telemetry"]]
    assert tables(tmp_path, saved, tmp_path / "second") == [["telemetry"], ["telemetry"]]
