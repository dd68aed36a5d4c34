"""The page on ten thousand entities: its definition is one, and it names the rule that names the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.code_blocks import code_blocks
from tests.support.templates import ROOT
from twin_stack import load
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/scale.md"


def test_definition_of_the_page_is_one(tmp_path: Path) -> None:
    (block,) = code_blocks(PAGE, "yaml")
    (tmp_path / "twin.yaml").write_text(block.text, encoding="utf-8")

    twin = load(tmp_path).twin

    assert twin.engine == "bulk"
    assert twin.bulk is not None


def test_rule_that_the_page_names_is_that_of_the_engine() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")

    assert "[PLAN047](plan-risks.md)" in text
    assert risk_rules()["PLAN047"].name == "engine-changed"
