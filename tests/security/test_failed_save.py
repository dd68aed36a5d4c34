"""A save that fails is never passed over: the embedded AWS runs on, or the loss is stated."""

from __future__ import annotations

import os
import resource
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.support.killed_twin import deploy, entities_of_service, entities_of_template, plant, start
from twin_stack.cli import app as cli
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.local.state import Server

pytestmark = [pytest.mark.deploy, pytest.mark.slow, pytest.mark.usefixtures("forked_starts")]

ROWS = 5


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """Limit files of processes that are started meanwhile: it raises the same error as a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    """A folder of an app, whose embedded AWS is stopped afterwards."""
    yield tmp_path
    launcher.stop(StateFolder.of_app(tmp_path), grace=2)


def start_limited(app: Path) -> Server:
    """Start an embedded AWS that can write files of 1.5 MB at most."""
    with file_limit(1_500_000):
        return start(StateFolder.of_app(app))


def fill(server: Server) -> None:
    """Write rows, which are in memory until a save, of 1.75 MB."""
    dynamodb = make_client(server.access, "dynamodb")
    dynamodb.create_table(
        TableName="rows",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(ROWS):
        row = {"k": {"S": str(number)}, "text": {"S": "x" * 350_000}}
        dynamodb.put_item(TableName="rows", Item=row)


def rows(app: Path) -> int:
    """Return how many rows the running embedded AWS has."""
    server = launcher.running(StateFolder.of_app(app))
    assert server is not None
    pages = make_client(server.access, "dynamodb").get_paginator("scan").paginate(TableName="rows")
    return sum(page["Count"] for page in pages)


# One test, because each step needs an embedded AWS in the state that the one before leaves.
def test_save_that_fails_is_reported_and_keeps_the_one_before(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = StateFolder.of_app(app)
    server = start_limited(app)

    # An object that cannot be written is not acknowledged.
    s3 = make_client(server.access, "s3", attempts=1)
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="small", Body=b"x")
    with pytest.raises(s3.exceptions.ClientError) as refused:
        s3.put_object(Bucket="files", Key="large", Body=bytes(2_000_000))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert s3.get_object(Bucket="files", Key="small")["Body"].read() == b"x"

    # The save says why it failed.
    assert deploy(server, 1) == "CREATE_COMPLETE"
    launcher.save(server)
    fill(server)
    with pytest.raises(LocalError) as caught:
        launcher.save(server)
    assert "the state could not be saved" in str(caught.value)
    assert "make room and deploy again, the state saved before is kept" in str(caught.value)

    # `down` leaves it running.
    down = CliRunner().invoke(cli, ["down", "--app", str(app)])
    assert down.exit_code == 1
    assert down.stderr.startswith(
        "error: the embedded AWS still runs, because the state could not be saved in "
    )
    assert "make room" in down.stderr
    assert "`twin down --discard` to lose what changed since the last save" in down.stderr
    assert rows(app) == ROWS

    # A process that does not end is killed, and `down` says what is lost.
    with monkeypatch.context() as patch:
        patch.setattr(launcher, "stop", partial(launcher.stop, grace=0.3))
        patch.setattr(launcher, "_is_answering", lambda _server: False)
        os.kill(server.pid, signal.SIGSTOP)
        down = CliRunner().invoke(cli, ["down", "--app", str(app)])
    assert down.exit_code == 1
    assert "was stopped, but what changed since the last save is lost" in down.stderr
    assert str(folder.log) in down.stderr

    # The next one has the state that was saved before.
    server = start_limited(app)
    assert entities_of_service(server) == entities_of_template(plant(1))
    assert make_client(server.access, "s3").get_object(Bucket="files", Key="small")["Body"].read() == b"x"
    assert make_client(server.access, "dynamodb").list_tables()["TableNames"] == []

    # `down` discards changes only with its option.
    fill(server)
    down = CliRunner().invoke(cli, ["down", "--discard", "--app", str(app)])
    assert (down.exit_code, down.stdout) == (
        0,
        "stopped without a save: the next `twin up` goes on from the one before\n",
    )
    assert launcher.running(folder) is None
