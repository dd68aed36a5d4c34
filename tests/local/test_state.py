"""The lock and the files of the state folder."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.private_files import write_private
from twin_stack.local.state import LocalError, Server, StateFolder

if TYPE_CHECKING:
    from pathlib import Path


def test_second_command_is_refused_while_one_runs(folder: StateFolder) -> None:
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


def test_lock_is_free_when_its_holder_ended_before_what_inherited_it(folder: StateFolder) -> None:
    with folder.locked() as lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[lock])
    try:
        with folder.locked():
            pass
    finally:
        child.kill()
        child.wait()


def test_child_keeps_the_lock_of_an_interrupted_command(folder: StateFolder) -> None:
    with pytest.raises(KeyboardInterrupt), folder.locked() as lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[lock])
        raise KeyboardInterrupt
    try:
        with pytest.raises(LocalError, match="another command is at work"), folder.locked():
            pass
    finally:
        child.kill()
        child.wait()


def test_record_of_the_server_is_kept_until_it_is_stopped(folder: StateFolder) -> None:
    folder.make()
    assert folder.server() is None
    server = Server(pid=17, port=14566, page_port=14567, started=1.5, secret=folder.secret())
    folder.remember(server)

    assert folder.server() == server
    assert (server.endpoint, server.page) == ("http://127.0.0.1:14566", "http://127.0.0.1:14567/_twin/")
    folder.remember(None)
    assert folder.server() is None


def test_secret_is_random_private_and_stays(folder: StateFolder, tmp_path: Path) -> None:
    other = StateFolder(tmp_path / "other")
    for each in (folder, other):
        each.make()
    secret = folder.secret()

    assert len(secret) == 43
    assert folder.secret() == secret != other.secret()
    assert folder.secret_file.stat().st_mode & 0o777 == 0o600


def test_record_of_the_server_holds_no_secret(folder: StateFolder) -> None:
    folder.make()
    server = Server(pid=17, port=14566, page_port=14567, started=1.5, secret=folder.secret())
    folder.remember(server)

    assert folder.secret() not in (folder.path / "server.json").read_text()
    assert folder.secret() not in repr(server) + repr(server.access)
    assert (folder.path / "server.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "short", "x" * 200, "spaces are not in it" + " " * 23])
def test_damaged_secret_is_an_error_with_a_remedy(folder: StateFolder, content: str) -> None:
    folder.make()
    write_private(folder.secret_file, content)

    with pytest.raises(LocalError, match=r"is damaged; remove .*/secret: the next `twin up` makes another"):
        folder.secret()


def test_secret_that_others_can_read_is_an_error_with_a_remedy(folder: StateFolder) -> None:
    folder.make()
    folder.secret()
    folder.secret_file.chmod(0o644)

    with pytest.raises(LocalError, match=r"other users can open .*secret \(mode 0644\); remove "):
        folder.secret()


def test_a_damaged_record_of_the_server_counts_as_none(folder: StateFolder) -> None:
    folder.make()
    for text in ("", "[]", '{"pid": 1}'):
        (folder.path / "server.json").write_text(text)
        assert folder.server() is None


def test_only_the_owner_can_read_the_folder(folder: StateFolder) -> None:
    folder.make()

    assert {path.stat().st_mode & 0o777 for path in (folder.path, folder.state, folder.temporary)} == {0o700}


def test_a_folder_that_cannot_be_created_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LocalError, match="make room or choose another place"):
        StateFolder(tmp_path / "file" / "twin").make()
