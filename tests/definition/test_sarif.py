"""Findings as SARIF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support import sarif
from twin_stack.definition import Finding, Location, Severity
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.sarif import sarif_document

FOLDER = Path("/repository")


def finding(file: str = "models/a b/e.yaml", message: str = "is wrong", *, code: str = "TWIN014") -> Finding:
    severity = Severity.WARNING if code == "TWIN029" else Severity.ERROR
    return Finding(Location(Path(file), 3, 7), code, message, "correct it", severity)


def sarif_run(*findings: Finding) -> Any:
    document: Any = sarif_document(findings, FOLDER, "1.2.3")
    assert sarif.violations(document) == []
    (run,) = document["runs"]
    return run


def test_result_has_place_level_and_text() -> None:
    (result,) = sarif_run(finding(code="TWIN029"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("TWIN029", "warning")
    assert result["message"] == {"text": "is wrong; correct it"}
    assert place == {
        "artifactLocation": {"uri": "models/a%20b/e.yaml"},
        "region": {"startLine": 3, "startColumn": 7},
    }


def test_results_refer_to_rules_with_help() -> None:
    run = sarif_run(finding(code="TWIN029"), finding(code="TWIN014"), finding(code="TWIN029"))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        "TWIN029",
        "TWIN014",
        "TWIN029",
    ]
    assert [rule["id"] for rule in rules] == ["TWIN014", "TWIN029"]
    assert rules[0]["name"] == "UnknownComponentType"
    assert "did you mean" in rules[0]["help"]["markdown"]


def test_file_outside_of_the_folder_has_a_whole_uri() -> None:
    (result,) = sarif_run(finding("/elsewhere/e.yaml"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "file:///elsewhere/e.yaml"


def test_log_of_every_rule_is_valid_by_the_official_schema() -> None:
    codes = list(all_rules())
    assert len(codes) > 100
    assert len(sarif_run(*(finding(code=code) for code in codes))["results"]) == len(codes)
    assert sarif_run()["results"] == []


def test_official_schema_refuses_what_is_not_sarif() -> None:
    document: Any = sarif_document([finding()], FOLDER, "1.2.3")
    document["runs"][0]["results"][0]["level"] = "fatal"
    document["runs"][0]["tool"]["driver"]["rules"].append({"id": 4})
    assert len(sarif.violations(document)) == 2
