"""The state folder of a local twin: its files, its lock, and which server runs.

Each app has one folder (``.twin/``, which version control ignores):

    lock               held while ``twin up`` or ``twin down`` runs
    secret             the key that signs calls of the embedded AWS; a new one is made when it is missing
    server.json        the embedded AWS that runs: process id, ports
    server.log         its log
    devices.log        the log of the simulated devices
    cdk-<verb>.log     the output of the last command of the CDK CLI
    cdk.out            the cloud assembly that was deployed last
    aws.ini            AWS profile for other programs, with the secret
    state/             the whole state of the embedded AWS; delete it to begin with an empty one
    tmp/               unpacked Lambda code
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shlex
import stat
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from twin_stack.errors import TwinError
from twin_stack.local.lock_holders import describe_holders, record_command
from twin_stack.local.private_files import read_private, write_private
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = ".twin"
"""Name of the state folder inside the app's folder."""

ACCOUNT = "000000000000"
"""The account of deployments. It is also the access key: a key of twelve digits selects the account."""

REGION = "us-east-1"
"""The region of deployments."""

PAGE_PATH = "/_twin/"
"""Path of the page that shows the twin. S3 has no such path, because no bucket can have this name."""

HEALTH_PATH = "/_twin/health"
"""Path that answers with the process id of the embedded AWS."""

SAVE_PATH = "/_twin/save"
"""Path whose POST saves what the embedded AWS holds in memory."""


_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def health_answer(pid: int, secret: str) -> dict[str, Any]:
    """Return what an embedded AWS answers at ``HEALTH_PATH``.

    Args:
        pid: Id of its process.
        secret: The secret access key that it takes. Any user can read the part of its hash that the answer
            holds; the secret does not follow from it.
    """
    return {"pid": pid, "secret": hashlib.sha256(secret.encode()).hexdigest()[:16]}


class LocalError(TwinError):
    """The local twin cannot do what was asked; the message says how to correct it."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a client needs to reach an embedded AWS.

    Attributes:
        endpoint: Its URL.
        secret: The secret access key of every account.
    """

    endpoint: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded AWS that was started.

    Attributes:
        pid: Id of its process, which leads its own process group.
        port: Port on the loopback interface, for programs.
        page_port: Port on the loopback interface, for the page.
        started: Time of the start in epoch seconds.
        secret: The secret access key that it takes.
        allowed_origins: Origins of web apps that may call it.
        slow: Seconds for which states such as CREATING last.
        throttle: Requests per second before it answers ThrottlingException; None for no limit.
        like_aws: Whether it throttles at the rates that AWS documents.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can.
        max_entities: Quota of entities in a workspace.
    """

    pid: int
    port: int
    page_port: int
    started: float
    secret: str = field(repr=False)
    allowed_origins: tuple[str, ...] = ()
    slow: float = 0.0
    throttle: int | None = None
    like_aws: bool = False
    transfer_speed: float | None = None
    max_entities: int = MAX_WORKSPACE_ENTITIES

    @property
    def health(self) -> dict[str, Any]:
        """What it answers at ``HEALTH_PATH``."""
        return health_answer(self.pid, self.secret)

    @property
    def endpoint(self) -> str:
        """The URL clients use."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def access(self) -> Access:
        """What clients need to reach it."""
        return Access(self.endpoint, self.secret)

    @property
    def page(self) -> str:
        """The URL of the page that shows the twin; it shows nothing without the secret."""
        return f"http://127.0.0.1:{self.page_port}{PAGE_PATH}"

    def page_link(self, **view: str) -> str:
        """Return the link that opens the page with the secret.

        Browsers send no server what follows the ``#``. A cookie would be sent to all ports of this machine,
        also to those of other users.

        Args:
            **view: What to show, such as ``workspace``.
        """
        parts = [f"{name}={quote(value, safe='')}" for name, value in {**view, "key": self.secret}.items()]
        return f"{self.page}#{'&'.join(parts)}"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The state folder of one app.

    Attributes:
        path: The folder, which ``make`` creates.
    """

    path: Path

    @classmethod
    def of_app(cls, app: Path) -> StateFolder:
        """Return the state folder of an app.

        Args:
            app: Folder of the app.
        """
        return cls(app.resolve() / NAME)

    @property
    def log(self) -> Path:
        """The log of the embedded AWS."""
        return self.path / "server.log"

    @property
    def profile(self) -> Path:
        """The AWS configuration file for other programs."""
        return self.path / "aws.ini"

    @property
    def secret_file(self) -> Path:
        """The file with the key that signs calls of the embedded AWS."""
        return self.path / "secret"

    @property
    def state(self) -> Path:
        """The folder with the whole state of the embedded AWS."""
        return self.path / "state"

    @property
    def temporary(self) -> Path:
        """The folder of unpacked Lambda code, emptied at each start."""
        return self.path / "tmp"

    def make(self) -> None:
        """Create the folder and its subfolders, readable by their owner only.

        Raises:
            LocalError: A folder could not be created, or others can write to it.
        """
        try:
            for folder in (self.path, self.state, self.temporary):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _require_private(folder)
        except OSError as error:
            raise LocalError(
                f"the state folder {self.path} cannot be made ({error.strerror}); "
                "make room or choose another place"
            ) from error

    def server(self) -> Server | None:
        """Return the server that was started last, which may have crashed since; None after a stop."""
        try:
            record = json.loads((self.path / "server.json").read_text(encoding="utf-8"))
            origins = tuple(record.pop("allowed_origins"))
            return Server(**record, secret=self.secret(), allowed_origins=origins)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def secret(self) -> str:
        """Return the key that signs calls of the embedded AWS, which is random and made once.

        Raises:
            LocalError: The file is damaged, or others can read it.
        """
        file = self.secret_file
        remedy = f"remove {file}: the next `twin up` makes another and writes it into {self.profile}"
        try:
            secret = read_private(file)
        except FileNotFoundError:
            secret = secrets.token_urlsafe(_SECRET_BYTES)
            write_private(file, secret)
        except PermissionError as error:
            raise LocalError(f"the secret of the embedded AWS is not safe: {error}; {remedy}") from error
        if not _SECRET.fullmatch(secret):
            raise LocalError(f"the secret of the embedded AWS in {file} is damaged; {remedy}")
        return secret

    def remember(self, server: Server | None) -> None:
        """Record which server runs.

        Args:
            server: The server, or None when it was stopped.
        """
        file = self.path / "server.json"
        if server is None:
            file.unlink(missing_ok=True)
            return
        record = asdict(server)
        del record["secret"]
        write_private(file, json.dumps(record))

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the folder's lock, which a crash releases; yield its file descriptor.

        A child that inherits the descriptor keeps the lock when its parent is killed or interrupted.

        Raises:
            LocalError: Another process holds it.
        """
        self.make()
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalError(describe_holders(descriptor, self.path)) from None
            record_command(descriptor)
            try:
                yield descriptor
            finally:
                # Children that inherited it were ended, but a process may hold its files for a moment more.
                if not isinstance(sys.exc_info()[1], KeyboardInterrupt):
                    fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)


def _require_private(folder: Path) -> None:
    """Check that only this user can write to a folder, and take away that others can read it.

    What others could write is not trusted: the embedded AWS runs the code in this folder.

    Raises:
        LocalError: Another user owns the folder or the link to it, or can write to it.
    """
    user = os.geteuid()
    for what, status in (("the folder", folder.stat()), ("the link", folder.lstat())):
        if status.st_uid != user:
            raise LocalError(
                f"{what} {folder} belongs to another user (id {status.st_uid}, you are {user}); "
                "run this command as that user, or remove it to begin with an empty one"
            )
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise LocalError(
            f"other users can write to the state folder {folder} (mode {mode:04o}), and what it holds is run "
            f"as you; remove it to begin with an empty one, or run `chmod -R go= {shlex.quote(str(folder))}` "
            "if you trust what is in it"
        )
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        folder.chmod(stat.S_IRWXU)
