"""Each rule: its bad example gives just the documented finding, its good example none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import Severity, check
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules

if TYPE_CHECKING:
    from twin_stack.definition.rule import Rule


RULES = sorted(all_rules().values(), key=lambda rule: rule.code)


CODES = [rule.code for rule in RULES]


def test_codes_are_kept() -> None:
    numbers = [
        *range(1, 34),
        *range(40, 49),
        *range(60, 67),
        *range(80, 88),
        98,
        99,
        *range(100, 106),
        *range(120, 123),
    ]
    assert [f"TWIN{number:03}" for number in numbers] == CODES


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_bad_example_gives_its_finding_alone(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documentation = documentation_of(rule)
    definition, findings = check(write(Path("MODEL"), documentation.bad_files()))
    lines = [str(finding).removeprefix("MODEL/").removeprefix("MODEL") for finding in findings]
    if rule.code == "TWIN099":
        lines = lines[-1:]
    assert lines == [documentation.finding]
    is_warning = findings[-1].severity is Severity.WARNING
    assert (definition is not None) == is_warning


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_good_example_gives_no_finding(rule: Rule, tmp_path: Path) -> None:
    documentation = documentation_of(rule)
    assert documentation.good_files() != documentation.bad_files()
    definition, findings = check(write(tmp_path, documentation.good_files()))
    assert findings == []
    assert definition is not None


def test_names_of_rules_differ() -> None:
    names = {rule.name for rule in RULES}
    assert len(names) == len(RULES)
