"""The rules of risk: the example of each, and that all are documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.documentation import FILE, documentation_of, risks_page
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.plan.rule import RiskRule

RULES = list(risk_rules().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_example_has_exactly_the_documented_risk(rule: RiskRule, tmp_path: Path) -> None:
    example = documentation_of(rule)
    before = load(write(tmp_path / "before", example.files_before()))
    after = load(write(tmp_path / "after", example.files_after()))
    plan = make_plan(before, after)
    assert [f"{risk.code} {risk.level.name.lower()}: {risk.message}" for risk in plan.risks] == [example.risk]
    assert plan.risks[0].remedy
    assert plan.risks[0].location is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_example_without_its_change_has_no_risk(rule: RiskRule, tmp_path: Path) -> None:
    example = documentation_of(rule)
    after = load(write(tmp_path, example.files_after()))
    assert make_plan(after, after).changes == ()
    assert make_plan(after, after).risks == ()


def test_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == risks_page(), "run `make snapshots`"


def test_codes_are_kept() -> None:
    assert list(risk_rules()) == [
        "PLAN010", "PLAN011", "PLAN012", "PLAN013", "PLAN014",
        "PLAN020", "PLAN021", "PLAN022", "PLAN023", "PLAN024", "PLAN025", "PLAN026", "PLAN027", "PLAN028",
        "PLAN040", "PLAN041", "PLAN042", "PLAN043", "PLAN044", "PLAN045", "PLAN046",
        "PLAN060", "PLAN070",
    ]  # fmt: skip
