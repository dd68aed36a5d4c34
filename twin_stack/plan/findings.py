"""Risks as findings, for the forms that code scanning and GitHub Actions read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Finding, Location, Severity
from twin_stack.definition.github_annotations import github_annotations
from twin_stack.definition.sarif import sarif_log
from twin_stack.plan.changes import Level
from twin_stack.plan.documentation import documentation_of
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.plan.changes import Plan
    from twin_stack.plan.rule import RiskRule


def plan_sarif(plan: Plan, model: Path, folder: Path, version: str) -> dict[str, object]:
    """Return the risks of a plan that are not accepted as a log of SARIF 2.1.0.

    Args:
        plan: The plan.
        model: Folder of the definition after the change. What is removed is reported at its ``twin.yaml``.
        folder: Folder that relative URIs start from: the root of the repository.
        version: Version of this package.
    """
    findings = list(_findings(plan, model))
    rules = {code: _sarif_rule(risk_rules()[code]) for code in {finding.code for finding in findings}}
    return sarif_log("twin plan", version, rules, findings, folder)


def plan_annotations(plan: Plan, model: Path, folder: Path) -> Iterator[str]:
    """Yield the risks of a plan that are not accepted as commands of GitHub Actions.

    Args:
        plan: The plan.
        model: As for ``plan_sarif``.
        folder: As for ``plan_sarif``.
    """
    return github_annotations(_findings(plan, model), folder)


def _findings(plan: Plan, model: Path) -> Iterator[Finding]:
    for risk in plan.open_risks:
        severity = Severity.ERROR if risk.level is Level.DANGER else Severity.WARNING
        location = risk.location
        if location is None or not location.file.is_relative_to(model):
            location = Location(model / "twin.yaml", 1, 1)
        yield Finding(location, risk.code, risk.message, risk.remedy, severity)


def _sarif_rule(rule: RiskRule) -> dict[str, object]:
    documentation = documentation_of(rule)
    level = Severity.ERROR if rule.level is Level.DANGER else Severity.WARNING
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": documentation.explanation},
        "help": {"text": documentation.remedy},
        "defaultConfiguration": {"level": level.value},
    }
