"""dataWriter for DynamoDB: each value goes into the row of its device and instant. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from connector_kit import FAILED, Failure, Write, store_id
from connector_kit.component import configuration_of
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import present_names
from dynamodb_connector.range_reader import read_newest_rows
from dynamodb_connector.shapes import COMPONENT_TYPE_KEY, ItemUpdate, Repository, WireItem, WireValue
from dynamodb_connector.table_key_schema import TableKeySchema
from dynamodb_connector.wire import to_wire
from former_ids import NOTHING_RENAMED, FormerIds


def write_rows(
    writes: Sequence[Write],
    environment: Environment,
    repository: Repository,
    former_ids: FormerIds = NOTHING_RENAMED,
) -> Iterable[Failure]:
    """Write values; writing a value twice results in one row.

    Rows for the index need the component type, which the event does not have. It is copied from the
    device's newest row up to the value's time, so that component-type requests find the new row too. Rows
    are written under the present ids; a row under a former id only gives the component type.

    Args:
        writes: The values.
        environment: The function's settings.
        repository: Runs the updates.
        former_ids: The former ids of the twin.

    Returns:
        A failure for each value of a row that was not written.

    Raises:
        StoreError: If the component types cannot be read.
    """
    key_schema = TableKeySchema(environment)
    rows: dict[tuple[str, str, str], list[Write]] = {}
    for write in writes:
        prop = _attribute(write) if environment.is_narrow else ""
        row = (_device(write, environment), prop, key_schema.format_sort_key(write.time))
        rows.setdefault(row, []).append(write)
    types: dict[tuple[str, str], Mapping[str, WireValue]] = {}
    if environment.component_type_index is not None:
        for (device, prop, _), row_writes in rows.items():
            if (device, prop) not in types:
                types[device, prop] = _read_component_type(
                    row_writes[0], device, environment, repository, former_ids
                )
    updates = [
        ItemUpdate(
            key=_item_key(device, prop, sort_key, row_writes[0].time, environment),
            attributes={
                **_attributes(row_writes, device, prop, environment),
                **types.get((device, prop), {}),
            },
        )
        for (device, prop, sort_key), row_writes in rows.items()
    ]
    errors = repository.update_all(updates)
    return [
        Failure(write.entry, FAILED, str(error))
        for row_writes, error in zip(rows.values(), errors, strict=True)
        if error is not None
        for write in row_writes
    ]


def _device(write: Write, environment: Environment) -> str:
    component_id = store_id(write.component, environment.key_property)
    return str(next(iter(write.external_ids.values()), None) or component_id)


def _attribute(write: Write) -> str:
    configuration = configuration_of(write.component.properties, write.property_name)
    return configuration.get("attribute") or write.property_name


def _read_component_type(
    write: Write, device: str, environment: Environment, repository: Repository, former_ids: FormerIds
) -> Mapping[str, WireValue]:
    """Return the component type of a device's newest row; empty if there is none."""
    component = write.component
    formers = former_ids.of_component(
        component.entity_id, component.component_name, None, present_names(component.properties)
    )
    name = _attribute(write)
    names = (name, *formers.attributes.get(name, ())) if environment.is_narrow else ("",)
    for device_id, prop in product((device, *formers.devices.get(device, ())), names):
        newest = read_newest_rows(
            device_id,
            prop,
            environment,
            repository,
            attributes=(COMPONENT_TYPE_KEY,),
            count=1,
            until=write.time,
        )
        type_id = next(
            (row[COMPONENT_TYPE_KEY]["S"] for row in newest if "S" in row.get(COMPONENT_TYPE_KEY, {})), None
        )
        if type_id is not None:
            return {COMPONENT_TYPE_KEY: {"S": former_ids.present_type(type_id)}}
    return {}


def _item_key(device: str, prop: str, sort_key: str, time: int, environment: Environment) -> WireItem:
    key_schema = TableKeySchema(environment)
    partition = key_schema.format_partition(device, prop, key_schema.bucket_of(time))
    return {
        environment.partition_key: {"S": partition},
        environment.sort_key: {key_schema.sort_type: key_schema.format_prefix(device, prop) + sort_key},
    }


def _attributes(
    row_writes: Sequence[Write], device: str, prop: str, environment: Environment
) -> dict[str, WireValue]:
    """Return the attributes of a row, with those by which the index finds it."""
    if not environment.is_narrow:
        attributes = {_attribute(write): to_wire(write.content) for write in row_writes}
    else:
        attributes = {environment.value_attribute: to_wire(row_writes[-1].content)}
    if environment.component_type_index is not None:
        if environment.device_name != environment.partition_key:
            attributes[environment.device_name] = {"S": device}
        if environment.is_narrow:
            attributes[environment.property_attribute] = {"S": prop}
    return attributes
