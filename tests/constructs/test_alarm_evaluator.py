"""The alarm evaluator's resources: permissions, failure destination, and environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from alarm_evaluator.environment import ENVIRONMENT_NAMES, Environment
from alarm_evaluator.rules import Rule
from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from tests.constructs.examples import WATCHED
from tests.constructs.statements import of_role
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import AlarmEvaluator, AlarmRule, EvaluatedAlarm, TelemetryTable
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTION, ROLE, QUEUE = "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::SQS::Queue"
TABLE, LOGS = "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"
TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"
SIMPLE = EvaluatedAlarm("com.e.Sensor", "com.e.Alarm", (AlarmRule("low", "t", below=1),))


def evaluator(stack: Stack, *alarms: EvaluatedAlarm, topic: bool = False) -> AlarmEvaluator:
    return AlarmEvaluator(
        stack,
        "Alarms",
        telemetry=TelemetryTable(stack, "Telemetry", stream=True),
        alarms=alarms or [WATCHED],
        topic=sns.Topic.from_topic_arn(stack, "Topic", TOPIC) if topic else None,
    )


def permissions(build: Callable[[Stack], object]) -> dict[str, list[str]]:
    result = synthesize(build)
    names = {
        f"<{result.id_of(TABLE)}.Arn>": "TABLE",
        f"<{result.id_of(TABLE)}.StreamArn>": "STREAM",
        f"<{result.id_of(QUEUE)}.Arn>": "QUEUE",
        f"<{result.id_of(LOGS)}.Arn>": "LOGS",
    }

    def short(resource: str) -> str:
        for name, word in names.items():
            resource = resource.replace(name, word)
        return resource

    return {
        action: [short(arn) for arn in resources]
        for action, resources in of_role(result.resources, result.id_of(ROLE)).items()
    }


ALWAYS = {
    "logs:CreateLogStream": ["LOGS"],
    "logs:PutLogEvents": ["LOGS"],
    "sqs:SendMessage": ["QUEUE"],
    "dynamodb:DescribeStream": ["STREAM"],
    "dynamodb:GetRecords": ["STREAM"],
    "dynamodb:GetShardIterator": ["STREAM"],
    "dynamodb:DeleteItem": ["TABLE"],
    "dynamodb:PutItem": ["TABLE"],
    "dynamodb:UpdateItem": ["TABLE"],
}


def test_function_may_use_its_table_only() -> None:
    assert permissions(lambda stack: evaluator(stack, SIMPLE)) == {**ALWAYS, "dynamodb:Query": ["TABLE"]}


def test_function_may_check_missing_data_and_publish_if_configured() -> None:
    assert permissions(lambda stack: evaluator(stack, topic=True)) == {
        **ALWAYS,
        "dynamodb:Query": ["TABLE", "TABLE/index/by_component_type"],
        "dynamodb:GetItem": ["TABLE"],
        "sns:Publish": [TOPIC],
    }


def test_failed_batches_are_retried_and_then_go_to_the_dead_letter_queue() -> None:
    result = synthesize(evaluator)
    mapping = result.properties("AWS::Lambda::EventSourceMapping")

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 20
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    queue = {"Fn::GetAtt": [result.id_of(QUEUE), "Arn"]}
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": queue}}
    assert "ParallelizationFactor" not in mapping  # records of a device must not overtake each other


def test_alarms_are_raised_by_lag_and_dead_letters() -> None:
    alarms = synthesize(evaluator).all_of("AWS::CloudWatch::Alarm").values()
    by_metric = {alarm["Properties"]["MetricName"]: alarm["Properties"] for alarm in alarms}
    assert by_metric["IteratorAge"]["Threshold"] == 300_000
    assert by_metric["ApproximateNumberOfMessagesVisible"]["Threshold"] == 1


@pytest.mark.slow
def test_schedule_exists_only_if_a_rule_covers_missing_data() -> None:
    rule = synthesize(evaluator).properties("AWS::Events::Rule")
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert json.loads(rule["Targets"][0]["Input"]) == {"sweep": True}
    assert synthesize(lambda stack: evaluator(stack, SIMPLE)).all_of("AWS::Events::Rule") == {}


def test_function_reads_what_the_construct_writes() -> None:
    result = synthesize(evaluator)
    variables: dict[str, Any] = result.properties(FUNCTION)["Environment"]["Variables"]
    assert variables.keys() <= {*ENVIRONMENT_NAMES}
    settings = Environment.from_environ({**variables, "TABLE_NAME": "table"})
    (alarm,) = settings.alarms
    assert alarm.rules == (
        Rule("warm", "temperature", "Celsius", above=70.0, severity="WARNING"),
        Rule(
            "hot", "temperature", "Celsius", above=80.0, hysteresis=2.0, dwell=30_000, missing_after=600_000
        ),
    )
    assert (alarm.component_type_id, alarm.alarm_type_id) == (
        WATCHED.component_type_id,
        WATCHED.alarm_type_id,
    )
    assert (alarm.status, alarm.level, alarm.message) == ("alarm_status", "alarmStatus", "alarmMessage")
    assert alarm.key_of("m-1") == "m-1-alarm"
    assert settings.component_type_index == "by_component_type"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda stack: AlarmEvaluator(stack, "A", telemetry=TelemetryTable(stack, "T"), alarms=[WATCHED]),
            "the telemetry table has no stream; create it with stream=True, or enable the stream of an "
            "existing table and pass its ARN as table_stream_arn",
        ),
        (
            lambda stack: AlarmEvaluator(
                stack, "A", telemetry=TelemetryTable(stack, "T", stream=True), alarms=[]
            ),
            "alarms is empty; pass at least one alarm",
        ),
        (
            lambda stack: AlarmEvaluator(
                stack,
                "A",
                telemetry=TelemetryTable(stack, "T", stream=True, component_type_index=False),
                alarms=[WATCHED],
            ),
            "alarms on missing data need an index by component type; create the table with it",
        ),
        (
            lambda stack: evaluator(stack, *[SIMPLE] * 40),
            "alarms may take 3264 bytes in the function's environment, got 6841; define fewer rules, or use "
            "several tables",
        ),
    ],
)
def test_arguments_that_cannot_work_are_refused(build: Callable[[Stack], object], message: str) -> None:
    assert refusal(build) == message


def test_lag_alarm_has_the_given_threshold() -> None:
    def build(stack: Stack) -> None:
        telemetry = TelemetryTable(stack, "Telemetry", stream=True)
        AlarmEvaluator(stack, "Alarms", telemetry=telemetry, alarms=[WATCHED], lag_alarm=Duration.minutes(1))

    alarms = synthesize(build).all_of("AWS::CloudWatch::Alarm").values()
    assert 60_000 in [alarm["Properties"]["Threshold"] for alarm in alarms]


def encrypted(stack: Stack) -> None:
    """Table, topic, and what the evaluator creates, each with a key of its own."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    table_key = kms.Key.from_key_arn(stack, "TableKey", TABLE_KEY)
    AlarmEvaluator(
        stack,
        "Alarms",
        telemetry=TelemetryTable(stack, "Telemetry", stream=True, encryption_key=table_key),
        alarms=[WATCHED],
        topic=sns.Topic.from_topic_attributes(stack, "Topic", topic_arn=TOPIC, key_arn=TOPIC_KEY),
        encryption_key=key,
    )


TOPIC_KEY = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
TABLE_KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111"


@pytest.mark.slow
def test_evaluator_may_use_the_keys_of_table_queue_and_topic() -> None:
    result = synthesize(encrypted, prepare=apply_checks)
    key = f"<{result.id_of('AWS::KMS::Key')}.Arn>"
    actions = of_role(result.resources, result.id_of(ROLE))

    used = {
        arn: {action for action, arns in actions.items() if arn in arns}
        for arn in (TABLE_KEY, key, TOPIC_KEY)
    }
    assert used == {
        TABLE_KEY: {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
        key: {"kms:Decrypt", "kms:GenerateDataKey"},  # of the queue
        TOPIC_KEY: {"kms:Decrypt", "kms:GenerateDataKey*"},
    }
    assert actions["sns:Publish"] == [TOPIC]
    arn = {"Fn::GetAtt": [result.id_of("AWS::KMS::Key"), "Arn"]}
    assert result.properties(LOGS)["KmsKeyId"] == arn
    assert result.properties(QUEUE)["KmsMasterKeyId"] == arn


def test_evaluator_starts_after_all_its_permissions() -> None:
    result = synthesize(encrypted)
    assert result.id_of("AWS::IAM::Policy") in result.one(FUNCTION)["DependsOn"]


def test_timeout_that_evaluates_nothing_is_refused() -> None:
    def build(stack: Stack) -> None:
        telemetry = TelemetryTable(stack, "Telemetry", stream=True)
        AlarmEvaluator(stack, "A", telemetry=telemetry, alarms=[WATCHED], timeout=Duration.seconds(10))

    assert refusal(build) == (
        "timeout must be at least 15 seconds, because no evaluation starts in the last 10 seconds, "
        "got 10 seconds; raise it"
    )
