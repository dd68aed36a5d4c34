"""Starts that are refused: options without sense, and state folders that others can write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from twin_stack.cli import app as cli
from twin_stack.local.state import LocalError, StateFolder

if TYPE_CHECKING:
    from pathlib import Path

PORTS = "give a number from 1 to 65535, 0 for any free one, or leave it out"
SECONDS = "give a number of seconds from 0 to 3600, or leave it out"
RATES = "give at least 1 request per second, or leave it out for no limit"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--port", "80000", f"--port 80000 is not a port; {PORTS}"),
        ("--port", "-1", f"--port -1 is not a port; {PORTS}"),
        ("--slow", "nan", f"--slow nan is not allowed; {SECONDS}"),
        ("--slow", "inf", f"--slow inf is not allowed; {SECONDS}"),
        ("--slow", "-1", f"--slow -1.0 is not allowed; {SECONDS}"),
        ("--throttle", "0", f"--throttle 0 would refuse every request; {RATES}"),
        ("--throttle", "-5", f"--throttle -5 would refuse every request; {RATES}"),
    ],
)
def test_option_that_makes_no_sense_is_one_line_and_starts_nothing(
    tmp_path: Path, option: str, value: str, message: str
) -> None:
    (tmp_path / "cdk.json").write_text("{}")

    result = CliRunner().invoke(cli, ["up", option, value, "--app", str(tmp_path)])

    assert (result.exit_code, result.stderr) == (1, f"error: {message}\n")
    assert [item.name for item in tmp_path.iterdir()] == ["cdk.json"]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_state_folder_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "my app" / ".twin"
    folder.mkdir(parents=True)
    folder.chmod(mode)

    with pytest.raises(LocalError) as caught:
        StateFolder(folder).make()

    assert str(caught.value) == (
        f"other users can write to the state folder {folder} (mode {mode:04o}), and what it holds is run "
        f"as you; remove it to begin with an empty one, or run `chmod -R go= '{folder}'` "
        "if you trust what is in it"
    )
    assert list(folder.iterdir()) == []


def test_inner_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / ".twin")
    folder.make()
    folder.state.chmod(0o777)

    with pytest.raises(LocalError, match=f"write to the state folder {folder.state} "):
        folder.make()


def test_state_folder_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / ".twin")
    folder.path.mkdir()
    folder.path.chmod(0o755)

    folder.make()

    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_state_folder_on_another_disk_behind_an_own_link_is_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / ".twin").symlink_to(tmp_path / "elsewhere")

    StateFolder(tmp_path / ".twin").make()

    assert (tmp_path / "elsewhere" / "state").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_state_folder_or_link_of_another_user_is_refused(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, 65534, 65534)
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    link = tmp_path / "link"
    link.symlink_to(own)
    os.chown(link, 65534, 65534, follow_symlinks=False)

    for path, what in ((theirs, "the folder"), (link, "the link")):
        with pytest.raises(LocalError) as caught:
            StateFolder(path).make()
        assert str(caught.value).startswith(f"{what} {path} belongs to another user (id 65534, you are 0); ")
    assert list(own.iterdir()) == list(theirs.iterdir()) == []
