"""What the roles of a twin may do, in words, by its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan

if TYPE_CHECKING:
    from pathlib import Path

BASE = "workspaceId: plant\nconnectors:\n  telemetry: {kind: dynamodb}\n"
TYPE = """
com.example.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: telemetry}}
"""
INGEST = "ingest: {flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}}\n"
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:reader"
STREAM = f"{ARN}/stream/2026-01-01T00:00:00.000"


def lines(folder: Path, before: str, after: str, types: tuple[str, str] = (TYPE, TYPE)) -> list[str]:
    sides = [
        load(write(folder / name, {"twin.yaml": twin, "component_types/t.yaml": type_text}))
        for name, twin, type_text in (("before", before, types[0]), ("after", after, types[1]))
    ]
    return list(make_plan(*sides).permissions)


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        pytest.param(
            INGEST,
            ["+ the role of ingest flows may now write to table plant-telemetry (dynamodb:PutItem)"],
            id="ingest",
        ),
        pytest.param(
            "  archive: {kind: dynamodb, tableName: archive}\n",
            [
                "+ the role of connector archive may now read table archive (dynamodb:Query)",
                "+ the role of the workspace may now invoke the function of connector archive",
            ],
            id="connector with a table",
        ),
        pytest.param(
            f"  others: {{kind: lambda, arn: '{FUNCTION}'}}\n",
            [
                f"+ the role of the workspace may now invoke {FUNCTION}",
            ],
            id="function of others",
        ),
        pytest.param(
            "  historian: {kind: sitewise, assets: managed}\n",
            [
                "+ the role of connector historian may now read the SiteWise assets of the twin",
                "+ the role of the manager of assets may now create, change and delete the SiteWise models "
                "and assets of the twin",
                "+ the role of the workspace may now invoke the function of connector historian",
            ],
            id="managed assets",
        ),
        pytest.param(
            "existing: {telemetryTable: {tableArn: '" + ARN + "', streamArn: '" + STREAM + "'}}\n",
            [
                f"+ the role of connector telemetry may now read table {ARN} (dynamodb:Query)",
                "- the role of connector telemetry may no longer read table plant-telemetry (dynamodb:Query)",
            ],
            id="existing table",
        ),
    ],
)
def test_declaration_grants_what_the_line_says(added: str, expected: list[str], tmp_path: Path) -> None:
    assert lines(tmp_path / "there", BASE, BASE + added) == expected
    back = lines(tmp_path / "back", BASE + added, BASE)
    swapped = {"+": ("-", "may now", "may no longer"), "-": ("+", "may no longer", "may now")}
    assert sorted(back) == sorted(
        f"{swapped[line[0]][0]}{line[1:].replace(*swapped[line[0]][1:])}" for line in expected
    )


def test_data_writer_writes(tmp_path: Path) -> None:
    writing = TYPE.replace(
        "{dataReader: {connector: telemetry}}",
        "{dataReader: {connector: telemetry}, dataWriter: {connector: telemetry}}",
    )
    assert lines(tmp_path, BASE, BASE, (TYPE, writing)) == [
        "+ the role of connector telemetry may now write to table plant-telemetry (dynamodb:UpdateItem)"
    ]


def test_data_stays_in_the_table_that_is_swapped(tmp_path: Path) -> None:
    swapped = BASE + "existing: {telemetryTable: {tableArn: '" + ARN + "'}}\n"
    sides = [
        load(write(tmp_path / name, {"twin.yaml": twin, "component_types/t.yaml": TYPE}))
        for name, twin in (("before", BASE), ("after", swapped))
    ]
    endings = [
        [risk.message.partition("; ")[2] for risk in make_plan(*pair).risks if risk.code == "PLAN046"]
        for pair in (sides, sides[::-1])
    ]
    assert endings == [
        ["rows so far stay in the twin's own table plant-telemetry, which leaves the stack"],
        [f"rows so far stay in {ARN}, the twin gets a table of its own"],
    ]
