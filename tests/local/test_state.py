"""The lock of the state folder, and what it remembers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from twin_stack.local.state import LocalError, StateFolder


def test_second_command_is_refused_when_one_is_at_work(folder: StateFolder) -> None:
    with folder.locked(), pytest.raises(LocalError) as caught, folder.locked():
        pass

    assert str(caught.value) == (
        f"another command is at work on {folder.path} (process {os.getpid()}); wait for it to end"
    )


def test_lock_is_free_when_its_holder_was_killed(folder: StateFolder) -> None:
    code = (
        "import sys, time; from pathlib import Path; from twin_stack.local.state import StateFolder\n"
        "with StateFolder(Path(sys.argv[1])).locked(): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(folder.path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LocalError, match=f"process {holder.pid}"), folder.locked():
        pass
    holder.kill()
    holder.communicate()

    with folder.locked():
        pass
