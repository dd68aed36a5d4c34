"""What entities of others had before the stack took them over."""

from __future__ import annotations

from entity_reconciler.adoption import keep_contents, parent_of, read_contents, write_contents
from entity_reconciler.repository import Bucket, Clients
from entity_reconciler.shapes import ROOT

from tests.support.entity_stack import EntityStack, entity, fake_stack
from tests.support.memory_aws import BUCKET, PREFIX

HALL, MILL, PRESS = entity("hall"), entity("mill", "hall"), entity("press", "hall")
ALL = {"hall": HALL, "mill": MILL, "press": PRESS}


def saved(stack: EntityStack) -> Bucket:
    """Return a bucket with three entities in two objects."""
    store = Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock)
    write_contents(store, {"hall": HALL, "mill": MILL})
    write_contents(store, {"press": PRESS})
    return store


def test_entities_of_all_batches_are_read_and_an_empty_batch_writes_nothing() -> None:
    stack = fake_stack()
    store = saved(stack)
    names = stack.s3.names()
    write_contents(store, {})
    assert read_contents(store) == ALL
    assert stack.s3.names() == names


def test_only_entities_to_keep_stay_and_those_that_were_not_saved_are_no_harm() -> None:
    stack = fake_stack()
    store = saved(stack)
    keep_contents(store, ["mill", "never-saved"])
    assert read_contents(store) == {"mill": MILL}
    keep_contents(store, ())
    assert (read_contents(store), stack.s3.names()) == ({}, [])


def test_batch_of_which_all_entities_stay_is_kept_while_others_go() -> None:
    store = saved(fake_stack())
    keep_contents(store, ["press"])
    assert read_contents(store) == {"press": PRESS}


def test_nothing_is_written_if_all_entities_stay() -> None:
    stack = fake_stack()
    store = saved(stack)
    before = dict(stack.s3.objects)
    keep_contents(store, ["press", "mill", "hall"])
    assert stack.s3.objects == before


def test_entity_at_the_top_was_below_the_root() -> None:
    assert [parent_of(item) for item in (MILL, HALL, {"parentEntityId": ""})] == ["hall", ROOT, ROOT]
