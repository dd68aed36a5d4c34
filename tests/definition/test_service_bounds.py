"""The check enforces each bound of botocore's model for what a definition sets, and no narrower one by mistake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.definition.models import write
from tests.support.service_bounds import Bound, bounds
from tests.support.soak import sample
from twin_stack.definition import Severity, check

if TYPE_CHECKING:
    from pathlib import Path

BASE: dict[str, Any] = {
    "componentTypeId": "com.example.Base",
    "propertyDefinitions": {"serial": {"dataType": {"type": "STRING"}}},
}
TYPE: dict[str, Any] = {
    "componentTypeId": "com.example.Type",
    "componentTypeName": "Type",
    "description": "a type",
    "isSingleton": False,
    "extendsFrom": ["com.example.Base"],
    "tags": {"team": "water"},
    "propertyDefinitions": {
        "mode": {
            "dataType": {"type": "STRING", "unitOfMeasure": "text", "allowedValues": [{"stringValue": "aa"}]},
            "defaultValue": {"stringValue": "aa"},
            "isTimeSeries": False,
            "configuration": {"column": "mode"},
            "displayName": "Mode",
        },
        "near": {
            "dataType": {
                "type": "RELATIONSHIP",
                "relationship": {"targetComponentTypeId": "com.example.Base", "relationshipType": "near"},
            }
        },
        "stages": {
            "dataType": {"type": "LIST", "nestedType": {"type": "DOUBLE", "unitOfMeasure": "bar"}},
            "defaultValue": {"listValue": [{"doubleValue": 1.0}]},
        },
        "limits": {
            "dataType": {"type": "MAP", "nestedType": {"type": "DOUBLE"}},
            "defaultValue": {"mapValue": {"low": {"doubleValue": 1.0}}},
        },
    },
    "functions": {
        "dataReader": {
            "requiredProperties": ["mode"],
            "scope": "ENTITY",
            "implementedBy": {
                "lambda": {"arn": "arn:aws:lambda:eu-west-1:111122223333:function:reader"},
                "isNative": False,
            },
        }
    },
    "propertyGroups": {"all": {"groupType": "TABULAR", "propertyNames": ["mode"]}},
    "compositeComponentTypes": {"motor": {"componentTypeId": "com.example.Base"}},
}
ENTITY: dict[str, Any] = {
    "entityId": "machine-1",
    "entityName": "Machine 1",
    "description": "a machine",
    "parentEntityId": "hall-1",
    "tags": {"team": "water"},
    "components": {
        "machine": {
            "componentTypeId": "com.example.Type",
            "description": "a component",
            "properties": {"mode": {"value": {"stringValue": "aa"}}},
            "propertyGroups": {"own": {"groupType": "TABULAR", "propertyNames": ["mode"]}},
        }
    },
    "compositeComponents": {
        "machine/motor": {"description": "a part", "properties": {"serial": {"value": {"stringValue": "s"}}}}
    },
}
WITHOUT = frozenset({"workspaceId"})
BOUNDS = [
    *(("component_types", bound) for bound in bounds("CreateComponentType", TYPE, WITHOUT)),
    *(("entities", bound) for bound in bounds("CreateEntity", ENTITY, WITHOUT)),
]
NARROWER = {
    "description max": "CloudFormation: 512 characters",
    "components.machine.description max": "CloudFormation: 512 characters",
    "compositeComponents.machine/motor.description max": "CloudFormation: 512 characters",
    "functions.dataReader.implementedBy.lambda.arn max": "CloudFormation: 128 characters",
    "compositeComponents.* max": "CloudFormation: 256 characters",
}
"""Bounds below those of the API, with the reason."""
SHAPE_CODES = frozenset({"TWIN003", "TWIN004", "TWIN005", "TWIN006", "TWIN011", "TWIN012", "TWIN021"})
"""Rules about the form of a value: what a changed name refers to is another matter."""


def error_codes(folder: Path, kind: str, bound: Bound | None = None, value: object = None) -> set[str]:
    items = {"component_types": TYPE, "entities": ENTITY}
    if bound is not None:
        items[kind] = bound.apply(items[kind], value)
        if items == {"component_types": TYPE, "entities": ENTITY}:
            return set()  # as items within all bounds have, which another test checks
    files: dict[str, str | bytes] = {
        "component_types/base.json": json.dumps(BASE),
        "entities/hall.json": json.dumps({"entityId": "hall-1", "entityName": "Hall 1"}),
        **{f"{name}/item.json": json.dumps(item) for name, item in items.items()},
    }
    _, findings = check(write(folder, files))
    return {finding.code for finding in findings if finding.severity is Severity.ERROR}


def test_items_within_all_bounds_have_no_error(tmp_path: Path) -> None:
    assert error_codes(tmp_path, "entities") == set()
    assert len(BOUNDS) > 100


def test_bounds_of_the_service_are_enforced(tmp_path: Path) -> None:
    tested = sample(BOUNDS)
    assert tested
    not_enforced = [
        f"{kind}: {bound}" for kind, bound in tested if not error_codes(tmp_path, kind, bound, bound.beyond)
    ]
    assert not_enforced == []
    narrower = {
        (kind, str(bound)): codes
        for kind, bound in tested
        if (codes := error_codes(tmp_path, kind, bound, bound.inside) & SHAPE_CODES)
    }
    documented = {(kind, str(bound)) for kind, bound in tested if str(bound) in NARROWER}
    assert narrower.keys() == documented, narrower
