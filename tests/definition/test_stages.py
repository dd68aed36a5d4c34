"""Stages side by side: their stacks, workspaces, data and messages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from twin_stack.definition.findings import Location
from twin_stack.definition.stages import StageIdentity, StageTopic, compare_stages, overlap, stack_name

PLACE = Location(Path("cdk.json"), 3, 5)


def stage(name: str, *topics: str, **members: Any) -> StageIdentity:
    identity: dict[str, Any] = {
        "account": None,
        "region": None,
        "stack": f"plant-{name}",
        "workspace_id": f"plant-{name}",
        "data_name": f"plant-{name}",
        "place": PLACE,
    }
    return StageIdentity(name=name, **{"topics": [listen(topic) for topic in topics], **identity, **members})


def listen(topic: str, *, basic_ingest: bool = False, is_shared: bool = False) -> StageTopic:
    return StageTopic("flows", topic, basic_ingest=basic_ingest, is_shared=is_shared, place=PLACE)


@pytest.mark.parametrize(
    ("workspace_id", "name"),
    [
        ("my-twin", r"my-twin"),
        ("plant_1", r"plant-1-[0-9a-f]{8}"),
        ("7-plant", r"twin-7-plant-[0-9a-f]{8}"),
        ("_plant", r"twin--plant-[0-9a-f]{8}"),
        ("7" * 128, r"twin-7{114}-[0-9a-f]{8}"),
    ],
)
def test_stack_name_is_one_that_cloudformation_accepts(workspace_id: str, name: str) -> None:
    assert re.fullmatch(name, stack_name(workspace_id))
    assert len(stack_name(workspace_id)) <= 128


def test_workspaces_whose_ids_are_alike_have_stacks_of_their_own() -> None:
    ids = ["plant_1", "plant-1", "twin-7", "7", "plant__1", "plant-_1"]

    assert len({stack_name(workspace_id) for workspace_id in ids}) == len(ids)


def test_stages_with_names_of_their_own_share_nothing() -> None:
    assert compare_stages(stage("dev", "plant/dev/+"), [stage("prod", "plant/prod/+")]) == []


@pytest.mark.parametrize(
    ("member", "label"), [("workspace_id", "workspace"), ("stack", "stack"), ("data_name", "data name")]
)
def test_stages_with_one_name_are_reported(member: str, label: str) -> None:
    (finding,) = compare_stages(stage("dev", **{member: "plant"}), [stage("prod", **{member: "plant"})])

    assert finding.code == "TWIN110"
    assert f'have the same {label}, "plant"' in finding.message


def test_stages_of_two_accounts_may_have_one_name() -> None:
    dev = stage(
        "dev", "plant/+", stack="plant", workspace_id="plant", account="111122223333", region="eu-west-1"
    )
    prod = stage(
        "prod", "plant/+", stack="plant", workspace_id="plant", account="444455556666", region="eu-west-1"
    )

    assert compare_stages(dev, [prod]) == []


def test_shared_topics_are_reported_once_for_each_topic() -> None:
    findings = compare_stages(stage("dev", "plant/+", "hall/+"), [stage("prod", "plant/1", "plant/#")])

    assert [finding.code for finding in findings] == ["TWIN111"]
    assert '"plant/+" of stage "dev" also takes messages on "plant/1" of stage "prod"' in findings[0].message


def test_shared_topics_can_be_allowed() -> None:
    assert (
        compare_stages(stage("dev", topics=[listen("plant/+", is_shared=True)]), [stage("prod", "plant/+")])
        == []
    )


def test_rules_that_devices_publish_to_share_no_messages() -> None:
    topics = [listen("plant/+", basic_ingest=True)]

    assert compare_stages(stage("dev", topics=topics), [stage("prod", topics=topics)]) == []
    assert compare_stages(stage("dev", topics=topics), [stage("prod", "plant/+")]) != []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("plant/+", "plant/1", True),
        ("plant/+/x", "plant/y/+", True),
        ("plant/#", "plant", True),
        ("plant/#", "plant/1/2", True),
        ("+/a", "+/b", False),
        ("plant/+", "plant/1/2", False),
        ("plant", "plant/1", False),
        ("plant/dev/+", "plant/prod/+", False),
        ("plant/#", "hall/#", False),
    ],
)
def test_topic_filters_overlap_as_mqtt_matches(first: str, second: str, expected: bool) -> None:
    assert overlap(first, second) is expected
    assert overlap(second, first) is expected
