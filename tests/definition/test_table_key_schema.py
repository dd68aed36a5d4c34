"""How rows of an existing table may be keyed: what is refused in twin.yaml, and which devices are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path


def findings(folder: Path, settings: str) -> list[str]:
    (folder / "twin.yaml").write_text(
        f"workspaceId: my-twin\nconnectors:\n  archive: {{kind: dynamodb, {settings}}}\n", encoding="utf-8"
    )
    return [
        f"{finding.location.line}:{finding.location.column} {finding.message}"
        for finding in check(folder)[1]
        if finding.code != "TWIN212"
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "keyProperty: serial",
        "tableName: abc, timeUnit: iso, sortPrefix: '${property}#', listDevices: true",
        "tableName: abc, partition: 'plant/${device}#${month}', firstBucket: 2025-01-01T00:00:00Z",
        "tableName: abc, partition: '${device}#${property}', componentTypeIndex: by_type, deviceAttribute: device",
    ],
)
def test_layouts_that_can_be(tmp_path: Path, settings: str) -> None:
    assert findings(tmp_path, settings) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("timeUnit: iso", "keys and index can be named for an existing table only"),
        ("tableName: abc, timeUnit: ns", "timeUnit"),
        ("tableName: abc, partition: '${device}#${week}'", "partition takes ${device}, ${property}, ${hour}"),
        ("tableName: abc, partition: '${day}', firstBucket: 2025-01-01T00:00:00Z", "needs ${device}"),
        (
            "tableName: abc, partition: '${device}#${day}'",
            "the first bucket is required where a partition holds",
        ),
        ("tableName: abc, partition: '${device}#${day}', firstBucket: 2025-01-01", "firstBucket"),
        ("tableName: abc, sortPrefix: x#", "a sort prefix is for times of kind iso"),
        (
            "tableName: abc, timeUnit: iso, sortPrefix: '${day}#'",
            "the sort prefix takes ${device} and ${property}",
        ),
        (
            "tableName: abc, timeUnit: iso, sortPrefix: x#, componentTypeIndex: by_type",
            "the rows of an index are not sorted by time; list the devices instead",
        ),
        (
            "tableName: abc, partition: 'x${device}', componentTypeIndex: by_type",
            "the device attribute is required",
        ),
        (
            "tableName: abc, listDevices: true, componentTypeIndex: by_type",
            "componentTypeIndex and listDevices exclude each other; give one",
        ),
    ],
)
def test_layouts_that_cannot_be_are_refused_where_they_stand(
    tmp_path: Path, settings: str, words: str
) -> None:
    (finding,) = findings(tmp_path, settings)
    assert finding.startswith("3:")
    assert words in finding
