"""The plan of a simulation: where the telemetry of a workspace goes.

Everything is read from AWS: the entities, and the connector of a component from its component type.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from twin_stack.simulate.choice import choose_entities
from twin_stack.simulate.connectors import ConnectorLookup, ModelLookup, TelemetryTable
from twin_stack.simulate.limits import MAX_ENTITIES
from twin_stack.simulate.signals import SIMULATED_TYPES, Signal, component_signals
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_PROPERTY_ID

if TYPE_CHECKING:
    from twin_stack.client.model import Component
    from twin_stack.simulate.clients import Clients

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Device:
    """A device that writes rows: all components with the same key in the same table.

    Attributes:
        table: The table.
        id: The device id, which is the partition key.
        component_type_id: Component type that the rows name.
        signals: Attributes of each row.
    """

    table: TelemetryTable
    id: str
    component_type_id: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """The SiteWise properties of one component.

    Attributes:
        id: Id of the asset; None where signals are named by their alias.
        component_type_id: Type of the component.
        signals: The properties to write; SiteWise computes the others.
    """

    id: str | None
    component_type_id: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where telemetry of a workspace goes.

    Attributes:
        devices: Devices that write rows to DynamoDB tables.
        assets: Assets that get values in SiteWise.
        problems: Time series that cannot be simulated and why, a line each.
    """

    devices: tuple[Device, ...]
    assets: tuple[Asset, ...]
    problems: tuple[str, ...]


def make_plan(
    clients: Clients, workspace_id: str, seed: int = 0, *, max_entities: int = MAX_ENTITIES
) -> Plan:
    """Find the connector of each time series of a workspace, and with it the place of its data.

    - The DynamoDB connector reads a component if the Lambda function of its component type has
      ``TABLE_NAME`` in its environment. Tables keyed by more than device and time (``PARTITION``,
      ``SORT_PREFIX``) are a problem.
    - A SiteWise connector reads a component that has a ``sitewiseAssetId`` and properties configured with
      ``sitewisePropertyId``, or whose function has ``PROPERTY_ALIAS``. Properties that SiteWise computes are
      left out.
    - A component whose function does not exist is left out, and named once for its component type.
    - Alarms that a function computes from the stream of the table (``ALARMS`` in its environment) are left
      out.

    Args:
        clients: The clients.
        workspace_id: The workspace.
        seed: Another number gives other values.
        max_entities: Entities to simulate at most, some of each component type.

    Returns:
        The plan.
    """
    from twin_stack.client.reader import read_entity, read_tree  # noqa: PLC0415 (needs botocore)

    lookup = ConnectorLookup(clients, workspace_id)
    evaluated = lookup.evaluated_alarms()
    rows: dict[tuple[TelemetryTable, str], list[_RowPart]] = defaultdict(list)
    assets: list[Asset] = []
    problems: list[str] = []
    everything = [summary.id for summary in read_tree(clients.twinmaker, workspace_id)]
    choice = choose_entities(clients.twinmaker, workspace_id, lookup, everything, max_entities)
    if left_out := choice.describe():
        problems.append(left_out)
    for entity_id in choice.ids:
        entity = read_entity(clients.twinmaker, workspace_id, entity_id, attributes=False)
        for component in entity.components:
            where = f"{entity_id} {component.path}"
            problems += [
                f"{where}: no values for {item.data_type} {item.name}"
                for item in component.properties
                if item.is_time_series and item.data_type not in SIMULATED_TYPES
            ]
            signals = component_signals(entity, component, seed)
            if not signals:
                continue
            table = lookup.table(component.type_id)
            if table is not None:
                if (table.name, component.type_id) not in evaluated:
                    device_id, part = _row_part(component, table, entity_id, signals)
                    rows[table, device_id].append(part)
            elif asset := _asset(component, signals, workspace_id, lookup.alias_template(component.type_id)):
                assets.append(asset)
            elif not lookup.lacks_function(component.type_id):
                problems.append(
                    f"{where}: no connector that can be simulated answers for {component.type_id}"
                )
    devices = tuple(_device(table, device_id, parts) for (table, device_id), parts in rows.items())
    models = ModelLookup(clients.sitewise)
    measured = tuple(_without_computed(asset, models) for asset in assets)
    return Plan(devices, measured, (*lookup.problems, *problems, *models.problems))


@dataclass(frozen=True, slots=True)
class _RowPart:
    """What one component adds to the rows of its device."""

    has_external_id: bool
    component_type_id: str
    signals: tuple[Signal, ...]


def _row_part(
    component: Component, table: TelemetryTable, entity_id: str, signals: tuple[Signal, ...]
) -> tuple[str, _RowPart]:
    """Return the device id of a component, and what it adds to the rows of that device.

    As in the connector, it is the key property, else the first external id with a value, else the entity id.
    """
    columns = tuple(
        replace(signal, column=_configured(signal, "attribute") or signal.column) for signal in signals
    )
    external = sorted(item.name for item in component.properties if item.definition.get("isExternalId"))
    for name in filter(None, [table.key_property, *external]):
        if device_id := _text_value(component, name):
            return device_id, _RowPart(name in external, component.type_id, columns)
    return entity_id, _RowPart(has_external_id=False, component_type_id=component.type_id, signals=columns)


def _device(table: TelemetryTable, device_id: str, parts: list[_RowPart]) -> Device:
    """Join the components of a device, for a row holds everything that it measured at a time.

    A row names one component type. A component with an external id wins, since only those are read by type.
    """
    ordered = sorted(parts, key=lambda part: (not part.has_external_id, part.component_type_id))
    columns: dict[str, Signal] = {}
    for part in ordered:
        for signal in part.signals:
            columns.setdefault(signal.column, signal)
    return Device(table, device_id, ordered[0].component_type_id, tuple(columns.values()))


def _asset(
    component: Component, signals: tuple[Signal, ...], workspace_id: str, alias_template: str | None
) -> Asset | None:
    """Return the SiteWise asset of a component; None where it has none."""
    asset_id = _text_value(component, SITEWISE_ASSET_ID)
    bound = tuple(
        replace(signal, column=property_id)
        for signal in signals
        if (property_id := _configured(signal, SITEWISE_PROPERTY_ID))
    )
    if asset_id and bound:
        return Asset(asset_id, component.type_id, bound)
    if not alias_template:
        return None
    aliased = tuple(
        replace(signal, column=_alias(alias_template, workspace_id, component, signal)) for signal in signals
    )
    return Asset(None, component.type_id, aliased)


def _alias(template: str, workspace_id: str, component: Component, signal: Signal) -> str:
    """Return the alias of a signal as the SiteWise connector makes it."""
    values = {
        "workspaceId": workspace_id,
        "entityId": signal.entity_id,
        "componentName": component.path,
        "partPath": f"{component.path}/" if "/" in component.path else "",
        "propertyName": signal.property.name,
    }
    return _PLACEHOLDER.sub(
        lambda match: values.get(match[1]) or _text_value(component, match[1]) or "", template
    )


def _without_computed(asset: Asset, models: ModelLookup) -> Asset:
    columns = [(signal.column, signal.property.name) for signal in asset.signals]
    computed = models.computed(asset.component_type_id, asset.id, columns)
    return replace(
        asset, signals=tuple(signal for signal in asset.signals if signal.property.name not in computed)
    )


def _text_value(component: Component, name: str) -> str | None:
    value = next((item.value for item in component.properties if item.name == name), None)
    return value if isinstance(value, str) and value else None


def _configured(signal: Signal, name: str) -> str:
    return str((signal.property.definition.get("configuration") or {}).get(name, ""))
