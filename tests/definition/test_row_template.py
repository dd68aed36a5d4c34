"""Variables and repeated parts of the templates of ``forEach``."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition.findings import Findings
from twin_stack.definition.row_template import RowTemplate, stands_for_items
from twin_stack.definition.yaml_reader import YamlReader

FILE = Path("e.yaml")


def template(text: str) -> tuple[RowTemplate, Findings]:
    findings = Findings()
    return RowTemplate.parse(YamlReader(FILE, text, None).read(), "row", findings), findings


def test_variables_of_keys_and_values_are_known_with_their_places() -> None:
    parsed, findings = template("a: 'x ${row.id} ${row.tag}'\n'${row.key}': [5, '${Parameters.p}']")
    assert [(place.line, place.column, written) for place, written in parsed.variables] == [
        (1, 4, "${row.id}"),
        (1, 4, "${row.tag}"),
        (2, 1, "${row.key}"),
        (2, 19, "${Parameters.p}"),
    ]
    assert parsed.used_columns() == {"id", "tag", "key"}
    assert findings == []


def test_columns_of_selections_are_used_too() -> None:
    parsed, _ = template("a: {forRows: {where: {kind: x}, groupBy: [room], b: '${row.id}'}}")
    assert parsed.used_columns() == {"kind", "room", "id"}


def test_part_that_is_repeated_uses_its_columns_for_itself() -> None:
    parsed, _ = template("a: '${row.id}'\nb: {forRows: {'${row.tag}': '${row.size}'}}")
    assert parsed.columns[id(parsed.root)] == ("id",)
    (part,) = parsed.repeated.values()
    assert parsed.columns[id(part.body)] == ("tag", "size")


def test_selection_is_no_part_of_what_is_repeated() -> None:
    parsed, _ = template("a: {forRows: {where: {kind: [x, 7]}, groupBy: room, b: 1}}")
    (part,) = parsed.repeated.values()
    assert (part.selection.where, part.selection.group_by) == ({"kind": ["x", "7"]}, ["room"])
    assert part.body == {"b": 1}
    assert part.source is not None


def test_item_of_a_list_may_be_repeated_without_a_mapping() -> None:
    parsed, findings = template("a: [{forRows: '${row.id}'}]")
    (part,) = parsed.repeated.values()
    assert (part.body, part.source, findings) == (["${row.id}"], None, [])


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "a: {forRows: x}",
            'e.yaml:1:14 TWIN004 "forRows" is "x"; write a mapping of the members that are repeated for each row',
        ),
        ("a: [{forRows: x, b: 1}]", 'e.yaml:1:15 TWIN004 "forRows" is "x"; write a mapping of the members'),
        ("a: {forRows: {where: 5}}", 'e.yaml:1:22 TWIN004 "where" is 5; write a mapping'),
    ],
)
def test_wrong_repetition_is_a_finding_and_repeats_nothing(text: str, finding: str) -> None:
    parsed, findings = template(text)
    assert str(findings[0]).startswith(finding)
    assert len(findings) == 1
    assert [part.body for part in parsed.repeated.values()] == [{}]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: '${row.idd}'", '1:4 TWIN031 "${row.idd}" is not a column; did you mean "row.id"?'),
        ("a: '${rov.id}'", '1:4 TWIN031 "${rov.id}" is not a column; did you mean "row.id"?'),
        ("a: '${row.id'", '1:4 TWIN031 "${row.id" is not closed; add "}"'),
        ("{forRows: {groupBy: [id, tagg]}}", '1:26 TWIN031 "tagg" is not a column; did you mean "tag"?'),
        ("{forRows: {groupBy: tagg}}", '1:21 TWIN031 "tagg" is not a column; did you mean "tag"?'),
        ("{forRows: {where: {tagg: x}}}", '1:20 TWIN031 "tagg" is not a column; did you mean "tag"?'),
    ],
)
def test_variable_and_selection_of_no_column_are_findings(text: str, finding: str) -> None:
    parsed, _ = template(text)
    assert [str(each) for each in parsed.unknown_variables({"id", "tag"})] == [f"e.yaml:{finding}"]


def test_expression_of_the_service_is_no_column() -> None:
    parsed, _ = template("a: '${Parameters.x} ${row.id}'")
    assert list(parsed.unknown_variables({"id"})) == []


def test_item_stands_for_items_if_it_is_repeated_and_nothing_else() -> None:
    root = YamlReader(FILE, "[{forRows: a}, {forRows: a, b: c}, forRows, {}]", None).read()
    assert [stands_for_items(item) for item in root] == [True, False, False, False]
