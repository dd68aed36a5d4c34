"""Orphans as text, and the lines that attach them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin_stack.client.orphan_data import Held
from twin_stack.client.orphan_text import attach_lines, orphan_document, orphan_lines
from twin_stack.client.orphans import Kind, Resource

NOW = datetime(2026, 2, 1, tzinfo=UTC)
TABLE = Resource(Kind.TABLE, "plant-telemetry")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Held(bytes=0, items=0, noun="rows"), "0 bytes, 0 rows  no data"),
        (
            Held(bytes=1_250_000, items=3201, noun="rows", newest=NOW - timedelta(days=2, hours=5)),
            "1.2 MB, 3,201 rows  newest data 2 days ago",
        ),
        (
            Held(bytes=999, items=7, noun="rows", newest=NOW - timedelta(seconds=61), is_complete=False),
            "at least 999 bytes, 7 rows  newest data 1 minute ago",
        ),
        (Held(bytes=7_000_000_000_000_000, newest=NOW), "7,000.0 TB  newest data 0 seconds ago"),
    ],
)
def test_line_tells_size_and_age(held: Held, expected: str) -> None:
    (line,) = orphan_lines([(TABLE, held)], NOW)

    assert line == f"table/plant-telemetry    {expected}"


def test_columns_are_aligned_and_names_cannot_command_the_terminal() -> None:
    asset = Resource(Kind.ASSET, "5f0e", "plant/\x1b[2Jpress")
    lines = orphan_lines(
        [(asset, Held(items=1, noun="properties with values")), (TABLE, Held(items=22, noun="rows"))], NOW
    )

    assert lines[0].startswith("asset/5f0e             plant/\\x1b[2Jpress  1 properties with values")
    assert lines[1].startswith("table/plant-telemetry                      22 rows")


def test_age_of_what_holds_no_data_is_that_of_its_last_change() -> None:
    (line,) = orphan_lines(
        [(Resource(Kind.ENTITY, "plant|zone-a"), Held(newest=NOW - timedelta(hours=1)))], NOW
    )

    assert line == "entity/plant/zone-a      last change 1 hour ago"


def test_document_has_what_programs_need() -> None:
    assert orphan_document(TABLE, Held(bytes=9, items=1, noun="rows", newest=NOW)) == {
        "id": "table/plant-telemetry",
        "kind": "table",
        "name": "",
        "bytes": 9,
        "items": 1,
        "itemsAre": "rows",
        "newest": "2026-02-01T00:00:00+00:00",
        "isComplete": True,
    }


ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/rows"
STREAM = f"{ARN}/stream/2026-01-31T08:00:00.000"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (
            {"TableArn": ARN, "GlobalSecondaryIndexes": [{"IndexName": "by_component_type"}]},
            [f"    tableArn: {ARN}"],
        ),
        (
            {
                "TableArn": ARN,
                "LatestStreamArn": STREAM,
                "StreamSpecification": {"StreamEnabled": True},
                "SSEDescription": {"SSEType": "KMS", "KMSMasterKeyArn": KEY},
                "GlobalSecondaryIndexes": [{"IndexName": "types"}],
            },
            [
                f"    tableArn: {ARN}",
                f'    streamArn: "{STREAM}"',
                f"    encryptionKeyArn: {KEY}",
                "    componentTypeIndex: types",
            ],
        ),
        # A stream that was turned off has an ARN for 24 hours.
        (
            {"TableArn": ARN, "LatestStreamArn": STREAM},
            [f"    tableArn: {ARN}", "    componentTypeIndex: null"],
        ),
    ],
)
def test_table_is_attached_by_what_it_has(description: dict[str, Any], expected: list[str]) -> None:
    assert attach_lines(TABLE, description) == ["existing:", "  telemetryTable:", *expected]


def test_each_kind_says_how_it_is_attached() -> None:
    workspace = {"role": "arn:aws:iam::111122223333:role/r", "s3Location": "arn:aws:s3:::scenes"}

    assert (
        attach_lines(Resource(Kind.BUCKET, "scenes"), {})[1] == "  bucket: {bucketArn: arn:aws:s3:::scenes}"
    )
    assert attach_lines(Resource(Kind.WORKSPACE, "plant"), workspace)[2:] == [
        "    role: arn:aws:iam::111122223333:role/r",
        "    s3Location: arn:aws:s3:::scenes",
    ]
    assert "external id" in attach_lines(Resource(Kind.ASSET, "5f0e"), {})[0]
    assert "twin import-map" in attach_lines(Resource(Kind.LOG_GROUP, "/twin-stack/plant/x"), {})[0]
