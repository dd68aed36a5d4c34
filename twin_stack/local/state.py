"""The state folder of a local twin: what is in it, who runs, and who may change it.

One app, one folder (`.twin/`, which version control ignores):

    lock               held while `up` or `down` works
    server.json        the embedded AWS that runs: process id, port
    server.log         what it said
    cdk-<verb>.log     what a command of the CDK CLI said last
    cdk.out            what was deployed last
    aws.ini            AWS profile for other programs
    state/             everything it remembers; delete it for a fresh start
    tmp/               unpacked Lambda code
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = ".twin"
"""Name of the state folder inside the app's folder."""

ACCOUNT = "000000000000"
"""The account things are deployed to. It is also the access key: one of twelve digits says the account."""

PAGE = "/_twin/"
"""Path of the page that shows the twin. No bucket can have this name, so S3 has no such path."""

REGION = "us-east-1"
"""The region things are deployed to."""


class LocalError(TwinError):
    """The local twin cannot do what was asked; the message says how to correct it."""


@dataclass(frozen=True, slots=True)
class Server:
    """An embedded AWS that was started.

    Attributes:
        pid: Its process, which leads a process group of its own.
        port: Its port on the loopback interface.
        started: When, in epoch seconds.
    """

    pid: int
    port: int
    started: float

    @property
    def endpoint(self) -> str:
        """The URL clients use."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        """The URL of the page that shows the twin."""
        return self.endpoint + PAGE


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The state folder of one app.

    Attributes:
        path: The folder; `make` makes it.
    """

    path: Path

    @classmethod
    def of_app(cls, app: Path) -> StateFolder:
        """Return the folder of the app in the folder `app`."""
        return cls(app.resolve() / NAME)

    @property
    def log(self) -> Path:
        """What the embedded AWS said."""
        return self.path / "server.log"

    @property
    def profile(self) -> Path:
        """The AWS configuration file for other programs."""
        return self.path / "aws.ini"

    @property
    def state(self) -> Path:
        """Everything the embedded AWS remembers."""
        return self.path / "state"

    @property
    def temporary(self) -> Path:
        """Unpacked Lambda code; emptied at each start."""
        return self.path / "tmp"

    def make(self) -> None:
        """Make the folder with what must be there; only its owner can look inside.

        Raises:
            LocalError: The disk does not allow it.
        """
        try:
            for folder in (self.path, self.state, self.temporary):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LocalError(
                f"the state folder {self.path} cannot be made ({error.strerror}); "
                "make room or choose another place"
            ) from error

    def server(self) -> Server | None:
        """Return the server that was started last, which may have died since; None when it was stopped."""
        with suppress(OSError, ValueError, TypeError):
            return Server(**json.loads((self.path / "server.json").read_text(encoding="utf-8")))
        return None

    def remember(self, server: Server | None) -> None:
        """Write down which server runs; None for none."""
        file = self.path / "server.json"
        if server is None:
            file.unlink(missing_ok=True)
            return
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(server)), encoding="utf-8")
        draft.replace(file)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the folder's lock, which a crash lets go of; yield its file descriptor.

        A child that inherits the descriptor goes on holding the lock when its parent is killed.

        Raises:
            LocalError: Someone else holds it.
        """
        self.make()
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
                raise LocalError(
                    f"another command is at work on {self.path} (process {holder}); wait for it to end"
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield descriptor
        finally:
            os.close(descriptor)
