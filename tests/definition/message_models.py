"""A small model with messages and an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write

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
    return finding_lines(write(folder, files))
