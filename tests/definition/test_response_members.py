"""Members of responses that are not deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_pasted_component_type_keeps_its_own_members_alone(tmp_path: Path) -> None:
    printed = {
        "workspaceId": "other",
        "componentTypeId": "com.B",
        "arn": "arn:aws:iottwinmaker:us-east-1:111122223333:workspace/other/component-type/com.B",
        "creationDateTime": "2024-01-01T00:00:00Z",
        "isAbstract": False,
        "extendsFrom": ["com.A"],
        "propertyDefinitions": {
            "size": {"dataType": {"type": "LONG"}, "isInherited": True, "isFinal": False},
            "kind": {
                "dataType": {"type": "STRING"},
                "isInherited": True,
                "defaultValue": {"stringValue": "B"},
            },
            "made": {"dataType": {"type": "STRING"}, "isImported": True},
            "own": {"dataType": {"type": "STRING"}, "isInherited": False, "isImported": False},
        },
        "functions": {"dataReader": {"isInherited": True, "implementedBy": {"isNative": True}}},
        "status": {"state": "ACTIVE", "error": {}},
    }
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {size: LONG, kind: STRING}}",
        "component_types/b.json": json.dumps(printed),
    }
    one = load(write(tmp_path, files)).component_types["com.B"]
    assert list(one.property_definitions) == ["kind", "own"]
    kind = one.property_definitions["kind"]
    assert (kind.default_value, kind.data_type) == ({"stringValue": "B"}, None)
    assert one.functions == {}
