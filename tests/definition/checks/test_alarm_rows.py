"""Alarms whose rows no ingest writes; the rule's own examples are in test_registry.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition.checks.alarm_rows import alarm_without_ingest
from twin_stack.definition.checks.documentation import documentation_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("twin.yaml", "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"),
        ("entities/e.yaml", "pump-1: {entityName: Pump 1}\n"),
    ],
)
def test_nothing_is_found_without_an_ingest_or_without_an_entity(
    tmp_path: Path, file: str, text: str
) -> None:
    files: dict[str, Any] = {**documentation_of(alarm_without_ingest).bad_files(), file: text}
    assert finding_lines(write(tmp_path, files)) == []
