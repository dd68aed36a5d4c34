"""What the page of plans says of ``cdk refactor``, against the pinned CDK CLI."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CDK = ROOT / "node_modules" / ".bin" / "cdk"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CDK.exists(), reason="the CDK CLI is not installed; run `npm ci`"),
]


def test_refactor_has_the_options_of_the_page_and_has_to_be_asked_for(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    section = page.partition("## Where a construct moved")[2].partition("\n## ")[0]
    for option in ("--unstable=refactor", "--dry-run", "--override-file"):
        assert option in section
    manifest = {"version": "36.0.0", "artifacts": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    options = ["--dry-run", "--override-file", str(tmp_path / "moves.json"), "--app", str(tmp_path)]

    result = subprocess.run(
        [CDK, "refactor", *options, "--no-notices"], capture_output=True, text=True, check=False, timeout=60
    )

    assert result.returncode != 0
    assert "cdk refactor --unstable=refactor" in result.stderr
    assert "Unknown option" not in result.stderr, "the CLI ignores options that it does not have"


def test_command_refuses_other_changes_as_the_page_says() -> None:
    source = (CDK.resolve().parents[1] / "lib" / "index.js").read_text(encoding="utf-8")
    for text in (
        "A refactor operation cannot add, remove or update resources. Only resource moves and renames are",
        "Creation of new stacks is not yet supported by the refactor command.",
    ):
        assert text in source
