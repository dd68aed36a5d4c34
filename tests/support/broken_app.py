"""An app whose CDK CLI is a script of the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def silent(_step: str) -> None:
    """Report nothing."""


def write_cli(app: Path, script: str) -> None:
    program = app / "node_modules" / ".bin" / "cdk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
