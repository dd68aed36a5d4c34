"""The picture of the entities that a change concerns."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from twin_stack.plan.changes import Action, Row
from twin_stack.plan.picture import MAX_LINES, mermaid, picture_lines, svg

SVG = "{http://www.w3.org/2000/svg}"
ROWS = (
    Row("hall", None, 0, None),
    Row("line", "hall", 1, None),
    Row("gone", "line", 2, Action.REMOVED),
    Row("pump", "hall", 1, Action.MOVED, "from line"),
    Row("new", "pump", 2, Action.ADDED),
)


def below(parent: str, number: int, action: Action | None, *, is_reached: bool = False) -> list[Row]:
    """Return rows below another one."""
    return [Row(f"{parent}-{index}", parent, 1, action, "", is_reached) for index in range(number)]


def labels(rows: list[Row]) -> list[str]:
    return [line.label for line in picture_lines(rows)]


def test_mermaid_has_a_node_and_a_line_for_each_row() -> None:
    text = mermaid(ROWS)
    assert text.splitlines()[:8] == [
        "flowchart LR",
        '  n0["hall"]',
        '  n1["line"]',
        "  n0 --- n1",
        '  n2["- gone removed"]:::removed',
        "  n1 --- n2",
        '  n3["> pump moved from line"]:::changed',
        "  n0 --- n3",
    ]
    assert "classDef changed" in text
    assert "classDef added" in text
    assert "classDef replaced" not in text


def test_svg_says_actions_in_words_also_in_its_description_and_has_dark_colours() -> None:
    image = ET.fromstring(svg(ROWS))
    texts = [element.text for element in image.iter(f"{SVG}text")]
    assert texts == ["hall", "line", "- gone removed", "> pump moved from line", "+ new added"]
    classes = [element.get("class") for element in image.iter(f"{SVG}text")]
    assert classes == ["plain", "plain", "removed", "changed", "added"]
    title, description = image.find(f"{SVG}title"), image.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert image.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert str(description.text).splitlines()[2] == "    - gone removed"
    style = image.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme:dark" in str(style.text)
    assert len(list(image.iter(f"{SVG}path"))) == 4  # lines to the entities above
    assert "no entity changes" in svg([])


def test_whole_subtree_is_one_line_with_its_number() -> None:
    rows = [Row("line", None, 0, Action.REMOVED), *below("line", 14, Action.REMOVED)]
    assert labels(rows) == ["- line removed with 14 entities below it"]
    # A part that stays, moves or is added has another fate.
    kept = labels([*rows, Row("other", "line", 1, Action.MOVED)])
    assert kept == [
        "- line removed",
        "- line-0 removed",
        "- line-1 removed",
        "- 12 more: removed",
        "> other moved",
    ]


def test_many_siblings_with_one_fate_are_counted() -> None:
    rows = [Row("hall", None, 0, None), *below("hall", 5, Action.CHANGED)]
    assert len(labels(rows)) == 6
    rows = [
        Row("hall", None, 0, None),
        *below("hall", 47, None, is_reached=True),
        Row("x", "hall", 1, Action.ADDED),
    ]
    assert labels(rows) == [
        "hall",
        "~ hall-0 type changed",
        "~ hall-1 type changed",
        "~ 45 more: type changed",
        "+ x added",
    ]


def test_change_of_a_base_type_of_two_thousand_entities_is_read_at_a_glance() -> None:
    rows = [Row("site", None, 0, None)]
    for line in range(40):
        rows += [Row(f"line-{line}", "site", 1, None), *below(f"line-{line}", 49, None, is_reached=True)]
    lines = labels(rows)
    assert len(lines) == 10
    assert lines[-1] == "~ 38 more, with 1,862 below them: type changed"


def test_long_picture_and_long_ids_are_cut() -> None:
    actions = [Action.ADDED, Action.CHANGED, Action.MOVED, Action.REMOVED]
    rows = [Row(f"hall-{index}", None, 0, None) for index in range(60)]
    rows += [Row(f"e-{index}", f"hall-{index % 60}", 1, actions[index // 60]) for index in range(240)]
    assert len(picture_lines(rows)) == 300
    image = ET.fromstring(svg(rows))
    texts = [str(element.text) for element in image.iter(f"{SVG}text")]
    assert len(texts) == MAX_LINES + 1
    assert texts[-1] == "and 100 more"
    assert mermaid(rows).count("[") == MAX_LINES + 1

    image = ET.fromstring(svg([Row("x" * 128, None, 0, Action.ADDED)]))
    assert str(next(image.iter(f"{SVG}text")).text).endswith("\u2026")
    assert int(str(image.get("width"))) < 800
