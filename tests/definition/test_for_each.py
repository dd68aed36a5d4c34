"""A spreadsheet becomes entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import Entity, load

if TYPE_CHECKING:
    from pathlib import Path

LOOP = "forEach: {csv: rows.csv, as: row}\nentity:\n  entityId: 'm-${row.id}'\n  entityName: 'Machine ${row.id}'\n"


def stamped(folder: Path, csv: str | bytes, template: str = "") -> list[Entity]:
    written = write(folder, {"entities/m.yaml": LOOP + template, "entities/rows.csv": csv})
    return list(load(written).entities.values())


def findings(folder: Path, csv: str | bytes, template: str = "") -> list[str]:
    return finding_lines(write(folder, {"entities/m.yaml": LOOP + template, "entities/rows.csv": csv}))


@pytest.mark.parametrize(
    "csv",
    [
        "id,text\n1,a\n2,b\n",
        "id,text\r\n1,a\r\n2,b",
        "\ufeffid,text\n\n1,a\n\n 2 , b \n,\n",
        '"id","text"\n"1","a"\n"2",b\n',
        "text,id\na,1\nb,2\n",
    ],
)
def test_row_becomes_an_entity_however_the_csv_is_saved(csv: str, tmp_path: Path) -> None:
    entities = stamped(tmp_path, csv, "  description: '${row.text}'\n")
    assert [(entity.entity_id, entity.description) for entity in entities] == [("m-1", "a"), ("m-2", "b")]


def test_quotes_keep_commas_and_quotes(tmp_path: Path) -> None:
    (entity,) = stamped(tmp_path, 'id,text\n1,"a, ""b"""\n', "  description: '${row.text}'\n")
    assert entity.description == 'a, "b"'


def test_empty_cell_leaves_its_key_out(tmp_path: Path) -> None:
    template = (
        "  description: '${row.text}'\n  tags: {a: '${row.text}', '${row.text}': b, c: 'x${row.text}'}\n"
    )
    (entity,) = stamped(tmp_path, "id,text\n1,\n", template)
    assert (entity.description, entity.tags) == (None, {"c": "x"})


def test_keys_and_children_take_cells_too(tmp_path: Path) -> None:
    template = (
        "  tags: {'line-${row.id}': '${row.text}'}\n"
        "  children:\n    'part-${row.id}': {entityName: '${row.text}', children: {'screw-${row.id}': {entityName: S1}}}\n"
    )
    machine, part, screw = stamped(tmp_path, "id,text\n1,Arm\n", template)
    assert machine.tags == {"line-1": "Arm"}
    assert (part.entity_id, part.parent_entity_id, part.entity_name) == ("part-1", "m-1", "Arm")
    assert (screw.entity_id, screw.parent_entity_id) == ("screw-1", "part-1")


def test_expression_of_the_service_stays(tmp_path: Path) -> None:
    (entity,) = stamped(tmp_path, "id\n1\n", "  description: '${Parameters.limit}'\n")
    assert entity.description == "${Parameters.limit}"


def test_text_in_a_cell_is_not_read_again(tmp_path: Path) -> None:
    (entity,) = stamped(tmp_path, "id,text\n1,${row.id}\n", "  description: '${row.text}'\n")
    assert entity.description == "${row.id}"


def test_header_alone_makes_nothing(tmp_path: Path) -> None:
    assert stamped(tmp_path, "id\n") == []


@pytest.mark.parametrize(
    ("csv", "expected"),
    [
        ("", "entities/rows.csv:1:1 TWIN030 CSV file has no header; name its columns in line 1"),
        ("id,id\n1,2\n", 'entities/rows.csv:1:4 TWIN030 column "id" is repeated, first in column 1; rename one of them'),
        ("id,\n1,2\n", 'entities/rows.csv:1:4 TWIN030 column 2 has no name, and "2" in line 2; name it, or clear its cells'),
        ("id,b\n1\n", "entities/rows.csv:2:1 TWIN030 row has 1 fields, the header has 2; check commas and quotes"),
        ("id\n1,2\n", "entities/rows.csv:2:1 TWIN030 row has 2 fields, the header has 1; if 1,2 is a number, write 1.2, or quote it"),
        ('id\n"1\n', "entities/rows.csv:2:1 TWIN030 the quote is not closed; close it, or write a quote of the text twice "
         '("")'),
        ('id\n"1"x\n', "entities/rows.csv:2:4 TWIN030 text follows the closing quote of a cell; write a quote of the text "
         'twice ("")'),
        (b"id\n\xe9\n", 'entities/rows.csv:2:1 TWIN001 is not UTF-8 (byte 0xe9), as windows-1252 it reads "é"; save it as '
         '"CSV UTF-8", or add encoding: windows-1252'),
        ("id;b\n1;2\n", 'entities/rows.csv:1:1 TWIN190 columns are separated by ";", not ","; add separator: ";"'),
        ('id,b\n1,"x\ny"\na b,z\n', 'entities/rows.csv:4:1 TWIN011 entity id "m-a b" is not allowed, it has " " (U+0020 '
         'SPACE): 2 to 128 characters, letters a-z without accents, digits, "-" and "_", "." and ":", beginning and ending with a letter or digit; rename it'),
        ("id\n1\n1\n", 'entities/rows.csv:3:1 TWIN010 each row makes an entity, and 2 rows have "1", in line 2, 3; add '
         "groupBy: id to make one entity of these rows, or make the ids differ"),
    ],
)  # fmt: skip
def test_csv_is_refused_where_it_is_wrong(csv: str | bytes, expected: str, tmp_path: Path) -> None:
    shown = [line for line in findings(tmp_path, csv) if "entity name" not in line]
    assert shown[0] == expected
    assert len({line.split()[1] for line in shown}) == 1, "no other kind of mistake follows"


def test_good_rows_are_checked_beside_a_bad_one(tmp_path: Path) -> None:
    shown = findings(tmp_path, "id,hall\n1\n2,h-9\n", "  parentEntityId: '${row.hall}'\n")
    assert [line.split(" ", 2)[:2] for line in shown] == [
        ["entities/rows.csv:2:1", "TWIN030"],
        ["entities/rows.csv:3:3", "TWIN015"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forEach: {csv: rows.csv}\n", '1:1 TWIN006 "entity" is missing; add the template of the entities'),
        ("forEach: {csv: rows.csv}\nentity: x\n", '2:9 TWIN006 "entity" is "x"; add the template of the entities'),
        ("forEach: {}\nentity: {}\n", '1:10 TWIN006 "csv" is missing; name the CSV file of the rows'),
        ("forEach: rows.csv\nentity: {}\n", '1:10 TWIN006 "csv" is missing; name the CSV file of the rows'),
        (LOOP.replace("as: row", "as: 1"), '1:30 TWIN004 "as" is 1; write text; quote it'),
        (LOOP.replace("as: row", "as: Parameters"), '1:30 TWIN005 "as" is "Parameters", allowed is a word such as row, but not Parameters; change it to what '
         "is allowed"),
        (LOOP.replace("as: row", "as: row, x: 1"), '1:35 TWIN003 "x" is not a known key; use one of: as, csv, decimal, encoding, groupBy, separator, '
         "transliterate, where"),
        (LOOP + "entities: []\n", '5:1 TWIN003 "entities" is not a known key; did you mean "entity"?'),
        (LOOP.replace("rows.csv", "row.csv"), '1:16 TWIN009 CSV file "row.csv" does not exist; create it, or correct its '
         "name"),
        (LOOP.replace("rows.csv", '"a\\0b"'), r'1:16 TWIN009 CSV file "a\x00b" does not exist; create it, or correct its '
         "name"),
    ],
)  # fmt: skip
def test_loop_is_refused_where_it_is_wrong(text: str, expected: str, tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"entities/m.yaml": text, "entities/rows.csv": "id\n1\n"})) == [
        f"entities/m.yaml:{expected}"
    ]


def test_types_cannot_be_stamped_out(tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"component_types/t.yaml": LOOP})) == [
        'component_types/t.yaml:1:1 TWIN003 "forEach" makes entities only; write the component types out'
    ]
