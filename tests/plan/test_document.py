"""The JSON form of a plan against its schema."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.plan.test_against_cdk_diff import CHANGES, FILES, changed_files
from tests.support.json_schema import make_validator
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.document import plan_document
from twin_stack.plan.promise import write_plan

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA: dict[str, Any] = json.loads(files("twin_stack.plan").joinpath("plan.schema.json").read_bytes())


def mistakes(document: Any) -> list[str]:
    plain = json.loads(json.dumps(document))
    validator = make_validator(SCHEMA, "Draft202012Validator")
    return [error.message for error in validator.iter_errors(plain)]


def test_schema_is_one() -> None:
    make_validator(SCHEMA, "Draft202012Validator")
    assert mistakes({}) != []


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_plan_has_the_form_of_the_schema(name: str, tmp_path: Path) -> None:
    before = load(write(tmp_path / "before", FILES))
    after = load(write(tmp_path / "after", changed_files(name)))
    plan = make_plan(before, after)
    assert plan.changes
    assert mistakes(plan_document(plan)) == []
    write_plan(tmp_path / "plan.json", plan, after)
    written = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert mistakes(written) == []
    assert mistakes({**written, "other": 1}) != []
    assert written["to"]["things"]["entity"].keys() == after.entities.keys()
