"""What the workspace has now, read by few calls."""

from __future__ import annotations

from datetime import UTC, datetime

from entity_reconciler.live import live_entity, look_up, pages_of, read_marks, remove_marks, write_marks
from entity_reconciler.repository import Bucket, Clients, Workspace
from entity_reconciler.shapes import ROOT, LiveEntity

from tests.support.entity_stack import entity, fake_stack
from tests.support.memory_aws import BUCKET, PREFIX


def test_listing_takes_one_call_for_each_begun_page_and_one_for_none() -> None:
    assert [pages_of(number) for number in (0, 1, 200, 201, 400)] == [1, 1, 1, 2, 2]


def test_entities_are_looked_up_one_by_one_only_if_listing_all_takes_more_calls() -> None:
    stack = fake_stack()
    for number in range(201):
        stack.twin.put(entity(f"m-{number}"))
    bucket = Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock)
    twin = Workspace(Clients(stack.twin, stack.s3), "arn:aws:iottwinmaker/hall", bucket, stack.clock, 100.0)
    entities_by_id = {}
    for ids in (("m-1", "gone"), ("m-1", "gone", "m-200")):
        before = len(stack.twin._faults.calls)
        entities_by_id[ids] = sorted(look_up(twin, ids, 2)), stack.twin._faults.calls[before:]
    assert list(entities_by_id.values()) == [
        (["m-1"], ["GetEntity", "GetEntity"]),
        (["m-1", "m-200"], ["ListEntities", "ListEntities"]),
    ]


def test_entity_at_the_top_has_no_parent_and_only_a_failed_one_an_error() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    error = {"message": "no such type"}
    assert live_entity({"updateDateTime": moment}) == LiveEntity("", moment.timestamp(), "ACTIVE", "")
    updating = {"parentEntityId": ROOT, "updateDateTime": 5, "status": {"state": "UPDATING", "error": error}}
    assert live_entity(updating) == LiveEntity(ROOT, 5.0, "UPDATING", "")
    failed = {**updating, "status": {"state": "ERROR", "error": error}}
    assert live_entity(failed) == LiveEntity(ROOT, 5.0, "ERROR", "no such type")


def test_marks_are_read_as_they_were_written_until_they_are_removed() -> None:
    stack = fake_stack()
    store = Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock)
    assert read_marks(store) == {}
    write_marks(store, {"hall": 1.5, "mill": 2.0})
    assert read_marks(store) == {"hall": 1.5, "mill": 2.0}
    remove_marks(store)
    assert read_marks(store) == {}
