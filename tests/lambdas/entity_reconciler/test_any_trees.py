"""Any sequence of trees: the entities are always those of one of them, by as few calls as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from entity_reconciler.shapes import ReconcileError
from hypothesis import given
from hypothesis import strategies as st

from tests.support.entity_stack import EntityStack, as_map, entity, fake_stack, live
from tests.support.memory_aws import ROOT, KilledError
from tests.support.soak import repetitions

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
IDS = [f"e{number}" for number in range(12)]
PAGE = 200
WIDE = {"entityName": "Öfen (alt)"}


@st.composite
def trees(draw: st.DrawFn) -> list[Json]:
    """Draw the entities of a tree; some cannot be written by a transfer job."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    entities: list[Json] = []
    for entity_id in ids:
        parent = draw(st.sampled_from([ROOT, *(item["entityId"] for item in entities)]))
        values = draw(st.dictionaries(st.sampled_from(("p", "q")), st.sampled_from((1.0, 2.0))))
        wide = WIDE if draw(st.integers(0, 5)) == 0 else {}
        entities.append({**entity(entity_id, parent, **values), **wide})
    return draw(st.permutations(entities))


def faults_of(stack: EntityStack) -> Any:
    return stack.twin._faults


@pytest.mark.slow
@given(trees(), trees(), trees())
def test_entities_are_those_of_the_last_deployment(a: list[Json], b: list[Json], c: list[Json]) -> None:
    stack = fake_stack()
    for tree in (a, b):
        stack.deploy(tree)
        assert live(stack) == as_map(tree)
    # Another resource of the stack failed, so CloudFormation sends the former properties.
    stack.carry_out(stack.event("Update", stack.resource(a)))
    assert live(stack) == as_map(a)
    stack.deploy(c)
    assert live(stack) == as_map(c)
    stack.delete()
    assert live(stack) == {}


@pytest.mark.slow
@given(trees(), trees(), trees(), st.integers(1, 60), st.booleans())
def test_killed_deployment_is_completed_or_undone(
    a: list[Json], b: list[Json], c: list[Json], number: int, goes_on: bool
) -> None:
    stack = fake_stack()
    stack.deploy(a)
    former, event = stack.properties, stack.event("Update", stack.resource(b))
    faults = faults_of(stack)
    last = len(faults.calls) + number

    def kill(present: int, _: str) -> None:
        if present == last:
            raise KilledError

    faults.before = kill
    try:
        stack.carry_out(event)
    except KilledError:
        faults.before = None
        if not goes_on:
            stack.roll_back(former, event)
            assert live(stack) == as_map(a)
    faults.before = None
    if goes_on or live(stack) != as_map(a):
        stack.carry_out(event)
        assert live(stack) == as_map(b)
    stack.deploy(c)
    assert live(stack) == as_map(c)


@pytest.mark.slow
@given(trees(), trees(), st.sampled_from(IDS))
def test_refused_deployment_is_undone(a: list[Json], b: list[Json], refused: str) -> None:
    stack = fake_stack()
    stack.deploy(a)
    former, wanted = as_map(a), as_map(b)
    stack.twin.refused[refused] = "it is refused"
    if refused in wanted and wanted[refused] != former.get(refused):
        with pytest.raises(ReconcileError):
            stack.carry_out(stack.event("Update", stack.resource(b)))
        if refused not in former:  # What cannot be written cannot be put back.
            assert live(stack) == former
    else:
        stack.deploy(b)
        assert live(stack) == wanted


def least_calls(former: Mapping[str, Json], wanted: Mapping[str, Json]) -> int:
    """Return the least number of model calls between two trees that transfer jobs can write.

    No entity of others may be lost, and all changes have to be looked at. So each entity that is written is
    looked at before, alone or on a page of a list. A job takes a call to start it, and one to see its end. A
    subtree is deleted by one call, if all below it is known from a list, and what moves out of it was seen at
    its new place; or else each entity by a call. All that was changed is looked at afterwards.
    """
    writes = {key for key, item in wanted.items() if former.get(key) != item}
    removals = former.keys() - wanted.keys()
    roots = {key for key in removals if former[key]["parentEntityId"] not in removals}
    if not writes and not removals:
        return 0
    pages_before = max(1, -(-len(former) // PAGE))
    pages_after = max(1, -(-max(len(former), len(wanted)) // PAGE))
    job = 2 if writes else 0
    moved_out = {key for key in writes & former.keys() if former[key]["parentEntityId"] in removals}
    with_list = (
        min(len(moved_out), pages_before)
        + pages_before
        + len(roots)
        + job
        + min(len(writes) + len(roots), pages_after)
    )
    alone = len(writes) + len(removals) + job + min(len(writes) + len(removals), pages_after)
    return min(with_list, alone)


@pytest.mark.slow
@given(trees(), trees())
def test_calls_are_few(a: list[Json], b: list[Json]) -> None:
    a, b = ([item for item in tree if item["entityName"] != WIDE["entityName"]] for tree in (a, b))
    a, b = (_without_dangling(tree) for tree in (a, b))
    stack = fake_stack()
    stack.deploy(a)
    first = len(faults_of(stack).calls)
    stack.deploy(b)
    calls = [name for name in faults_of(stack).calls[first:] if not name.startswith("s3:")]
    assert len(calls) <= 1.1 * least_calls(as_map(a), as_map(b)), calls


def _without_dangling(tree: list[Json]) -> list[Json]:
    """Return a tree without entities below one that is not in it."""
    ids = {item["entityId"] for item in tree}
    kept = [item for item in tree if item.get("parentEntityId", ROOT) in {ROOT, *ids}]
    return kept if len(kept) == len(tree) else _without_dangling(kept)


def model_calls(stack: EntityStack, wanted: list[Json]) -> int:
    first = len(faults_of(stack).calls)
    stack.deploy(wanted)
    assert live(stack) == as_map(wanted)
    return sum(not name.startswith("s3:") for name in faults_of(stack).calls[first:])


def plant_of(number: int) -> list[Json]:
    """Return a hall, 99 lines in it, and machines in the lines."""
    lines = [entity(f"line-{line}", "hall") for line in range(99)]
    machines = [entity(f"m-{item}", f"line-{item % 99}", p=1.0) for item in range(number - 100)]
    return [entity("hall"), *lines, *machines]


@pytest.mark.slow
@pytest.mark.soak
def test_thousands_of_entities_and_a_change_of_one_take_few_calls() -> None:
    plant = plant_of(repetitions(3_000, 10_000))
    stack = fake_stack()
    stack.twin.job_speed = 2_500
    created = model_calls(stack, plant)
    assert created <= 0.05 * len(plant)
    assert created < 70
    assert model_calls(stack, [*plant[:-1], {**plant[-1], "description": "new"}]) <= 6


@pytest.mark.slow
def test_subtree_is_deleted_by_one_call_and_leaves_by_one_each() -> None:
    plant = plant_of(2_000)
    stack = fake_stack()
    stack.deploy(plant)
    rest = [item for item in plant if "line-7" not in (item["entityId"], item.get("parentEntityId"))]
    # Ten pages before, one deletion, and one look at what it deleted.
    assert model_calls(stack, rest) == 12
    leaves = {f"m-{number}" for number in range(1_000, 1_600)}
    fewer = [item for item in rest if item["entityId"] not in leaves]
    assert len(rest) - len(fewer) > 500
    assert model_calls(stack, fewer) <= 1.1 * (len(rest) - len(fewer))
