"""The dead-letter queue and its alarm."""

from __future__ import annotations

from aws_cdk import aws_kms as kms

from tests.support.templates import synthesize
from twin_stack.constructs import DeadLetters


def test_queue_keeps_messages_encrypted_for_the_longest_time() -> None:
    result = synthesize(lambda stack: DeadLetters(stack, "Letters", description="Look here"))

    queue = result.properties("AWS::SQS::Queue")
    assert queue == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}


def test_alarm_is_raised_by_the_first_message() -> None:
    result = synthesize(lambda stack: DeadLetters(stack, "Letters", description="Look here"))

    alarm = result.properties("AWS::CloudWatch::Alarm")
    assert (alarm["AlarmDescription"], alarm["Threshold"]) == ("Look here", 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"


def test_queue_has_the_customer_managed_key() -> None:
    result = synthesize(
        lambda stack: DeadLetters(
            stack, "Letters", description="Look here", encryption_key=kms.Key(stack, "Key")
        )
    )

    queue = result.properties("AWS::SQS::Queue")
    assert queue["KmsMasterKeyId"] == {"Fn::GetAtt": [result.id_of("AWS::KMS::Key"), "Arn"]}
