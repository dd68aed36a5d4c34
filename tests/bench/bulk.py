"""Deployments of many entities by one custom resource, in simulated time, and the memory that they take.

Time is simulated: calls begin at the pace of the engine, a transfer job writes so many entities a second,
and nothing else takes time. TwinMaker is the one in memory of the tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.support.entity_stack import entity, fake_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.entity_stack import EntityStack

SIZES = (1_000, 10_000, 50_000, 100_000)
RATE = 8.0
ACCOUNT_RATE = 10.0
JOB_RATES = (20, 200, 2_000)
MEMORY_SIZE = 100_000
CALLS_OF_CLOUDFORMATION = 3
"""Model calls of CloudFormation's handler for an entity, at least."""
CALLS_OF_TMDT = 2
"""Model calls of TMDT for an entity, one after the other: CreateEntity and GetEntity."""

SECTION = """## Many entities by one custom resource

Simulated time: {rate:g} model calls a second of the ten that an account has, a transfer job that writes 200
entities a second (AWS documents no speed), and nothing else takes time. The floor is the number of calls that
the change needs at least, at the same pace, and the job. TMDT makes two calls an entity and CloudFormation
three, at the ten a second of the account. An operation may take an hour.

| change | calls | minutes | floor | one CloudFormation resource each | TMDT |
|---|---|---|---|---|---|
{rows}

| speed of transfer jobs | minutes to create 10,000 |
|---|---|
{speeds}

To create {size:,} entities with eight values each, the engine takes {memory:.0f} MB at most, {base:.0f} MB of
them before it begins.
"""


def section() -> str:
    """Run the simulation and return it as a section of the page."""
    rows = [row for size in SIZES for row in rows_of(size)]
    speeds = [f"| {speed:,} a second | {creation(10_000, speed):.1f} |" for speed in JOB_RATES]
    script = [sys.executable, "-m", "tests.bench.bulk_memory", str(MEMORY_SIZE)]
    answer = json.loads(subprocess.run(script, capture_output=True, text=True, check=True).stdout)
    return SECTION.format(
        rate=RATE,
        rows="\n".join(rows),
        speeds="\n".join(speeds),
        memory=answer["peak"],
        base=answer["base"],
        size=MEMORY_SIZE,
    )


def plant(size: int) -> list[dict[str, Any]]:
    """Return a hall, a hundred lines, and machines in them."""
    lines = [entity(f"line-{line}", "hall") for line in range(100)]
    machines = [entity(f"m-{item:06}", f"line-{item % 100}", p=1.0) for item in range(size - 101)]
    return [entity("hall"), *lines, *machines]


def creation(size: int, speed: float) -> float:
    """Return the minutes that a creation takes."""
    stack = stack_of(speed)
    return measure(stack, plant(size))[1]


def rows_of(size: int) -> list[str]:
    """Return rows of the table: creation, a change of one, a deletion of a tenth."""
    stack = stack_of(200)
    entities = plant(size)
    pages = -(-size // 200)
    job = size / 200
    created = measure(stack, entities)
    changed = [*entities[:-1], {**entities[-1], "description": "new"}]
    one_change = measure(stack, changed)
    fewer = changed[: -(size // 10)]
    deleted = measure(stack, fewer)
    number = len(changed) - len(fewer)
    return [
        row(f"create {size:,}", created, (3 + pages) / RATE + job, size),
        row(f"change 1 of {size:,}", one_change, 4 / RATE, 1),
        row(f"delete {number:,} leaves of {size:,}", deleted, number / RATE, number),
    ]


def stack_of(speed: float) -> EntityStack:
    """Return a stack on a TwinMaker whose transfer jobs have a speed."""
    stack = fake_stack(RequestsPerSecond=str(RATE))
    stack.twin.job_rate = speed
    return stack


def measure(stack: EntityStack, entities: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """Deploy entities; return the number of model calls, and the simulated minutes."""
    calls = stack.twin._faults.calls
    first, began = len(calls), stack.clock.time
    stack.deploy(entities)
    return sum(not name.startswith("s3:") for name in calls[first:]), (stack.clock.time - began) / 60


def row(change: str, measured: tuple[int, float], floor_seconds: float, number: int) -> str:
    """Return a row of the table."""
    calls, minutes = measured
    others = [f"{number * each / ACCOUNT_RATE / 60:.1f}" for each in (CALLS_OF_CLOUDFORMATION, CALLS_OF_TMDT)]
    return f"| {change} | {calls:,} | {minutes:.2f} | {floor_seconds / 60:.2f} | {' | '.join(others)} |"
