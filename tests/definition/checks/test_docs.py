"""The page of errors is generated from the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.definition.checks.docs import FILE, errors_page, finding_on_page
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules

if TYPE_CHECKING:
    from twin_stack.definition.rule import Rule


RULES = sorted(all_rules().values(), key=lambda rule: rule.code)


CODES = [rule.code for rule in RULES]


ROOT = Path(__file__).parents[3]


def test_page_of_errors_is_fresh() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == errors_page(), (
        "run python -m twin_stack.definition.checks.docs"
    )


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_page_of_errors_shows_the_finding(rule: Rule) -> None:
    section = errors_page().split(f"\n## {rule.code}\n")[1].split("\n## ")[0]
    finding = documentation_of(rule).finding
    assert finding_on_page(finding) in section.splitlines()


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        ("entities/e.yaml:1:1 TWIN014 wrong", "models/hall/entities/e.yaml:1:1"),
        (":1:1 TWIN009 wrong", "models/hall:1:1"),
        ("cdk.json:1:1 TWIN110 wrong", "cdk.json:1:1"),
    ],
)
def test_place_of_a_finding_is_relative_to_the_app(finding: str, place: str) -> None:
    assert finding_on_page(finding).split(" ")[0] == place
