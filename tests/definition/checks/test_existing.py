"""Rules of what exists already; the documentation of each rule has one more example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
TWIN = "workspaceId: plant-1\nconnectors: {telemetry: {kind: dynamodb}}\n"
LIT = "nodes: [{components: [{type: Light, lightType: Ambient, lightSettings: {}}]}]\n"
SILENCE = """
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Sensor:
  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  alarms: {silent: {property: temperature, missingAfterSeconds: 60}}
"""


@pytest.mark.parametrize(
    ("existing", "files", "expected"),
    [
        (
            "  workspace: {}\ntags: {Team: Water}\n",
            {},
            "twin.yaml:4:14 TWIN122 tags are of a new workspace, but plant-1 exists; remove tags",
        ),
        (
            "  workspace: {s3Location: 'arn:aws:s3:::plant'}\nsceneFolder: .\n",
            {"scenes/hall.yaml": LIT},
            "twin.yaml:4:14 TWIN122 scenes at the top of a bucket that exists could replace those of another",
        ),
        (
            "  workspace: {}\n",
            {"scenes/hall.yaml": "nodes: []\n"},
            "twin.yaml:4:14 TWIN122 the definition has scenes, which are uploaded to the workspace's bucket",
        ),
        (
            f"  telemetryTable: {{tableArn: {TABLE}, componentTypeIndex: null,\n"
            f'    streamArn: "{TABLE}/stream/2026-01-31T08:00:00.000"}}\n',
            {"component_types/t.yaml": SILENCE},
            "TWIN122 alarms on missing data find the devices of a type by an index",
        ),
        (
            f"  telemetryTable: {{tableArn: {TABLE.replace('eu-west-1', 'us-east-1')}}}\n"
            '  workspace: {role: "arn:aws:iam::111122223333:role/r"}\n',
            {},
            None,
        ),
    ],
)
def test_what_exists_has_what_the_twin_needs(
    tmp_path: Path, existing: str, files: dict[str, str], expected: str | None
) -> None:
    findings = finding_lines(write(tmp_path, {"twin.yaml": f"{TWIN}existing:\n{existing}", **files}))

    if expected is None:
        assert findings == []
    else:
        (finding,) = findings
        assert expected in finding
