"""The output of plain `npx cdk`, as in the README."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.app import ROOT

if TYPE_CHECKING:
    from tests.app.conftest import CliSynthesis

pytestmark = pytest.mark.slow


def test_synthesis_prints_no_banner_about_node(cli_synthesis: CliSynthesis) -> None:
    assert (cli_synthesis.folder / "my-factory-twin-prod.template.json").is_file()
    assert cli_synthesis.output == ("", "")


def test_clients_of_aws_print_no_warning_about_node(noisy_environment: dict[str, str]) -> None:
    if not (ROOT / "node_modules" / ".bin" / "cdk").exists():
        pytest.skip("node_modules is not installed: run make install")
    result = subprocess.run(
        ["npx", "--call", "node --eval \"process.emitWarning('old')\""],
        cwd=ROOT,
        env=noisy_environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (result.stdout, result.stderr) == ("", "")
