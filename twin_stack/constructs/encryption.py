"""Grants of customer managed keys, for what the CDK's own grants do not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam

from twin_stack.constructs import nag

if TYPE_CHECKING:
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct


def allow_log_encryption(scope: Construct, key: kms.IKey) -> None:
    """Allow CloudWatch Logs to use a key for the log groups of a stack.

    The key's policy must name the service: CloudWatch Logs does not use the permissions of a role (CloudWatch
    Logs guide, "Encrypt log data using AWS KMS"). The policy of an imported key is not changed.

    Args:
        scope: A construct of the stack with the log groups.
        key: The key.
    """
    stack = Stack.of(scope)
    log_groups = stack.format_arn(
        service="logs", resource="log-group", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    logs = iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[logs],
            actions=[
                "kms:Decrypt*",
                "kms:Describe*",
                "kms:Encrypt*",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*",
            ],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )
    )


def grant_table_key(table: dynamodb.ITable, grantee: iam.IGrantable, *, writes: bool) -> iam.Grant | None:
    """Grant what readers or writers of a table need of its customer managed key.

    Args:
        table: The table.
        grantee: The principal.
        writes: Whether the principal writes as well.

    Returns:
        The grant; None if the construct of the table has no customer managed key.
    """
    if table.encryption_key is None:
        return None
    actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"] if writes else ["kms:Decrypt"]
    return table.encryption_key.grant(grantee, *actions)


def grant_queue_key(queue: sqs.IQueue, grantee: iam.IGrantable) -> iam.Grant | None:
    """Grant what senders to a queue need of its customer managed key.

    Args:
        queue: The queue.
        grantee: The principal.

    Returns:
        The grant; None if the construct of the queue has no customer managed key.
    """
    if queue.encryption_master_key is None:
        return None
    # Source: SQS's guide, "Key management", permissions of a producer.
    return queue.encryption_master_key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")


def grant_publish(topic: sns.ITopic, role: iam.IRole) -> iam.Grant:
    """Grant publishing to a topic, and using its customer managed key if the construct has one.

    Args:
        topic: The topic.
        role: The role that publishes.
    """
    grant = topic.grant_publish(role)
    if topic.master_key is not None:
        nag.acknowledge(
            role,
            "IAM5[Action::kms:GenerateDataKey*]",
            "The CDK's grant_publish for an encrypted topic.",
        )
    return grant
