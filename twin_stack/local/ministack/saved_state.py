"""The state of all of ministack's services: copied on the event loop, written to a folder on a thread."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Json = dict[str, Any]


class SavedState:
    """Reads and writes what ministack's services hold in memory.

    Args:
        app: ministack's module of this name.
        persistence: ministack's module of this name.
        load_from: Folder that ministack loads its state from when it starts.
    """

    def __init__(self, app: Any, persistence: Any, load_from: Path) -> None:
        self._app = app
        self._persistence = persistence
        persistence.STATE_DIR = str(load_from)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Raise an error at the end of the block for a state that ministack did not load.

        ministack logs it and starts without the state of that service.

        Raises:
            LocalError: A state could not be loaded; the message is ministack's.
        """
        failures: list[str] = []
        handler = _ErrorCollector(failures)
        loggers = [logging.getLogger(name) for name in ("persistence", "ministack")]
        for logger in loggers:
            logger.addHandler(handler)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeHandler(handler)
        if failures:
            raise LocalError(
                f"the saved state in {self._persistence.STATE_DIR} cannot be loaded by this version of "
                f"ministack: {failures[0]}; install the version that saved it, or remove the folder of the "
                "state to begin with an empty one"
            )

    def snapshot(self) -> Json:
        """Return a copy of the state of all services that hold anything; must be called on the event loop.

        The others, nine in ten, start empty without a file. Loading one would import what its service needs.
        """
        getters = self._app._build_persistence_save_dict()
        states = {name: get() for name, get in getters.items()}
        return {name: state for name, state in states.items() if not is_empty(state)}

    def write(self, folder: Path, states: Json) -> None:
        """Write a snapshot.

        Args:
            folder: Folder to write to, which exists.
            states: From ``snapshot``.

        Raises:
            OSError: A file could not be written.
        """
        failures: list[str] = []
        handler = _ErrorCollector(failures)
        # ministack logs what it cannot write, and goes on.
        logger = logging.getLogger("persistence")
        logger.addHandler(handler)
        previous, self._persistence.STATE_DIR = self._persistence.STATE_DIR, str(folder)
        try:
            for name, state in states.items():
                self._persistence.save_state(name, state)
        finally:
            self._persistence.STATE_DIR = previous
            logger.removeHandler(handler)
        if failures:
            raise OSError(failures[0])


def is_empty(state: Json | None) -> bool:
    """Return whether a state of one of ministack's services holds nothing.

    Args:
        state: Its members by name, of which most are dictionaries of all accounts; None for a service that
            could not be imported.
    """
    # As a truth value, such a dictionary tells of the account of the request.
    return not any(getattr(member, "_data", member) for member in (state or {}).values())


class _ErrorCollector(logging.Handler):
    """Collects the messages that a logger gets at level ERROR and above."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())
