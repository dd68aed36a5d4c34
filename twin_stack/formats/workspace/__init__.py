"""Live workspaces, here or in AWS.

The service returns component types, entities and scenes. What else a definition has (connectors, ingests,
alarms, formulas) a stack of this project keeps in its template; without such a stack it is not known.
"""

from __future__ import annotations

from twin_stack.formats.workspace.reader import import_twin

__all__ = ["import_twin"]
