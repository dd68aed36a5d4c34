"""Entries of ``renames`` without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

TWIN = """workspaceId: my-twin
connectors:
  telemetry: {kind: dynamodb}
  archive: {kind: dynamodb, tableName: archive}
  plant: {kind: sitewise, assets: managed}
  historian: {kind: sitewise}
  weather: {kind: lambda, arn: "arn:aws:lambda:eu-west-1:111122223333:function:weather"}
ingest:
  temps: {topic: a/+/b, deviceId: topic(2), componentTypeId: com.e.Rows}
  basic: {topic: c/+/d, deviceId: topic(2), componentTypeId: com.e.Archive, basicIngest: true}
renames:
"""
TYPES = """com.e.Rows:
  propertyDefinitions:
    id: {dataType: STRING, isExternalId: true}
    model: STRING
    t: {dataType: DOUBLE, isTimeSeries: true}
    u: {dataType: {type: DOUBLE}, isTimeSeries: true, configuration: {attribute: uu}}
  functions: {dataReader: telemetry}
com.e.Archive:
  propertyDefinitions: {t: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: archive}
com.e.Asset:
  propertyDefinitions: {t: {dataType: DOUBLE, isTimeSeries: true}, name: STRING}
  functions: {dataReader: plant}
com.e.Weather:
  propertyDefinitions: {t: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: weather}
"""
ENTITIES = """rows: {entityName: Rows, components: {c: {componentTypeId: com.e.Rows}}}
device: {entityName: Device, components: {c: {componentTypeId: com.e.Rows, properties: {id: D1}}}}
asset: {entityName: Asset, components: {c: {componentTypeId: com.e.Asset}}}
weather: {entityName: Weather, components: {c: {componentTypeId: com.e.Weather}}}
empty: {entityName: Empty}
"""


def _findings(folder: Path, renames: str) -> list[str]:
    files: dict[str, str | bytes] = {
        "twin.yaml": f"{TWIN}  {renames}\n",
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES,
    }
    return finding_lines(write(folder, files))


@pytest.mark.parametrize(
    "renames",
    [
        "entities: {old: rows}",
        "entities: {old: older, older: rows}",
        "entities: {old: asset}",
        "properties: {com.e.Rows: {old: t}}",
        "properties: {com.e.Rows: {old: u}}",
        "properties: {com.e.Archive: {old: t}}",
        "properties: {com.e.Asset: {old: t, older: name}}",
        "componentTypes: {com.e.Old: com.e.Rows}",
        "componentTypes: {com.e.Old: com.e.Asset}",
        "connectors: {old: telemetry}",
        "connectors: {old: historian}",
        "ingests: {old: basic}",
    ],
)
def test_entry_that_may_find_history_is_never_reported(tmp_path: Path, renames: str) -> None:
    assert _findings(tmp_path, renames) == []


@pytest.mark.parametrize(
    ("renames", "label"),
    [
        ("entities: {old: device}", 'entity "device": no component of it has history'),
        ("entities: {old: weather}", 'entity "weather": no component of it has history'),
        ("entities: {old: older, older: empty}", 'entity "empty": no component of it has history'),
        ("components: {rows: {old: c}}", 'component "c": neither rows nor assets have names of'),
        ("components: {asset: {old: c}}", 'component "c": neither rows nor assets have names of'),
        ("properties: {com.e.Rows: {old: model}}", 'property "model": no store that the twin reads'),
        ("properties: {com.e.Rows: {uu: u}}", 'property "u": no store that the twin reads'),
        ("properties: {com.e.Weather: {old: t}}", 'property "t": no store that the twin reads'),
        ("componentTypes: {com.e.Old: com.e.Archive}", 'component type "com.e.Archive": no store'),
        ("componentTypes: {com.e.Old: com.e.Weather}", 'component type "com.e.Weather": no store'),
        ("connectors: {old: weather}", 'connector "weather": the twin creates no function for it'),
        ("ingests: {old: temps}", 'ingest "temps": it has no basicIngest'),
    ],
)
def test_entry_that_can_find_nothing_is_a_warning(tmp_path: Path, renames: str, label: str) -> None:
    findings = _findings(tmp_path, renames)
    assert findings
    for finding in findings:
        assert f"TWIN104 warning: this entry has no effect on {label}" in finding
        assert finding.endswith("; remove it")
