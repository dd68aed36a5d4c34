"""Runs of the command line in processes that begin with the parser of its options."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAIN = "main()"

_PROGRAM = """
import json, os, sys
from twin_stack.cli import main
from twin_stack.cli.root import make_app
from twin_stack.cli.start import FAMILIES

make_app(FAMILIES)
for line in sys.stdin:
    case = json.loads(line)
    child = os.fork()
    if child == 0:
        for number, path in ((1, case["stdout"]), (2, case["stderr"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.environ.update(case["env"])
        sys.argv = ["twin", *case["words"]]
        exec(case["code"])
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class CommandForks:
    """A process that copies itself for each command line, so that Python starts once for all of them."""

    def __init__(self, program: subprocess.Popen[str], folder: Path) -> None:
        """Use a running program.

        Args:
            program: The process.
            folder: Where outputs are written.
        """
        self._program = program
        self._folder = folder

    def __call__(
        self, *words: str, env: Mapping[str, str] | None = None, code: str = MAIN
    ) -> subprocess.CompletedProcess[str]:
        """Run a command line in a process of its own, which ends as Python ends.

        Args:
            *words: Arguments of ``twin``.
            env: Variables on top of this process's.
            code: What to execute; ``main`` is the function of the command.
        """
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        outputs = {name: self._folder / name for name in ("stdout", "stderr")}
        case = {
            "words": words,
            "env": dict(env or {}),
            "code": code,
            **{name: str(path) for name, path in outputs.items()},
        }
        print(json.dumps(case), file=self._program.stdin, flush=True)
        status = int(self._program.stdout.readline())
        stdout, stderr = (path.read_text(encoding="utf-8") for path in outputs.values())
        return subprocess.CompletedProcess(words, status, stdout, stderr)


@contextlib.contextmanager
def command_forks(folder: Path) -> Iterator[CommandForks]:
    """Start the process that copies itself; terminals are 80 columns wide.

    Args:
        folder: Where outputs are written.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "COLUMNS": "80"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield CommandForks(program, folder)
        assert program.stdin is not None
        program.stdin.close()
