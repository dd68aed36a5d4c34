"""A function that evaluates alarm rules on a telemetry table's stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.alarm_rule import EvaluatedAlarm, alarms_text
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.encryption import grant_publish, grant_queue_key, grant_table_key
from twin_stack.constructs.environments import Place, table_reference
from twin_stack.constructs.packaged_code import FORMER_IDS_PACKAGE, former_ids_files
from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options, packaged_function
from twin_stack.twinmaker.quotas import MAX_LAMBDA_ENVIRONMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_sns as sns

    from twin_stack.constructs.interfaces import ITelemetryTable
    from twin_stack.definition.former_rows import FormerRows

BATCH_SIZE: Final = 1000
"""Records per invocation. Each device in a batch is evaluated once, however many records it has."""

BATCHING_WINDOW: Final = Duration.seconds(1)

TIMEOUT: Final = Duration.minutes(1)

MIN_TIMEOUT: Final = Duration.seconds(15)
"""The function starts no evaluation in its last 10 seconds."""

RETRIES: Final = 20
"""Retries of a failing batch before its records go to the dead-letter queue."""

SWEEP_EVERY: Final = Duration.minutes(1)

LAG_ALARM: Final = Duration.minutes(5)


@jsii.implements(iam.IGrantable)
class AlarmEvaluator(Construct):
    """A function that derives alarm states from telemetry and writes them to the same table.

    An alarm state is a row whose ``device_id`` is the alarm's key and whose ``timestamp`` is the time of the
    measurement that caused it, so a DynamoDB connector reads states as it reads measurements. States follow
    the measurements in the order of their own times: late, repeated or reordered records lead to the same
    states.

    A measurement whose time is not plausible raises no alarm: its record goes to the dead-letter queue with
    the reason, as does one that can never be evaluated, so that it does not delay other devices. A batch that
    fails for a reason that may pass is retried from the first device that failed, or split in halves if it
    fails as a whole; after 20 retries, its position in the stream goes to the dead-letter queue. Missing data
    is checked every minute.

    Rows without ``component_type_id`` raise no alarm. The function's log counts those that have an attribute
    of a rule, as ``untyped``, and ``Operations`` raises a CloudWatch alarm on them.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry", stream=True)
        AlarmEvaluator(
            self,
            "Alarms",
            telemetry=telemetry,
            alarms=[
                EvaluatedAlarm(
                    component_type_id="com.example.TemperatureSensor",
                    alarm_type_id="com.example.EquipmentAlarm",
                    rules=(AlarmRule("hot", "temperature", unit="Celsius", above=80),),
                )
            ],
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        telemetry: The table, with a stream; with an index by component type if a rule has ``missing_after``.
        alarms: The alarms to evaluate, at least 1. They are passed in an environment variable, so they have
            to fit into about 3.2 KB.
        former_rows: The former ids of devices, attributes, component types and alarm keys in rows, so that
            alarms keep their states. Default: none.
        topic: The topic to which each change of a state is published as JSON, once the state is stored,
            unless the change is older than an hour. Delivery is at least once; a change that the topic
            refuses goes to the dead-letter queue. Default: no notification.
        lag_alarm: The delay behind the stream from which a CloudWatch alarm is raised. Default: 5 minutes.
        log_retention: The retention of the function's log. Default: three months.
        log_removal_policy: The removal policy of the log group. DESTROY takes effect only if the
            context flag ``twin-stack:allowDestroy`` is true as well. Default: RETAIN.
        log_group_name: The name of the log group. Default: CloudFormation generates it.
        max_age: The age of the oldest measurement that counts. Default: 3,650 days.
        max_ahead: The time by which a measurement may be ahead of the present. Default: 10 minutes.
        **options: The options of the function, see ``FunctionOptions``: ``vpc``, ``memory_size``, ``timeout``
            (at least 15 seconds), ``encryption_key`` (of log and dead-letter queue) and others. Default:
            1,024 MiB and 1 minute.

    Raises:
        ValueError: The table lacks the stream or the index, the alarms do not fit, the timeout is too short,
            or options exclude each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        telemetry: ITelemetryTable,
        alarms: Sequence[EvaluatedAlarm],
        former_rows: FormerRows | None = None,
        topic: sns.ITopic | None = None,
        lag_alarm: Duration = LAG_ALARM,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_group_name: str | None = None,
        max_age: Duration = defaults.MAX_MEASUREMENT_AGE,
        max_ahead: Duration = defaults.MAX_MEASUREMENT_AHEAD,
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_function_options(options)
        _check_timeout(options.get("timeout", TIMEOUT))
        table, index = telemetry.table, telemetry.component_type_index
        checks_missing_data = any(rule.missing_after is not None for alarm in alarms for rule in alarm.rules)
        alarms_json = alarms_text(alarms)
        _check_place(scope, table)
        _check(table, index if checks_missing_data else "", alarms, alarms_json)
        super().__init__(scope, construct_id)
        self._dead_letters = DeadLetters(
            self,
            "DeadLetters",
            description="Records whose alarms could not be worked out; each names its place in the stream",
            encryption_key=options.get("encryption_key"),
        )
        environment = {
            "TABLE_NAME": table_reference(self, table),
            "ALARMS": alarms_json,
            "DEAD_LETTER_QUEUE_URL": self._dead_letters.queue.queue_url,
            "MAX_AGE_SECONDS": str(int(max_age.to_seconds())),
            "MAX_AHEAD_SECONDS": str(int(max_ahead.to_seconds())),
        }
        statements = [
            iam.PolicyStatement(
                actions=["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
                resources=[table.table_arn],
            )
        ]
        if checks_missing_data and index is not None:
            environment["COMPONENT_TYPE_INDEX"] = index
            statements += [
                iam.PolicyStatement(
                    actions=["dynamodb:Query"], resources=[f"{table.table_arn}/index/{index}"]
                ),
                # A row of the table stores the time up to which missing data was checked.
                iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[table.table_arn]),
            ]
        if topic is not None:
            environment["TOPIC_ARN"] = topic.topic_arn
        statements += [
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self._dead_letters.queue.queue_arn]),
            iam.PolicyStatement(
                actions=["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                resources=[str(table.table_stream_arn)],
            ),
        ]
        self._function, self._role = packaged_function(
            self,
            package="alarm_evaluator",
            shared_packages=["aws_client", FORMER_IDS_PACKAGE],
            data_files=former_ids_files(former_rows),
            description="Works out alarm states from measurements",
            environment=environment,
            policy="Evaluate",
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            log_group_name=log_group_name,
            memory_size=defaults.CONNECTOR_MEMORY_MIB,
            timeout=TIMEOUT,
            options=options,
        )
        grant_table_key(table, self._role, writes=True)
        grant_queue_key(self._dead_letters.queue, self._role)
        if topic is not None:
            grant_publish(topic, self._role)
        lambda_.CfnEventSourceMapping(
            self,
            "Stream",
            function_name=self._function.function_name,
            event_source_arn=table.table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=BATCH_SIZE,
            maximum_batching_window_in_seconds=int(BATCHING_WINDOW.to_seconds()),
            maximum_retry_attempts=RETRIES,
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    # Expired rows (REMOVE) change no alarm.
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT","MODIFY"]}')
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self._dead_letters.queue.queue_arn
                )
            ),
        )
        if checks_missing_data:
            self._build_missing_data_check()
        self._lag_alarm = cloudwatch.Alarm(
            self,
            "LagAlarm",
            alarm_description="Alarm states are late: the evaluator is behind the telemetry table's stream",
            metric=self.metric_iterator_age(period=Duration.minutes(1)),
            threshold=lag_alarm.to_milliseconds(),
            evaluation_periods=3,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function

    @property
    def dead_letters(self) -> DeadLetters:
        """The dead-letter queue: positions in the stream of records that could not be evaluated."""
        return self._dead_letters

    @property
    def lag_alarm(self) -> cloudwatch.Alarm:
        """The CloudWatch alarm that is raised when the evaluator is behind the stream."""
        return self._lag_alarm

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The principal of the function, so that grants accept the evaluator."""
        return self._function.grant_principal

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the function, of the namespace AWS/Lambda.

        Args:
            metric_name: The name, such as ``ConcurrentExecutions``.
            dimensions_map: The dimensions. Default: ``FunctionName``.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: the average.
        """
        return self._function.metric(
            metric_name,
            dimensions_map={**dimensions_map} if dimensions_map is not None else None,
            period=period,
            statistic=statistic,
        )

    def metric_iterator_age(
        self, *, period: Duration | None = None, statistic: str = "Maximum"
    ) -> cloudwatch.Metric:
        """Return the metric of the age of records when the function receives them, in milliseconds."""
        return self._function.metric("IteratorAge", period=period, statistic=statistic)

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations that failed as a whole."""
        return self._function.metric_errors(period=period, statistic=statistic)

    def metric_throttles(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations that Lambda rejected for lack of concurrency."""
        return self._function.metric_throttles(period=period, statistic=statistic)

    def metric_duration(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of the duration of invocations, in milliseconds."""
        return self._function.metric_duration(period=period, statistic=statistic)

    def metric_invocations(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations."""
        return self._function.metric_invocations(period=period, statistic=statistic)

    def _build_missing_data_check(self) -> None:
        # Importing the targets module takes 5 % of a synthesis, and only this method needs it.
        from aws_cdk import aws_events_targets as targets  # noqa: PLC0415

        events.Rule(
            self,
            "Sweep",
            description="Look for devices that fell silent",
            schedule=events.Schedule.rate(SWEEP_EVERY),
            targets=[
                targets.LambdaFunction(
                    self._function,
                    event=events.RuleTargetInput.from_object({"sweep": True}),
                    # The next check follows in a minute and covers the same period.
                    retry_attempts=0,
                )
            ],
        )


def _check(
    table: dynamodb.ITable, index: str | None, alarms: Sequence[EvaluatedAlarm], alarms_json: str
) -> None:
    if not alarms:
        raise ValueError("alarms is empty; pass at least one alarm")
    if table.table_stream_arn is None:
        raise ValueError(
            "the telemetry table has no stream; create it with stream=True, or enable the stream of an "
            "existing table and pass its ARN as table_stream_arn"
        )
    if index is None:
        raise ValueError("alarms on missing data need an index by component type; create the table with it")
    # The other variables, with the longest ARNs of table and topic, and names of index and queue.
    max_bytes = MAX_LAMBDA_ENVIRONMENT_BYTES - 832
    if len(alarms_json.encode()) > max_bytes:
        raise ValueError(
            f"alarms may take {max_bytes} bytes in the function's environment, got "
            f"{len(alarms_json.encode())}; define fewer rules, or use several tables"
        )


def _check_place(scope: Construct, table: dynamodb.ITable) -> None:
    place = Place.of_table(table)
    if place.is_elsewhere(Place.of_stack(scope)):
        raise ValueError(
            f"the telemetry table is in {place}, where its stream is read; create the evaluator in a "
            "stack of that account and region"
        )


def _check_timeout(timeout: Duration) -> None:
    if timeout.to_milliseconds() < MIN_TIMEOUT.to_milliseconds():
        raise ValueError(
            f"timeout must be at least {MIN_TIMEOUT.to_human_string()}, because no evaluation starts in the "
            f"last 10 seconds, got {timeout.to_human_string()}; raise it"
        )
