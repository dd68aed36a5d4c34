"""Texts that a deployment replaces."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.definition.checks.template_texts import replaced_text
from twin_stack.definition.yaml_reader import YamlReader


def findings(text: str) -> list[str]:
    source = YamlReader(Path("e.yaml"), text, None).read()
    definition: Any = SimpleNamespace(sources={("entities", "e-1"): source})
    (find_violations,) = replaced_text.checks
    return [str(finding).removeprefix("e.yaml:").split(";")[0] for finding in find_violations(definition)]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: '{{resolve:ssm:x}}'", '1:4 TWIN033 "{{resolve:ssm:x}}" is replaced by the deployment'),
        ("a: 'x {{  resolve:ssm:x}}'", '1:4 TWIN033 "x {{  resolve:ssm:x}}" is replaced by the deployment'),
        ("a: [b, '${Token[TOKEN.1]}']", '1:8 TWIN033 "${Token[TOKEN.1]}" is replaced by the deployment'),
        ("a: {b: '#{Token[TOKEN.1]}'}", '1:8 TWIN033 "#{Token[TOKEN.1]}" is replaced by the deployment'),
        ("'{{resolve:a}}': b", '1:1 TWIN033 "{{resolve:a}}" is replaced by the deployment'),
        ("a: {Ref: b}", '1:5 TWIN033 a mapping with the only key "Ref" is a function of CloudFormation'),
        (
            "a: [{Fn::Sub: b}]",
            '1:6 TWIN033 a mapping with the only key "Fn::Sub" is a function of CloudFormation',
        ),
    ],
)
def test_text_that_is_replaced_is_a_finding_at_its_place(text: str, finding: str) -> None:
    assert findings(text) == [finding]


@pytest.mark.parametrize(
    "text",
    ["a: '{resolve:x}'", "a: '${Parameters.x}'", "a: '{{x}}'", "a: {Ref: b, c: d}", "a: {Refs: b}", "a: Ref"],
)
def test_other_texts_and_mappings_stay_as_they_are(text: str) -> None:
    assert findings(text) == []


def test_children_are_items_of_their_own() -> None:
    assert findings("children: {b: {description: '{{resolve:ssm:x}}'}}") == []
