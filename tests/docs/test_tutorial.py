"""The tutorial, block by block in an empty folder, as a newcomer follows it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.code_blocks import ROOT, CodeBlock, code_blocks
from twin_stack.local import launcher
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL, *STEPS = code_blocks("docs/tutorial.md")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in which the embedded AWS is stopped at the end."""
    folder = tmp_path / "waterworks"
    folder.mkdir()
    yield folder
    launcher.stop(StateFolder.of_app(folder), grace=2)


def run(block: CodeBlock, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block of commands without the AWS configuration of this environment."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return subprocess.run(
        f"set -e\n{block.text}",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_installation_steps_name_existing_files() -> None:
    page, environment, package, cli = INSTALL.text.splitlines()

    assert re.search(r"^page:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert (page, environment) == ("make -C ../twin-stack page", "python3 -m venv .venv")
    assert package == '.venv/bin/pip install "../twin-stack[local]"'
    assert re.search(r"^local = ", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]["aws-cdk"]
    assert cli.endswith(f" aws-cdk@{pinned}")


@pytest.mark.deploy
@pytest.mark.slow
def test_tutorial_ends_with_a_deployed_twin(folder: Path) -> None:
    # What the installation makes; the tests have it installed already.
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    outputs: list[str] = []
    failed: list[str] = []

    for block in STEPS:
        if block.title:
            file = folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            result = run(block, folder)
            outputs.append(result.stdout + result.stderr)
            if result.returncode:
                failed.append(block.text)
            # Only the check of the file with the mistake fails.
            assert failed in ([], [".venv/bin/twin check models/waterworks\n"]), outputs[-1]
        else:
            assert block.language == "text"
            assert block.text.strip() in outputs[-1], f"{block}: {outputs[-1]}"

    assert failed == [".venv/bin/twin check models/waterworks\n"], outputs
    assert len(outputs) == 8
