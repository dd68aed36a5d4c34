"""Expressions and texts of scenes that would hang a browser are reported, in little time.

That the page does not evaluate them is tested in ``viewer/tests/scene/limits.test.ts``, with the same cases.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.definition.models import finding_lines, write

CASES = json.loads(Path("tests/support/expression_cases.json").read_text(encoding="utf-8"))


def model_with(folder: Path, *expressions: str, components: tuple[dict[str, Any], ...] = ()) -> Path:
    statements = [{"expression": text, "target": "iottwinmaker.common.icon:Error"} for text in expressions]
    scene = {"nodes": [{"components": list(components)}], "rules": {"heat": {"statements": statements}}}
    return write(folder / "model", {"scenes/hall.json": json.dumps(scene)})


def codes(model: Path) -> list[str]:
    start = time.process_time()
    lines = finding_lines(model)
    assert time.process_time() - start < 5
    return [line.split()[1] for line in lines]


@pytest.mark.parametrize("case", CASES["refused"])
def test_expression_beyond_a_limit_is_one_finding(case: dict[str, Any], tmp_path: Path) -> None:
    expression = "".join(part * times for part, times in case["parts"])
    (line,) = finding_lines(model_with(tmp_path, "p > 1", expression))
    assert line.split()[1] == "TWIN047"
    assert line.endswith(f"is not evaluated: {case['excess']}; make it simpler, or use several statements")
    assert len(line) < 300


@pytest.mark.parametrize("parts", CASES["accepted"])
def test_expression_within_the_limits_is_no_costly_one(parts: list[tuple[str, int]], tmp_path: Path) -> None:
    # jexl itself cannot parse ".5".
    expected = ["TWIN171"] if ".5" in parts[0][0] and "p >" in parts[0][0] else []
    assert codes(model_with(tmp_path, "".join(part * times for part, times in parts))) == expected


def test_expressions_of_a_scene_together_have_a_limit(tmp_path: Path) -> None:
    expressions = [f"p == '{index:0492}'" for index in range(201)]
    assert codes(model_with(tmp_path / "1", *expressions)) == ["TWIN047"]
    assert codes(model_with(tmp_path / "2", *expressions[:200])) == []


def test_text_of_an_overlay_has_a_limit(tmp_path: Path) -> None:
    def overlay(content: str) -> dict[str, Any]:
        rows = [{"rowType": "Markdown", "content": content}]
        return {"type": "DataOverlay", "dataRows": rows, "valueDataBindings": []}

    assert codes(model_with(tmp_path / "1", components=(overlay("> " * 5_000),))) == []
    assert codes(model_with(tmp_path / "2", components=(overlay("](" * 1_000_000),))) == ["TWIN047"]


@pytest.mark.parametrize("expression", ["(" * 1_000, "(" * 512 + "t" + ")" * 511, "-" * 1_000, "t ? " * 250])
def test_formula_of_sitewise_with_deep_nesting_is_one_finding(expression: str, tmp_path: Path) -> None:
    types = {
        "com.e.M": {
            "propertyDefinitions": {
                "t": {"dataType": "DOUBLE", "isTimeSeries": True},
                "x": {"expression": expression, "window": "5m"},
            },
            "functions": {"dataReader": "plant"},
        }
    }
    model = write(
        tmp_path / "model",
        {
            "twin.yaml": "workspaceId: my-twin\nconnectors: {plant: {kind: sitewise, assets: managed}}\n",
            "component_types/t.json": json.dumps(types),
            "entities/e.yaml": "m-1: {entityName: M1, components: {c: {componentTypeId: com.e.M}}}\n",
        },
    )
    assert codes(model) == ["TWIN063"]
