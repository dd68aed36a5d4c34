"""A dead-letter queue with a CloudWatch alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from twin_stack.constructs import nag

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms


class DeadLetters(Construct):
    """A dead-letter queue: encrypted, TLS only, with an alarm that is raised by its first message.

    Messages are kept for 14 days, the maximum of SQS. The alarm has no action by default.

    Example:
        ```python
        letters = DeadLetters(self, "DeadLetters", description="Messages of devices that could not be stored")
        letters.alarm.add_alarm_action(SnsAction(topic))
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        description: The description of the alarm: what the queue contains and what to do about it.
        encryption_key: The customer managed key of the queue. Default: a key of SQS.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, description: str, encryption_key: kms.IKey | None = None
    ) -> None:
        super().__init__(scope, construct_id)
        self._queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED if encryption_key is None else sqs.QueueEncryption.KMS,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        nag.acknowledge(self._queue, "SQS3", "The queue is itself a dead-letter queue.")
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
        """The alarm that is raised when the queue is not empty."""
        return self._alarm
