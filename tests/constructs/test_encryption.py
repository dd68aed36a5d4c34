"""Grants of customer managed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from tests.constructs.statements import of_role
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs.encryption import (
    allow_log_encryption,
    grant_publish,
    grant_queue_key,
    grant_table_key,
)
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack

KEY = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/rows"
QUEUE = "arn:aws:sqs:us-east-1:111122223333:letters"
TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"


def granted(build: Callable[[Stack, iam.Role, kms.IKey], object]) -> tuple[Synthesized, set[str]]:
    """What a role may do with a key after a grant, with cdk-nag."""

    def prepare(stack: Stack) -> None:
        role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        build(stack, role, kms.Key.from_key_arn(stack, "Key", KEY))

    result = synthesize(prepare, prepare=apply_checks)
    actions = of_role(result.resources, result.id_of("AWS::IAM::Role"))
    return result, {action for action, arns in actions.items() if KEY in arns}


@pytest.mark.parametrize(
    ("writes", "actions"),
    [(False, {"kms:Decrypt"}), (True, {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"})],
)
def test_key_of_a_table_is_granted_as_far_as_it_is_used(*, writes: bool, actions: set[str]) -> None:
    def build(stack: Stack, role: iam.Role, key: kms.IKey) -> None:
        table = dynamodb.Table.from_table_attributes(stack, "Table", table_arn=TABLE, encryption_key=key)
        grant_table_key(table, role, writes=writes)

    assert granted(build)[1] == actions


def test_key_of_a_queue_is_granted_to_senders() -> None:
    def build(stack: Stack, role: iam.Role, key: kms.IKey) -> None:
        queue = sqs.Queue.from_queue_attributes(stack, "Queue", queue_arn=QUEUE, key_arn=key.key_arn)
        grant_queue_key(queue, role)

    assert granted(build)[1] == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_key_of_a_topic_is_granted_with_publishing() -> None:
    def build(stack: Stack, role: iam.Role, key: kms.IKey) -> None:
        topic = sns.Topic.from_topic_attributes(stack, "Topic", topic_arn=TOPIC, key_arn=key.key_arn)
        grant_publish(topic, role)

    result, actions = granted(build)
    assert actions == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert of_role(result.resources, result.id_of("AWS::IAM::Role"))["sns:Publish"] == [TOPIC]


def test_nothing_is_granted_without_a_key() -> None:
    def build(stack: Stack, role: iam.Role, _key: kms.IKey) -> None:
        table = dynamodb.Table.from_table_arn(stack, "Table", TABLE)
        assert grant_table_key(table, role, writes=True) is None
        assert grant_queue_key(sqs.Queue.from_queue_arn(stack, "Queue", QUEUE), role) is None

    result, actions = granted(build)
    assert actions == set()
    assert result.all_of("AWS::IAM::Policy") == {}


def test_policy_of_a_key_names_cloudwatch_logs_once_for_all_log_groups() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key(stack, "Key")
        allow_log_encryption(stack, key)
        allow_log_encryption(stack, key)

    _owner, *statements = synthesize(build).properties("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert len(statements) == 1
