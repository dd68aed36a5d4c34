"""Attributes of the telemetry table: a convention of this project, not of AWS.

Constructs create the table, topic rules and simulations write its rows, and the connectors of ``lambdas``
read them. The Lambda code has these names too; a test holds them equal.
"""

from __future__ import annotations

from typing import Final

DEVICE_ID: Final = "device_id"
"""Partition key: the device."""
TIMESTAMP: Final = "timestamp"
"""Sort key: milliseconds since 1970, UTC."""
COMPONENT_TYPE_ID: Final = "component_type_id"
"""Partition key of the index by component type."""
COMPONENT_TYPE_INDEX: Final = "by_component_type"
"""Name of that index."""
EXPIRES: Final = "expires_at"
"""Second since 1970 after which DynamoDB deletes a row."""
