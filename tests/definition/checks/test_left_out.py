"""Members of AWS's own files that cannot be deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import check
from twin_stack.definition.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path


def test_members_of_files_of_aws_are_left_out_with_one_note_each(tmp_path: Path) -> None:
    halls = [
        {"entityId": f"hall-{number}", "entityName": f"Hall {number}", "entityPath": f"/Hall {number}"}
        for number in (1, 2, 3)
    ]
    halls[0]["entityExternalId"] = "h1"
    pump = {"componentTypeId": "com.example.Pump", "componentExternalId": "p1"}
    entities = [*halls, {"entityId": "pump-1", "entityName": "Pump 1", "components": {"pump": pump}}]
    files: dict[str, str | bytes] = {
        "entities/all.json": json.dumps({"entities": entities}),
        "component_types/pump.json": json.dumps(
            {"componentTypeId": "com.example.Pump", "componentTypeExternalId": "t1"}
        ),
    }

    definition, findings = check(write(tmp_path, files))

    assert definition is not None
    assert len(definition.entities) == 4
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert [finding.message for finding in findings] == [
        '"componentTypeExternalId" is left out: only a metadata transfer job takes it',
        '"entityPath" (3 times) is left out: the path of an entity follows from its parents',
        '"entityExternalId" is left out: only a metadata transfer job takes it',
        '"componentExternalId" is left out: only a metadata transfer job takes it',
    ]


def test_other_unknown_members_stay_mistakes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"entities/e.yaml": "a1: {entityName: A1, entityPth: /A1}"}
    _, (finding,) = check(write(tmp_path, files))
    assert (finding.code, finding.severity) == ("TWIN003", Severity.ERROR)


def test_external_ids_of_composite_components_are_left_out_with_a_note(tmp_path: Path) -> None:
    pump = {"componentTypeId": "com.example.Pump"}
    entity = {
        "entityId": "pump-1",
        "entityName": "Pump 1",
        "components": {"pump": pump},
        "compositeComponents": {"pump/motor": {"componentExternalId": "m1"}},
    }
    files: dict[str, str | bytes] = {
        "entities/all.json": json.dumps([entity]),
        "component_types/t.yaml": "com.example.Motor: {}\n"
        "com.example.Pump: {compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}}\n",
    }
    _, findings = check(write(tmp_path, files))
    assert [finding.message for finding in findings] == [
        '"componentExternalId" is left out: only a metadata transfer job takes it'
    ]
