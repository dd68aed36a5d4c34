"""A function that works out alarm states from the telemetry table, and writes them into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.packaged_function import packaged_function

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_sns as sns

    from twin_stack.constructs.telemetry_table import ITelemetryTable
from twin_stack.constructs.alarm_rule import EvaluatedAlarm, alarms_text
from twin_stack.twinmaker.quotas import MAX_LAMBDA_ENVIRONMENT_BYTES

BATCH_SIZE: Final = 1000
"""Records at once. Each device in a batch is worked out once, however many records it has."""

BATCHING_WINDOW: Final = Duration.seconds(1)

TIMEOUT: Final = Duration.minutes(1)

RETRIES: Final = 20
"""How often a batch comes again before what is left of it goes to the dead letters."""

SWEEP_EVERY: Final = Duration.minutes(1)

LAG_ALARM: Final = Duration.minutes(5)


class AlarmEvaluator(Construct):
    """Watches the measurements in a telemetry table and writes alarm states beside them.

    An alarm state is a row whose `device_id` is the alarm's key and whose `timestamp` is the time of the
    measurement that changed it, so a DynamoDB connector serves it as it serves measurements. States
    follow from the measurements in the order of their own times: it makes no difference in which order,
    how often or how late they arrive, or what failed in between.

    A batch that fails comes again from the first device that failed, its other half and so on if it
    fails as a whole; after 20 tries its place in the stream goes to the dead letters. Missing data are
    looked for every minute.

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
        scope: parent construct.
        construct_id: id of this construct in its parent.
        telemetry: the table, with a stream; with an index by component type if data can be missing.
        alarms: what is watched, 1 or more, as long as they fit in the function's 4 KB of settings.
        topic: is told of each change of a state that is not older than an hour, as JSON. Told again
            when writing the state failed. Default: nobody is told.
        lag_alarm: how far behind the stream may be before an alarm is raised. Default: 5 minutes.
        log_retention: how long log entries are kept. Default: three months.
        log_removal_policy: of the log group. DESTROY needs the context flag
            `twin-stack:allowDestroy` as well. Default: RETAIN.
        memory_size: in MiB. Default: 1,024.

    Raises:
        ValueError: the table has no stream or lacks the index, or the alarms do not fit.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        telemetry: ITelemetryTable,
        alarms: Sequence[EvaluatedAlarm],
        topic: sns.ITopic | None = None,
        lag_alarm: Duration = LAG_ALARM,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        memory_size: int = defaults.CONNECTOR_MEMORY_MIB,
    ) -> None:
        table, index = telemetry.table, telemetry.component_type_index
        sweeps = any(rule.missing_after is not None for alarm in alarms for rule in alarm.rules)
        settings = alarms_text(alarms)
        _check(table, index if sweeps else "", alarms, settings)
        super().__init__(scope, construct_id)
        environment = {"TABLE_NAME": table.table_name, "ALARMS": settings}
        statements = [
            iam.PolicyStatement(
                actions=["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
                resources=[table.table_arn],
            )
        ]
        if sweeps and index is not None:
            environment["COMPONENT_TYPE_INDEX"] = index
            statements += [
                iam.PolicyStatement(
                    actions=["dynamodb:Query"], resources=[f"{table.table_arn}/index/{index}"]
                ),
                # Until when missing data have been looked for stands in a row of the table.
                iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[table.table_arn]),
            ]
        if topic is not None:
            environment["TOPIC_ARN"] = topic.topic_arn
            statements.append(iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]))
        self._dead_letters = DeadLetters(
            self,
            "DeadLetters",
            description="Records whose alarms could not be worked out; each names its place in the stream",
        )
        statements += [
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self._dead_letters.queue.queue_arn]),
            iam.PolicyStatement(
                actions=["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                resources=[str(table.table_stream_arn)],
            ),
        ]
        self._function, self._role = packaged_function(
            self,
            packages=["alarm_evaluator", "aws_client"],
            description="Works out alarm states from measurements",
            environment=environment,
            policy="Evaluate",
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=TIMEOUT,
        )
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
                    # What expired changes no alarm.
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT","MODIFY"]}')
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self._dead_letters.queue.queue_arn
                )
            ),
        )
        if sweeps:
            self._build_sweep()
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
        """Places in the stream of records that could not be worked on."""
        return self._dead_letters

    @property
    def lag_alarm(self) -> cloudwatch.Alarm:
        """Says that alarm states are late."""
        return self._lag_alarm

    def metric_iterator_age(
        self, *, period: Duration | None = None, statistic: str = "Maximum"
    ) -> cloudwatch.Metric:
        """How old the records are when the function gets them, in milliseconds."""
        return self._function.metric("IteratorAge", period=period, statistic=statistic)

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How many invocations failed as a whole."""
        return self._function.metric_errors(period=period, statistic=statistic)

    def _build_sweep(self) -> None:
        # It loads services of the CDK that nothing else needs: a twentieth of a synthesis without alarms.
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
                    # The next one comes in a minute, and looks as far back as this one would have.
                    retry_attempts=0,
                )
            ],
        )


def _check(
    table: dynamodb.ITable, index: str | None, alarms: Sequence[EvaluatedAlarm], settings: str
) -> None:
    if not alarms:
        raise ValueError("alarms is empty; name at least one")
    if table.table_stream_arn is None:
        raise ValueError("the telemetry table has no stream; make it with stream=True")
    if index is None:
        raise ValueError(
            "alarms on missing data need the table's index by component type; make the table with it"
        )
    room = MAX_LAMBDA_ENVIRONMENT_BYTES - 512
    if len(settings.encode()) > room:
        raise ValueError(
            f"the alarms take {len(settings.encode())} of the {room} bytes that a "
            "function's settings leave; watch fewer properties, or use several tables"
        )
