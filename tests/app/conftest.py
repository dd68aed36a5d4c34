"""Syntheses of the stage ``prod``, by the CDK CLI and within this process, which several tests look at."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from aws_cdk import Validations

from app import build_app
from tests.support.app import CLI_SYNTHESIS, ROOT, copy_app
from tests.support.soak import SOAK
from tests.support.templates import cloudformation_rules

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

CLI_CONTEXT = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
"""What the CDK CLI asks for in addition to what the app is: paths of constructs and assets."""

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
    """Return what the command gives that docs/deploy.md has for a stage, in another folder, time and locale.

    The app's validation is on in ``make soak`` alone, since it starts an engine for 7 s. ``production`` has
    passed it.
    """
    if not (ROOT / "node_modules" / ".bin" / "cdk").exists():
        pytest.skip("node_modules is not installed: run make install")
    folder = tmp_path_factory.mktemp("cli")
    app = copy_app(folder / "somewhere else" / "twin")
    for module in app.glob("lambdas/*/handler.py"):  # what running the Lambda tests leaves behind
        (module.parent / "__pycache__").mkdir()
        (module.parent / "__pycache__" / "handler.cpython-311.pyc").write_bytes(b"compiled")
    assert list(app.glob("lambdas/*/__pycache__/*.pyc"))
    for file in app.rglob("*"):
        # As in a checkout of another day; Python would compile modules of the app again.
        if file.suffix != ".py" or file.is_relative_to(app / "lambdas"):
            os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o700)  # as under another umask
    for name in ("node_modules", ".venv", ".npmrc"):
        (app / name).symlink_to(ROOT / name)
    environment = {
        **noisy_environment,
        "TZ": "Asia/Kolkata",
        "LC_ALL": "C.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "4711",
    }
    if not SOAK:
        environment["CDK_VALIDATION"] = "false"
    out = folder / "cdk.out"
    result = subprocess.run(
        [*CLI_SYNTHESIS, "--output", str(out)],
        cwd=app,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return CliSynthesis(out, (result.stdout, result.stderr))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the stack of the stage ``prod`` of cdk.json, synthesized and validated within this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CDK_VALIDATION")  # the app adds cdk-nag
        app = build_app(
            context={"stage": "prod", **CLI_CONTEXT}, outdir=str(tmp_path_factory.mktemp("production"))
        )
    Validations.of(app).add_plugins(cloudformation_rules())
    (stack,) = app.synth().stacks
    return stack
