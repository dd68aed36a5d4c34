"""schemaInitializer for DynamoDB: the properties that a device's rows have. Pure."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from connector_kit import Component, DataType, Definition, UnsupportedError, store_id
from dynamodb_connector.environment import Environment
from dynamodb_connector.lanes import COMPONENT_TYPE_KEY, WireItem, newest_rows

if TYPE_CHECKING:
    from dynamodb_connector.repository import Repository

SAMPLE = 100
"""Newest rows that are looked at: a table has no schema, only rows."""

EXPIRES = "expires_at"
"""The attribute by which telemetry tables of this project expire; nobody measured it."""

_TYPES = {"N": "DOUBLE", "S": "STRING", "BOOL": "BOOLEAN"}


def schema_of(
    component: Component, environment: Environment, repository: "Repository"
) -> Mapping[str, Definition]:
    """List the properties that a device's newest rows have, all of them time series.

    Numbers become DOUBLE, for the next one may have a fraction; text, or numbers in some rows and
    text in others, STRING. Lists and maps are left out: what is in them can only be declared.
    In a component type's lifecycle there is a device only if the type names one by default; without
    it there is nothing to look at, and nothing is listed.

    Args:
        component: The component asked about.
        environment: The function's settings.
        repository: Runs the query.

    Raises:
        UnsupportedError: If rows are narrow: their properties are not attributes.
        StoreError: If the table cannot be read.
    """
    if environment.is_narrow:
        raise UnsupportedError(
            "schemaInitializer is not served for narrow rows, whose properties are not attributes; "
            "declare the properties, and leave the function out"
        )
    device = store_id(component, environment.key_property)
    if device is None:
        return {}
    rows = newest_rows(device, "", environment, repository, attributes=(), count=SAMPLE)
    keys = {environment.partition_key, environment.sort_key, COMPONENT_TYPE_KEY, EXPIRES}
    keys.add(environment.device_name)
    return {name: Definition(DataType(kind)) for name, kind in _types(rows).items() if name not in keys}


def _types(rows: Iterable[WireItem]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for row in rows:
        for name, wire in row.items():
            found.setdefault(name, set()).update(set(wire) - {"NULL"})
    types = {}
    for name, kinds in found.items():
        if kinds and kinds <= set(_TYPES):
            types[name] = _TYPES[next(iter(kinds))] if len(kinds) == 1 else "STRING"
    return types
