"""Twins of thousands of entities, whose deployments are killed at random moments."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.entity_stack import as_map, entity, fake_stack, live
from tests.support.memory_aws import KilledError
from tests.support.soak import SOAK, repetitions

if TYPE_CHECKING:
    from tests.support.entity_stack import EntityStack

Json = dict[str, Any]
SIZE = 10_000 if SOAK else 600


def plant_of(generator: random.Random, size: int) -> dict[str, Json]:
    """Return the entities of a random tree by id."""
    tree: dict[str, Json] = {}
    for number in range(size):
        parent = generator.choice(list(tree)[-50:]) if tree and generator.random() < 0.9 else "$ROOT"
        tree[f"e{number}"] = entity(f"e{number}", parent, p=generator.random())
    return tree


def changed(generator: random.Random, tree: dict[str, Json]) -> dict[str, Json]:
    """Return a tree with some entities changed, moved, removed with all below them, and added."""
    result = {key: dict(item) for key, item in tree.items()}
    for key in generator.sample(list(result), len(result) // 10):
        result[key] = entity(key, result[key].get("parentEntityId", "$ROOT"), p=generator.random())
    for key in generator.sample(list(result), len(result) // 50):
        # To the top: no entity comes below itself.
        result[key] = {name: value for name, value in result[key].items() if name != "parentEntityId"}
    removed = set(generator.sample(list(result), len(result) // 50))
    for key, item in list(result.items()):
        if key in removed or item.get("parentEntityId") in removed:
            removed.add(key)
            del result[key]
    # A parent may stand after its child in the tree after moves, so children may be left.
    for key, item in list(result.items()):
        if item.get("parentEntityId", "$ROOT") not in {"$ROOT", *result}:
            result[key] = {name: value for name, value in item.items() if name != "parentEntityId"}
    for number in range(len(tree) // 20):
        key = f"n{generator.randrange(10**9)}-{number}"
        result[key] = entity(key, generator.choice(list(result)))
    return result


def carry_out_killed(stack: EntityStack, event: Json, generator: random.Random) -> None:
    """Send a request, and let the function be killed at a random one of the next calls."""
    faults = stack.twin._faults
    last = len(faults.calls) + generator.randrange(1, 150)

    def kill(present: int, _: str) -> None:
        if present == last:
            raise KilledError

    faults.before = kill
    try:
        stack.carry_out(event)
    except KilledError:
        pass
    finally:
        faults.before = None


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(repetitions(3, 50)))
def test_deployments_killed_at_random_moments_end_in_one_of_the_two_states(seed: int) -> None:
    generator = random.Random(seed)
    stack = fake_stack()
    stack.twin.job_speed = SIZE // 7
    former = plant_of(generator, SIZE)
    stack.deploy(list(former.values()))
    assert live(stack) == as_map(former.values())

    wanted = changed(generator, former)
    event, properties = stack.event("Update", stack.resource(list(wanted.values()))), stack.properties
    for _ in range(generator.randrange(1, 5)):
        carry_out_killed(stack, event, generator)
    if generator.random() < 0.5:
        stack.roll_back(properties, event)
        assert live(stack) == as_map(former.values())
    else:
        stack.carry_out(event)
        assert live(stack) == as_map(wanted.values())

    assert len(wanted) > SIZE // 2
    last = changed(generator, wanted)
    stack.deploy(list(last.values()))
    assert live(stack) == as_map(last.values())
