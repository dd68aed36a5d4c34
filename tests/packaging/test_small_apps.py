"""Small apps with the installed wheel, each with one thing that a CDK user relies on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cfn_lint import complaints
from tests.support.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.packaging.conftest import SmallApps

pytestmark = [pytest.mark.slow, pytest.mark.soak]


def test_all_are_synthesized_or_refused(small_apps: SmallApps) -> None:
    results = small_apps.report["results"]
    assert len(results) >= (50 if SOAK else 20)
    assert "\n".join(f"{name}: {trouble}" for name, trouble in results.items() if trouble) == ""


def test_cfn_lint_accepts_the_templates(small_apps: SmallApps) -> None:
    """In ``make test``, a template is left out whose resources have members that others had before."""
    seen: set[object] = set()
    findings: dict[str, list[str]] = {}
    for path in sorted(small_apps.folder.rglob("*.template.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        members = set(_members(template))
        if members <= seen and not SOAK:
            continue
        seen |= members
        findings[str(path.relative_to(small_apps.folder))] = complaints(template)
    assert len(findings) >= (20 if SOAK else 7)
    assert {name: lines for name, lines in findings.items() if lines} == {}


def _members(template: dict[str, Any]) -> Iterator[object]:
    """Yield the type of each resource with the members that it has."""
    for resource in template["Resources"].values():
        yield resource["Type"], *sorted(resource), *sorted(resource.get("Properties", {}))
