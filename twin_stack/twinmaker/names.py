"""Well-known names of the TwinMaker API."""

from __future__ import annotations

FLAGS = (
    "isTimeSeries",
    "isRequiredInEntity",
    "isExternalId",
    "isStoredExternally",
    "isImported",
    "isFinal",
    "isInherited",
)
"""Boolean members of a property definition. Source: botocore, ``PropertyDefinitionResponse``."""
