"""The message about a lock that is held."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.lock_holders import describe_holders, record_child, record_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    yield descriptor
    os.close(descriptor)


def ended_process() -> int:
    with subprocess.Popen(["true"]) as process:
        return process.pid


def test_command_that_runs_is_named_although_its_cli_runs_too(lock: int, tmp_path: Path) -> None:
    record_command(lock)
    record_child(lock, os.getppid(), "cdk deploy")

    assert describe_holders(lock, tmp_path) == (
        f"another command is at work on {tmp_path} (process {os.getpid()}); wait for it to end"
    )


def test_cli_of_a_killed_command_is_named_with_how_to_end_it(lock: int, tmp_path: Path) -> None:
    os.pwrite(lock, f"{ended_process()}\n".encode(), 0)
    record_child(lock, ended_process(), "cdk bootstrap")
    record_child(lock, os.getpid(), "cdk deploy")

    assert describe_holders(lock, tmp_path) == (
        f"`cdk deploy` (process {os.getpid()}) of a command that was killed is still at work on {tmp_path}; "
        f"wait for it to end, or end it with `kill -- -{os.getpid()}` and run `twin up` again"
    )


@pytest.mark.parametrize("content", ["", "no number\n", "\n\n"])
def test_damaged_file_names_no_process(lock: int, tmp_path: Path, content: str) -> None:
    os.pwrite(lock, content.encode(), 0)

    assert describe_holders(lock, tmp_path).startswith(f"another command is at work on {tmp_path} (process ")


def test_command_replaces_what_an_earlier_one_recorded(lock: int) -> None:
    record_command(lock)
    record_child(lock, 1, "cdk deploy")
    record_command(lock)

    assert os.pread(lock, 100, 0) == f"{os.getpid()}\n".encode()
