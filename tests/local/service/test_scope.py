"""Accounts, regions and ARNs."""

from __future__ import annotations

import pytest

from twin_stack.local.service import Scope


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_partition_of_an_arn_is_that_of_the_region(region: str, partition: str) -> None:
    scope = Scope("123456789012", region)

    expected = f"arn:{partition}:iottwinmaker:{region}:123456789012:workspace/Factory"
    assert scope.arn("iottwinmaker", "workspace/Factory") == expected


def test_keys_differ_when_account_or_region_do() -> None:
    scopes = [Scope("1" * 12, "a"), Scope("1" * 12, "b"), Scope("2" * 12, "a")]

    assert len({scope.key for scope in scopes}) == 3
