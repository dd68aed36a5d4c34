"""Rules of ``renames``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

TWIN = """workspaceId: my-twin
connectors: {telemetry: {kind: dynamodb}}
ingest:
  temps: {topic: a/+/b, deviceId: topic(2), componentTypeId: com.e.S, basicIngest: true}
"""
TYPES = """com.e.Base:
  propertyDefinitions: {heat: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
com.e.S:
  extendsFrom: [com.e.Base]
  propertyDefinitions: {noise: {dataType: DOUBLE, isTimeSeries: true}}
com.e.Free:
  functions: {dataReader: telemetry, schemaInitializer: telemetry}
"""
ENTITIES = "m-1: {entityName: M 1, components: {s: {componentTypeId: com.e.S}}}\n"
SCENE = "{specVersion: '1.0', version: '1', nodes: [], rootNodeIndexes: []}\n"


def _findings(folder: Path, renames: str, **files: str) -> list[str]:
    written: dict[str, str | bytes] = {
        "twin.yaml": f"{TWIN}renames:\n{renames}",
        "component_types/t.yaml": files.get("types", TYPES),
        "entities/e.yaml": files.get("entities", ENTITIES),
        "scenes/hall.yaml": SCENE,
    }
    return [line.removeprefix("twin.yaml:") for line in finding_lines(write(folder, written))]


def test_every_kind_can_be_renamed(tmp_path: Path) -> None:
    renames = """  entities: {m-0: m-1}
  properties: {com.e.Base: {t: heat}, com.e.S: {n: noise}, com.e.Free: {any: other}}
  componentTypes: {com.e.Old: com.e.S}
  connectors: {history: telemetry}
  ingests: {old: temps}
  scenes: {old-hall: hall}
"""
    assert _findings(tmp_path, renames) == []


def test_new_id_of_each_kind_has_to_be_declared(tmp_path: Path) -> None:
    renames = """  entities: {m-0: m-2}
  components: {m-1: {a: sensor}}
  properties: {com.e.S: {n: nois}}
  componentTypes: {com.e.Old: com.e.T}
  ingests: {old: temp}
  scenes: {old-hall: halls}
"""
    assert [line.split(" TWIN100 ")[1] for line in _findings(tmp_path, renames)] == [
        'new id "m-2" of entity "m-0" is not declared; did you mean "m-1"?',
        'new id "sensor" of component "a" is not declared; use one of: s',
        'new id "nois" of property "n" is not declared; did you mean "noise"?',
        'new id "com.e.T" of component type "com.e.Old" is not declared; use one of: com.e.Base, com.e.Free, com.e.S',
        'new id "temp" of ingest "old" is not declared; did you mean "temps"?',
        'new id "halls" of scene "old-hall" is not declared; did you mean "hall"?',
    ]


def test_old_id_of_each_kind_may_not_be_declared(tmp_path: Path) -> None:
    renames = """  entities: {m-1: m-1x, m-1x: m-2}
  properties: {com.e.S: {heat: noise}}
  componentTypes: {com.e.Base: com.e.S}
"""
    entities = "{m-1: {entityName: M1}, m-2: {entityName: M2, components: {s: {componentTypeId: com.e.S}}}}\n"
    assert [line.split(", ")[0] for line in _findings(tmp_path, renames, entities=entities)] == [
        '6:14 TWIN101 entity "m-1" is still declared',
        '7:26 TWIN101 property "heat" is still declared',
        '8:20 TWIN101 component type "com.e.Base" is still declared',
    ]


def test_old_name_of_a_property_may_not_be_one_of_a_type_below(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, "  properties: {com.e.Base: {noise: heat}}\n")
    assert finding == (
        '6:29 TWIN101 component type "com.e.S" extends "com.e.Base" and declares property "noise", so it was '
        'not renamed to "heat"; remove this entry, or remove or rename what has the old id'
    )


def test_entries_of_an_entity_or_type_have_its_present_id(tmp_path: Path) -> None:
    renames = """  entities: {m-0: m-1}
  components: {m-0: {a: s}}
  properties: {com.e.Nothing: {a: b}}
"""
    assert _findings(tmp_path, renames) == [
        '7:16 TWIN100 entity "m-0" of these components is not declared; it was renamed: write its present '
        'id, "m-1"',
        '8:16 TWIN100 component type "com.e.Nothing" of these properties is not declared; use one of: '
        "com.e.Base, com.e.Free, com.e.S",
    ]


def test_property_has_one_former_name_at_a_time_over_the_types_that_it_is_inherited_from(
    tmp_path: Path,
) -> None:
    renames = "  properties: {com.e.Base: {t: heat}, com.e.S: {temp: heat}}\n"
    (finding,) = _findings(tmp_path, renames)
    assert 'TWIN102 property "heat" has two old ids, "t" and "temp"' in finding


def test_circle_is_one_finding(tmp_path: Path) -> None:
    for renames in ("{m-1: m-2, m-2: m-1}", "{m-2: m-3, m-3: m-2}", "{m-1: m-1}"):
        (finding,) = _findings(tmp_path, f"  entities: {renames}\n")
        assert "TWIN103 these entries lead in a circle" in finding


def test_attribute_of_a_type_below_may_not_be_the_former_name(tmp_path: Path) -> None:
    types = TYPES.replace(
        "{noise: {dataType: DOUBLE, isTimeSeries: true}}",
        "{noise: {dataType: {type: DOUBLE}, isTimeSeries: true, configuration: {attribute: t}}}",
    )
    (finding,) = _findings(tmp_path, "  properties: {com.e.Base: {t: heat}}\n", types=types)
    assert 'TWIN105 rows have values of "heat" in attribute "t"' in finding


def test_unknown_kind_is_refused(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, "  entity: {m-0: m-1}\n")
    assert finding == '6:3 TWIN003 "entity" is not a known key; did you mean "entities"?'


def test_entries_of_what_has_mistakes_are_not_reported(tmp_path: Path) -> None:
    entities = "m-1: {entityName: 1, components: {s: {componentTypeId: com.e.S}}}\n"
    (finding,) = _findings(tmp_path, "  components: {m-1: {a: other}}\n", entities=entities)
    assert "TWIN004" in finding
