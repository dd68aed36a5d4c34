"""The picture of the entities that a change concerns."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.tree import MAX_ROWS, mermaid, svg

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.plan import Plan

BEFORE = """\
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump: {entityName: Pump, parentEntityId: line}
gone: {entityName: Gone, parentEntityId: line}
other: {entityName: Other, parentEntityId: hall}
"""
AFTER = """\
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump: {entityName: Big pump, parentEntityId: hall}
new: {entityName: Something, parentEntityId: pump}
other: {entityName: Other, parentEntityId: hall}
"""


def plan_of(folder: Path, before: str, after: str) -> Plan:
    return make_plan(
        load(write(folder / "before", {"entities/e.yaml": before})),
        load(write(folder / "after", {"entities/e.yaml": after})),
    )


def test_rows_are_the_changed_entities_and_those_above_them(tmp_path: Path) -> None:
    rows = plan_of(tmp_path, BEFORE, AFTER).rows
    assert [(row.depth, row.id, row.parent, row.action) for row in rows] == [
        (0, "hall", None, None),
        (1, "line", "hall", None),
        (2, "gone", "line", "removed"),
        (1, "pump", "hall", "moved"),
        (2, "new", "pump", "added"),
    ]


def test_mermaid_has_a_node_and_a_line_for_each_row(tmp_path: Path) -> None:
    text = mermaid(plan_of(tmp_path, BEFORE, AFTER).rows)
    assert text.splitlines()[:6] == [
        "flowchart LR",
        '  n0["hall"]',
        '  n1["line"]',
        "  n0 --- n1",
        '  n2["- gone removed"]:::removed',
        "  n1 --- n2",
    ]
    assert "classDef moved" in text
    assert "classDef replaced" not in text


def test_svg_says_actions_in_words_and_cuts_long_pictures(tmp_path: Path) -> None:
    image = ET.fromstring(svg(plan_of(tmp_path, BEFORE, AFTER).rows))
    texts = [element.text for element in image.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["hall", "line", "- gone removed", "> pump moved", "+ new added"]

    many = "\n".join(f"e-{number}: {{entityName: E {number}}}" for number in range(MAX_ROWS + 5))
    image = ET.fromstring(svg(plan_of(tmp_path / "many", BEFORE, f"{BEFORE}{many}").rows))
    texts = [element.text for element in image.iter("{http://www.w3.org/2000/svg}text")]
    assert len(texts) == MAX_ROWS + 1
    assert texts[-1] == "and 5 more"
    assert "no entity changes" in svg([])
