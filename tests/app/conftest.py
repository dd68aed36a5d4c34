"""Syntheses of the stage ``prod``, by the CDK CLI and within this process, which several tests look at."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app import build_app
from tests.support.app import CLI_SYNTHESIS, ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

SILENCERS = (
    "CDK_VALIDATION",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION",
    "NODE_NO_WARNINGS",
    "NODE_OPTIONS",
)
"""Variables that would keep Node from warning by themselves, or the CDK from validating."""


@dataclass(frozen=True)
class CliSynthesis:
    """What the CDK CLI wrote and printed.

    Attributes:
        folder: The cloud assembly.
        output: What it printed to standard output and to standard error.
    """

    folder: Path
    output: tuple[str, str]


@pytest.fixture(scope="session")
def noisy_environment() -> dict[str, str]:
    """Return this environment without what silences Node and the CDK's validation."""
    return {name: value for name, value in os.environ.items() if name not in SILENCERS}


@pytest.fixture(scope="session")
def cli_synthesis(
    tmp_path_factory: pytest.TempPathFactory, noisy_environment: dict[str, str]
) -> CliSynthesis:
    """Return what the command gives that docs/deploy.md has for a stage; the app's validation is on."""
    if not (ROOT / "node_modules" / ".bin" / "cdk").exists():
        pytest.skip("node_modules is not installed: run make install")
    out = tmp_path_factory.mktemp("cli") / "cdk.out"
    command = [*CLI_SYNTHESIS, "--output", str(out)]
    result = subprocess.run(
        command, cwd=ROOT, env=noisy_environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return CliSynthesis(out, (result.stdout, result.stderr))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the stack of the stage ``prod`` of cdk.json, synthesized within this process."""
    (stack,) = (
        build_app(context={"stage": "prod"}, outdir=str(tmp_path_factory.mktemp("prod"))).synth().stacks
    )
    return stack
