"""Logical ids from ids of the definition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, CfnResource, NestedStack, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from twin_stack.constructs.logical_ids import LogicalIds

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def stack() -> Stack:
    return Stack(App(), "Plant")


def test_logical_id_is_kind_readable_id_and_hash(stack: Stack) -> None:
    logical_ids = LogicalIds(stack, "")

    assert re.fullmatch(r"EntityMachine001[0-9A-F]{8}", logical_ids.of("Entity", "machine-001"))
    assert re.fullmatch(r"Workspace[0-9A-F]{8}", logical_ids.of("Workspace"))
    assert re.fullmatch(
        r"AssetPress1ComExampleA[0-9A-F]{8}", logical_ids.of("Asset", "press-1", "com.example.a")
    )


def test_ids_that_differ_in_punctuation_or_kind_have_different_logical_ids(stack: Stack) -> None:
    logical_ids = LogicalIds(stack, "")
    names = [
        ("Entity", "plant-1"),
        ("Entity", "plant_1"),
        ("Entity", "plant1"),
        ("Entity", "Plant-1"),
        ("Entity", "plant", "1"),
        ("Entity", "plant-1", ""),
        ("Scene", "plant-1"),
        ("Entity", "ü"),
        ("Entity", "ö"),
    ]

    assert len({logical_ids.of(*name) for name in names}) == len(names)


def test_longest_ids_give_an_allowed_logical_id(stack: Stack) -> None:
    logical_id = LogicalIds(stack, "P" * 40).of("SiteWiseAsset", "e" * 128, "c" * 256)

    assert re.fullmatch(r"[A-Za-z0-9]{1,255}", logical_id)


def test_logical_id_does_not_depend_on_the_construct(stack: Stack) -> None:
    twin = Construct(stack, "Twin")
    logical_ids = LogicalIds(twin, "Second")
    bucket = s3.Bucket(Construct(Construct(twin, "Deep"), "Deeper"), "Bucket")
    resource = CfnResource(twin, "Thing", type="A::B::C")

    logical_ids.fix(bucket, "Bucket")
    logical_ids.fix(resource, "Thing", "t-1")

    names = [stack.resolve(value) for value in (bucket.bucket_name, resource.ref)]
    assert names == [{"Ref": logical_ids.of("Bucket")}, {"Ref": logical_ids.of("Thing", "t-1")}]
    assert names[0]["Ref"].startswith("SecondBucket")


def test_construct_that_is_imported_or_elsewhere_is_left_as_it_is(stack: Stack) -> None:
    twin = Construct(stack, "Twin")
    logical_ids = LogicalIds(twin, "")
    table = CfnResource(stack, "TwinTable", type="A::B::C")

    logical_ids.fix(s3.Bucket.from_bucket_name(twin, "Bucket", "plant"), "Bucket")
    logical_ids.fix(table, "Table")

    assert stack.resolve(table.ref) == {"Ref": "TwinTable"}


def test_rest_is_identified_by_the_path_within_the_twin(stack: Stack) -> None:
    refs = []
    for scope in (stack, Construct(Stack(App(), "Other"), "Deep")):
        twin = Construct(scope, "Twin")
        part = Construct(twin, "Part")
        fixed, *others = (CfnResource(part, name, type="A::B::C") for name in ("Resource", "One", "Two"))
        logical_ids = LogicalIds(twin, "Second")
        logical_ids.fix(fixed, "Thing")

        logical_ids.fix_rest(part)

        assert stack.resolve(fixed.ref) == {"Ref": logical_ids.of("Thing")}
        refs.append([stack.resolve(item.ref)["Ref"] for item in others])
    assert refs[0] == refs[1]
    assert [re.sub(r"[0-9A-F]{8}$", "", name) for name in refs[0]] == ["SecondPartOne", "SecondPartTwo"]


def test_permissions_of_two_rules_for_one_function_differ(stack: Stack) -> None:
    twin = Construct(stack, "Twin")
    part = Construct(twin, "Part")
    permissions = [
        CfnResource(part, f"AllowEventRule{name}", type="A::B::C")
        for name in ("PlantTwinA12", "PlantTwinB34")
    ]

    LogicalIds(twin, "").fix_rest(part)

    names = [stack.resolve(item.ref)["Ref"] for item in permissions]
    assert len(set(names)) == 2
    assert not any("Plant" in name for name in names)


def test_second_twin_of_a_stack_needs_a_prefix(stack: Stack) -> None:
    LogicalIds(Construct(stack, "First"), "")

    with pytest.raises(ValueError, match='stack "Plant" contains another DigitalTwin') as raised:
        LogicalIds(Construct(stack, "Second"), "")

    assert 'such as "Second"' in str(raised.value)
    LogicalIds(Construct(stack, "Third"), "Third")
    with pytest.raises(ValueError, match='logical_id_prefix "Third"'):
        LogicalIds(Construct(stack, "Fourth"), "Third")


@pytest.mark.parametrize("other", [NestedStack, lambda scope, name: Stack(scope.node.root, name)])
def test_twins_of_different_stacks_need_no_prefix(stack: Stack, other: Callable[[Stack, str], Stack]) -> None:
    first, second = LogicalIds(stack, ""), LogicalIds(other(stack, "Other"), "")

    assert first.of("Entity", "a") == second.of("Entity", "a")


@pytest.mark.parametrize("prefix", ["2nd", "a-b", "P" * 41, "ü", "a\n"])
def test_prefix_that_no_logical_id_allows_is_refused(stack: Stack, prefix: str) -> None:
    with pytest.raises(ValueError, match="logical_id_prefix must be 1 to 40 letters and digits"):
        LogicalIds(stack, prefix)
