"""Fixed names: allowed by each service, different for different twins, and none for tokens."""

from __future__ import annotations

import re

import pytest
from aws_cdk import App, Aws, Environment, Stack

from twin_stack.constructs.data_names import DataNames

LONGEST = "A_" * 64
IDS = ["plant-1", "plant_1", "Plant-1", "_plant", "7", LONGEST, LONGEST.lower(), "plant-1-x", "x" * 36]


def stack(account: str = "111122223333", region: str = "eu-central-1") -> Stack:
    return Stack(App(), "Test", env=Environment(account=account, region=region))


def test_names_are_readable() -> None:
    names = DataNames("plant-1")

    assert names.table() == "plant-1-telemetry"
    assert names.bucket(stack()) == "plant-1-111122223333-eu-central-1"
    assert names.log_group("connector/telemetry") == "/twin-stack/plant-1/connector/telemetry"
    assert names.topic_rule("temperatures-2") == "plant_1_temperatures_2"
    assert names.device_policy() == "plant-1-devices"


@pytest.mark.parametrize("data_name", IDS)
def test_names_have_what_each_service_allows(data_name: str) -> None:
    names = DataNames(data_name)

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", str(names.bucket(stack())))
    assert re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", str(names.table()))
    assert re.fullmatch(r"[a-zA-Z0-9_]{1,128}", str(names.topic_rule("x" * 128)))
    assert re.fullmatch(r"[\w+=,.@-]{1,128}", str(names.device_policy()))
    assert re.fullmatch(r"[a-zA-Z0-9_./#-]{1,512}", str(names.log_group("alarms")))


def test_different_twins_have_different_buckets_tables_and_policies() -> None:
    place = stack()

    assert len({DataNames(data_name).bucket(place) for data_name in IDS}) == len(IDS)
    assert len({DataNames(data_name).table() for data_name in IDS}) == len(IDS)
    assert len({DataNames(data_name).device_policy() for data_name in IDS}) == len(IDS)


def test_bucket_has_no_fixed_name_without_a_literal_account_and_region() -> None:
    assert DataNames("plant-1").bucket(Stack(App(), "Test")) is None


def test_token_gives_no_names() -> None:
    names = DataNames(f"plant-{Aws.STACK_NAME}")

    assert names.data_name is None
    assert {names.table(), names.bucket(stack()), names.log_group("alarms"), names.device_policy()} == {None}
    assert names.topic_rule("temperatures") is None
