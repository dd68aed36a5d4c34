"""A command that is interrupted, or started twice, leaves nothing behind and breaks nothing.

``make soak`` interrupts it at more moments.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.broken_app import silent, write_cli
from tests.support.soak import SOAK
from twin_stack.local import commands, launcher
from twin_stack.local.deployer import Deployer
from twin_stack.local.state import Access, LocalError, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.deploy, pytest.mark.slow, pytest.mark.usefixtures("forked_starts")]

PROGRAM = (
    # A shell that runs tests in the background has its children ignore SIGINT.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "import sys; from pathlib import Path; from twin_stack.local import commands\n"
    "commands.{verb}(Path(sys.argv[1]), report=lambda step: print(step, flush=True){options})"
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    """An app whose CDK CLI is a script that a test writes."""
    folder = tmp_path / "app"
    (folder / "node_modules" / ".bin").mkdir(parents=True)
    (folder / "cdk.json").write_text("{}")
    yield folder
    launcher.stop(StateFolder.of_app(folder), grace=2)


def begin(app: Path, verb: str = "deploy") -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    program = PROGRAM.format(verb=verb, options=", port=0" if verb == "deploy" else "")
    return subprocess.Popen(
        [sys.executable, "-c", program, str(app)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def processes_of(app: Path) -> list[str]:
    """Return the command lines of all processes that name the folder of an app, but not zombies."""
    command = ["ps", "-ww", "-e", "-o", "stat=", "-o", "args="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if str(app) in line and not line.startswith("Z")]


def runs(pid: int) -> bool:
    """Return whether a process runs and is no zombie."""
    listing = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip()) and not listing.stdout.startswith("Z")


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert file.exists()


def check_it_goes_on(app: Path) -> None:
    """The next commands work, and leave no process."""
    write_cli(app, "exit 0")
    deployed = commands.deploy(app, report=silent, port=0)
    assert commands.status(app).pid == deployed.server.pid
    assert processes_of(app)
    steps: list[str] = []
    commands.down(app, report=steps.append)
    assert processes_of(app) == []
    commands.down(app, report=steps.append)
    assert steps == ["stopped, the state is kept", "nothing runs"]


@pytest.mark.soak
def test_cli_and_its_children_end_when_up_is_interrupted_and_down_can_be_interrupted_too(app: Path) -> None:
    for phase in ("bootstrap", "synth", "deploy") if SOAK else ("synth", "deploy"):
        begun, child = app / f"begun-{phase}", app / f"child-{phase}"
        write_cli(
            app, f'if [ "$1" = {phase} ]; then sleep 61 & echo $! > {child}; touch {begun}; sleep 62; fi'
        )
        command = begin(app)
        wait_for(begun)
        with pytest.raises(LocalError, match="another command is at work"):
            commands.deploy(app, report=silent)

        command.send_signal(signal.SIGINT)
        output, _ = command.communicate(timeout=60)

        endpoint = commands.status(app).endpoint
        assert endpoint is not None
        assert (
            f"interrupted; the embedded AWS runs on at {endpoint}: `twin up` goes on, `twin down` stops it"
        ) in output.splitlines()
        assert [line for line in processes_of(app) if "/cdk" in line] == []
        assert not runs(int(child.read_text()))

    command = begin(app, "down")
    time.sleep(0.3)
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=60)
    check_it_goes_on(app)


@pytest.mark.soak
@pytest.mark.parametrize("delay", [0.0, 0.2, 0.6] if SOAK else [0.2])
def test_start_can_be_interrupted_at_any_time(delay: float, app: Path) -> None:
    write_cli(app, f"touch {app}/begun; exec sleep 61")
    command = begin(app)
    assert command.stdout is not None
    assert command.stdout.readline() == "starting the embedded AWS\n"
    time.sleep(delay)

    command.send_signal(signal.SIGINT)
    command.communicate(timeout=60)

    assert command.returncode != 0
    check_it_goes_on(app)


def test_one_of_two_starts_at_once_is_refused(app: Path) -> None:
    # The one that is first goes on when the other has ended.
    write_cli(app, f"while [ ! -e {app}/go ]; do sleep 0.05; done")
    first, second = begin(app), begin(app)
    deadline = time.monotonic() + 60
    while first.poll() is None and second.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    (app / "go").touch()
    outputs = [command.communicate(timeout=90)[0] for command in (first, second)]

    assert sorted(command.returncode for command in (first, second)) == [0, 1]
    (refused,) = (output for output in outputs if "Error" in output)
    assert "another command is at work" in refused
    assert len([line for line in processes_of(app) if "server" in line]) == 1
    check_it_goes_on(app)


def test_interruption_while_the_cli_begins_ends_it(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment between the start of the process and the code that would end it."""
    write_cli(app, "sleep 61")
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def start_and_interrupt(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        begun.append(start(*arguments, **options))
        signal.raise_signal(signal.SIGINT)
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", start_and_interrupt)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            Deployer(app, Access("http://127.0.0.1:1", "x" * 43), app).run("synth")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, handler)

    (process,) = begun
    assert process.poll() is not None
