"""How much a simulation reads and writes by default."""

from __future__ import annotations

from typing import Final

MAX_ENTITIES: Final = 500
"""Entities that are simulated: 50 seconds of calls at the rate of an account."""
MAX_VALUES: Final = 25_000
"""Rows and values together that are written of a past time: 1,000 calls of DynamoDB."""
