"""The output of plain `npx cdk`, as in the README."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SILENCERS = ("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "NODE_NO_WARNINGS", "NODE_OPTIONS")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / "node_modules" / ".bin" / "cdk").exists(), reason="needs the CDK CLI: make install"
    ),
]


def test_synthesis_prints_no_banner_about_node(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SILENCERS}
    result = subprocess.run(
        ["npx", "cdk", "synth", "--quiet", "--output", str(tmp_path / "cdk.out")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (tmp_path / "cdk.out" / "manifest.json").is_file()
    assert (result.stdout, result.stderr) == ("", "")


def test_clients_of_aws_print_no_warning_about_node() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SILENCERS}
    result = subprocess.run(
        ["npx", "--call", "node --eval \"process.emitWarning('old')\""],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (result.stdout, result.stderr) == ("", "")
