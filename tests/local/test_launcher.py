"""Start and stop of the embedded AWS."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.killed_twin import kill
from tests.support.polling import soon
from tests.support.stacks import ROLE, make_function
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError, Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.deploy


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another process listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@contextmanager
def adjacent_ports() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two sockets on ports of which the second is the one after the first."""
    for _ in range(100):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            try:
                second.bind(("127.0.0.1", first.getsockname()[1] + 1))
            except OSError:
                continue  # in use by another program
            yield first, second
            return
    raise OSError("there are no two ports side by side")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StateFolder, Server]]:
    """An embedded AWS that tests look at, and do not stop.

    The port after that of the API was taken when it started, with options.
    """
    folder = StateFolder(tmp_path_factory.mktemp("running"))
    with adjacent_ports() as (first, second):
        port = first.getsockname()[1]
        first.close()
        second.listen()
        server = start(folder, port=port, like_aws=True, transfer_speed=20.0)
        assert server.port == port
    yield folder, server
    launcher.stop(folder, grace=2)


def start(folder: StateFolder, **options: Any) -> Server:
    with folder.locked():
        return launcher.start(folder, **{"port": 0, **options})


def processes_of(folder: StateFolder) -> list[str]:
    """Command lines that name the folder."""
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "command="], capture_output=True, text=True, check=True
    )
    return [line for line in listing.stdout.splitlines() if str(folder.path) in line]


def test_server_is_the_running_one_when_started_twice(running: tuple[StateFolder, Server]) -> None:
    folder, first = running

    assert start(folder) == first
    assert launcher.running(folder) == first


def test_start_is_refused_when_it_runs_on_another_port(
    running: tuple[StateFolder, Server], taken: int
) -> None:
    folder, server = running

    with pytest.raises(LocalError) as caught:
        start(folder, port=taken)

    assert str(caught.value) == (
        f"the embedded AWS runs already, on port {server.port}; stop it with `twin down` first"
    )


def test_start_is_refused_when_the_port_is_taken(folder: StateFolder, taken: int) -> None:
    with pytest.raises(LocalError) as caught:
        start(folder, port=taken)

    assert str(caught.value) == (
        f"port {taken} cannot be used (Address already in use); choose another with --port, or leave it out"
    )
    assert processes_of(folder) == []


@pytest.mark.usefixtures("forked_starts")
def test_page_has_the_port_after_that_of_the_api_and_both_are_kept_after_a_crash(folder: StateFolder) -> None:
    with adjacent_ports() as (first, _):
        port = first.getsockname()[1]
    server = start(folder, port=port)
    assert (server.port, server.page_port) == (port, port + 1)
    kill(server)
    assert launcher.running(folder) is None

    again = start(folder, port=None)

    assert (again.port, again.page_port, again.secret) == (port, port + 1, server.secret)
    assert again.pid != server.pid

    # One that does not end by itself is killed.
    os.kill(again.pid, signal.SIGSTOP)
    assert launcher.stop(folder, grace=0.3)
    assert processes_of(folder) == []


def test_page_has_any_port_where_its_own_is_taken(running: tuple[StateFolder, Server]) -> None:
    _, server = running

    assert server.page_port not in (server.port, server.port + 1)


def test_process_of_another_user_is_not_the_server(
    running: tuple[StateFolder, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash, another user may get its process id and its port."""
    folder, server = running
    assert launcher.running(folder) == server

    def kill(_pid: int, _number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", kill)
    answering = launcher.running(folder)
    monkeypatch.undo()

    assert answering is None


def test_process_that_reuses_the_id_of_a_dead_server_is_not_ended(folder: StateFolder) -> None:
    other_process = subprocess.Popen(["sleep", "60"])
    folder.make()
    folder.remember(Server(other_process.pid, 1, 2, time.time(), "secret"))

    assert not launcher.stop(folder)

    assert other_process.poll() is None
    assert folder.server() is None
    other_process.kill()
    other_process.wait()


@pytest.mark.usefixtures("forked_starts")
def test_message_holds_the_end_of_the_log_when_it_does_not_start(folder: StateFolder) -> None:
    folder.make()
    (folder.state / "twin.db").write_text("this is no database, and it is long enough to be looked at" * 10)

    with pytest.raises(LocalError) as caught:
        start(folder)

    assert str(caught.value).startswith(f"the embedded AWS did not start; the end of {folder.log}:")
    assert "file is not a database" in str(caught.value)
    assert processes_of(folder) == []


@pytest.mark.usefixtures("forked_starts")
def test_nothing_runs_when_stopped_while_a_function_sleeps(folder: StateFolder) -> None:
    server = start(folder)
    client = make_client(server.access, "lambda")
    code = "import os, time\ndef handler(event, context):\n    time.sleep(60)\n"
    make_function(client, "sleeper", code, timeout=60)
    client.invoke(FunctionName="sleeper", InvocationType="Event", Payload=b"{}")
    # The server, the process that starts functions, and the function.
    assert soon(lambda: len(processes_of(folder)), 3) == 3

    begun = time.monotonic()
    assert launcher.stop(folder)

    assert processes_of(folder) == []
    assert time.monotonic() - begun < 10
    assert not folder.temporary.exists()


@pytest.mark.usefixtures("forked_starts")
def test_functions_of_a_killed_server_are_ended_when_stopped(folder: StateFolder) -> None:
    server = start(folder)
    client = make_client(server.access, "lambda")
    make_function(client, "busy", "def handler(event, context):\n    while True: pass\n", timeout=60)
    client.invoke(FunctionName="busy", InvocationType="Event", Payload=b"{}")
    assert soon(lambda: len(processes_of(folder)), 3) == 3
    kill(server)
    assert soon(lambda: len(processes_of(folder)), 1) == 1

    launcher.stop(folder)

    assert processes_of(folder) == []


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_two_ports_of_the_loopback_interface_are_open_when_all_was_used(
    running: tuple[StateFolder, Server],
) -> None:
    _, server = running
    make_client(server.access, "iot").list_things()
    make_client(server.access, "transfer").create_server()

    own = set()
    for link in Path(f"/proc/{server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the server closes connections meanwhile
            own.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    listening = [
        fields[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A" and fields[9] in own
    ]
    assert sorted(listening) == sorted(f"0100007F:{port:04X}" for port in (server.port, server.page_port))


@pytest.mark.usefixtures("forked_starts")
def test_states_last_and_requests_are_throttled_on_another_port_when_the_usual_one_is_taken(
    folder: StateFolder, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "DEFAULT_PORT", taken)

    server = start(folder, port=None, slow=30.0, throttle=2)

    assert server.port != taken
    assert launcher.running(folder) == server
    client = make_client(server.access, "iottwinmaker", attempts=1)
    client.create_workspace(workspaceId="own", role=ROLE, s3Location="arn:aws:s3:::own")
    assert client.create_entity(workspaceId="own", entityName="Mixer")["state"] == "CREATING"
    with pytest.raises(client.exceptions.ThrottlingException):
        for _ in range(20):
            client.list_workspaces()


def test_other_options_than_those_of_the_running_server_are_refused(
    running: tuple[StateFolder, Server],
) -> None:
    folder, server = running

    assert start(folder) == start(folder, like_aws=True, transfer_speed=20.0) == server
    with pytest.raises(LocalError, match="runs already, without this --transfer-speed; stop it"):
        start(folder, transfer_speed=200.0)
    with pytest.raises(LocalError, match="runs already, without this --slow and --throttle; stop it"):
        start(folder, slow=1.0, throttle=7)
    client = make_client(server.access, "iottwinmaker", attempts=1)
    with pytest.raises(client.exceptions.ThrottlingException, match="Rate exceeded: 10 requests a second"):
        for _ in range(40):
            client.list_workspaces()
