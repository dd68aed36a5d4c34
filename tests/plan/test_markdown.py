"""A plan as a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.markdown import plan_markdown
from twin_stack.plan.summary import summary_line

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.plan import Plan


def many_entities(folder: Path, count: int) -> Plan:
    entities = "\n".join(f"e-{number}: {{entityName: E {number}}}" for number in range(count))
    before = load(write(folder / "before", {}))
    return make_plan(before, load(write(folder / "after", {"entities/e.yaml": entities})))


@pytest.mark.slow
def test_long_comment_is_cut_between_lines_and_stays_well_formed(tmp_path: Path) -> None:
    plan = many_entities(tmp_path, 300)
    text = plan_markdown(plan, summary_line(plan), max_length=3_000)
    assert len(text) <= 3_000
    assert text.endswith("The rest is cut; `twin plan` prints all of it.\n")
    assert text.count("```") % 2 == 0
    assert text.count("<details>") == text.count("</details>") == 1
    assert [
        length
        for length in range(400, 40_000, 97)
        if (cut := plan_markdown(plan, summary_line(plan), max_length=length)).count("```") % 2
        or cut.count("<details>") != cut.count("</details>")
    ] == []

    whole = plan_markdown(plan, summary_line(plan))
    assert "The rest is cut" not in whole
    assert "+ entity e-299 is added" in whole


def test_text_of_the_definition_cannot_leave_its_place(tmp_path: Path) -> None:
    files = {"entities/e.yaml": "hall: {entityName: Hall, description: '``` <b> @team | x'}"}
    before = load(write(tmp_path / "before", {"entities/e.yaml": "hall: {entityName: Hall}"}))
    plan = make_plan(before, load(write(tmp_path / "after", files)))
    text = plan_markdown(plan, summary_line(plan))
    assert "``` <b>" not in text
    assert text.count("```") == 4  # the list of changes and the picture
