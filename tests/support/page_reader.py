"""The page's reader of scene documents, run in Node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

VIEWER = Path(__file__).parents[2] / "viewer"
PROGRAM = Path(__file__).with_suffix(".ts")


class PageReader:
    """Runs the page's code on many inputs.

    Args:
        folder: A folder for the bundled program.
    """

    def __init__(self, folder: Path) -> None:
        bundler = VIEWER / "node_modules" / ".bin" / "rolldown"
        if not bundler.exists():
            pytest.skip("the page's dependencies are not installed: run make page")
        self._program = folder / "page_reader.cjs"
        options = ["--format", "cjs", "--platform", "node", "--file", str(self._program)]
        subprocess.run([bundler, PROGRAM, *options], cwd=VIEWER, check=True, capture_output=True, timeout=120)

    def problems(self, documents: Sequence[Any]) -> list[list[dict[str, Any]]]:
        """Return the problems of each document."""
        return self._run([{"text": json.dumps(document)} for document in documents])

    def expressions(self, expressions: Sequence[str]) -> list[dict[str, Any]]:
        """Return ``fault`` and ``names`` of each expression."""
        return self._run([{"expression": expression} for expression in expressions])

    def _run(self, requests: Sequence[dict[str, Any]]) -> list[Any]:
        lines = "".join(f"{json.dumps(request)}\n" for request in requests)
        process = subprocess.run(
            ["node", self._program],
            input=lines,
            capture_output=True,
            check=True,
            timeout=120,
            encoding="utf-8",
        )
        answers = [json.loads(line) for line in process.stdout.splitlines()]
        assert len(answers) == len(requests)
        return answers
