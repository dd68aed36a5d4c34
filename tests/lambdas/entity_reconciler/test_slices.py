"""What deployments make of the entities of a workspace, in memory."""

from __future__ import annotations

import pytest
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import as_map, entity, fake_stack, live

PLANT = [
    entity("hall"),
    entity("line-1", "hall", speed=1.0),
    *(entity(f"m-{n}", "line-1", n=float(n)) for n in range(8)),
]


def test_deployments_create_change_move_and_delete() -> None:
    stack = fake_stack()
    stack.deploy(PLANT)
    assert live(stack) == as_map(PLANT)

    changed = [
        entity("hall"),
        entity("line-2", "hall"),
        *(entity(f"m-{n}", "line-2", n=float(n)) for n in range(5)),
        entity("line-1", "m-1", speed=2.0),
    ]
    stack.deploy(changed)
    assert live(stack) == as_map(changed)

    stack.delete()
    assert live(stack) == {}
    assert [
        name for name in stack.s3.names() if not name.startswith(("reports/", "progress", "operation"))
    ] == []


def test_failed_update_leaves_the_former_entities() -> None:
    stack = fake_stack()
    stack.deploy(PLANT)
    stack.twin.refused["bad"] = "the type does not exist"
    with pytest.raises(ReconcileError, match="the type does not exist"):
        stack.deploy([entity("hall"), entity("bad", "hall"), entity("m-1", "hall", n=5.0)])
    assert live(stack) == as_map(PLANT)


def test_failed_creation_removes_what_it_made() -> None:
    stack = fake_stack()
    stack.twin.refused["m-3"] = "refused"
    with pytest.raises(ReconcileError, match="m-3"):
        stack.deploy(PLANT)
    assert live(stack) == {}
