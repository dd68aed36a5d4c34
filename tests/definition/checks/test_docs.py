"""The pages of codes are generated from the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twin_stack.definition.checks.docs import FOLDER, error_pages, write_pages
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.checks.rule_text import explain, finding_on_page

if TYPE_CHECKING:
    from twin_stack.definition.rule import Rule


RULES = sorted(all_rules().values(), key=lambda rule: rule.code)


CODES = [rule.code for rule in RULES]


ROOT = Path(__file__).parents[3]


def test_pages_of_codes_are_fresh() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / FOLDER).iterdir()}
    assert written == error_pages(), "run python -m twin_stack.definition.checks.docs"


def test_page_of_a_code_that_no_rule_has_is_removed(tmp_path: Path) -> None:
    (tmp_path / "twin999.md").write_text("gone", encoding="utf-8")
    write_pages(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {
        "index.md",
        *(f"{code.lower()}.md" for code in CODES),
    }


def test_index_links_every_page() -> None:
    index = error_pages()["index.md"]
    assert [code for code in CODES if f"[{code}]({code.lower()}.md)" not in index] == []


def test_page_of_a_code_shows_its_finding() -> None:
    assert [rule.code for rule in RULES if not shows_its_finding(rule)] == []


def shows_its_finding(rule: Rule) -> bool:
    return finding_on_page(documentation_of(rule).finding) in explain(rule).splitlines()
