"""Log lines of an invocation: all of them, without waiting for more."""

from __future__ import annotations

import os
import queue
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.ministack.function_logs import LogPipe, take_logs_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pipe:
    """A pipe with a ``LogPipe`` at its reading end."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.logs = LogPipe(os.fdopen(reading, "rb", buffering=0))

    def write(self, text: str) -> None:
        os.write(self._writing, text.encode())

    def end(self) -> None:
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    created = Pipe()
    yield created
    created.end()
    created.logs.close()


def test_yields_each_line_and_the_unfinished_one_at_the_end(pipe: Pipe) -> None:
    pipe.write("one\ntw")
    lines = iter(pipe.logs)

    assert next(lines) == "one\n"
    pipe.write("o\nthr\u00e9")
    assert next(lines) == "two\n"
    pipe.end()
    assert list(lines) == ["thr\u00e9"]
    assert pipe.logs.is_drained()


def test_is_drained_when_nothing_was_written(pipe: Pipe) -> None:
    assert pipe.logs.is_drained()


def test_is_not_drained_while_a_line_is_in_the_pipe(pipe: Pipe) -> None:
    pipe.write("waits\n")

    assert not pipe.logs.is_drained()


def test_is_not_drained_while_a_line_that_was_read_is_handed_over(pipe: Pipe) -> None:
    pipe.write("first\nsecond\n")
    lines = iter(pipe.logs)

    # The pipe is empty now, and the second line is still to come.
    assert next(lines) == "first\n"
    assert not pipe.logs.is_drained()
    assert next(lines) == "second\n"
    assert not pipe.logs.is_drained()


def test_reads_what_a_process_wrote_before_it_failed(pipe: Pipe) -> None:
    pipe.write("no module")

    assert pipe.logs.read(4096) == "no module"


class Worker:
    """ministack's worker, as far as its log lines go."""

    def __init__(self, logs: LogPipe | None) -> None:
        self._proc: Any = SimpleNamespace(stderr=logs) if logs is not None else None
        self.lines: queue.Queue[str] = queue.Queue()

    def _drain_stderr(self) -> str:
        lines = []
        while not self.lines.empty():
            lines.append(self.lines.get_nowait().rstrip())
        return "\n".join(lines)

    def _drain_stderr_bounded(self) -> str:
        return "ministack waited"


class FastWorker(Worker):
    """The same with log lines taken at once."""


take_logs_at_once(FastWorker)


def test_takes_all_lines_of_an_invocation_without_waiting_for_more(pipe: Pipe) -> None:
    worker = FastWorker(pipe.logs)

    def hand_over() -> None:
        for line in pipe.logs:
            worker.lines.put(line)

    reader = threading.Thread(target=hand_over, daemon=True)
    reader.start()
    pipe.write("first\nsecond\n")

    assert worker._drain_stderr_bounded() == "first\nsecond"
    assert worker._drain_stderr_bounded() == ""
    pipe.end()
    reader.join()


def test_waits_as_ministack_does_when_the_process_is_gone() -> None:
    assert FastWorker(None)._drain_stderr_bounded() == "ministack waited"
