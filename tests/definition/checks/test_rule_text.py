"""The documentation of a rule as Markdown."""

from __future__ import annotations

import pytest

from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.checks.rule_text import explain, finding_on_page
from twin_stack.definition.checks.template_texts import replaced_text


def test_rule_is_explained_by_its_finding_between_a_bad_and_a_good_example() -> None:
    parts = explain(replaced_text).split("\n\n")
    assert parts[:2] == ["# TWIN033", "*replaced-text*"]
    assert any(part.startswith("CloudFormation replaces") for part in parts[2:4])
    place = next(
        index
        for index, part in enumerate(parts)
        if part.startswith("```text\nmodels/hall/entities/e.yaml:3:16")
    )
    assert parts[place - 2] == "`entities/e.yaml`:"
    assert parts[place - 1].startswith("```yaml\nmachine-1:\n")
    assert "{{resolve:" in parts[place - 1]
    assert parts[place + 1].startswith("Write the text itself.")
    assert parts[place + 2] == "`entities/e.yaml`:"
    assert "description: Drives the belt" in parts[place + 3]


def test_folder_of_the_model_stands_in_place_of_its_placeholder() -> None:
    text = explain(all_rules()["TWIN280"])
    assert '"model": "models/hall"' in text
    assert "MODEL" not in text
    assert "`cdk.json`:\n\n```json\n" in text


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
