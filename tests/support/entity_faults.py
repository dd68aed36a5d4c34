"""Deployments of entities with a fault at a call: states, kills, and tests of many calls."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.entity_stack import EntityStack, as_map, entity, fake_stack, live
from tests.support.memory_aws import KilledError
from tests.support.soak import SOAK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Json = dict[str, Any]

FORMER = [
    entity("hall"),
    entity("line-1", "hall", speed=1.0),
    *(entity(f"m-{number}", "line-1", speed=float(number)) for number in range(4)),
    entity("store", "hall"),
    *(entity(f"box-{number}", "store") for number in range(3)),
]
NESTED = {**entity("press", "line-2"), "compositeComponents": {"unit/motor": {"properties": {}}}}
DESIRED = [
    entity("hall", speed=3.0),
    entity("line-2", "hall"),
    entity("m-1", "line-2", speed=1.0),
    entity("m-2", "m-1", speed=5.0),
    NESTED,
    entity("valve", "press", speed=2.0),
]


@cache
def deployed_former() -> EntityStack:
    stack = fake_stack()
    stack.deploy(FORMER)
    assert live(stack) == as_map(FORMER)
    return stack


def former_stack() -> EntityStack:
    """Return a stack in the former state: a copy, which takes a tenth of the time of a deployment."""
    return deepcopy(deployed_former())


def faults_of(stack: EntityStack) -> Any:
    return stack.twin._faults


def set_fault(stack: EntityStack, before: Callable[[int, str], None]) -> None:
    """Let a function be called before each call from now on, with the number of the call from now on."""
    faults = faults_of(stack)
    first = len(faults.calls)
    faults.before = lambda number, name: before(number - first, name)


def calls_of(action: Callable[[EntityStack], None], stack: EntityStack | None = None) -> list[str]:
    """Return the names of the calls of an action, on the former state by default."""
    stack = stack or former_stack()
    first = len(faults_of(stack).calls)
    action(stack)
    return list(faults_of(stack).calls[first:])


def kill_points(names: list[str]) -> Sequence[int]:
    """Return the numbers of the calls at which to kill: all of them in ``make soak``.

    Otherwise the first and the last call of each kind, and each fifth one.
    """
    numbers = range(1, len(names) + 1)
    if SOAK:
        return numbers
    of_kinds = {names.index(name) + 1 for name in names} | {
        len(names) - names[::-1].index(name) for name in names
    }
    return sorted({*of_kinds, *numbers[::5]})


def deploy(stack: EntityStack) -> None:
    stack.deploy(DESIRED)


def kill_at(number: int) -> Callable[[int, str], None]:
    def before(present: int, _: str) -> None:
        if present == number:
            raise KilledError

    return before


def start(stack: EntityStack) -> tuple[Json, Json]:
    """Return the event of the deployment of the wanted state, and the former properties."""
    former = stack.properties
    assert former is not None
    stack.properties = stack.resource(DESIRED)
    return stack.event("Update", stack.properties), former


def carry_out_killed(stack: EntityStack, event: Json, number: int) -> None:
    """Send a request, and let the function be killed before one of its calls."""
    set_fault(stack, kill_at(number))
    with pytest.raises(KilledError):
        stack.carry_out(event)
    faults_of(stack).before = None


def for_each(numbers: Callable[[], Sequence[int]]) -> Callable[[Callable[[int], None]], Callable[[], None]]:
    """Run a test for the number of each call, and say with an error which it was.

    A test of its own for each of three hundred calls takes longer than what it does.
    """

    def decorate(test: Callable[[int], None]) -> Callable[[], None]:
        def run() -> None:
            calls = numbers()
            assert calls
            for number in calls:
                try:
                    test(number)
                except BaseException as error:
                    error.add_note(f"with a fault at call {number}")
                    raise

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorate
