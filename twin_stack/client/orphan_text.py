"""Orphans as text and JSON, and the lines that attach them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.client.orphans import Kind
from twin_stack.terminal_text import printable
from twin_stack.twinmaker.telemetry_table import COMPONENT_TYPE_INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from twin_stack.client.orphan_data import Held
    from twin_stack.client.orphans import Resource

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def orphan_lines(orphans: Sequence[tuple[Resource, Held]], now: datetime) -> list[str]:
    """Return one line for each orphan: its id, its name, its size, the age of its newest data.

    Args:
        orphans: Orphans with what they hold.
        now: The time, with a zone.
    """
    cells = [
        (resource.id, resource.name, _amount(held), _age(resource, held, now)) for resource, held in orphans
    ]
    widths = [max((len(printable(row[column])) for row in cells), default=0) for column in range(3)]
    return [
        "  ".join([*(printable(cell).ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in cells
    ]


def orphan_document(resource: Resource, held: Held) -> dict[str, Any]:
    """Return an orphan as JSON members.

    Args:
        resource: The orphan.
        held: What it holds.
    """
    return {
        "id": resource.id,
        "kind": str(resource.kind),
        "name": resource.name,
        "bytes": held.bytes,
        "items": held.items,
        "itemsAre": held.noun,
        "newest": held.newest.isoformat() if held.newest is not None else None,
        "isComplete": held.is_complete,
    }


def _amount(held: Held) -> str:
    parts = []
    if held.bytes is not None:
        parts.append(_size(held.bytes))
    if held.items is not None:
        parts.append(f"{held.items:,} {held.noun}")
    text = ", ".join(parts)
    return text if held.is_complete or not text else f"at least {text}"


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"


def _age(resource: Resource, held: Held, now: datetime) -> str:
    holds_data = resource.kind in {Kind.TABLE, Kind.BUCKET, Kind.LOG_GROUP, Kind.ASSET}
    if held.newest is None:
        return "no data"
    seconds = max(0, int((now - held.newest).total_seconds()))
    count, unit = next(
        (seconds // length, name)
        for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
        if seconds >= length or length == 1
    )
    what = "newest data" if holds_data else "last change"
    return f"{what} {count} {unit}{'' if count == 1 else 's'} ago"


def attach_lines(resource: Resource, description: Mapping[str, Any]) -> list[str]:
    """Return what to write or to run to attach an orphan.

    Args:
        resource: The orphan.
        description: DescribeTable's ``Table`` of a table, GetWorkspace's answer of a workspace; else empty.
    """
    match resource.kind:
        case Kind.TABLE:
            return _table_lines(description)
        case Kind.BUCKET:
            return ["existing:", f"  bucket: {{bucketArn: arn:aws:s3:::{resource.physical_id}}}"]
        case Kind.WORKSPACE:
            return [
                "existing:",
                "  workspace:",
                f"    role: {description['role']}",
                f"    s3Location: {description['s3Location']}",
            ]
        case Kind.ASSET | Kind.ASSET_MODEL:
            return ["# the next deployment of the twin finds it by its external id or name"]
    return ["# twin import-map STACK --output map.json; npx cdk import STACK --resource-mapping map.json"]


def _table_lines(table: Mapping[str, Any]) -> list[str]:
    indexes = [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())]
    has_stream = table.get("StreamSpecification", {}).get("StreamEnabled", False)
    encryption = table.get("SSEDescription", {})
    lines = ["existing:", "  telemetryTable:", f"    tableArn: {table['TableArn']}"]
    if has_stream:
        lines.append(f'    streamArn: "{table["LatestStreamArn"]}"')
    if encryption.get("SSEType") == "KMS" and "KMSMasterKeyArn" in encryption:
        lines.append(f"    encryptionKeyArn: {encryption['KMSMasterKeyArn']}")
    if COMPONENT_TYPE_INDEX not in indexes:
        lines.append(f"    componentTypeIndex: {indexes[0] if indexes else 'null'}")
    return lines
