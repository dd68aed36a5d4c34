"""dataWriter for DynamoDB: each value into the row of its device and instant. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from connector_kit import FAILED, Failure, Write, store_id
from connector_kit.component import configuration_of
from dynamodb_connector.environment import Environment
from dynamodb_connector.lanes import COMPONENT_TYPE_KEY, WireItem, WireValue, newest_rows
from dynamodb_connector.layout import Layout

if TYPE_CHECKING:
    from dynamodb_connector.repository import Repository


class Update(NamedTuple):
    """Attributes to set in one row, which is made if it is not there; others stay.

    Attributes:
        key: Partition and sort key.
        attributes: What to set, by name.
    """

    key: WireItem
    attributes: Mapping[str, WireValue]


def write_rows(
    writes: Sequence[Write], environment: Environment, repository: "Repository"
) -> Iterable[Failure]:
    """Write values; the same value twice is the same row.

    Rows for the index need the component type, which the event does not name: it is taken from the
    device's newest row until then, so that what is written is found by whoever finds the device.

    Args:
        writes: The values.
        environment: The function's settings.
        repository: Runs the updates.

    Returns:
        The values of the rows that were not written.

    Raises:
        StoreError: If the component types cannot be read.
    """
    layout = Layout(environment)
    rows: dict[tuple[str, str, str], list[Write]] = {}
    for write in writes:
        prop = _attribute(write) if environment.is_narrow else ""
        rows.setdefault((_device(write, environment), prop, layout.written(write.time)), []).append(write)
    types: dict[tuple[str, str], Mapping[str, WireValue]] = {}
    if environment.component_type_index is not None:
        for (device, prop, _), together in rows.items():
            if (device, prop) not in types:
                until = together[0].time
                types[device, prop] = _component_type(device, prop, environment, repository, until=until)
    updates = [
        Update(
            key=_key(device, prop, instant, together[0].time, environment),
            attributes={**_attributes(together, device, prop, environment), **types.get((device, prop), {})},
        )
        for (device, prop, instant), together in rows.items()
    ]
    errors = repository.update_all(updates)
    return [
        Failure(write.entry, FAILED, str(error))
        for together, error in zip(rows.values(), errors, strict=True)
        if error is not None
        for write in together
    ]


def to_wire(content: Any) -> WireValue:
    """Write a value in DynamoDB's wire form.

    Args:
        content: Text, number, bool, list or map of such.
    """
    if isinstance(content, bool):
        return {"BOOL": content}
    if isinstance(content, int | float):
        return {"N": repr(content)}
    if isinstance(content, Mapping):
        return {"M": {name: to_wire(member) for name, member in content.items()}}
    if isinstance(content, list):
        return {"L": [to_wire(member) for member in content]}
    return {"S": str(content)}


def _device(write: Write, environment: Environment) -> str:
    named = store_id(write.component, environment.key_property)
    return str(next(iter(write.external_ids.values()), None) or named)


def _attribute(write: Write) -> str:
    configuration = configuration_of(write.component.properties, write.property_name)
    return configuration.get("attribute") or write.property_name


def _component_type(
    device: str, prop: str, environment: Environment, repository: "Repository", *, until: int
) -> Mapping[str, WireValue]:
    """Give the component type in a device's newest row until then; nothing if it has none."""
    wanted = (COMPONENT_TYPE_KEY,)
    newest = newest_rows(device, prop, environment, repository, attributes=wanted, count=1, until=until)
    return next(iter(newest), {})


def _key(device: str, prop: str, instant: str, time: int, environment: Environment) -> WireItem:
    layout = Layout(environment)
    return {
        environment.partition_key: {"S": layout.partition(device, prop, layout.bucket_of(time))},
        environment.sort_key: {layout.sort_type: layout.prefix(device, prop) + instant},
    }


def _attributes(
    together: Sequence[Write], device: str, prop: str, environment: Environment
) -> dict[str, WireValue]:
    """Give what a row holds, and what the index's rows are told apart by."""
    if not environment.is_narrow:
        attributes = {_attribute(write): to_wire(write.content) for write in together}
    else:
        attributes = {environment.value_attribute: to_wire(together[-1].content)}
    if environment.component_type_index is not None:
        if environment.device_name != environment.partition_key:
            attributes[environment.device_name] = {"S": device}
        if environment.is_narrow:
            attributes[environment.property_attribute] = {"S": prop}
    return attributes
