"""Former ids of what the rows of a telemetry table name: devices, attributes and component types."""

from former_ids.ids import FILE_NAME, NOTHING_RENAMED, FormerIds, TypeFormerIds

__all__ = ["FILE_NAME", "NOTHING_RENAMED", "FormerIds", "TypeFormerIds"]
