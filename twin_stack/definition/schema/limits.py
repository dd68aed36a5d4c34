"""How much a twin of one stack holds."""

from __future__ import annotations

MAX_ENTITIES = 400
"""Most entities of the ``cloudformation`` engine: CloudFormation takes 500 resources in a stack."""
MANY_ENTITIES = 300
"""From this number on a warning says that the limit is near."""
