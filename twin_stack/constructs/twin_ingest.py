"""The topic rules of a whole twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.device_policy import DevicePolicy
from twin_stack.constructs.telemetry_ingest import MeasuredProperty, TelemetryIngest
from twin_stack.definition.ingest import SITEWISE, columns, targets

if TYPE_CHECKING:
    from twin_stack.constructs.telemetry_table import ITelemetryTable
    from twin_stack.definition import schema


class TwinIngest(Construct):
    """The topic rules of a twin, with one queue for what they could not write and one policy for devices.

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        definition: a checked definition with at least one ingest.
        workspace_id: begins the aliases of SiteWise data streams: `/<workspace>/<device>/<property>`.
        telemetry: the twin's own table, None where it has none.

    Raises:
        ValueError: an ingest writes to the twin's own table, and there is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: schema.TwinDefinition,
        workspace_id: str,
        telemetry: ITelemetryTable | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetters(
            self,
            "DeadLetters",
            description="Messages of devices that could not be written; each says why",
        )
        resolved = definition.resolved_types
        rules = Construct(self, "Rules")
        self.rules: dict[str, TelemetryIngest] = {}
        for name, entry in definition.twin.ingest.items():
            type_ = resolved[entry.component_type_id]
            found = targets(entry, type_, definition.connectors)
            kinds = {one.kind for one in found.values()}
            stores = [one for one in found.values() if one.kind == "dynamodb"]
            store = stores[0] if stores else None
            self.rules[name] = TelemetryIngest(
                rules,
                name,
                topic=entry.topic,
                device_id=entry.device_id,
                properties=[
                    MeasuredProperty(one.property, one.member, one.attribute, one.data_type)
                    for one in columns(entry, type_)
                ],
                time=entry.time,
                time_unit=entry.time_unit,
                table=_table(rules, name, store, telemetry) if store is not None else None,
                partition_key=store.partition_key if store is not None else "device_id",
                sort_key=store.sort_key if store is not None else "timestamp",
                component_type_id=entry.component_type_id,
                expires_after=Duration.days(entry.expires_after_days) if entry.expires_after_days else None,
                alias_prefix=f"/{workspace_id}" if kinds & {*SITEWISE} else None,
                basic_ingest=entry.basic_ingest,
                dead_letters=self.dead_letters,
            )
        self.device_policy = DevicePolicy(self, "DevicePolicy", ingests=list(self.rules.values()))


def _table(
    scope: Construct, name: str, store: schema.Connector, telemetry: ITelemetryTable | None
) -> dynamodb.ITable:
    if store.table_name is not None:
        return dynamodb.Table.from_table_name(scope, f"{name}Table", store.table_name)
    if telemetry is None:
        raise ValueError(
            f'ingest "{name}" writes to the table of the twin, and its connector was given without one; '
            "pass telemetry_table as well"
        )
    return telemetry.table
