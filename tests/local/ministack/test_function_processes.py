"""Processes of functions start as ``python SCRIPT`` would start them, but without importing botocore."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.ministack.function_processes import FunctionProcesses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REPORT = """
import json, logging, os, sys
logging.getLogger("mine").warning("logged")
imported = "botocore.session" in sys.modules
import botocore
print(json.dumps({
    "argv": sys.argv, "cwd": os.getcwd(), "environment": dict(os.environ), "imported": imported,
    "line": sys.stdin.readline(), "name": __name__, "path": sys.path, "botocore": botocore.__file__,
    "descriptors": len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0,
}))
"""
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


class Starter:
    """Starts scripts in a folder, and ends them."""

    def __init__(self, processes: FunctionProcesses, folder: Path) -> None:
        self._processes = processes
        self._folder = folder
        self._started: list[Any] = []

    def __call__(self, script: str, env: Mapping[str, str] | None = None) -> Any:
        path = self._folder / f"_worker{len(self._started)}.py"
        path.write_text(script, encoding="utf-8")
        (self._folder / "code").mkdir(exist_ok=True)
        process = self._processes.start(
            [sys.executable, str(path)],
            cwd=str(self._folder / "code"),
            env={"PATH": os.defpath, **(env or {})},
            text=True,
            bufsize=1,
            **PIPES,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        for process in self._started:
            process.kill()
            process.wait(30)
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()


@pytest.fixture(scope="module")
def processes() -> Iterator[FunctionProcesses]:
    processes = FunctionProcesses()
    yield processes
    processes.close()


@pytest.fixture
def start(processes: FunctionProcesses, tmp_path: Path) -> Iterator[Starter]:
    with closing(Starter(processes, tmp_path)) as starter:
        yield starter


def report(process: Any) -> dict[str, Any]:
    process.stdin.write("Grüße\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def test_function_starts_with_botocore_imported(start: Starter, tmp_path: Path) -> None:
    process = start(REPORT, {"MINE": "1"})

    answer = report(process)

    assert answer["imported"]
    assert answer["name"] == "__main__"
    assert answer["argv"] == [str(tmp_path / "_worker0.py")]
    assert answer["path"][0] == str(tmp_path)
    assert answer["cwd"] == str(tmp_path / "code")
    assert answer["line"] == "Grüße\n"
    assert answer["environment"].keys() - {"LC_CTYPE"} == {"PATH", "MINE"}
    assert process.wait(30) == process.poll() == 0
    assert [line.rpartition("\t")[2] for line in process.stderr] == ["logged\n"]


def test_function_has_no_files_of_other_functions(start: Starter, tmp_path: Path) -> None:
    first = report(start(REPORT))["descriptors"]
    waiting = [start("input()") for _ in range(3)]

    assert report(start(REPORT))["descriptors"] == first

    for process in waiting:
        process.stdin.close()
        assert process.wait(30) == 1  # input() finds the end of the file


def test_log_format_is_that_of_the_function(start: Starter, tmp_path: Path) -> None:
    process = start(REPORT, {"AWS_LAMBDA_LOG_FORMAT": "JSON"})
    report(process)

    (line,) = [json.loads(line) for line in process.stderr]

    assert (line["level"], line["message"], line["logger"]) == ("WARNING", "logged", "mine")


@pytest.mark.parametrize(
    ("script", "code"), [("raise SystemExit(3)", 3), ("1 / 0", 1), ("import os; os.abort()", -signal.SIGABRT)]
)
def test_return_code_is_that_of_the_script(start: Starter, script: str, code: int) -> None:
    process = start(script)

    assert process.wait(30) == code
    assert process.returncode == code
    assert any("ZeroDivisionError" in line for line in process.stderr) == (code == 1)


@pytest.mark.slow
def test_process_can_be_ended_while_it_runs(start: Starter, tmp_path: Path) -> None:
    process = start("print('runs', flush=True); input()")
    process.stdout.readline()

    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.terminate()

    assert process.wait(30) == -signal.SIGTERM
    process.kill()  # an ended process is not signalled: another one may have its ID
    assert process.poll() == -signal.SIGTERM


def test_code_with_its_own_botocore_gets_that_one(start: Starter, tmp_path: Path) -> None:
    own = tmp_path / "code" / "botocore"
    own.mkdir(parents=True)
    (own / "__init__.py").touch()
    script = f"import sys; sys.path.insert(0, {str(own.parent)!r})\n{REPORT}"

    process = start(script)

    answer = report(process)
    assert not answer["imported"]
    assert answer["botocore"] == str(own / "__init__.py")
    assert [line.rpartition("\t")[2] for line in process.stderr] == ["logged\n"]
    assert process.wait(30) == 0


@pytest.mark.parametrize("name", ["urllib3", "dateutil", "uuid"])
def test_code_with_a_module_that_botocore_imports_gets_its_own(
    start: Starter, tmp_path: Path, name: str
) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / f"{name}.py").write_text("MINE = True\n", encoding="utf-8")

    process = start(f"import sys; sys.path.insert(0, ''); import {name}; print({name}.MINE)")

    assert process.stdout.readline() == "True\n"


def test_process_is_ended_while_another_thread_waits_for_it(start: Starter) -> None:
    process = start("print('runs', flush=True); input()")
    process.stdout.readline()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(process.wait, 30)
        process.kill()

        assert waiting.result(30) == -signal.SIGKILL


def test_code_with_layers_gets_a_process_of_its_own(start: Starter, tmp_path: Path) -> None:
    process = start(REPORT, {"_LAMBDA_LAYERS_DIRS": str(tmp_path)})

    assert not report(process)["imported"]
    assert process.wait(30) == 0


@pytest.mark.slow
def test_functions_start_again_after_their_server_was_killed(
    processes: FunctionProcesses, start: Starter
) -> None:
    process = start("import os; print(os.getppid(), flush=True); input()")
    os.kill(int(process.stdout.readline()), signal.SIGKILL)

    assert process.wait(30) == -signal.SIGKILL
    process.stdin.close()

    assert report(start(REPORT))["imported"]


@pytest.mark.slow
def test_server_ends_when_it_is_closed(tmp_path: Path) -> None:
    processes = FunctionProcesses()
    with closing(Starter(processes, tmp_path)) as start:
        process = start("import os; print(os.getppid(), flush=True)")
        server = int(process.stdout.readline())
        assert process.wait(30) == 0

    processes.close()

    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
