"""What a twin is. Pure Python: nothing of AWS CDK, boto3 or the network is known here.

Names are imported on first access: what prints a finding needs no schema.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin_stack.definition.builder import DefinitionBuilder
    from twin_stack.definition.findings import DefinitionError, Finding, Location, Severity
    from twin_stack.definition.loader import check, load
    from twin_stack.definition.schema import (
        Component,
        ComponentType,
        Connector,
        Entity,
        Function,
        PropertyDefinition,
        Scene,
    )
    from twin_stack.definition.twin_definition import TwinDefinition

__all__ = [
    "Component",
    "ComponentType",
    "Connector",
    "DefinitionBuilder",
    "DefinitionError",
    "Entity",
    "Finding",
    "Function",
    "Location",
    "PropertyDefinition",
    "Scene",
    "Severity",
    "TwinDefinition",
    "check",
    "load",
]

_MODULES = {
    "DefinitionBuilder": "builder",
    "DefinitionError": "findings",
    "Finding": "findings",
    "Location": "findings",
    "Severity": "findings",
    "TwinDefinition": "twin_definition",
    "check": "loader",
    "load": "loader",
}
"""Module of each name; the others are in ``schema``."""


def __getattr__(name: str) -> Any:
    """Import a name on first access.

    Args:
        name: A name of ``__all__``.

    Returns:
        What has the name.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES.get(name, 'schema')}"), name)
    globals()[name] = value
    return value
