"""The limit of open files; tests/security/test_bounds.py closes connections of a whole server."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer

PROGRAM = """
import resource, sys
from twin_stack.local.connections import raise_open_file_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
raise_open_file_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("soft", "hard", "expected"),
    [(256, 4096, "4096 4096"), (256, 15_000, "10240 15000"), (900, 900, "900 900")],
)
def test_open_files_are_limited_by_the_system_or_ten_thousand(soft: int, hard: int, expected: str) -> None:
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(soft), str(hard)], capture_output=True, text=True, check=True
    )

    assert output.stdout.split() == expected.split()


def test_hypercorn_has_what_is_replaced() -> None:
    assert run.TCPServer is TCPServer or issubclass(run.TCPServer, TCPServer)  # type: ignore[attr-defined]
    assert {"_read_data", "protocol_send"} <= set(vars(TCPServer))
