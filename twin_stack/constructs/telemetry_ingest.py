"""A topic rule that writes the telemetry of devices to where the connectors read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from constructs import Construct

from twin_stack.constructs import nag
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb


SQL_VERSION: Final = "2016-03-23"

THING_NAME: Final = "${iot:Connection.Thing.ThingName}"

_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

_MEMBER: Final = re.compile(rf"{_NAME.pattern}(\.{_NAME.pattern})*")

_TOPIC_PART: Final = re.compile(r"topic\(([1-8])\)")

_VARIANT: Final = {"DOUBLE": "double_value", "BOOLEAN": "boolean_value", "STRING": "string_value"}


@dataclass(frozen=True, slots=True)
class MeasuredProperty:
    """A property on its way from a message to a store.

    Attributes:
        name: its name, which ends the SiteWise alias.
        member: where it stands in the message, such as `payload.temp`. None: under its name.
        attribute: attribute of the DynamoDB row. None: its name.
        data_type: `DOUBLE`, `INTEGER`, `LONG`, `BOOLEAN` or `STRING`; SiteWise wants to know.
    """

    name: str
    member: str | None = None
    attribute: str | None = None
    data_type: str = "DOUBLE"


class TelemetryIngest(Construct):
    """A topic rule that writes what devices publish to a DynamoDB table, to AWS IoT SiteWise, or both.

    In DynamoDB a message becomes one row, keyed by device and time, so that a message that comes twice
    or late does no harm: it replaces itself, or takes its place among the others. Only the properties
    that are named get into the row. A value that a message lacks is left out of the row; a message
    without device id or time cannot be stored and goes to the dead letters, with the reason.

    In SiteWise each property is a value of the data stream `<alias_prefix>/<device>/<property>`.
    There a message has to hold all properties: an entry of the action without a value fails.

    A rule writes rows of one component type, which it knows as a constant: AWS IoT has no table of the
    fleet to look it up in. Give each type a topic of its own.

    The rule's role may put items to that table, or values to SiteWise, and send to the queue of dead
    letters. Nothing else.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry")
        TelemetryIngest(
            self,
            "Temperatures",
            topic="plant/+/temperature",
            device_id="topic(2)",
            properties=[MeasuredProperty("temperature"), MeasuredProperty("humidity")],
            table=telemetry.table,
            component_type_id="com.example.TemperatureSensor",
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        topic: topic filter of the messages, at most 256 characters and 7 slashes.
        device_id: where the device id stands: `topic(N)`, counted from 1, `clientid()`, or a member of
            the message.
        properties: what a message measures, 1 or more; at most 10 for SiteWise.
        time: member of the message with the time of the measurement, a number since 1970 in UTC.
            Default: `timestamp`.
        time_unit: what it counts, `s` or `ms`. Default: `ms`.
        table: table for the rows, whose sort key counts milliseconds. Default: none.
        partition_key: its key attribute that names the device. Default: `device_id`.
        sort_key: its key attribute that holds the time. Default: `timestamp`.
        component_type_id: written to each row, so that the table's index finds the rows of a type.
            Default: none, and requests by component type find nothing.
        expires_after: how long after their time rows are kept; the table's TTL attribute has to be
            `expires_at`. Default: for ever.
        alias_prefix: of the data streams in SiteWise, such as `/my-twin`. Default: none.
        basic_ingest: devices publish to `basic_ingest_topic` past the message broker, which is cheaper
            and lets nobody subscribe. Default: False.
        dead_letters: takes what could not be written. Default: a new one.

    Raises:
        ValueError: there is nowhere to write to, or a name cannot stand in AWS IoT's SQL.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: str,
        device_id: str,
        properties: Sequence[MeasuredProperty],
        time: str = "timestamp",
        time_unit: Literal["s", "ms"] = "ms",
        table: dynamodb.ITable | None = None,
        partition_key: str = "device_id",
        sort_key: str = "timestamp",
        component_type_id: str | None = None,
        expires_after: Duration | None = None,
        alias_prefix: str | None = None,
        basic_ingest: bool = False,
        dead_letters: DeadLetters | None = None,
    ) -> None:
        attributes = {one.attribute or one.name: one.member or one.name for one in properties}
        _check(
            topic=topic,
            device_id=device_id,
            members=[time, *attributes.values()],
            names=[partition_key, sort_key, *attributes] if table is not None else [],
        )
        if table is None and alias_prefix is None:
            raise ValueError("neither table nor alias_prefix is given; the rule needs somewhere to write to")
        if not properties:
            raise ValueError("properties is empty; name at least one")
        if alias_prefix is not None and len(properties) > MAX_SITEWISE_ENTRIES:
            raise ValueError(
                f"properties may name {MAX_SITEWISE_ENTRIES} at most for SiteWise, got "
                f"{len(properties)}; make two of these for more"
            )
        super().__init__(scope, construct_id)
        self._topic = topic
        self._device_id = device_id
        self._basic_ingest = basic_ingest
        self._dead_letters = dead_letters or DeadLetters(
            self, "DeadLetters", description=f"Messages on {topic} could not be written; each says why"
        )
        milliseconds = time if time_unit == "ms" else f"{time} * 1000"
        columns = {partition_key: device_id, sort_key: milliseconds}
        if component_type_id is not None:
            columns["component_type_id"] = f"'{component_type_id}'"
        if expires_after is not None:
            seconds = f"floor({time} / 1000)" if time_unit == "ms" else f"floor({time})"
            columns["expires_at"] = f"{seconds} + {int(expires_after.to_seconds())}"
        columns |= attributes
        selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
        streams = (
            [_sitewise(self, "asset"), _sitewise(self, "time-series")] if alias_prefix is not None else []
        )
        self._role = _role(self, topic, table, streams, self._dead_letters)
        actions = []
        if table is not None:
            actions.append(
                iot.CfnTopicRule.ActionProperty(
                    dynamo_d_bv2=iot.CfnTopicRule.DynamoDBv2ActionProperty(
                        put_item=iot.CfnTopicRule.PutItemInputProperty(table_name=table.table_name),
                        role_arn=self._role.role_arn,
                    )
                )
            )
        if alias_prefix is not None:
            alias = f"{alias_prefix}/${{{device_id}}}"
            actions.append(_sitewise_action(alias, properties, time, time_unit, self._role.role_arn))
        self._rule = iot.CfnTopicRule(
            self,
            "Resource",
            topic_rule_payload=iot.CfnTopicRule.TopicRulePayloadProperty(
                sql=f"SELECT {selected} FROM '{topic}'",  # noqa: S608 (all names are checked)
                aws_iot_sql_version=SQL_VERSION,
                actions=actions,
                error_action=iot.CfnTopicRule.ActionProperty(
                    sqs=iot.CfnTopicRule.SqsActionProperty(
                        queue_url=self._dead_letters.queue.queue_url,
                        role_arn=self._role.role_arn,
                        use_base64=False,
                    )
                ),
                rule_disabled=False,
            ),
        )

    @property
    def role(self) -> iam.Role:
        """The rule's role."""
        return self._role

    @property
    def rule_name(self) -> str:
        """Name of the topic rule."""
        return self._rule.ref

    @property
    def rule_arn(self) -> str:
        """ARN of the topic rule."""
        return self._rule.attr_arn

    @property
    def dead_letters(self) -> DeadLetters:
        """What could not be written."""
        return self._dead_letters

    @property
    def topic(self) -> str:
        """Topic filter of the messages."""
        return self._topic

    def metric_matches(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """How many messages came."""
        return self._metric("TopicMatch", period)

    def metric_parse_errors(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """How many messages were no JSON."""
        return self._metric("ParseError", period)

    def metric_throttles(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """How many messages were left out for being too many."""
        return self._metric("RuleMessageThrottled", period)

    def metric_failures(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """How many actions of the rule failed, of whatever type.

        A CloudWatch Metrics Insights query: the metric has the type of the action as a dimension, and AWS
        lists no names of types (developer guide, "Rule action metrics").
        """
        return cloudwatch.MathExpression(
            expression='SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) '  # noqa: S608 (of a name that is CloudFormation's)
            f"WHERE RuleName = '{self.rule_name}'",
            using_metrics={},
            label="Failure",
            period=period,
        )

    def _metric(self, name: str, period: Duration | None) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/IoT",
            metric_name=name,
            dimensions_map={"RuleName": self.rule_name},
            period=period,
            statistic="Sum",
        ).attach_to(self)

    @property
    def device_topic(self) -> str:
        """Where a device publishes, with the thing's name as IoT policies have it, `*` for other parts."""
        number = _TOPIC_PART.fullmatch(self._device_id)
        parts = self._topic.split("/")
        for index, part in enumerate(parts, 1):
            if number is not None and index == int(number[1]):
                parts[index - 1] = THING_NAME
            elif part in ("+", "#"):
                parts[index - 1] = "*"
        prefix = [f"$aws/rules/{self.rule_name}"] if self._basic_ingest else []
        return "/".join([*prefix, *parts])


def _role(
    scope: Construct,
    topic: str,
    table: dynamodb.ITable | None,
    streams: Sequence[str],
    dead_letters: DeadLetters,
) -> iam.Role:
    """Its policy is inline, so that the rule never works before it may do all of it."""
    queue = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue.queue_arn])
    statements = [*(_may_put(table) if table is not None else []), queue]
    if streams:
        actions = ["iotsitewise:BatchPutAssetPropertyValue"]
        statements.append(iam.PolicyStatement(actions=actions, resources=list(streams)))
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "iot.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        ),
        description=f"Writes what devices publish on {topic}",
        inline_policies={"Write": iam.PolicyDocument(statements=statements)},
    )
    for arn in streams:
        nag.acknowledge_wildcard_resource(
            role,
            arn,
            "The message names the data stream by its alias, and SiteWise knows which asset it belongs to: "
            "no ids are known here. Writing values only, of this account and region.",
        )
    return role


def _may_put(table: dynamodb.ITable) -> list[iam.PolicyStatement]:
    statements = [iam.PolicyStatement(actions=["dynamodb:PutItem"], resources=[table.table_arn])]
    if table.encryption_key is not None:
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        statements.append(iam.PolicyStatement(actions=actions, resources=[table.encryption_key.key_arn]))
    return statements


def _sitewise(scope: Construct, resource: str) -> str:
    return Stack.of(scope).format_arn(service="iotsitewise", resource=resource, resource_name="*")


def _sitewise_action(
    alias: str, properties: Sequence[MeasuredProperty], time: str, time_unit: str, role_arn: str
) -> iot.CfnTopicRule.ActionProperty:
    unit = "1000" if time_unit == "ms" else "1"
    nanoseconds = "1000000" if time_unit == "ms" else "1000000000"
    rule = iot.CfnTopicRule
    return rule.ActionProperty(
        iot_site_wise=rule.IotSiteWiseActionProperty(
            role_arn=role_arn,
            put_asset_property_value_entries=[
                rule.PutAssetPropertyValueEntryProperty(
                    entry_id=str(number),
                    property_alias=f"{alias}/{one.name}",
                    property_values=[
                        rule.AssetPropertyValueProperty(
                            value=rule.AssetPropertyVariantProperty(
                                **{
                                    _VARIANT.get(
                                        one.data_type, "integer_value"
                                    ): f"${{{one.member or one.name}}}"
                                }
                            ),
                            timestamp=rule.AssetPropertyTimestampProperty(
                                time_in_seconds=f"${{floor({time} / {unit})}}",
                                offset_in_nanos=f"${{floor({time} % {unit} * {nanoseconds})}}",
                            ),
                            quality="GOOD",
                        )
                    ],
                )
                for number, one in enumerate(properties)
            ],
        )
    )


def _check(*, topic: str, device_id: str, members: list[str], names: list[str]) -> None:
    if "'" in topic or not 0 < len(topic) <= 256 or topic.count("/") > 7:
        raise ValueError(
            f'topic may have 256 characters, 7 slashes and no quote, got "{topic}"; make it simpler'
        )
    if not (_TOPIC_PART.fullmatch(device_id) or device_id == "clientid()"):
        members = [device_id, *members]
    for member in members:
        if not _MEMBER.fullmatch(member):
            raise ValueError(
                f'a member of the message is named by letters, digits, "_" and "." in AWS IoT\'s SQL, got '
                f'"{member}"; have devices call it otherwise'
            )
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f'an attribute of the row is named by letters, digits and "_" in AWS IoT\'s SQL, got '
                f'"{name}"; give the property another attribute'
            )
