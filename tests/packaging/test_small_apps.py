"""Small apps with the installed wheel, each with one thing that a CDK user relies on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cfn_lint import complaints
from tests.support.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.soak]

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).parent / "app" / "small_apps.py"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small-apps")


@pytest.fixture(scope="module")
def report(installed: Path, out: Path) -> dict[str, Any]:
    """What became of each app: None, or what went wrong."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CDK_"))}
    if not SOAK:  # takes as long as all the rest
        environment["CDK_VALIDATION"] = "false"
    result = subprocess.run(
        [str(installed), str(SCRIPT), str(ROOT / "models"), str(out), "1" if SOAK else "3"],
        cwd=out,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout.splitlines()[-1]))


def test_all_are_synthesized_or_refused(report: dict[str, Any], installed: Path) -> None:
    assert Path(report["package"]).is_relative_to(installed.parents[1])
    results = report["results"]
    assert len(results) >= (50 if SOAK else 20)
    assert "\n".join(f"{name}: {trouble}" for name, trouble in results.items() if trouble) == ""


def test_cfn_lint_accepts_the_templates(report: dict[str, Any], out: Path) -> None:
    """In ``make test``, a template is left out whose resources have members that others had before."""
    seen: set[object] = set()
    findings: dict[str, list[str]] = {}
    for path in sorted(out.rglob("*.template.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        members = set(_members(template))
        if members <= seen and not SOAK:
            continue
        seen |= members
        findings[str(path.relative_to(out))] = complaints(template)
    assert len(findings) >= (20 if SOAK else 7)
    assert {name: lines for name, lines in findings.items() if lines} == {}


def _members(template: dict[str, Any]) -> Iterator[object]:
    """Yield the type of each resource with the members that it has."""
    for resource in template["Resources"].values():
        yield resource["Type"], *sorted(resource), *sorted(resource.get("Properties", {}))
