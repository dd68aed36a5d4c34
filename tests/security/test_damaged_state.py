"""A damaged file of the saved state stops the start with its name, and what was saved before can be used."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent, write_cli
from tests.support.killed_twin import deploy, entities_of_service, entities_of_template, kill, plant, start
from tests.support.stacks import ROLE
from twin_stack.local import commands, launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError, StateFolder
from twin_stack.local.state_check import check_saved_state, saved_generation, use_previous_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.server_forks import ServerForks

pytestmark = [pytest.mark.deploy, pytest.mark.slow, pytest.mark.usefixtures("forked_starts")]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, server_forks: ServerForks) -> Path:
    """A state folder of two saves: two deployments of a plant, a topic rule and an object of S3."""
    folder = StateFolder(tmp_path_factory.mktemp("saved") / "twin")
    with folder.locked(), server_forks.in_launcher():
        # It saves on request only; otherwise both saves may hold the second deployment.
        server = launcher.start(folder, port=0, saves=False)
    try:
        assert deploy(server, 1) == "CREATE_COMPLETE"
        make_client(server.access, "s3").create_bucket(Bucket="files")
        make_client(server.access, "s3").put_object(Bucket="files", Key="hall.glb", Body=b"glTF" * 100)
        payload = {"sql": "SELECT * FROM 'plant/+'", "actions": [{"lambda": {"functionArn": ROLE}}]}
        make_client(server.access, "iot").create_topic_rule(ruleName="plant", topicRulePayload=payload)
        launcher.save(server)
        assert deploy(server, 2) == "UPDATE_COMPLETE"
        launcher.save(server)
        kill(server)
        assert int(last(folder).name) == 2
    finally:
        launcher.stop(folder, grace=5)
    return folder.path


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Iterator[StateFolder]:
    folder = StateFolder.of_app(tmp_path)
    shutil.copytree(saved, folder.path)
    yield folder
    launcher.stop(folder, grace=5)


def last(folder: StateFolder) -> Path:
    """Return the folder of the state of ministack that was saved last."""
    return max((folder.state / "ministack").glob("[0-9]"), key=lambda path: int(path.name))


def files(folder: StateFolder) -> list[Path]:
    """Return all paths of the state, without those that a look into a database makes or removes."""
    paths = sorted(folder.state.rglob("*"))
    assert paths
    return [path for path in paths if path.suffix not in (".db-wal", ".db-shm")]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def change(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def overwrite(file: Path) -> None:
    for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        part.unlink(missing_ok=True)
    file.write_bytes(b"no database" * 1000)


def empty(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink(missing_ok=True)
    file.write_bytes(b"")


def objects(folder: StateFolder) -> Path:
    (file,) = (path for path in (folder.state / "s3").rglob("hall.glb") if path.is_file())
    return file


DAMAGES: dict[str, tuple[Callable[[StateFolder], Path], Callable[[Path], None]]] = {
    "a cut state": (lambda folder: last(folder) / "iot.json", cut),
    "a changed state": (lambda folder: last(folder) / "cloudformation.json", change),
    "a missing state": (lambda folder: last(folder) / "s3.json", lambda file: file.unlink()),
    "missing checksums": (lambda folder: last(folder) / "checksums.json", lambda file: file.unlink()),
    "a missing generation": (last, shutil.rmtree),
    "a cut database": (lambda folder: folder.state / "twin.db", overwrite),
    "an empty database": (lambda folder: folder.state / "twin.db", empty),
    "a missing database": (lambda folder: folder.state / "twin.db", lambda file: file.unlink()),
    "a damaged journal": (lambda folder: folder.state / "journal.db", overwrite),
    "a cut object": (objects, cut),
    "a missing object": (objects, lambda file: file.unlink()),
    "a damaged description": (lambda folder: objects(folder).with_name("hall.glb.meta.json"), cut),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_start_names_the_damaged_file_and_changes_nothing(copied: StateFolder, damage: str) -> None:
    name, act = DAMAGES[damage]
    file = name(copied)
    act(file)
    before = files(copied)

    with pytest.raises(LocalError) as caught:
        start(copied)

    message = str(caught.value)
    assert message.startswith(f"the saved state cannot be used: {file} is ")
    assert "\n" not in message
    assert "Traceback" not in message
    assert "remove " in message
    assert files(copied) == before


def test_up_goes_on_from_the_state_before_a_damaged_one(copied: StateFolder) -> None:
    app, damaged = copied.path.parent, last(copied)
    (app / "node_modules" / ".bin").mkdir(parents=True)
    (app / "cdk.json").write_text("{}")
    write_cli(app, "exit 0")
    cut(damaged / "iot.json")
    content = (damaged / "iot.json").read_bytes()
    with pytest.raises(LocalError) as caught:
        commands.deploy(app, report=silent)
    assert f"{damaged}/iot.json is damaged" in str(caught.value)
    assert "`twin up --previous-state` goes on from the state saved before it" in str(caught.value)
    steps: list[str] = []

    server = commands.deploy(app, report=steps.append, port=0, previous_state=True).server

    assert steps[0] == "the damaged state is set aside; going on from the state saved before it"
    assert damaged.with_name(f"{damaged.name}.damaged").joinpath("iot.json").read_bytes() == content
    assert entities_of_service(server) == entities_of_template(plant(1))
    assert [rule["ruleName"] for rule in make_client(server.access, "iot").list_topic_rules()["rules"]] == [
        "plant"
    ]
    with pytest.raises(LocalError, match="leave --previous-state out"):
        commands.deploy(app, report=silent, previous_state=True)
    assert deploy(server, 3) == "UPDATE_COMPLETE"
    assert entities_of_service(server) == entities_of_template(plant(3))


def test_state_before_a_missing_one_is_complete(copied: StateFolder) -> None:
    number = int(last(copied).name)
    shutil.rmtree(last(copied))
    with pytest.raises(LocalError, match="`twin up --previous-state` goes on from the state saved before it"):
        start(copied)

    use_previous_state(copied.state)

    check_saved_state(copied.state)
    assert saved_generation(copied.state) == int(last(copied).name) == number - 1


def test_complete_state_is_not_set_aside(copied: StateFolder) -> None:
    before = files(copied)

    with pytest.raises(LocalError, match="the state saved last is complete, so nothing is restored"):
        use_previous_state(copied.state)

    check_saved_state(copied.state)
    assert files(copied) == before
