"""What a twin is. Pure Python: nothing of AWS CDK, boto3 or the network is known here."""

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
