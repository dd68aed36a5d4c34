"""Functions of several regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = "arn:aws:lambda:%s:111122223333:function:reader"
TWIN = f"workspaceId: my-twin\nconnectors: {{plant: {{kind: lambda, arn: {FUNCTION}}}}}\n"
TYPES = (
    "com.e.Sensor:\n  propertyDefinitions: {t: {dataType: DOUBLE, isTimeSeries: true}}\n"
    f"  functions: {{dataReader: {{implementedBy: {{lambda: {{arn: {FUNCTION}}}}}}}}}\n"
)


def test_function_of_a_component_type_is_compared_as_well(tmp_path: Path) -> None:
    for name, region, count in (("same", "eu-west-1", 0), ("other", "us-east-1", 1)):
        files: dict[str, str | bytes] = {
            "twin.yaml": TWIN % "eu-west-1",
            "component_types/t.yaml": TYPES % region,
        }
        lines = [line for line in finding_lines(write(tmp_path / name, files)) if "TWIN160" in line]
        assert len(lines) == count
    assert lines == [
        'component_types/t.yaml:3:58 TWIN160 the function of "dataReader" of "com.e.Sensor" is in us-east-1, but '
        'that of connector "plant" is in eu-west-1; deploy both in the region of the twin'
    ]
