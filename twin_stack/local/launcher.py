"""Starts and stops the embedded AWS as a separate process, which outlives the command."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.local.clients import sign
from twin_stack.local.ministack.settings import environment
from twin_stack.local.state import HEALTH_PATH, SAVE_PATH, LocalError, Server
from twin_stack.local.state_check import check_saved_state
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES, MAX_WORKSPACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from twin_stack.local.state import StateFolder

DEFAULT_PORT = 14566
"""The port that is tried first."""

_START_SECONDS = 120.0
_STOP_SECONDS = 40.0
_KILLED_SECONDS = 10.0
_POLL_SECONDS = 0.05
_LOG_LINES = 20
_MIN_FREE_BYTES = 1_000_000
# Search paths and the encoding of text are all that the process needs of its caller's environment.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class _Options:
    """How the embedded AWS behaves, see ``start``."""

    slow: float
    throttle: int | None
    allowed_origins: tuple[str, ...]
    like_aws: bool
    max_workspaces: int
    max_entities: int
    transfer_speed: float | None
    saves: bool


def running(folder: StateFolder) -> Server | None:
    """Return the embedded AWS of this folder if it runs and answers."""
    server = folder.server()
    return server if server is not None and _is_answering(server) else None


def start(
    folder: StateFolder,
    *,
    port: int | None = None,
    slow: float = 0.0,
    throttle: int | None = None,
    like_aws: bool = False,
    max_workspaces: int = MAX_WORKSPACES,
    max_entities: int | None = None,
    transfer_speed: float | None = None,
    allowed_origins: Iterable[str] = (),
    saves: bool = True,
) -> Server:
    """Start the embedded AWS, or return the running one. The caller must hold the folder's lock.

    Args:
        folder: Its state folder.
        port: Its port; 0 for any free one. Default: the one it had last, or ``DEFAULT_PORT``, or
            when that is taken any free one. The page has another: where possible the one it had last, or the
            one after that of the API.
        slow: Seconds for which TwinMaker's states CREATING, UPDATING and DELETING last.
        throttle: Requests per second before TwinMaker and SiteWise answer ThrottlingException.
        like_aws: Whether TwinMaker and SiteWise throttle at the rates that AWS documents.
        max_workspaces: Quota of workspaces in an account and region, which AWS raises on request.
        max_entities: Quota of entities in a workspace, which AWS raises on request. Default: that of AWS.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can.
        allowed_origins: Origins of web apps that may call the API.
        saves: Whether it saves its state after deployments and at its end, or on request only.

    Raises:
        LocalError: The port is in use, the disk is full, the saved state is damaged, the process did not
            start, or one runs with other options.
    """
    current = running(folder)
    if current is not None:
        if port not in (None, 0, current.port):
            raise LocalError(
                f"the embedded AWS runs already, on port {current.port}; stop it with `twin down` first"
            )
        if set(allowed_origins) - set(current.allowed_origins):
            raise LocalError(
                "the embedded AWS runs already, and allows other origins; stop it with `twin down` first"
            )
        options_of_start = {
            "slow": slow,
            "throttle": throttle,
            "like_aws": like_aws,
            "transfer_speed": transfer_speed,
            "max_entities": max_entities,
        }
        _check_same_options(current, options_of_start)
        return current
    last_server = folder.server()
    stop(folder)
    folder.make()
    if shutil.disk_usage(folder.path).free < _MIN_FREE_BYTES:
        # Later, not even the log could report it.
        raise LocalError(f"the disk is full: there is no room in {folder.path}; make some and try again")
    check_saved_state(folder.state)
    with (
        _listen(port, last_server.port if last_server else DEFAULT_PORT) as listener,
        _listen_for_page(listener, port, last_server) as page_listener,
    ):
        options = _Options(
            slow=slow,
            throttle=throttle,
            allowed_origins=tuple(allowed_origins),
            like_aws=like_aws,
            max_workspaces=max_workspaces,
            max_entities=max_entities or MAX_WORKSPACE_ENTITIES,
            transfer_speed=transfer_speed,
            saves=saves,
        )
        server = _spawn(folder, listener, page_listener, options)
    folder.remember(server)
    _await_start(folder, server)
    return server


def stop(folder: StateFolder, *, grace: float = _STOP_SECONDS) -> bool:
    """Stop the embedded AWS and everything it started; return whether there was anything to stop.

    It saves its state first; processes that do not end in time are killed.

    Args:
        folder: Its state folder.
        grace: Seconds it may take.
    """
    server = folder.server()
    stopped = False
    if server is not None and _is_server_of(server.pid, folder):
        stopped = True
        _terminate(server.pid, folder, grace)
    stopped = kill(str(folder.temporary)) or stopped
    folder.remember(None)
    shutil.rmtree(folder.temporary, ignore_errors=True)
    return stopped


def kill(text: str) -> bool:
    """Kill every process with a text in its command line.

    Args:
        text: Text that no other program has, such as the path of a state folder.
    """
    pids = processes(text)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # On a busy machine a killed process may exist for a moment longer.
    deadline = time.monotonic() + _KILLED_SECONDS
    while alive := set(pids) & set(processes(text)):
        for pid in alive:
            _collect_exit_status(pid)
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return bool(pids)


def save(server: Server) -> None:
    """Save what the embedded AWS holds in memory only, such as rows of DynamoDB tables.

    Raises:
        LocalError: The state could not be saved.
    """
    try:
        status, answer = _request(
            server, "POST", SAVE_PATH, timeout=120, headers=sign(server.access, "POST", SAVE_PATH)
        )
    except OSError as error:
        raise LocalError(
            f"the embedded AWS at {server.endpoint} does not answer ({error}); run `twin up` again"
        ) from error
    if status != 200:
        raise LocalError(str(answer.get("message", f"the state was not saved (status {status})")))


def _listen(port: int | None, preferred: int) -> socket.socket:
    """Return a listening socket: on ``port``, or where that is None on the preferred or any free port."""
    if port is not None:
        try:
            return _bind(port)
        except OSError as error:
            raise LocalError(
                f"port {port} cannot be used ({error.strerror}); choose another with --port, or leave it out"
            ) from error
    try:
        return _bind(preferred)
    except OSError:
        return _bind(0)


def _listen_for_page(listener: socket.socket, port: int | None, last: Server | None) -> socket.socket:
    """Return a listening socket for the page: on the port of the last one, so that links to it stay valid."""
    following = 0 if port == 0 else listener.getsockname()[1] + 1
    try:
        return _bind(last.page_port if last else following)
    except (OSError, OverflowError):
        return _bind(0)


def _bind(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _check_same_options(server: Server, options: Mapping[str, float | bool | None]) -> None:
    """Check that a running server has the options that a start gives; one that is left out is any."""
    changed = [
        f"--{name.replace('_', '-')}"
        for name, value in options.items()
        if value and value != getattr(server, name)
    ]
    if changed:
        raise LocalError(
            f"the embedded AWS runs already, without this {' and '.join(changed)}; stop it with `twin down` "
            "first"
        )


def _spawn(
    folder: StateFolder, listener: socket.socket, page_listener: socket.socket, options: _Options
) -> Server:
    port, page_port = listener.getsockname()[1], page_listener.getsockname()[1]
    command = [sys.executable, "-m", "twin_stack.local.server", "--state", str(folder.state)]
    secret = folder.secret()
    command += ["--secret", str(folder.secret_file), "--slow", str(options.slow)]
    command += ["--socket", str(listener.fileno()), "--port", str(port)]
    command += ["--page-socket", str(page_listener.fileno()), "--page-port", str(page_port)]
    if options.throttle is not None:
        command += ["--throttle", str(options.throttle)]
    command += ["--max-workspaces", str(options.max_workspaces)]
    command += ["--max-entities", str(options.max_entities)]
    if options.transfer_speed is not None:
        command += ["--transfer-speed", str(options.transfer_speed)]
    if options.like_aws:
        command.append("--like-aws")
    if not options.saves:
        command.append("--save-on-request")
    for origin in options.allowed_origins:
        command += ["--allow-origin", origin]
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    if folder.log.exists():
        folder.log.replace(folder.log.with_suffix(".log.1"))
    with folder.log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter)
            command,
            env={**inherited, **environment(folder.state, port), "TMPDIR": str(folder.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[listener.fileno(), page_listener.fileno()],
        )
    # The process outlives this object, and is later found by its id. Without a return code, Popen would warn.
    process.returncode = 0
    return Server(
        process.pid,
        port,
        page_port,
        time.time(),
        secret,
        options.allowed_origins,
        options.slow,
        options.throttle,
        options.like_aws,
        options.transfer_speed,
        options.max_entities,
    )


def _await_start(folder: StateFolder, server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    try:
        while not _is_answering(server):
            _collect_exit_status(server.pid)
            if not _is_alive(server.pid) or time.monotonic() > deadline:
                raise LocalError(
                    f"the embedded AWS did not start; the end of {folder.log}:\n{_tail(folder.log)}"
                )
            time.sleep(_POLL_SECONDS)
    except BaseException:
        stop(folder, grace=2)
        raise


def _terminate(pid: int, folder: StateFolder, grace: float) -> None:
    """Terminate the process, and kill its group after ``grace`` seconds."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while _is_server_of(pid, folder) and time.monotonic() < deadline:
        _collect_exit_status(pid)
        time.sleep(_POLL_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    while _is_server_of(pid, folder):
        _collect_exit_status(pid)
        time.sleep(_POLL_SECONDS)


def _is_answering(server: Server) -> bool:
    """Return whether the server answers on its port with its process id and the secret of its folder."""
    if not _is_alive(server.pid):
        # What answers on the port may belong to another user.
        return False
    try:
        status, answer = _request(server, "GET", HEALTH_PATH, timeout=5)
    except OSError:
        return False
    return status == 200 and answer == server.health


def _request(
    server: Server, method: str, path: str, *, timeout: float, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        response = connection.getresponse()
        content = response.read()
        with contextlib.suppress(ValueError):
            answer = json.loads(content)
            if isinstance(answer, dict):
                return response.status, answer
        return response.status, {}
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


def is_alive(folder: StateFolder) -> bool:
    """Return whether the process of the embedded AWS of this folder exists, which may not answer."""
    server = folder.server()
    return server is not None and _is_server_of(server.pid, folder)


def _is_server_of(pid: int, folder: StateFolder) -> bool:
    """Return whether the process is the server of this folder: after a reboot another may have its id."""
    return pid in processes(str(folder.state))


def _is_alive(pid: int) -> bool:
    """Return whether a process runs that belongs to this user."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _collect_exit_status(pid: int) -> None:
    """Collect the exit status of a child process, so that it does not stay a zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def processes(text: str) -> list[int]:
    """Return the ids of processes with a text in their command line, without this process.

    Args:
        text: For example the path of a state folder.

    Returns:
        Process ids. A process that has just been started may have no command line yet.
    """
    return [pid for pid, command in _command_lines() if text in command and pid != os.getpid()]


def _command_lines() -> Iterator[tuple[int, str]]:
    if not Path("/proc/self/cmdline").exists():
        listing = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,command="],  # noqa: S607 (part of every other Unix)
            capture_output=True,
            text=True,
            check=True,
        )
        for line in listing.stdout.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # A process may end before its command line is read.
            with contextlib.suppress(OSError):
                yield (
                    int(entry.name),
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"),
                )


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-_LOG_LINES:])
