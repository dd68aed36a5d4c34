"""Messages and alarms: each mistake gives its finding, and what is right gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import found, write

if TYPE_CHECKING:
    from pathlib import Path

TWIN = """workspaceId: my-twin
connectors:
  telemetry: {kind: dynamodb}
  archive: {kind: dynamodb, tableName: archive, timeUnit: s}
  spare: {kind: dynamodb, tableName: spare}
  plant: {kind: sitewise, assets: managed}
  weather: {kind: lambda, arn: "arn:aws:lambda:eu-west-1:111122223333:function:weather"}
ingest:
  temps: {topic: a/+/b, deviceId: topic(2), componentTypeId: com.e.S%s}
"""
TYPES = """com.e.A:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.e.S:
  propertyDefinitions:
    t: {dataType: DOUBLE, isTimeSeries: true}
    word: {dataType: STRING, isTimeSeries: true}
  functions: {dataReader: %s}
  alarms: {hot: {property: t, above: 1%s}}
"""


def findings(folder: Path, ingest: str = "", *, reader: str = "telemetry", alarm: str = "") -> list[str]:
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % ingest,
        "component_types/t.yaml": TYPES % (reader, alarm),
    }
    return found(write(folder, files))


@pytest.mark.parametrize(
    "ingest",
    ["", ", connectors: [telemetry, plant]", ", properties: {t: a.b.c}, basicIngest: true, timeUnit: s"],
)
def test_nothing_is_found_when_messages_have_a_place(tmp_path: Path, ingest: str) -> None:
    assert findings(tmp_path, ingest) == []


def test_what_sitewise_computes_is_in_no_message(tmp_path: Path) -> None:
    types = (
        "com.e.M:\n  propertyDefinitions:\n    p: {dataType: DOUBLE, isTimeSeries: true}\n"
        "    mean: {expression: avg(p), window: 5m}\n  functions: {dataReader: plant}\n"
    )
    twin = (
        "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\ningest:\n"
        "  all: {topic: a/+, deviceId: topic(2), componentTypeId: com.e.M%s}\n"
    )
    files: dict[str, str | bytes] = {"component_types/t.yaml": types, "twin.yaml": twin % ""}
    assert found(write(tmp_path / "a", files)) == []

    files["twin.yaml"] = twin % ", properties: {mean: m}"
    assert found(write(tmp_path / "b", files)) == [
        'twin.yaml:5:86 TWIN082 "mean" of "com.e.M" is computed by AWS IoT SiteWise; remove it, no message '
        "carries it"
    ]


@pytest.mark.parametrize(
    ("ingest", "finding"),
    [
        (
            ", connectors: [telemetri]",
            'TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean "telemetry"?',
        ),
        (
            ", connectors: [telemetry, weather]",
            'TWIN082 connector "weather" is a function of your own, whose store is not known; name one of '
            "kind dynamodb or sitewise, or remove it",
        ),
        (
            ", connectors: [archive]",
            'TWIN082 no topic rule can write rows with the keys of connector "archive"; write to a table '
            "keyed by device and milliseconds, or let a function of your own write",
        ),
        (
            ", connectors: [telemetry, spare]",
            'TWIN082 "spare" is a second connector of kind dynamodb, and a rule writes to one of each; make a '
            "second entry of the same topic for it",
        ),
        (
            ", properties: {x: a}",
            'TWIN019 component type "com.e.S" has no time series "x"; use one of: t, word',
        ),
        (
            ", properties: {t: a-b}",
            'TWIN081 member of the message "a-b" is not allowed: 1 to 256 characters, names of letters, digits and '
            '"_", nested ones separated by "."; change it to what is allowed',
        ),
    ],
)
def test_messages_without_a_place_are_found(tmp_path: Path, ingest: str, finding: str) -> None:
    (one,) = findings(tmp_path, ingest)
    assert one.partition(" ")[2] == finding


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
    (one,) = findings(tmp_path, alarm=alarm)
    assert one.partition(" ")[2].startswith(finding)


def test_alarm_on_what_is_not_in_a_table_of_the_twin_is_found(tmp_path: Path) -> None:
    (one,) = findings(tmp_path, ", connectors: [spare]", reader="spare")
    assert 'TWIN084 no rows of component type "com.e.S" are in a table of the twin' in one
    # Read from SiteWise, and written to the table as well.
    assert findings(tmp_path / "both", ", connectors: [telemetry, plant]", reader="plant") == []
    (one,) = findings(tmp_path / "alone", ", connectors: [plant]", reader="plant")
    assert "or its ingest write there too" in one


def test_subtype_has_the_alarms_of_its_parents(tmp_path: Path) -> None:
    from twin_stack.constructs.twin_alarms import evaluated_alarms  # noqa: PLC0415 (starts jsii)
    from twin_stack.definition import load  # noqa: PLC0415

    more = "com.e.T: {extendsFrom: [com.e.S], alarms: {hot: {property: t, above: 5}, cold: {property: t, below: 0}}}\n"
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", "") + more,
    }
    alarms = {one.component_type_id: one for one in evaluated_alarms(load(write(tmp_path, files)))}
    limits = {
        type_id: [(rule.name, rule.above, rule.below) for rule in one.rules]
        for type_id, one in alarms.items()
    }
    assert limits == {"com.e.S": [("hot", 1.0, None)], "com.e.T": [("hot", 5.0, None), ("cold", None, 0.0)]}
