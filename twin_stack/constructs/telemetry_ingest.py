"""A topic rule that writes the telemetry of devices to where the connectors read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.encryption import grant_queue_key, grant_table_key
from twin_stack.constructs.environments import Place
from twin_stack.constructs.iam_patterns import escape_wildcards
from twin_stack.twinmaker import telemetry_table
from twin_stack.twinmaker.message_time import TIME_UNITS, checked
from twin_stack.twinmaker.patterns import SQL_MEMBER, SQL_NAME, SQL_TOPIC_SEGMENT, matcher
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ENTRIES, MAX_TOPIC_LENGTH, MAX_TOPIC_SLASHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms


SQL_VERSION: Final = "2016-03-23"

THING_NAME: Final = "${iot:Connection.Thing.ThingName}"

_VARIANT: Final = {"DOUBLE": "double_value", "BOOLEAN": "boolean_value", "STRING": "string_value"}


@dataclass(frozen=True, slots=True)
class MeasuredProperty:
    """A property in the messages of devices.

    Attributes:
        name: The name of the property, which ends its SiteWise alias.
        member: The member of the message that holds it, such as ``payload.temp``. None: its name.
        attribute: The attribute of the DynamoDB row. None: its name.
        data_type: ``DOUBLE``, ``INTEGER``, ``LONG``, ``BOOLEAN`` or ``STRING``, for SiteWise.
    """

    name: str
    member: str | None = None
    attribute: str | None = None
    data_type: str = "DOUBLE"


class TelemetryIngest(Construct):
    """A topic rule that writes messages of devices to a DynamoDB table, to AWS IoT SiteWise, or to both.

    In DynamoDB a message becomes one row, keyed by device and time, so repeated and late messages do no harm:
    a repeated message overwrites its own row. The row contains only the named properties. A property that the
    message lacks is left out of the row. A message without device id, or whose time is missing, no number or
    not plausible, cannot be stored and goes to the dead-letter queue with the reason: the key that its row
    would lack.

    In SiteWise each property is a value of the data stream ``<alias_prefix>/<device>/<property>``. A message
    must contain all properties, because an entry of the action without a value fails.

    A rule writes rows of one component type, as AWS IoT cannot look up that of a device: use one topic each.

    The rule's role may put items to the table, write values of data streams with this prefix, and send to
    the dead-letter queue, and nothing else.

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
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        topic: The topic filter of the messages, at most 256 characters and 7 slashes.
        device_id: The source of the device id: ``topic(N)``, counted from 1, ``clientid()``, or a member of
            the message.
        properties: The properties in a message, at least 1; at most 10 for SiteWise.
        time: The member of the message with the time of the measurement, a number since 1970 in UTC.
            Default: ``timestamp``.
        time_unit: The unit of that time: ``s``, ``ms``, ``us`` or ``ns``; ``auto`` tells them by the size of
            the number, for times since 2001-09-09. Rows are keyed by milliseconds. Default: ``ms``.
        max_age: The age of the oldest message that is stored; None stores a message of any time that can be
            one of the unit (1973 to 5138), whatever ``max_ahead`` is. Default: 3,650 days. AWS IoT SiteWise
            takes values of the last 7 days only.
        max_ahead: The time by which a message may be ahead of AWS IoT's clock. Default: 10 minutes, as for
            AWS IoT SiteWise.
        table: The table for the rows, whose sort key counts milliseconds. Default: none.
        partition_key: The table's key attribute that identifies the device. Default: ``device_id``.
        sort_key: The table's key attribute that holds the time. Default: ``timestamp``.
        component_type_id: The component type that is written to each row, for the table's index by component
            type. Default: none; requests by component type then find no rows.
        expires_after: How long rows are kept after their time; the table's TTL attribute must be
            ``expires_at``. Default: rows do not expire.
        alias_prefix: The prefix of the data streams in SiteWise, such as ``/my-twin``. Default: none.
        basic_ingest: Whether devices publish to the rule directly (Basic Ingest), which is cheaper but
            delivers no messages to subscribers. Default: False.
        rule_name: The name of the topic rule, of letters, digits and "_". With ``basic_ingest``, devices
            publish to topics with this name. Default: CloudFormation generates it.
        dead_letters: The dead-letter queue for messages that could not be written. Default: a new one.
        encryption_key: The customer managed key of a new dead-letter queue. Default: a key of SQS.

    Raises:
        ValueError: There is no destination or no property, or a name is not allowed in AWS IoT's SQL.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: str,
        device_id: str,
        properties: Sequence[MeasuredProperty],
        time: str = telemetry_table.TIMESTAMP,
        time_unit: Literal["s", "ms", "us", "ns", "auto"] = "ms",
        max_age: Duration | None = defaults.MAX_MEASUREMENT_AGE,
        max_ahead: Duration = defaults.MAX_MEASUREMENT_AHEAD,
        table: dynamodb.ITable | None = None,
        partition_key: str = telemetry_table.DEVICE_ID,
        sort_key: str = telemetry_table.TIMESTAMP,
        component_type_id: str | None = None,
        expires_after: Duration | None = None,
        alias_prefix: str | None = None,
        basic_ingest: bool = False,
        rule_name: str | None = None,
        dead_letters: DeadLetters | None = None,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        if dead_letters is not None and encryption_key is not None:
            raise ValueError(
                "encryption_key applies to a new dead-letter queue only, got dead_letters as well; pass the "
                "key to DeadLetters"
            )
        attributes = {prop.attribute or prop.name: prop.member or prop.name for prop in properties}
        _check(
            topic=topic,
            device_id=device_id,
            members=[time, *attributes.values()],
            names=[partition_key, sort_key, *attributes] if table is not None else [],
        )
        _check_destination(table, alias_prefix, expires_after)
        if not properties:
            raise ValueError("properties is empty; pass at least one property")
        if alias_prefix is not None and len(properties) > MAX_SITEWISE_ENTRIES:
            raise ValueError(
                f"properties may contain at most {MAX_SITEWISE_ENTRIES} items for SiteWise, got "
                f"{len(properties)}; split them over several ingests"
            )
        if table is not None:
            _check_place(scope, table)
        super().__init__(scope, construct_id)
        self._topic = topic
        self._device_id = device_id
        self._basic_ingest = basic_ingest
        self._dead_letters = dead_letters or DeadLetters(
            self,
            "DeadLetters",
            description=f"Messages on {topic} could not be written; each says why",
            encryption_key=encryption_key,
        )
        columns = {partition_key: device_id, sort_key: _plausible(time, time_unit, max_age, max_ahead)}
        if component_type_id is not None:
            columns[telemetry_table.COMPONENT_TYPE_ID] = f"'{component_type_id}'"
        if expires_after is not None:
            seconds = TIME_UNITS[time_unit].seconds.format(t=time)
            columns[telemetry_table.EXPIRES] = f"{seconds} + {int(expires_after.to_seconds())}"
        columns |= attributes
        selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
        self._role = _role(self, topic, table, alias_prefix, self._dead_letters, rule_name=rule_name)
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
            rule_name=rule_name,
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
        key_grants = [grant_queue_key(self._dead_letters.queue, self._role)]
        if table is not None:
            key_grants.append(grant_table_key(table, self._role, writes=True))
        for key_grant in key_grants:
            if key_grant is not None:
                key_grant.apply_before(self._rule)

    @property
    def role(self) -> iam.Role:
        """The role of the rule."""
        return self._role

    @property
    def rule_name(self) -> str:
        """The name of the topic rule."""
        return self._rule.ref

    @property
    def rule_arn(self) -> str:
        """The ARN of the topic rule."""
        return self._rule.attr_arn

    @property
    def dead_letters(self) -> DeadLetters:
        """The dead-letter queue for messages that could not be written."""
        return self._dead_letters

    @property
    def topic(self) -> str:
        """The topic filter of the messages."""
        return self._topic

    def metric_matches(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Return the metric of messages that match the topic filter."""
        return self.metric("TopicMatch", period=period)

    def metric_parse_errors(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Return the metric of messages that are not JSON."""
        return self.metric("ParseError", period=period)

    def metric_throttles(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Return the metric of messages that AWS IoT throttled."""
        return self.metric("RuleMessageThrottled", period=period)

    def metric_failures(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Return the number of failed actions of the rule, of any type.

        A CloudWatch Metrics Insights query: the metric has the action's type as a dimension, and AWS does not
        document the names of the types (developer guide, "Rule action metrics").

        Args:
            period: The period of each point. Default: 5 minutes.
        """
        return cloudwatch.MathExpression(
            expression='SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) '  # noqa: S608 (CloudFormation generates the name)
            f"WHERE RuleName = '{self.rule_name}'",
            using_metrics={},
            label="Failure",
            period=period,
        )

    def metric(
        self, metric_name: str, *, period: Duration | None = None, statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """Return a metric of the rule, of the namespace AWS/IoT.

        Args:
            metric_name: The name, such as ``TopicMatch``.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: ``Sum``.
        """
        return cloudwatch.Metric(
            namespace="AWS/IoT",
            metric_name=metric_name,
            dimensions_map={"RuleName": self.rule_name},
            period=period,
            statistic=statistic,
        ).attach_to(self)

    @property
    def device_topic(self) -> str:
        """The topic on which a device publishes, with IoT's variable for its thing, ``*`` for wildcards."""
        number = matcher(SQL_TOPIC_SEGMENT.pattern)(self._device_id)
        parts = self._topic.split("/")
        for index, part in enumerate(parts, 1):
            if number is not None and index == int(number[1]):
                parts[index - 1] = THING_NAME
            elif part in ("+", "#"):
                parts[index - 1] = "*"
        prefix = [f"$aws/rules/{self.rule_name}"] if self._basic_ingest else []
        return "/".join([*prefix, *parts])


def _plausible(time: str, time_unit: str, max_age: Duration | None, max_ahead: Duration) -> str:
    """Return the SQL of a time that is undefined if it is no number, or no plausible one of its unit."""
    unit = TIME_UNITS[time_unit]
    milliseconds = unit.milliseconds.format(t=time)
    if max_age is None:
        return checked(milliseconds, *unit.conditions(time))
    first = f"{milliseconds} >= timestamp() - {int(max_age.to_milliseconds())}"
    last = f"{milliseconds} <= timestamp() + {int(max_ahead.to_milliseconds())}"
    return checked(milliseconds, *(unit.conditions(time) if time_unit == "auto" else ()), first, last)


def _role(
    scope: Construct,
    topic: str,
    table: dynamodb.ITable | None,
    alias_prefix: str | None,
    dead_letters: DeadLetters,
    *,
    rule_name: str | None,
) -> iam.Role:
    """Create the rule's role, with an inline policy so that the rule never exists without its permissions."""
    stack = Stack.of(scope)
    queue = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue.queue_arn])
    statements = [queue]
    if table is not None:
        statements.insert(0, iam.PolicyStatement(actions=["dynamodb:PutItem"], resources=[table.table_arn]))
    series = stack.format_arn(service="iotsitewise", resource="time-series", resource_name="*")
    if alias_prefix is not None:
        # SiteWise authorizes a write by alias on the time series, with the alias as a condition key (IoT
        # SiteWise user guide, BatchPutAssetPropertyValue authorization).
        aliases = f"{escape_wildcards(alias_prefix)}/*/*"
        statements.append(
            iam.PolicyStatement(
                actions=["iotsitewise:BatchPutAssetPropertyValue"],
                resources=[series],
                conditions={"StringLike": {"iotsitewise:propertyAlias": aliases}},
            )
        )
    # AWS IoT documents both keys for the roles of its rules. A generated name is not known here, because the
    # rule refers to this role.
    rules = stack.format_arn(service="iot", resource="rule", resource_name=rule_name or "*")
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "iot.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": rules},
            },
        ),
        description=f"Writes what devices publish on {topic}",
        inline_policies={"Write": iam.PolicyDocument(statements=statements)},
    )
    if alias_prefix is not None:
        nag.acknowledge_wildcard_resource(
            role,
            series,
            "SiteWise generates the ids of time series; the condition allows only aliases that begin with "
            "the prefix. Writes of values only.",
        )
    return role


def _sitewise_action(
    alias: str, properties: Sequence[MeasuredProperty], time: str, time_unit: str, role_arn: str
) -> iot.CfnTopicRule.ActionProperty:
    unit = TIME_UNITS[time_unit]
    seconds, nanoseconds = unit.seconds.format(t=time), unit.nanoseconds.format(t=time)
    if time_unit == "auto":  # SiteWise itself refuses a time in another unit
        seconds = checked(seconds, *unit.conditions(time))
    rule = iot.CfnTopicRule
    return rule.ActionProperty(
        iot_site_wise=rule.IotSiteWiseActionProperty(
            role_arn=role_arn,
            put_asset_property_value_entries=[
                rule.PutAssetPropertyValueEntryProperty(
                    entry_id=str(number),
                    property_alias=f"{alias}/{prop.name}",
                    property_values=[
                        rule.AssetPropertyValueProperty(
                            value=rule.AssetPropertyVariantProperty(
                                **{
                                    _VARIANT.get(
                                        prop.data_type, "integer_value"
                                    ): f"${{{prop.member or prop.name}}}"
                                }
                            ),
                            timestamp=rule.AssetPropertyTimestampProperty(
                                time_in_seconds=f"${{{seconds}}}",
                                offset_in_nanos=f"${{{nanoseconds}}}",
                            ),
                            quality="GOOD",
                        )
                    ],
                )
                for number, prop in enumerate(properties)
            ],
        )
    )


def _check_destination(
    table: dynamodb.ITable | None, alias_prefix: str | None, expires_after: Duration | None
) -> None:
    if table is None and alias_prefix is None:
        raise ValueError(
            "neither table nor alias_prefix is given; pass at least one of them as the destination"
        )
    if table is None and expires_after is not None:
        raise ValueError("expires_after is of rows, but no table is given; pass the table, or leave it out")


def _check_place(scope: Construct, table: dynamodb.ITable) -> None:
    place = Place.of_table(table)
    if place.is_elsewhere(Place.of_stack(scope)):
        raise ValueError(
            f"the table is in {place}, but AWS IoT writes to tables of its own account and region only; "
            "ingest in a stack of that account and region"
        )


def _check(*, topic: str, device_id: str, members: list[str], names: list[str]) -> None:
    if "'" in topic or not 0 < len(topic) <= MAX_TOPIC_LENGTH or topic.count("/") > MAX_TOPIC_SLASHES:
        raise ValueError(
            f"topic may have at most {MAX_TOPIC_LENGTH} characters, {MAX_TOPIC_SLASHES} slashes and no "
            f'single quote, got "{topic}"; shorten it'
        )
    if not (SQL_TOPIC_SEGMENT.fits(device_id) or device_id == "clientid()"):
        members = [device_id, *members]
    for member in members:
        if not SQL_MEMBER.fits(member):
            raise ValueError(
                f'members of the message may have letters, digits, "_" and "." in AWS IoT\'s SQL, got '
                f'"{member}"; rename the member in the messages'
            )
    for name in names:
        if not SQL_NAME.fits(name):
            raise ValueError(
                f'attributes of the row may have letters, digits and "_" in AWS IoT\'s SQL, got '
                f'"{name}"; choose another attribute for the property'
            )
