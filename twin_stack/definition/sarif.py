"""Findings as SARIF, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.checks.rule_text import explain
from twin_stack.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.rule import Rule

SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif_document(findings: Sequence[Finding], folder: Path, version: str) -> dict[str, object]:
    """Return findings as a log of SARIF 2.1.0, which code scanning of GitHub and editors read.

    Files inside of the folder have relative URIs, as GitHub needs them. Findings that are ignored are no
    results: GitHub would show them.

    Args:
        findings: The findings of a check.
        folder: Folder that relative URIs start from: the root of the repository, where the check runs.
        version: Version of this package.
    """
    rules = {code: _sarif_rule(all_rules()[code]) for code in {finding.code for finding in findings}}
    return sarif_log("twin check", version, rules, findings, folder)


def sarif_log(
    tool: str,
    version: str,
    rules: Mapping[str, Mapping[str, object]],
    findings: Sequence[Finding],
    folder: Path,
) -> dict[str, object]:
    """Return findings of any command as a log of SARIF 2.1.0.

    Args:
        tool: The command, such as ``twin check``.
        version: Version of this package.
        rules: Descriptions of the rules that the findings are of, by code, as SARIF holds them.
        findings: The findings.
        folder: Folder that relative URIs start from.
    """
    codes = sorted(rules)
    driver = {"name": tool, "version": version, "rules": [rules[code] for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, codes.index(finding.code), folder) for finding in findings],
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_rule(rule: Rule) -> dict[str, object]:
    documentation = documentation_of(rule)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": documentation.explanation},
        "help": {"text": documentation.fix, "markdown": explain(rule)},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _sarif_result(finding: Finding, rule_index: int, folder: Path) -> dict[str, object]:
    file, line, column = finding.location
    region = {"startLine": line, "startColumn": column}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": printable(finding.text)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": _uri(file, folder)}, "region": region}}
        ],
    }


def _uri(file: Path, folder: Path) -> str:
    path = (folder / file).resolve()
    root = folder.resolve()
    return quote(path.relative_to(root).as_posix()) if path.is_relative_to(root) else path.as_uri()
