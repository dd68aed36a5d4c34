"""Where values are kept, by the deployed connectors and SiteWise models."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.twinmaker import telemetry_table
from twin_stack.twinmaker.names import ENTITY_HISTORY_READERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.simulate.clients import Clients

_OTHER_KEYS: Final = {"PARTITION", "SORT_PREFIX"}


@dataclass(frozen=True, slots=True)
class TelemetryTable:
    """A telemetry table, keyed by the environment of the DynamoDB connector.

    Attributes:
        name: Name of the table.
        partition_key: Attribute with the device id.
        sort_key: Attribute with the time.
        time_unit: ``iso``, ``s``, ``ms`` or ``us``.
        key_property: Property of a component with its device id; None where there is none.
    """

    name: str
    partition_key: str
    sort_key: str
    time_unit: str
    key_property: str | None


class ConnectorLookup:
    """The connectors of component types; each type and each function is read once.

    Args:
        clients: The clients.
        workspace_id: The workspace.

    Attributes:
        problems: Readers whose function does not exist, a line for each component type.
    """

    def __init__(self, clients: Clients, workspace_id: str) -> None:
        self._clients = clients
        self._workspace_id = workspace_id
        self._by_type: dict[str, TelemetryTable | str | None] = {}
        self._readers: dict[str, str | None] = {}
        self._by_arn: dict[str, TelemetryTable | str | None] = {}
        self._without_function: set[str] = set()
        self.problems: list[str] = []

    def table(self, type_id: str) -> TelemetryTable | None:
        """Return the table of a type's DynamoDB connector; None where it has another reader.

        Args:
            type_id: The component type.
        """
        place = self._place(type_id)
        return place if isinstance(place, TelemetryTable) else None

    def alias_template(self, type_id: str) -> str | None:
        """Return the alias template of a type's SiteWise connector; None where it has none.

        Args:
            type_id: The component type.
        """
        place = self._place(type_id)
        return place if isinstance(place, str) else None

    def is_read(self, type_id: str) -> bool:
        """Return whether a function reads the time series of a type's entities.

        Args:
            type_id: The component type.
        """
        return self._reader(type_id) is not None

    def lacks_function(self, type_id: str) -> bool:
        """Return whether the function that reads a type does not exist; ``problems`` says so once.

        Args:
            type_id: The component type.
        """
        self._place(type_id)
        return type_id in self._without_function

    def evaluated_alarms(self) -> set[tuple[str, str]]:
        """Return the alarm types that functions compute from a table's stream, each with the table's name."""
        evaluated: set[tuple[str, str]] = set()
        for page in self._clients.lambda_.get_paginator("list_event_source_mappings").paginate():
            for mapping in page["EventSourceMappings"]:
                variables = self._environment(mapping["FunctionArn"]) or {}
                if "ALARMS" in variables:
                    types = {alarm["alarmType"] for alarm in json.loads(variables["ALARMS"])}
                    evaluated |= {(variables["TABLE_NAME"], type_id) for type_id in types}
        return evaluated

    def _place(self, type_id: str) -> TelemetryTable | str | None:
        if type_id not in self._by_type:
            arn = self._reader(type_id)
            self._by_type[type_id] = self._place_of_function(type_id, arn) if arn else None
        return self._by_type[type_id]

    def _reader(self, type_id: str) -> str | None:
        """Return the ARN of the function that reads the time series of a type; None where it has none."""
        if type_id not in self._readers:
            component_type = self._clients.twinmaker.get_component_type(
                workspaceId=self._workspace_id, componentTypeId=type_id
            )
            functions = component_type.get("functions") or {}
            arns = [
                functions.get(name, {}).get("implementedBy", {}).get("lambda", {}).get("arn")
                for name in ENTITY_HISTORY_READERS
            ]
            self._readers[type_id] = next(filter(None, arns), None)
        return self._readers[type_id]

    def _place_of_function(self, type_id: str, arn: str) -> TelemetryTable | str | None:
        if arn not in self._by_arn:
            variables = self._environment(arn)
            if variables is None:
                self._without_function.add(type_id)
                self.problems.append(
                    f"{type_id}: the function {arn} that reads it does not exist here, so its values are not "
                    "simulated and cannot be read; deploy the function, or correct the arn of the connector"
                )
                return None
            self._by_arn[arn] = _place(variables)
        return self._by_arn[arn]

    def _environment(self, arn: str) -> dict[str, str] | None:
        """Return the environment variables of a function; None where the function does not exist."""
        client = self._clients.lambda_
        try:
            configuration = client.get_function_configuration(FunctionName=arn)
        except client.exceptions.ResourceNotFoundException:
            return None
        variables: dict[str, str] = configuration.get("Environment", {}).get("Variables", {})
        return variables


def _place(variables: dict[str, str]) -> TelemetryTable | str | None:
    if variables.get("TABLE_NAME") and not _OTHER_KEYS & variables.keys():
        return TelemetryTable(
            variables["TABLE_NAME"],
            variables.get("PARTITION_KEY") or telemetry_table.DEVICE_ID,
            variables.get("SORT_KEY") or telemetry_table.TIMESTAMP,
            variables.get("TIME_UNIT") or "ms",
            variables.get("KEY_PROPERTY") or None,
        )
    return variables.get("PROPERTY_ALIAS") or None


class ModelLookup:
    """The properties that SiteWise computes; one asset of each component type is read.

    Args:
        sitewise: A boto3 client of ``iotsitewise``.

    Attributes:
        problems: Which properties are not written because SiteWise computes them, a line for each type.
    """

    def __init__(self, sitewise: Any) -> None:
        self._sitewise = sitewise
        self._computed: dict[str, set[str]] = {}
        self.problems: list[str] = []

    def computed(self, type_id: str, asset_id: str | None, columns: Sequence[tuple[str, str]]) -> set[str]:
        """Return the names of properties that SiteWise computes.

        Args:
            type_id: The component type, for which the answer of its first asset holds.
            asset_id: Id of an asset; None where properties are named by their alias.
            columns: Id or alias of each property, with its name.
        """
        if type_id not in self._computed:
            self._computed[type_id] = computed = self._read_computed(asset_id, columns)
            if computed:
                names = ", ".join(sorted(computed))
                self.problems.append(f"{type_id}: {names} not written, for SiteWise computes them")
        return self._computed[type_id]

    def _read_computed(self, asset_id: str | None, columns: Sequence[tuple[str, str]]) -> set[str]:
        missing = self._sitewise.exceptions.ResourceNotFoundException
        names: dict[str, str] = {}
        if asset_id is not None:
            names = dict(columns)
        else:
            for alias, name in columns:
                with suppress(missing):  # a stream without a property; the first value creates it
                    stream = self._sitewise.describe_time_series(alias=alias)
                    asset_id = stream.get("assetId")
                    names[stream.get("propertyId", "")] = name
        if asset_id is None:
            return set()
        try:
            asset = self._sitewise.describe_asset(assetId=asset_id, excludeProperties=True)
            model = self._sitewise.describe_asset_model(assetModelId=asset["assetModelId"])
        except missing:
            return set()  # reported when values are written
        return {
            names[item["id"]]
            for item in model["assetModelProperties"]
            if item["id"] in names and not {"transform", "metric"}.isdisjoint(item["type"])
        }
