"""From a request to the sources of its rows. Pure: no AWS SDK, no network."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector_kit import ConfigurationError, Property, Request, Source, external_id_name, store_id
from connector_kit.component import configuration_of
from dynamodb_connector.environment import Environment
from dynamodb_connector.merged_source import DeviceListSource, RenamedDeviceSource, RenamedIndexSource
from dynamodb_connector.row_source import DeviceSource, IndexSource
from dynamodb_connector.shapes import COMPONENT_TYPE_KEY, Repository
from former_ids import NOTHING_RENAMED, FormerIds


def sources_for(
    request: Request,
    environment: Environment,
    repository: Repository,
    former_ids: FormerIds = NOTHING_RENAMED,
) -> Sequence[Source]:
    """Return the sources of a request's rows.

    Entity requests read the device's partition. Component-type requests do so too if the event has
    the device (as value or default); else they read the devices that ``DEVICES`` lists for the type,
    else the component-type index. There is never a Scan. Rows under former ids are read with those under
    the present ones.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.
        former_ids: The former ids of the twin.

    Raises:
        ConfigurationError: If a component-type request has no device, no list and no index.
    """
    id_name = external_id_name(request, environment.key_property)
    device = store_id(request, environment.key_property)
    listed = environment.devices.get(request.component_type_id or "")
    if device is None and listed is None and environment.component_type_index is None:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" gives no value for {id_name}, and no '
            "index lists its devices; set COMPONENT_TYPE_INDEX to an index whose partition key is "
            f"{COMPONENT_TYPE_KEY}, list them in DEVICES, or give {id_name} a default value"
        )
    is_index = device is None and listed is None
    groups = [request.selected]
    if environment.is_narrow and not is_index:
        groups = [(prop,) for prop in request.selected]
    names = present_names(request.properties)
    formers = former_ids.of_component(
        request.entity_id, request.component_name, request.component_type_id, names
    )

    def source(group: Sequence[Property]) -> Source:
        arguments = (request, environment, repository, group, id_name)
        if device is not None:
            if device in formers.devices or formers.attributes:
                return RenamedDeviceSource(device, formers, *arguments)
            return DeviceSource(device, *arguments)
        if listed is not None:
            return DeviceListSource(sorted(set(listed)), formers, *arguments)
        if any(formers):
            return RenamedIndexSource(formers, *arguments)
        return IndexSource(*arguments)

    return [source(group) for group in groups]


def present_names(properties: Mapping[str, Any]) -> set[str]:
    """Return the present names in rows of all properties of a component.

    Args:
        properties: ``properties`` of an event.
    """
    return {configuration_of(properties, name).get("attribute") or name for name in properties}
