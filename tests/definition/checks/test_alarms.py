"""Alarms that cannot work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.message_models import TWIN, TYPES, findings
from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("alarm", "finding"),
    [
        (", property: word", 'TWIN008 key "property" is duplicated'),
        (", below: 0", "TWIN084 both above and below are given"),
        (", alarmTypeId: com.e.S", 'TWIN084 component type "com.e.S" is no alarm type'),
        (", alarmKey: alarm", 'TWIN084 alarm key "alarm" is not allowed'),
        (", hysteresis: -1", "TWIN005"),
    ],
)
def test_alarms_that_cannot_work_are_found(tmp_path: Path, alarm: str, finding: str) -> None:
    (line,) = findings(tmp_path, alarm=alarm)
    assert line.partition(" ")[2].startswith(finding)


def test_alarm_on_what_is_not_in_a_table_of_the_twin_is_found(tmp_path: Path) -> None:
    (line,) = findings(tmp_path, ", connectors: [spare]", reader="spare")
    assert 'TWIN084 no rows of component type "com.e.S" are in a table of the twin' in line
    # Read from SiteWise, and written to the table as well.
    assert findings(tmp_path / "both", ", connectors: [telemetry, plant]", reader="plant") == []
    (line,) = findings(tmp_path / "alone", ", connectors: [plant]", reader="plant")
    assert "or its ingest write there too" in line


def test_wrong_property_of_an_alarm_is_reported_at_the_property(tmp_path: Path) -> None:
    types = TYPES % ("telemetry", "")
    assert finding_lines(
        write(
            tmp_path / "text",
            {
                "twin.yaml": TWIN % "",
                "component_types/t.yaml": types.replace("property: t", "property: word"),
            },
        )
    ) == ['component_types/t.yaml:9:28 TWIN084 property "word" is no time series of numbers; use one of: t']
    assert finding_lines(
        write(
            tmp_path / "unknown",
            {"twin.yaml": TWIN % "", "component_types/t.yaml": types.replace("property: t", "property: tt")},
        )
    ) == [
        'component_types/t.yaml:9:28 TWIN019 component type "com.e.S" has no property "tt"; did you mean "t"?'
    ]


def test_alarm_names_its_type_where_two_could_show_it(tmp_path: Path) -> None:
    second = (
        "com.e.A2: {extendsFrom: [com.amazon.iottwinmaker.alarm.basic], functions: {dataReader: telemetry}}\n"
    )
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", "") + second,
    }
    assert finding_lines(write(tmp_path / "two", files)) == [
        "component_types/t.yaml:9:17 TWIN084 of the component types 2 extend com.amazon.iottwinmaker.alarm.basic, so it is "
        "not clear which shows the alarm; name one in alarmTypeId: com.e.A, com.e.A2"
    ]
    files["component_types/t.yaml"] = TYPES % ("telemetry", ", alarmTypeId: com.e.A2") + second
    assert finding_lines(write(tmp_path / "named", files)) == []


def test_alarm_type_in_an_unreadable_file_is_no_second_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", ", alarmTypeId: com.e.Lost"),
        "component_types/u.yaml": "com.e.Lost: {extendsFrom: [\n",
    }
    assert [line.split()[1] for line in finding_lines(write(tmp_path, files))] == ["TWIN002"]


def test_wrong_key_names_every_key_that_is_written(tmp_path: Path) -> None:
    types = TYPES % ("telemetry", ', alarmKey: "hot/${device}"}, cold: {property: t, below: 0')
    component = "{componentTypeId: com.e.A, properties: {alarm_key: %s}}"
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": types,
        "entities/e.yaml": "m-1:\n  entityName: M1\n  components:\n    s: {componentTypeId: com.e.S}\n"
        f"    a: {component % 'hot/m-1'}\n    b: {component % 'm-2-alarm'}\n    c: {component % 'm-1-alarm'}\n",
    }
    assert finding_lines(write(tmp_path, files)) == [
        'entities/e.yaml:6:59 TWIN085 alarm_key is "m-2-alarm", under which no alarm of "m-1" is written; write hot/m-1 '
        "or m-1-alarm, or change alarmKey of the alarm"
    ]


def test_key_of_an_entity_without_alarms_is_its_own_affair(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", ""),
        "entities/e.yaml": "m-1: {entityName: M1, components: {a: {componentTypeId: com.e.A, properties: {alarm_key: x}}}}\n",
    }
    assert finding_lines(write(tmp_path, files)) == []
