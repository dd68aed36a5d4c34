"""Where messages go that could not be handled, and an alarm that says so."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from twin_stack.constructs import nag


class DeadLetters(Construct):
    """An encrypted queue that takes TLS only, and an alarm as soon as something is in it.

    Messages stay for 14 days, the longest SQS keeps any. The alarm has no action: add one, or look at
    it in CloudWatch.

    Example:
        ```python
        letters = DeadLetters(self, "DeadLetters", description="Messages of devices that found no place")
        letters.alarm.add_alarm_action(SnsAction(topic))
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        description: of the alarm: what is in the queue, and what to do about it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, description: str) -> None:
        super().__init__(scope, construct_id)
        self._queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        nag.acknowledge(self._queue, "SQS3", "This is where others send what they could not handle.")
        self._alarm = cloudwatch.Alarm(
            self,
            "Alarm",
            alarm_description=description,
            metric=self._queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    @property
    def queue(self) -> sqs.Queue:
        """The queue."""
        return self._queue

    @property
    def alarm(self) -> cloudwatch.Alarm:
        """The alarm."""
        return self._alarm
