"""schemaInitializer for DynamoDB: the properties in a device's rows. Pure."""

from collections.abc import Iterable, Mapping

from connector_kit import Component, DataType, Definition, UnsupportedError, store_id
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import present_names
from dynamodb_connector.range_reader import read_newest_rows
from dynamodb_connector.shapes import COMPONENT_TYPE_KEY, Repository, WireItem
from former_ids import NOTHING_RENAMED, FormerIds

SAMPLE_SIZE = 100
"""Number of newest rows to read: a table has no schema beside its rows."""

EXPIRES = "expires_at"
"""Time-to-live attribute of this project's telemetry tables; it is not a measurement."""

_TYPES = {"N": "DOUBLE", "S": "STRING", "BOOL": "BOOLEAN"}


def schema_of(
    component: Component,
    environment: Environment,
    repository: Repository,
    former_ids: FormerIds = NOTHING_RENAMED,
) -> Mapping[str, Definition]:
    """Return the properties of a device's newest rows, all of them time series.

    Numbers become DOUBLE, because the next one may have a fraction. Text, or numbers in some rows and
    text in others, becomes STRING. Lists and maps are left out, because their members' types must be
    declared. In a component type's lifecycle there is a device only if the type has a default for it;
    without one the result is empty. Rows under former ids of the device count where the present one has
    too few, and an attribute under a former name is the property of the present name.

    Args:
        component: The component of the event.
        environment: The function's settings.
        repository: Runs the queries.
        former_ids: The former ids of the twin.

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
    formers = former_ids.of_component(
        component.entity_id, component.component_name, None, present_names(component.properties)
    )
    rows: list[WireItem] = []
    for device_id in (device, *formers.devices.get(device, ())):
        if len(rows) < SAMPLE_SIZE:
            count = SAMPLE_SIZE - len(rows)
            rows += read_newest_rows(device_id, "", environment, repository, attributes=(), count=count)
    present = {former: name for name, names in formers.attributes.items() for former in names}
    rows = [{present.get(name, name): wire for name, wire in row.items()} for row in rows]
    keys = {environment.partition_key, environment.sort_key, COMPONENT_TYPE_KEY, EXPIRES}
    keys.add(environment.device_name)
    return {name: Definition(DataType(kind)) for name, kind in _types(rows).items() if name not in keys}


def _types(rows: Iterable[WireItem]) -> dict[str, str]:
    wire_types: dict[str, set[str]] = {}
    for row in rows:
        for name, wire in row.items():
            wire_types.setdefault(name, set()).update(set(wire) - {"NULL"})
    types = {}
    for name, kinds in wire_types.items():
        if kinds and kinds <= set(_TYPES):
            types[name] = _TYPES[next(iter(kinds))] if len(kinds) == 1 else "STRING"
    return types
