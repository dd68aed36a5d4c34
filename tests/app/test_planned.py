"""An app that is held to a plan (``-c plan=FILE``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app import copy_definition, run_here
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.promise import write_plan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_app_synthesizes_what_was_planned_and_nothing_else(tmp_path: Path) -> None:
    app = copy_definition(tmp_path / "app")
    model = app / "models" / "factory"
    write_plan(app / "plan.json", make_plan(None, load(model)), load(model))
    result = run_here(app, tmp_path / "planned", context={"plan": "plan.json"}, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert list((tmp_path / "planned").glob("*.template.json"))

    entities = model / "entities" / "zone-a.yaml"
    text = entities.read_text(encoding="utf-8").replace("CNC Machine 1", "CNC Machine One")
    entities.write_text(text, encoding="utf-8")
    result = run_here(app, tmp_path / "other", context={"plan": "plan.json"})
    assert result.returncode == 1
    assert 'entity "machine-001" differs; nothing is deployed' in result.stderr
    assert not list((tmp_path / "other").glob("*.template.json"))
