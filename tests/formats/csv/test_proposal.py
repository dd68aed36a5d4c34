"""The template and the types that are proposed for a register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.definition.csv_cells import CsvCell
from twin_stack.definition.findings import Location
from twin_stack.formats.csv.proposal import Proposal, propose
from twin_stack.formats.csv.register import Column, Register

if TYPE_CHECKING:
    from twin_stack.definition.findings import Finding

FILE = Path("pumps.csv")


def proposal(text: str, name: str = "pumps") -> tuple[Proposal, list[str]]:
    """The proposal for a table, whose cells have no commas, and what it reports."""
    header, *rows = [line.split(",") for line in text.split("\n")]
    columns = tuple(
        Column(
            title,
            Location(FILE, 1, number + 1),
            tuple(CsvCell(row[number], line, number + 1) for line, row in enumerate(rows, 2)),
        )
        for number, title in enumerate(header)
    )
    losses: list[Finding] = []
    result = propose(Register(FILE, columns, ",", None, b""), name, losses)
    return result, [f"{loss.location.line}:{loss.location.column} {loss.message}" for loss in losses]


def test_columns_of_a_row_become_properties_of_one_component() -> None:
    result, losses = proposal("id,name,size\np-1,Pump 1,5\np-2,Pump 2,7", name="feed pumps")
    assert result == Proposal(
        for_each={},
        entity={
            "entityId": "${row.id}",
            "entityName": "${row.name}",
            "components": {
                "feedPumps": {"componentTypeId": "FeedPumps", "properties": {"size": "${row.size}"}}
            },
        },
        component_types=[{"componentTypeId": "FeedPumps", "propertyDefinitions": {"size": "INTEGER"}}],
        others=[],
    )
    assert losses == []


def test_ids_alone_need_no_component() -> None:
    result, losses = proposal("id\np-1\np-2")
    assert result == Proposal(entity={"entityId": "${row.id}", "entityName": "${row.id}"})
    assert losses == []


@pytest.mark.parametrize(
    ("text", "entity_id", "loss"),
    [
        ("size,tag\n1,p-1\n2,p-2", "${row.tag}", None),
        ("room,size\nr-1,5 m\nr-2,5 m", "${row.room}", None),
        ("a,b\nx1,y1\nx2,y2", "${row.a}", '1:1 column "a" is taken as the id, and "b" could be it too'),
        ("a\nx1\nx1", "${row.a}", '1:1 no column has another id in each row; "a" is taken'),
        ("id\np/1\np-2", "${row.id}", '2:1 column "id" is taken as the id, and "p/1" is not allowed as one'),
        ("id\n1\n2", "pumps-${row.id}", None),
    ],
    ids=["by its name", "by its texts", "one of two", "none", "refused", "too short"],
)
def test_id_is_the_column_that_names_each_row(text: str, entity_id: str, loss: str | None) -> None:
    result, losses = proposal(text)
    assert result.entity["entityId"] == entity_id
    assert losses == ([] if loss is None else [loss])


def test_column_of_ids_of_most_rows_is_the_parent_and_the_others_become_entities() -> None:
    result, losses = proposal("id,parent\np-1,hall-1\np-2,p-1\np-3,p-1\np-4,Süd")
    assert result.entity["parentEntityId"] == "${row.parent}"
    assert result.others == [
        {"entityId": "hall-1", "entityName": "hall-1"},
        {"entityId": "Sud", "entityName": "Sud"},
    ]
    assert result.for_each == {"transliterate": True}
    assert losses == [
        '2:2 "hall-1" has no row of its own, as have 1 more, and becomes an entity with that name',
        '5:2 ids and names have no accents: "Süd" becomes "Sud"',
    ]


def test_parents_that_have_no_rows_are_left_to_a_person() -> None:
    result, losses = proposal("id,parent\np-1,hall-1\np-2,hall-1\np-3,p-1")
    assert "parentEntityId" not in result.entity
    assert losses == ['1:2 column "parent" may name parents, which have no row here']


def test_rows_of_relationships_become_a_parent_and_lists_of_targets() -> None:
    result, _ = proposal("from,to,type\nn-1,n-2,isPartOf\nn-2,n-1,flows to\nn-2,n-1,controls")
    assert result.for_each == {"groupBy": "from"}
    assert result.entity["forRows"] == {"where": {"type": "isPartOf"}, "parentEntityId": "${row.to}"}
    properties = result.entity["components"]["pumps"]["properties"]
    assert properties == {
        "flowsTo": [{"forRows": {"where": {"type": "flows to"}, "targetEntityId": "${row.to}"}}],
        "controls": [{"forRows": {"where": {"type": "controls"}, "targetEntityId": "${row.to}"}}],
    }
    (own,) = result.component_types
    assert own["propertyDefinitions"]["flowsTo"] == {
        "dataType": {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}}
    }


def test_column_of_ids_of_other_rows_is_a_relationship() -> None:
    result, _ = proposal("id,feeds,size\np-1,p-2,5\np-2,,7")
    assert result.component_types[0]["propertyDefinitions"] == {"feeds": "RELATIONSHIP", "size": "INTEGER"}


def test_rows_of_one_entity_with_values_become_properties_by_their_names() -> None:
    result, losses = proposal("id,point,value\na-1,temp,5\na-1,fan,true\na-2,temp,2.5")
    assert result.for_each == {"groupBy": "id"}
    assert result.entity["components"]["pumps"]["properties"] == {"forRows": {"${row.point}": "${row.value}"}}
    assert result.component_types[0]["propertyDefinitions"] == {"temp": "DOUBLE", "fan": "BOOLEAN"}
    assert losses == []


def test_rows_of_one_entity_with_several_columns_become_components() -> None:
    result, _ = proposal("id,floor,point,unit,limit\na-1,2,temp,C,5\na-1,2,fan,rpm,7")
    assert result.entity["components"] == {
        "pumps": {"componentTypeId": "Pumps", "properties": {"floor": "${row.floor}"}},
        "forRows": {
            "${row.point}": {
                "componentTypeId": "PumpsRow",
                "properties": {"unit": "${row.unit}", "limit": "${row.limit}"},
            }
        },
    }
    assert [own["componentTypeId"] for own in result.component_types] == ["Pumps", "PumpsRow"]


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("id,a\nx1,\nx2,", '1:2 column "a" is not imported: it is empty'),
        (f"id,a\nx1,{'y' * 257}\nx2,z", '1:2 column "a" is not imported: a text exceeds 256 characters'),
        ("id,a\nx1,1\nx2,2\nx3,3\nx4,?", '5:2 column "a" is text because of "?"'),
        (
            "id,name\nx1,Pump (1)\nx2,P 2",
            '2:2 column "name" is no entityName: "Pump (1)" is not allowed as one',
        ),
        (
            "id,note\nx1,a b\nx1,a c\nx2,d",
            '1:2 rows of one entity differ in "note", and no column names these rows',
        ),
    ],
)
def test_what_is_left_out_or_doubtful_is_reported_at_its_cell(text: str, loss: str) -> None:
    assert proposal(text)[1] == [loss]


def test_comma_in_numbers_is_the_decimal_mark_of_the_file() -> None:
    columns = (
        Column("id", Location(FILE, 1, 1), (CsvCell("p-1", 2, 1),)),
        Column("size", Location(FILE, 1, 4), (CsvCell("2,5", 2, 5),)),
    )
    result = propose(Register(FILE, columns, ";", None, b""), "12", [])
    assert result.for_each == {"decimal": ","}
    assert result.component_types == [{"componentTypeId": "12", "propertyDefinitions": {"size": "DOUBLE"}}]
