"""Templates with the cells of rows filled in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition.csv_rows import CsvRow
from twin_stack.definition.findings import Finding, Findings, Location
from twin_stack.definition.row_fill import RowFiller, select_rows, unmatched_texts
from twin_stack.definition.row_template import RowTemplate
from twin_stack.definition.schema.csv_format import RowSelection
from twin_stack.definition.source import Cell, at
from twin_stack.definition.yaml_reader import YamlReader

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE, CSV = Path("e.yaml"), Path("rows.csv")


def rows(*lines: str) -> list[CsvRow]:
    """Rows of the columns ``id``, ``tag`` and ``size``, from line 2."""
    return [
        CsvRow(
            Location(CSV, number, 1),
            {
                name: Cell(text, Location(CSV, number, column), name)
                for column, (name, text) in enumerate(
                    zip(("id", "tag", "size"), line.split(","), strict=True), 1
                )
            },
        )
        for number, line in enumerate(lines, 2)
    ]


def filler(text: str, *, transliterates: bool = False) -> tuple[RowFiller, list[Finding]]:
    findings: list[Finding] = []
    template = RowTemplate.parse(YamlReader(FILE, text, None).read(), "row", Findings())
    return RowFiller(template, findings.append, transliterates=transliterates), findings


def filled(text: str, *lines: str, transliterates: bool = False) -> Any:
    row_filler, findings = filler(text, transliterates=transliterates)
    result = row_filler.fill(rows(*lines))
    row_filler.report_gathered()
    assert findings == []
    return result


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a: '${row.id}'", "1,x,5", {"a": "1"}),
        ("a: 'p-${row.id}/${row.tag}'", "1,x,5", {"a": "p-1/x"}),
        ("a: '${row.tag}'\nb: 7", "1,,5", {"b": 7}),
        ("a: 'p-${row.tag}'", "1,,5", {"a": "p-"}),
        ("'${row.tag}': 7\nb: 8", "1,,5", {"b": 8}),
        ("'${row.tag}': 7", "1,x,5", {"x": 7}),
        ("a: ['${row.tag}', '${row.size}', c]", "1,,5", {"a": ["5", "c"]}),
        ("a: {b: '${row.tag}'}", "1,,5", {"a": {}}),
        ("a: '${row.id}'", "${row.tag},x,5", {"a": "${row.tag}"}),
        ("a: '${Parameters.id} ${other.id}'", "1,x,5", {"a": "${Parameters.id} ${other.id}"}),
    ],
)
def test_cells_stand_in_place_of_variables_and_empty_ones_leave_their_member_out(
    text: str, line: str, expected: Any
) -> None:
    assert filled(text, line) == expected


def test_filled_text_has_the_place_of_its_first_cell_and_the_rest_that_of_the_template() -> None:
    result = filled("a: '${row.tag}-${row.id}'\nb: x\n'${row.size}': y", "1,x,5")
    assert at(result, "a") == Location(CSV, 2, 2)
    assert at(result, "b") == Location(FILE, 2, 4)
    assert at(result, "5", of_key=True) == Location(CSV, 2, 3)


def test_ids_and_names_lose_their_accents_and_other_texts_keep_them() -> None:
    text = (
        "entityId: 'e-${row.tag}'\ndescription: '${row.tag}'\nc: {'${row.tag}': 1}\ntags: {'${row.tag}': 2}"
    )
    result = filled(text, "1,Süd,5", transliterates=True)
    assert result == {"entityId": "e-Sud", "description": "Süd", "c": {"Sud": 1}, "tags": {"Süd": 2}}
    assert result["description"].without_accents == "Sud"


def test_members_and_items_are_repeated_for_each_row_that_a_selection_takes() -> None:
    text = (
        "id: '${row.id}'\nall: {forRows: {'${row.tag}': '${row.size}'}}\n"
        "list: [first, {forRows: '${row.size}'}]\n"
        "few: [{forRows: {where: {tag: b}, size: '${row.size}'}}]\n"
        "none: {forRows: {where: {tag: z}, '${row.tag}': 1}}\nnothing: [{forRows: {where: {tag: z}, a: 1}}]"
    )
    assert filled(text, "1,a,5", "1,b,7", "1,c,") == {
        "id": "1",
        "all": {"a": "5", "b": "7"},
        "list": ["first", "5", "7"],
        "few": [{"size": "7"}],
    }


def test_group_has_the_first_cell_of_each_column_that_is_not_empty() -> None:
    assert filled("a: '${row.tag}'\nb: '${row.size}'", "1,,5", "1,x,", "1,x,5") == {"a": "x", "b": "5"}


def test_rows_of_a_group_that_disagree_are_one_finding_a_column() -> None:
    row_filler, findings = filler("a: '${row.tag}'\nb: '${row.id}'")
    for group in (rows("1,x,5", "1,y,5", "1,z,5"), rows("2,v,5", "2,w,5")):
        row_filler.fill(group)
    row_filler.report_gathered()
    (finding,) = findings
    assert str(finding) == (
        'rows.csv:3:2 TWIN193 column "tag" is "y", and "x" in line 2 of the same group; so it is in line 3; write '
        "the same in each row of the group, or use the column in forRows"
    )


def test_key_that_rows_repeat_is_a_finding_at_its_cell() -> None:
    row_filler, findings = filler("{forRows: {'${row.tag}': '${row.size}'}}")
    assert row_filler.fill(rows("1,x,5", "1,x,7")) == {"x": "5"}
    assert [str(finding) for finding in findings] == [
        'rows.csv:3:2 TWIN008 key "x" is duplicated; use columns or rows that differ'
    ]


def grouped(groups: Sequence[Sequence[CsvRow]]) -> list[list[int]]:
    return [[row.place.line for row in group] for group in groups]


def test_groups_are_in_the_order_of_their_first_rows() -> None:
    row_filler, _ = filler("a: b")
    table = rows("1,x,5", "2,x,5", "1,y,5", "2,x,6")
    assert grouped(list(row_filler.groups(table, RowSelection()))) == [[2], [3], [4], [5]]
    assert grouped(list(row_filler.groups(table, RowSelection(group_by=["id"])))) == [[2, 4], [3, 5]]
    assert grouped(list(row_filler.groups(table, RowSelection(group_by=["id", "tag"])))) == [[2], [3, 5], [4]]


def test_rows_without_a_group_are_one_finding() -> None:
    row_filler, findings = filler("a: b")
    table = rows("1,x,5", ",x,5", ",y,5")
    assert grouped(list(row_filler.groups(table, RowSelection(group_by=["id"])))) == [[2]]
    row_filler.report_gathered()
    (finding,) = findings
    assert str(finding).startswith(
        'rows.csv:3:1 TWIN193 column "id" is empty in line 3, 4, and rows are grouped'
    )


def test_row_is_selected_if_each_column_has_one_of_its_texts() -> None:
    table = rows("1,x,5", "2,x,6", "3,y,5", "4,z,5")
    assert select_rows(table, RowSelection()) is table
    assert grouped([select_rows(table, RowSelection(where={"tag": ["x", "y"], "size": ["5"]}))]) == [[2, 4]]
    assert select_rows(table, RowSelection(where={"tag": []})) == []


def test_text_that_no_row_has_is_a_warning_where_it_is_written() -> None:
    source = YamlReader(FILE, "where: {tag: [x, yy], size: '6'}", None).read()
    selection = RowSelection(where={"tag": ["x", "yy"], "size": ["6"]})
    findings = [str(finding) for finding in unmatched_texts(rows("1,x,5", "2,y,5"), selection, source)]
    assert findings == [
        'e.yaml:1:18 TWIN192 warning: no row has "yy" in column "tag"; did you mean "y"?',
        'e.yaml:1:29 TWIN192 warning: no row has "6" in column "size"; use one of: 5',
    ]
