"""Run pytest, then the failed tests once more, alone in one process.

    python -m tests.support.retried_run ARGUMENTS_OF_PYTEST

A test that passes only the second time depends on the load of the machine or on other tests. The run
succeeds and lists it, so that the test gets corrected. pytest-rerunfailures would repeat it at once, in
the same process and under the same load.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CACHE = Path(".pytest_cache/v/cache/lastfailed")
"""Ids of the tests that failed last, which pytest writes at the end of a run."""


def run(arguments: list[str]) -> int:
    """Return the exit code of pytest, of the second run if tests failed in the first.

    Args:
        arguments: Arguments of the first run.
    """
    code = _pytest(*arguments)
    if code != 1:  # 1: tests failed; anything else is no result of tests
        return code
    first = _failed()
    _print_list("failed, and run once more, alone", first)
    # In the order of the files; without other tests of the run, and without other processes beside it.
    code = _pytest("--last-failed", "--last-failed-no-failures=none", "-p", "no:randomly", "-p", "no:xdist")
    _print_list("failed again", first & _failed())
    _print_list("PASSED ONLY WHEN RUN ALONE: find out why, and correct the tests", first - _failed())
    return code


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _failed() -> set[str]:
    return set(json.loads(CACHE.read_text(encoding="utf-8"))) if CACHE.exists() else set()


def _print_list(title: str, ids: set[str]) -> None:
    if ids:
        sys.stdout.write("".join(f"{line}\n" for line in ("", f"{title}:", *sorted(ids))))
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
