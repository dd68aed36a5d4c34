"""The topic rules of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from constructs import Construct

from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.device_policy import DevicePolicy
from twin_stack.constructs.existing import connector_table
from twin_stack.constructs.telemetry_ingest import MeasuredProperty, TelemetryIngest
from twin_stack.definition.former_ids import former_rule_names
from twin_stack.definition.ingest import SITEWISE, columns, topic_in_stage, written_connectors
from twin_stack.definition.schema.ingest import STAGE_PLACEHOLDER
from twin_stack.twinmaker import telemetry_table

if TYPE_CHECKING:
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms

    from twin_stack.constructs.data_names import DataNames
    from twin_stack.constructs.interfaces import ITelemetryTable
    from twin_stack.definition import schema
    from twin_stack.definition.twin_definition import TwinDefinition


class TwinIngest(Construct):
    """The topic rules of a twin, with one dead-letter queue and one policy for devices.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        definition: A checked definition with at least one ingest.
        workspace_id: The id of the workspace, with which aliases of SiteWise data streams begin:
            ``/<workspace>/<device>/<property>``.
        telemetry: The twin's own table; None if it has none.
        names: The names of topic rules and of the policy for devices.
        stage: The name of the stage, for ``${stage}`` in topics; None if there is none.
        encryption_key: The customer managed key of the dead-letter queue. Default: a key of SQS.

    Attributes:
        rules: The topic rules by the name of the ingest; those of former names too.
        dead_letters: The dead-letter queue for messages that could not be written.
        device_policy: The IoT policy for devices' certificates.

    Raises:
        ValueError: An ingest writes to the twin's own table, and there is none; or its topic contains
            ``${stage}``, and there is no stage.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str,
        telemetry: ITelemetryTable | None,
        names: DataNames,
        stage: str | None,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetters(
            self,
            "DeadLetters",
            description="Messages of devices that could not be written; each says why",
            encryption_key=encryption_key,
        )
        resolved = definition.resolved_types
        rules = Construct(self, "Rules")
        self.rules: dict[str, TelemetryIngest] = {}
        for name, ingest in _ingests_by_rule(definition).items():
            component_type = resolved[ingest.component_type_id]
            stores = written_connectors(ingest, component_type, definition.connectors).values()
            kinds = {connector.kind for connector in stores}
            tables = [connector for connector in stores if connector.kind == "dynamodb"]
            store = tables[0] if tables else None
            self.rules[name] = TelemetryIngest(
                rules,
                name,
                topic=_topic(name, ingest.topic, stage),
                device_id=ingest.device_id,
                properties=[
                    MeasuredProperty(column.property, column.member, column.attribute, column.data_type)
                    for column in columns(ingest, component_type)
                ],
                time=ingest.time,
                time_unit=ingest.time_unit,
                max_age=Duration.days(ingest.max_age_days),
                max_ahead=Duration.seconds(ingest.max_ahead_seconds),
                table=_table(rules, name, store, telemetry) if store is not None else None,
                partition_key=store.partition_key if store is not None else telemetry_table.DEVICE_ID,
                sort_key=store.sort_key if store is not None else telemetry_table.TIMESTAMP,
                component_type_id=ingest.component_type_id,
                expires_after=Duration.days(ingest.expires_after_days) if ingest.expires_after_days else None,
                alias_prefix=f"/{workspace_id}" if kinds & {*SITEWISE} else None,
                basic_ingest=ingest.basic_ingest,
                rule_name=names.topic_rule(name),
                dead_letters=self.dead_letters,
            )
        self.device_policy = DevicePolicy(
            self, "DevicePolicy", ingests=list(self.rules.values()), policy_name=names.device_policy()
        )


def _topic(name: str, topic: str, stage: str | None) -> str:
    if STAGE_PLACEHOLDER not in topic:
        return topic
    if stage is None:
        raise ValueError(
            f'the topic "{topic}" of ingest "{name}" contains {STAGE_PLACEHOLDER}, but stage is not given; '
            'pass the name of the stage, such as stage="prod"'
        )
    return topic_in_stage(topic, stage)


def _ingests_by_rule(definition: TwinDefinition) -> dict[str, schema.Ingest]:
    """Return the ingests by the names of their rules; devices may still publish to one of a former name."""
    return {
        rule_name: ingest
        for name, ingest in definition.twin.ingest.items()
        for rule_name in (name, *former_rule_names(definition, name))
    }


def _table(
    scope: Construct, name: str, store: schema.Connector, telemetry: ITelemetryTable | None
) -> dynamodb.ITable:
    if not store.reads_telemetry_table:
        return connector_table(scope, f"{name}Table", store)
    if telemetry is None:
        raise ValueError(
            f'ingest "{name}" writes to the twin\'s telemetry table, but the connector that reads it is '
            "replaced by an argument; pass telemetry_table as well"
        )
    return telemetry.table
