"""Digests of entities, what transfer jobs can say, and the text of their files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from entity_reconciler.entity_documents import entry_of, needs_direct_call, transfer_text
from entity_reconciler.shapes import ROOT


def with_value(value: dict[str, Any]) -> dict[str, Any]:
    properties = {"p": {"value": value}}
    return {"entityId": "m", "entityName": "Mill 1", "components": {"c": {"properties": properties}}}


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (with_value({"stringValue": "x" * 256}), False),
        (with_value({"stringValue": "x" * 257}), True),
        (with_value({"stringValue": ""}), True),
        (with_value({"listValue": [{"doubleValue": 1.0}] * 50}), False),
        (with_value({"listValue": [{"doubleValue": 1.0}] * 51}), True),
        (with_value({"mapValue": {"k": {"stringValue": "x" * 257}}}), True),
        ({"entityId": "m", "entityName": "Mill 1", "description": "x" * 512}, False),
        ({"entityId": "m", "entityName": "Mill 1", "description": "x" * 513}, True),
        ({"entityId": "m", "entityName": "Mühle"}, True),
        ({"entityId": "m", "entityName": "M"}, True),
        ({"entityId": "m", "entityName": "Mill (old)"}, True),
        ({"entityId": "m", "entityName": "Mill", "compositeComponents": {"a/b": {}}}, True),
        (
            {"entityId": "m", "entityName": "Mill", "components": {"c": {"description": "x" * 513}}},
            True,
        ),
    ],
)
def test_what_exceeds_the_schema_of_jobs_needs_a_call(entity: dict[str, Any], *, expected: bool) -> None:
    assert needs_direct_call(entity) is expected


def test_relationships_have_capitals_in_the_file_and_nothing_else_has() -> None:
    target = {"targetEntityId": "a", "targetComponentName": "b"}
    entity = with_value({"relationshipValue": target})
    entity["tags"] = {"targetEntityId": "kept"}
    written = json.loads(transfer_text(entity))
    assert written["components"]["c"]["properties"]["p"]["value"] == {
        "relationshipValue": {"TargetEntityId": "a", "TargetComponentName": "b"}
    }
    assert written["tags"] == {"targetEntityId": "kept"}


def test_digest_depends_on_the_content_and_not_on_the_order() -> None:
    first = entry_of({"entityId": "m", "entityName": "Mill"}, "chunk")
    assert entry_of({"entityName": "Mill", "entityId": "m"}, "chunk") == first
    assert entry_of({"entityName": "Mill 2", "entityId": "m"}, "chunk").digest != first.digest
    assert first.parent == ROOT
