"""Registers as Excel, building management and asset management systems export them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from twin_stack.definition import Entity

DOC = Path(__file__).parents[2] / "docs" / "definition.md"

VALVE = """
com.example.Valve:
  propertyDefinitions: {tag: STRING, size: DOUBLE, isOpen: BOOLEAN, stock: INTEGER}
"""
ROW = """
forEach: {csv: rows.csv%s}
entity:
  entityId: 'valve-${row.id}'
  entityName: '${row.name}'
  components:
    valve: {componentTypeId: com.example.Valve, properties: {tag: '${row.tag}', size: '${row.size}'}}
"""


def model(folder: Path, rows: str | bytes, options: str = "") -> Path:
    return write(
        folder,
        {"component_types/t.yaml": VALVE, "entities/e.yaml": ROW % options, "entities/rows.csv": rows},
    )


def values(folder: Path) -> list[tuple[str, dict[str, object]]]:
    return [
        (
            entity.entity_name,
            {name: prop.value for name, prop in entity.components["valve"].properties.items()},
        )
        for entity in load(folder).entities.values()
    ]


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ("id;name;tag;size\n01;Valve 1;V-01;2,5\n", ', separator: ";", decimal: ","'),
        (
            "sep=;\r\nid;name;tag;size\r\n01;Valve 1;V-01;2.5\r\n".encode("cp1252"),
            ", encoding: windows-1252",
        ),
        (
            "id\tname\ttag\tsize\r\n01\tValve 1\tV-01\t2.5\r\n".encode("utf-16"),
            r', encoding: utf-16, separator: "\t"',
        ),
        ('\ufeff"id","name","tag","size",""\r\n"01","Valve 1","V-01","2.5",""\r\n', ""),
    ],
    ids=["German Excel", "sep line", "Unicode text", "quoted, with a byte order mark"],
)
def test_register_is_read_as_it_was_exported(rows: str | bytes, options: str, tmp_path: Path) -> None:
    tag_and_size = {"tag": {"stringValue": "V-01"}, "size": {"doubleValue": 2.5}}
    assert values(model(tmp_path, rows, options)) == [("Valve 1", tag_and_size)]


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ("id;name;tag;size\n01;A 1;V-01;2.5\n", '1:1 TWIN190 columns are separated by ";", not ","; add separator: ";"'),
        ('id,name,tag,size\n01,A 1,V-01,"2,5"\n02,A 2,V-02,"3,5"\n03,A 3,V-03,4\n',
         '2:13 TWIN021 value "2,5" is text, its type is DOUBLE, as is 1 more cell of column "size" (line 3); write 2.5, '
         'or add decimal: ","'),
        ("id,name,tag,size\n01,A 1,V-01,n/a\n02,A 2,V-02,-\n03,A 3,V-03,-\n",
         '2:13 TWIN021 value "n/a" is text, its type is DOUBLE, as are 2 more cells of column "size" (line 3, 4); clear '
         "the cell where there is no value"),
        ("id,name,tag,size\n01,#N/A,V-01,2\n02,#REF!,V-02,3\n03,A 3,V-03,4\n",
         '2:4 TWIN191 "#N/A" is an error value of a spreadsheet, as is 1 more cell of column "name" (line 3); correct its '
         "formula there, or clear the cell"),
        ("id,name,tag,size\n01,A 1,V-01,#N/A\n",
         '2:13 TWIN191 "#N/A" is an error value of a spreadsheet; correct its formula there, or clear the cell'),
        ('id,name,tag,size\n01,A 1,="007",2\n',
         '2:8 TWIN191 "="007"" is a formula of a spreadsheet; write 007'),
        ("id,name,tag,size\n1.23E+11,A 1,V-01,2\n1.23E+11,A 2,V-02,2\n",
         '2:1 TWIN191 "1.23E+11" is a long number that a spreadsheet shortened, as is 1 more cell of column "id" (line 3); '
         'give the column the format "Text" and enter all digits'),
        ("id,name,tag,size\n01,A 1,'007,2\n02,A 2,'008,2\n",
         "2:8 TWIN191 warning: \"'007\" is a text with the apostrophe that a spreadsheet puts before it, as is 1 more cell "
         'of column "tag" (line 3); write 007'),
        ("id,name,tag,size\n01,A 1,1.23E+11,2\n02,A 2,4.5E+12,1.5E+12\n",
         '2:8 TWIN191 warning: "1.23E+11" is a long number that a spreadsheet shortened, as is 1 more cell of column "tag" '
         '(line 3); give the column the format "Text" and enter all digits'),
        ("id,name,tag,size\n01,A 1,1-Mar,2\n02,A 2,V-02,2\n03,A 3,V-03,2\n",
         '2:8 TWIN191 warning: "1-Mar" is a date that a spreadsheet may have made of a code; give the column the format '
         '"Text" and enter the code again'),
        ("id,name,tag,size\n01,A 1,V\u00a001,2\n",
         '2:8 TWIN191 warning: "V\\xa001" has a no-break space (U+00A0); write a space, or remove it'),
        ("id,name,tag,size\n01,A\u00a01,V-01,2\n",
         '2:4 TWIN191 "A\\xa01" has a no-break space (U+00A0); write a space, or remove it'),
        ("id,name,tag,size\n01,A 1,BÃ¼ro,2\n",
         '2:8 TWIN191 warning: "BÃ¼ro" is UTF-8 that was read as Windows-1252; write "Büro", and open the file as UTF-8'),
        ("id,name,tag,size\n01,Büro,V-01,2\n02,Süd,V-02,2\n03,Nord,V-03,2\n",
         '2:4 TWIN012 "Büro" has "ü" (U+00FC LATIN SMALL LETTER U WITH DIAERESIS), which ids and names cannot have, as has 1 '
         'more cell of column "name" (line 3); rename them, or add transliterate: true to forEach, which writes "Buro"'),
        ("id,name,tag,size\n01,Büro,V-01,2\n",
         '2:4 TWIN012 entity name "Büro" is not allowed, it has "ü" (U+00FC LATIN SMALL LETTER U WITH DIAERESIS): 2 to 256 '
         'characters, letters a-z without accents, digits, "-" and "_", "." and spaces, ending with a letter or digit; '
         'write "Buro", or add transliterate: true to forEach'),
        ('id,name,tag,size\n01,A 1,"V\n01",2\n',
         '2:8 TWIN021 value "V\\n01" is not allowed: 1 to 256 characters, in one line; shorten it, or leave the property '
         "out where it is empty"),
        ("id,name,tag,size\n01,A 1,V-01,2\n01,A 2,V-02,3\n01,A 3,V-03,3\n02,B 1,V-04,1\n02,B 1,V-05,1\n",
         '3:1 TWIN010 each row makes an entity, and 3 rows have "01", in line 2, 3, 4; 1 more ids are repeated; add '
         "groupBy: id to make one entity of these rows, or make the ids differ"),
    ],
)  # fmt: skip
def test_fault_of_a_register_is_one_finding_in_the_csv_file(rows: str, finding: str, tmp_path: Path) -> None:
    assert finding_lines(model(tmp_path, rows)) == [f"entities/rows.csv:{finding}"]


@pytest.mark.parametrize(
    "rows",
    [
        "id,name,tag,size,note\n01,A 1,V-01,2,#N/A\n",
        "id,name,tag,size\n01,A 1,1-Mar,2\n02,A 2,2-Mar,2\n",
        "id,name,tag,size\n01,A 1,V-01,1.5E+3\n",
        "id,name,tag,size\n01,A 1,'s-Hertogenbosch,2\n",
        "id,name,tag,size\n01,A 1,Büro 会議室,2\n",
        "id,name,tag,size\n01,A 1,#1,2\n",
        'id,name,tag,size\n01,A 1,"2,5",2\n',
    ],
    ids=["unused column", "column of dates", "large number", "apostrophe of a name", "letters in a value",
         "number sign", "comma in a text"],
)  # fmt: skip
def test_what_a_register_may_hold_is_no_finding(rows: str, tmp_path: Path) -> None:
    assert finding_lines(model(tmp_path, rows)) == []


def test_accents_are_removed_from_ids_and_names_alone_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = model(tmp_path, "id,name,tag,size\nä1,Büro Süd,Straße,2\n", ", transliterate: true")
    (entity,) = load(folder).entities.values()
    assert (entity.entity_id, entity.entity_name) == ("valve-a1", "Buro Sud")
    assert entity.components["valve"].properties["tag"].value == {"stringValue": "Straße"}


def test_character_without_a_plain_form_is_still_named(tmp_path: Path) -> None:
    folder = model(tmp_path, "id,name,tag,size\n01,会議室101,V-01,2\n", ", transliterate: true")
    (finding,) = finding_lines(folder)
    assert finding.startswith(
        'entities/rows.csv:2:4 TWIN012 entity name "会議室101" is not allowed, it has "会" (U+4F1A CJK UNIFIED '
        'IDEOGRAPH-4F1A), "議" (U+8B70 CJK UNIFIED IDEOGRAPH-8B70) and 1 more: '
    )
    assert finding.endswith("; rename it")


GRAPH = """
com.example.Item:
  propertyDefinitions:
    feeds: {dataType: {type: LIST, nestedType: RELATIONSHIP}}
    controls: {dataType: RELATIONSHIP}
com.example.Ahu:
  propertyDefinitions: {supply: DOUBLE, exhaust: DOUBLE, maker: STRING}
com.example.Fan: {propertyDefinitions: {power: DOUBLE}}
com.example.Filter: {propertyDefinitions: {power: DOUBLE}}
"""


def gathered(folder: Path, template: str, rows: str) -> dict[str, Entity]:
    files = {"component_types/t.yaml": GRAPH, "entities/e.yaml": template, "entities/rows.csv": rows}
    return dict(load(write(folder, files)).entities)


def test_register_of_points_becomes_a_property_a_row(tmp_path: Path) -> None:
    template = """
forEach: {csv: rows.csv, groupBy: ahu}
entity:
  entityId: '${row.ahu}'
  entityName: '${row.name}'
  components:
    points:
      componentTypeId: com.example.Ahu
      properties:
        maker: Acme
        forRows: {'${row.point}': '${row.limit}'}
"""
    rows = "ahu,name,point,limit\nahu-1,AHU 1,supply,18\nahu-2,AHU 2,supply,19\nahu-1,,exhaust,22\n"
    entities = gathered(tmp_path, template, rows)
    assert {
        entity_id: {
            name: prop.value for name, prop in entity.components["points"].properties.items()
        }
        for entity_id, entity in entities.items()
    } == {
        "ahu-1": {
            "maker": {"stringValue": "Acme"},
            "supply": {"doubleValue": 18.0},
            "exhaust": {"doubleValue": 22.0},
        },
        "ahu-2": {"maker": {"stringValue": "Acme"}, "supply": {"doubleValue": 19.0}},
    }  # fmt: skip


EDGES = """
forEach: {csv: rows.csv, groupBy: from}
entity:
  entityId: '${row.from}'
  entityName: '${row.from}'
  forRows: {where: {type: isChildOf}, parentEntityId: '${row.to}'}
  components:
    item:
      componentTypeId: com.example.Item
      properties:
        feeds:
          - forRows: {where: {type: flowsTo}, targetEntityId: '${row.to}'}
"""


def test_register_of_relationships_becomes_parents_and_lists(tmp_path: Path) -> None:
    rows = "from,to,type\nNORTH,,\n23,NORTH,isChildOf\nTT-9A,23,isChildOf\nTT-9A,23,flowsTo\nTT-9A,NORTH,flowsTo\n"
    entities = gathered(tmp_path, EDGES, rows)
    assert {name: entity.parent_entity_id for name, entity in entities.items()} == {
        "NORTH": "$ROOT",
        "23": "NORTH",
        "TT-9A": "23",
    }
    feeds = {
        name: [target["relationshipValue"]["targetEntityId"] for target in prop.value["listValue"]]
        for name, entity in entities.items()
        for prop in entity.components["item"].properties.values()
    }
    assert feeds == {"TT-9A": ["23", "NORTH"]}, "an entity without such rows has no such property"


def test_list_of_bare_values_has_one_a_row(tmp_path: Path) -> None:
    template = EDGES.replace("{where: {type: flowsTo}, targetEntityId: '${row.to}'}", "'${row.to}'")
    entities = gathered(tmp_path, template, "from,to,type\nT1,T2,x\nT1,,x\nT1,T1,x\nT2,,isChildOf\n")
    value = entities["T1"].components["item"].properties["feeds"].value
    assert value == {
        "listValue": [{"relationshipValue": {"targetEntityId": target}} for target in ("T2", "T1")]
    }
    assert entities["T2"].components["item"].properties == {}


def test_register_of_components_and_levels_is_nested(tmp_path: Path) -> None:
    template = """
forEach: {csv: rows.csv, groupBy: building}
entity:
  entityId: '${row.building}'
  entityName: '${row.building}'
  children:
    forRows:
      groupBy: unit
      '${row.unit}':
        entityName: '${row.unit}'
        components:
          forRows:
            '${row.part}': {componentTypeId: 'com.example.${row.kind}', properties: {power: '${row.power}'}}
"""
    rows = (
        "building,unit,part,kind,power\n"
        "B1,U1,fan,Fan,2\nB1,U1,filter,Filter,\nB1,U2,fan,Fan,3\nB2,U3,fan,Fan,4\n"
    )
    entities = gathered(tmp_path, template, rows)
    assert {
        name: (entity.parent_entity_id, [component.component_type_id for component in entity.components.values()])
        for name, entity in entities.items()
    } == {
        "B1": ("$ROOT", []),
        "U1": ("B1", ["com.example.Fan", "com.example.Filter"]),
        "U2": ("B1", ["com.example.Fan"]),
        "B2": ("$ROOT", []),
        "U3": ("B2", ["com.example.Fan"]),
    }  # fmt: skip


def test_where_takes_rows_by_one_or_several_texts(tmp_path: Path) -> None:
    template = """
forEach: {csv: rows.csv, where: {status: [active, planned], floor: 1}}
entity: {entityId: '${row.id}', entityName: '${row.id}'}
"""
    rows = "id,status,floor\nm-1,active,1\nm-2,removed,1\nm-3,planned,1\nm-4,active,2\n"
    assert list(gathered(tmp_path, template, rows)) == ["m-1", "m-3"]


@pytest.mark.parametrize(
    ("template", "rows", "finding"),
    [
        (EDGES, "from,to,type\nN1,,isChildOf\nT1,N1,isChildOf\nT1,N1,isChildOf\nN1,T1,flowsTo\n",
         'rows.csv:4:4 TWIN008 key "parentEntityId" is duplicated; use columns or rows that differ'),
        (EDGES.replace("groupBy: from", "groupBy: form"), "from,to,type\nN1,,isChildOf\nN1,N1,flowsTo\n",
         'e.yaml:2:35 TWIN031 "form" is not a column; did you mean "from"?'),
        (EDGES.replace("type: flowsTo", "typ: flowsTo"), "from,to,type\nN1,,isChildOf\n",
         'e.yaml:12:31 TWIN031 "typ" is not a column; did you mean "type"?'),
        (EDGES, "from,to,type\nN1,,isChildOf\nT1,N1,isChildOf\nT1,N1,flowTo\n",
         'e.yaml:12:37 TWIN192 warning: no row has "flowsTo" in column "type"; did you mean "flowTo"?'),
        (EDGES, "from,to,type\nN1,,isChildOf\n,N1,flowsTo\nN1,N1,flowsTo\n,N1,flowsTo\n",
         'rows.csv:3:1 TWIN193 column "from" is empty in line 3, 5, and rows are grouped by it; write it in each row, also '
         "where the spreadsheet has merged cells, or filter with where"),
        (EDGES.replace("entityName: '${row.from}'", "entityName: '${row.to}'"),
         "from,to,type\nN1,N1,flowsTo\nN1,N2,flowsTo\nN2,N1,isChildOf\n",
         'rows.csv:3:4 TWIN193 column "to" is "N2", and "N1" in line 2 of the same group; write the same in each row of the '
         "group, or use the column in forRows"),
        (EDGES.replace("{where: {type: isChildOf}, parentEntityId: '${row.to}'}", "parent"),
         "from,to,type\nN1,N1,flowsTo\n",
         'e.yaml:6:12 TWIN004 "forRows" is "parent"; write a mapping of the members that are repeated for each row'),
        (EDGES.replace("groupBy: from", "groupBy: []"), "from,to,type\nN1,N1,flowsTo\n", 'e.yaml:2:35 TWIN005 "groupBy" is a list: list should have at least 1 item after validation, not 0; change it to what '
         "is allowed"),
        (EDGES.replace("where: {type: flowsTo}", "where: 5"), "from,to,type\nN1,,isChildOf\n",
         'e.yaml:12:30 TWIN004 "where" is 5; write a mapping'),
    ],
)  # fmt: skip
def test_mistake_of_a_group_is_one_finding(template: str, rows: str, finding: str, tmp_path: Path) -> None:
    files = {"component_types/t.yaml": GRAPH, "entities/e.yaml": template, "entities/rows.csv": rows}
    assert finding_lines(write(tmp_path, files)) == [f"entities/{finding}"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "units",
            {
                "ahu-1": {
                    "limits": {"supply": {"doubleValue": 18.0}, "exhaust": {"doubleValue": 26.5}}
                },
                "ahu-2": {"limits": {"supply": {"doubleValue": 19.0}}},
            },
        ),
        (
            "plant",
            {
                "plant": {"piping": {}},
                "tank-1": {"piping": {}},
                "mixer-1": {
                    "piping": {"feeds": {"listValue": [{"relationshipValue": {"targetEntityId": "tank-1"}}]}}
                },
            },
        ),
        (
            "parts",
            {
                "line-1": {
                    "Pumpe": {"power": {"doubleValue": 2.5}},
                    "Ruhrer": {"power": {"doubleValue": 0.75}},
                },
                "line-2": {"Pumpe": {"power": {"doubleValue": 3.0}}},
            },
        ),
    ],
)  # fmt: skip
def test_documented_register_becomes_entities(name: str, expected: object, tmp_path: Path) -> None:
    page = DOC.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(?:yaml|csv)\n# (\S+/\S+)\n(.*?)```", page, re.DOTALL))
    types, template = "component_types/registers.yaml", blocks[f"entities/{name}.yaml"]
    (table,) = re.findall(r"csv: (\w+\.csv)", template)
    files = {f"entities/{name}.yaml": template, f"entities/{table}": blocks[f"entities/{table}"]}
    entities = load(write(tmp_path, {types: blocks[types], **files})).entities
    assert {
        entity_id: {
            component_name: {
                property_name: prop.value for property_name, prop in component.properties.items()
            }
            for component_name, component in entity.components.items()
        }
        for entity_id, entity in entities.items()
    } == expected
