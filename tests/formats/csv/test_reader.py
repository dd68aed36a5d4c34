"""Registers as Excel, building management and asset management systems export them, as definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin_stack.definition import DefinitionError, check, load
from twin_stack.definition.files import read
from twin_stack.definition.format.files import format_paths
from twin_stack.definition.loader import check_files
from twin_stack.formats import csv as kind
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

OPTIONS = ImportOptions(workspace_id="my-twin", client=pytest.fail, progress=lambda _: None)


def imported(folder: Path, content: str | bytes, name: str = "valves.csv") -> tuple[Path, list[str]]:
    """The folder of the definition, and what the import says."""
    source = folder / name
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    twin = kind.import_twin(str(source), OPTIONS)
    target = folder / "definition"
    written = write_definition(twin, target)
    assert [str(finding) for finding in written.findings] == [], "the output passes the check"
    return target, [str(finding).replace(f"{folder}/", "") for finding in sorted(twin.losses)]


def loop(folder: Path, name: str = "valves") -> Any:
    return read(folder / "entities" / f"{name}.yaml")


def types(definition: TwinDefinition, type_id: str) -> dict[str, str]:
    return {
        name: prop.data_type.type if prop.data_type.unit_of_measure is None
        else f"{prop.data_type.type} {prop.data_type.unit_of_measure}"
        for name, prop in definition.component_types[type_id].property_definitions.items()
        if prop.data_type is not None
    }  # fmt: skip


def test_german_excel(tmp_path: Path) -> None:
    text = (
        "Anlagenkennzeichen;Bezeichnung;Hersteller;Nennweite [mm];Druck (bar);Ersatzteil-Nr.;in Betrieb\r\n"
        "10LBA10AA001;Absperrventil Süd;Müller & Co;50;2,5;0017;TRUE\r\n"
        "10LBA10AA002;Regelventil Nord;;80;16,0;0018;FALSE\r\n"
    )
    folder, losses = imported(tmp_path, text.encode("cp1252"))
    assert loop(folder)["forEach"] == {
        "csv": "valves.csv",
        "separator": ";",
        "encoding": "windows-1252",
        "decimal": ",",
        "transliterate": True,
    }
    definition = load(folder)
    assert types(definition, "Valves") == {
        "hersteller": "STRING",
        "nennweite": "INTEGER mm",
        "druck": "DOUBLE bar",
        "ersatzteilNr": "STRING",
        "inBetrieb": "BOOLEAN",
    }
    first = definition.entities["10LBA10AA001"]
    assert first.entity_name == "Absperrventil Sud"
    assert first.components["valves"].properties["hersteller"].value == {"stringValue": "Müller & Co"}
    assert first.components["valves"].properties["druck"].value == {"doubleValue": 2.5}
    assert losses == [
        'valves.csv:2:14 TWIN231 warning: ids and names have no accents: "Absperrventil Süd" becomes '
        '"Absperrventil Sud"; write other ids and names, or leave transliterate: true'
    ]


def test_american_excel_with_a_title_and_unnamed_columns(tmp_path: Path) -> None:
    text = (
        '\ufeffAsset Register,,,,\r\n"Exported 6/1/2024",,,,\r\n'
        'Asset ID,Asset Name,"Capacity (gpm)",,Notes,Notes\r\n'
        'P-101,Feed Pump 1,"250",A,"Rebuilt, see\r\nwork order 77",\r\n'
        "P-102,Feed Pump 2,300,B,,x\r\n"
    )
    folder, losses = imported(tmp_path, text)
    definition = load(folder)
    assert list(definition.entities) == ["P-101", "P-102"]
    assert types(definition, "Valves") == {
        "capacity": "INTEGER gpm",
        "column4": "STRING",
        "notes2": "STRING",
    }
    assert [line.split(" warning: ")[1].split(";")[0] for line in losses] == [
        "lines 1 to 2 are no part of the table, and left out",
        'column 4 has no name, and is called "column 4"',
        'column "Notes" is not imported: a text exceeds 256 characters',
        'column 6 repeats the name "Notes", and is called "Notes 2"',
    ]


def test_asset_management_with_superior_places(tmp_path: Path) -> None:
    text = (
        "Technischer Platz\tBezeichnung\tÜbergeord.TechPlatz\tGewicht\r\n"
        "0001-WERK\tWerk\t\t\r\n"
        "0001-WERK-01\tHalle 1\t0001-WERK\t12,5\r\n"
        "0001-WERK-01-P1\tPumpe 1\t0001-WERK-01\t7\r\n"
        "0001-WERK-02-P1\tPumpe 2\t0001-WERK-02\t7\r\n"
    )
    folder, losses = imported(tmp_path, text.encode("utf-16"))
    definition = load(folder)
    assert {name: entity.parent_entity_id for name, entity in definition.entities.items()} == {
        "0001-WERK": "$ROOT",
        "0001-WERK-01": "0001-WERK",
        "0001-WERK-01-P1": "0001-WERK-01",
        "0001-WERK-02": "$ROOT",
        "0001-WERK-02-P1": "0001-WERK-02",
    }
    assert losses == [
        'valves.csv:5:25 TWIN232 warning: "0001-WERK-02" has no row of its own, and becomes an '
        "entity with that "
        "name; complete them in entities/entities.yaml, or add rows"
    ]


def test_building_management_with_a_row_a_point(tmp_path: Path) -> None:
    text = (
        "Device,Device Description,Object Name,Object Type,Units\n"
        "AHU-1,Air handling unit,SAT,analogInput,degC\n"
        "AHU-1,Air handling unit,SF_CMD,binaryOutput,\n"
        "AHU-1,Air handling unit,RAT,analogInput,degC\n"
        "VAV-7,VAV box,SAT,analogInput,degC\n"
    )
    folder, losses = imported(tmp_path, text, "points.csv")
    assert loop(folder, "points")["forEach"] == {"csv": "points.csv", "groupBy": "Device"}
    definition = load(folder)
    assert {
        name: sorted(entity.components) for name, entity in definition.entities.items()
    } == {"AHU-1": ["RAT", "SAT", "SF_CMD", "points"], "VAV-7": ["SAT", "points"]}  # fmt: skip
    assert types(definition, "PointsRow") == {"objectType": "STRING", "units": "STRING"}
    assert losses == []


def test_limits_with_a_row_a_point_become_properties(tmp_path: Path) -> None:
    text = "unit,name,point,limit\nahu-1,AHU 1,supply,18\nahu-1,,exhaust,26.5\nahu-2,AHU 2,supply,19\n"
    folder, losses = imported(tmp_path, text, "limits.csv")
    definition = load(folder)
    assert types(definition, "Limits") == {"supply": "INTEGER", "exhaust": "DOUBLE"}
    assert set(definition.entities["ahu-1"].components["limits"].properties) == {"supply", "exhaust"}
    assert losses == []


def test_relationships_become_parents_and_lists(tmp_path: Path) -> None:
    text = "from,to,type\nNORTH,,\n23,NORTH,isChildOf\nT-1,23,isChildOf\nT-1,23,flowsTo\nT-1,T-2,flowsTo\n"
    folder, losses = imported(tmp_path, text, "edges.csv")
    definition = load(folder)
    assert {name: entity.parent_entity_id for name, entity in definition.entities.items()} == {
        "T-2": "$ROOT",
        "NORTH": "$ROOT",
        "23": "NORTH",
        "T-1": "23",
    }
    flows = definition.entities["T-1"].components["edges"].properties["flowsTo"].value
    assert flows == {
        "listValue": [{"relationshipValue": {"targetEntityId": target}} for target in ("23", "T-2")]
    }
    assert [line.split()[1] for line in losses] == ["TWIN232"]


def test_column_of_ids_of_other_rows_is_a_relationship(tmp_path: Path) -> None:
    folder, _ = imported(tmp_path, "tag,feeds\nP-1,P-2\nP-2,\n")
    definition = load(folder)
    assert types(definition, "Valves") == {"feeds": "RELATIONSHIP"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "a,b\nx1,y1\nx2,y2\n",
            'valves.csv:1:1 TWIN232 warning: column "a" is taken as the id, and "b" could be it '
            'too; change entityId, '
            "if it is another one",
        ),
        (
            "id,size\nx1,5\nx2,6\nx3,7\nx4,8\nx5,n/a\n",
            'valves.csv:6:4 TWIN232 warning: column "size" is text because of "n/a"; clear or '
            'correct these cells and '
            "declare DOUBLE",
        ),
        (
            "id,parent\nx1,site-9\nx2,site-9\n",
            'valves.csv:1:4 TWIN232 warning: column "parent" may name parents, which have no row '
            'here; import them too, '
            'and write parentEntityId: "${row.parent}"',
        ),
        (
            "id,note\nx1,a b\nx1,a c\nx2,d\n",
            'valves.csv:1:4 TWIN232 warning: rows of one entity differ in "note", and no column '
            'names these rows; add a '
            "column with a name for each row, and use it in forRows",
        ),
        (
            "id,name\nx1,Pump (1)\nx2,Pump 2\n",
            'valves.csv:2:4 TWIN231 warning: column "name" is no entityName: "Pump (1)" is not '
            'allowed as one; correct '
            "the cell and use the column, or leave it as a property",
        ),
    ],
)  # fmt: skip
def test_what_a_person_has_to_decide_is_said_at_its_place(text: str, finding: str, tmp_path: Path) -> None:
    assert imported(tmp_path, text)[1] == [finding]


def test_ids_that_the_service_refuses_are_one_finding_and_one_decision(tmp_path: Path) -> None:
    text = (
        '"Site export"\r\n\r\n"Designation";"Description";"Alarm class"\r\n'
        '"B1\'AHU01\'SaTemp";"Supply air (21)";"2"\r\n"B1\'AHU01\'RaTemp";"Return air (22)";"2"\r\n'
    )
    source = tmp_path / "points.csv"
    source.write_text(text)
    twin = kind.import_twin(str(source), OPTIONS)
    written = write_definition(twin, tmp_path / "definition")
    assert [finding.code for finding in twin.losses] == ["TWIN231", "TWIN232", "TWIN231"]
    assert "\"B1'AHU01'SaTemp\" is not allowed as one" in twin.losses[1].message
    assert [(finding.location.line, finding.code) for finding in written.findings] == [(2, "TWIN012")]
    assert "(U+0027 APOSTROPHE), which ids and names cannot have, as has 1 more cell" in (
        written.findings[0].message
    )


def test_row_with_one_cell_too_many_is_left_to_the_check(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,name\nx1,Boiler 50,000\nx2,Pump\nx3,Fan\n")
    twin = kind.import_twin(str(source), OPTIONS)
    assert twin.losses == []
    written = write_definition(twin, tmp_path / "definition")
    assert [(finding.location.line, finding.code) for finding in written.findings] == [(2, "TWIN030")]


def test_short_ids_get_a_prefix(tmp_path: Path) -> None:
    folder, _ = imported(tmp_path, "nr,name\n1,Valve 1\n2,Valve 2\n")
    assert list(load(folder).entities) == ["valves-1", "valves-2"]


def test_import_is_the_same_when_it_is_run_twice(tmp_path: Path) -> None:
    text = "id;name;size\n01;Büro;2,5\n02;Süd;3\n"
    contents = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        folder, _ = imported(tmp_path / str(number), text)
        contents.append(
            {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        )
    assert contents[0] == contents[1]
    assert contents[0]


@pytest.mark.parametrize("text", ["", "a,b\n", 'a,b\n"x\n'])
def test_file_that_is_no_register_is_refused(text: str, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(text)
    with pytest.raises(DefinitionError):
        kind.import_twin(str(source), OPTIONS)
    definition, findings = check_files(lambda findings: kind.read(source, findings), tmp_path)
    assert definition is None
    assert [finding.code for finding in findings] == ["TWIN030"]


def test_register_is_checked_in_its_own_places(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,size\nx1,#N/A\nx2,5\n")
    _, findings = check_files(lambda findings: kind.read(source, findings), tmp_path)
    assert [str(finding).split(" ", 2)[:2] for finding in findings] == [[f"{source}:2:4", "TWIN191"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='ab1;,.\n"é x-/#=\t\x00', max_size=60))
def test_any_text_becomes_a_definition_or_a_finding(text: str, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(f"id,name,size\n{text}".encode())
    try:
        twin = kind.import_twin(str(source), OPTIONS)
    except DefinitionError as error:
        assert error.findings
    else:
        write_definition(twin, tmp_path / "definition", dry_run=True)


def test_later_export_replaces_the_register(tmp_path: Path) -> None:
    folder, _ = imported(tmp_path, "id;name\n01;Valve 1\n")
    (folder / "entities" / "valves.csv").write_text("id;name\n01;Valve 1\n02;Valve 2\n")
    definition, findings = check(folder)
    assert findings == []
    assert definition is not None
    assert list(definition.entities) == ["01", "02"]


def test_template_has_the_form_of_twin_fmt(tmp_path: Path) -> None:
    text = "from;to;type\nN1;;\nT1;N1;isChildOf\nT1;N1;flowsTo\n"
    folder, _ = imported(tmp_path, text, "edges.csv")
    statuses = {file.path.name: file.status for file in format_paths([folder], check=True)}
    assert statuses["edges.yaml"] == "unchanged"
    assert set(statuses.values()) == {"unchanged"}
