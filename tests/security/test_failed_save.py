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

from tests.support.killed_twin import start
from twin_stack.cli import app as cli
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


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
    """An app whose embedded AWS runs and can save files of 1.5 MB at most."""
    with file_limit(1_500_000):
        start(StateFolder.of_app(tmp_path))
    yield tmp_path
    launcher.stop(StateFolder.of_app(tmp_path), grace=2)


def fill(app: Path) -> None:
    server = launcher.running(StateFolder.of_app(app))
    assert server is not None
    ssm = make_client(server.access, "ssm")
    for number in range(400):
        ssm.put_parameter(Name=f"/p{number}", Value="x" * 4000, Type="String")


def parameters(app: Path) -> int:
    server = launcher.running(StateFolder.of_app(app))
    assert server is not None
    pages = make_client(server.access, "ssm").get_paginator("describe_parameters").paginate()
    return sum(len(page["Parameters"]) for page in pages)


def test_down_that_cannot_save_leaves_it_running_and_says_so(app: Path) -> None:
    fill(app)

    down = CliRunner().invoke(cli, ["down", "--app", str(app)])

    assert down.exit_code == 1
    assert down.stderr.startswith(
        "error: the embedded AWS still runs, because the state could not be saved in "
    )
    assert "make room" in down.stderr
    assert "`twin down --discard` to lose what changed since the last save" in down.stderr
    assert parameters(app) == 400


def test_down_discards_only_when_told_to(app: Path) -> None:
    fill(app)

    down = CliRunner().invoke(cli, ["down", "--discard", "--app", str(app)])

    assert (down.exit_code, down.stdout) == (
        0,
        "stopped without a save: the next `twin up` goes on from the one before\n",
    )
    assert launcher.running(StateFolder.of_app(app)) is None


def test_down_states_what_is_lost_when_the_server_is_killed_at_its_end(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = StateFolder.of_app(app)
    server = launcher.running(folder)
    assert server is not None
    monkeypatch.setattr(launcher, "stop", partial(launcher.stop, grace=0.3))
    monkeypatch.setattr(launcher, "_is_answering", lambda _server: False)
    os.kill(server.pid, signal.SIGSTOP)

    down = CliRunner().invoke(cli, ["down", "--app", str(app)])

    assert down.exit_code == 1
    assert "was stopped, but what changed since the last save is lost" in down.stderr
    assert str(folder.log) in down.stderr


def test_object_that_cannot_be_written_is_not_acknowledged(app: Path) -> None:
    server = launcher.running(StateFolder.of_app(app))
    assert server is not None
    s3 = make_client(server.access, "s3", attempts=1)
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="small", Body=b"x")

    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.put_object(Bucket="files", Key="large", Body=bytes(2_000_000))

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert s3.get_object(Bucket="files", Key="small")["Body"].read() == b"x"
