"""Entities that the stack does not own, and changes that were made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import EntityStack, as_map, comparable, entity, fake_stack, live

PLANT = [
    entity("hall"),
    entity("line", "hall", speed=1.0, place="north"),
    *(entity(f"m-{number}", "line", speed=1.0) for number in range(3)),
]


def plant(**options: Any) -> EntityStack:
    stack = fake_stack(**options)
    stack.twin.put(entity("foreign", place="console"))
    stack.twin.put(entity("foreign-child", "foreign"))
    stack.deploy(PLANT)
    return stack


def change_by_hand(stack: EntityStack, entity_id: str, **values: float) -> None:
    item = stack.twin.entities[entity_id]
    stack.twin.put(entity(entity_id, item["parentEntityId"], **values))


def foreign(stack: EntityStack) -> dict[str, float]:
    return {key: time for key, time in stack.twin.updated.items() if key.startswith("foreign")}


def test_entities_of_others_are_never_touched() -> None:
    stack = plant()
    before = foreign(stack)
    stack.deploy([entity("hall", speed=4.0)])
    stack.delete()
    assert len(before) == 2
    assert foreign(stack) == before
    assert set(live(stack)) == set(before)


@pytest.mark.parametrize("more", [0, 300])
def test_existing_entity_is_not_replaced(more: int) -> None:
    stack = plant()
    before = dict(stack.twin.updated)
    others = [entity(f"n-{number}", "hall") for number in range(more)]
    with pytest.raises(ReconcileError, match=r"1 entities \(foreign\) exist in the workspace already"):
        stack.deploy([*PLANT, *others, entity("foreign", place="mine")])
    assert stack.twin.updated == before


def test_adopted_entities_keep_their_time_of_creation() -> None:
    stack = plant(Adopt="true")
    created = stack.twin.created["foreign"]
    wanted = [*PLANT, entity("foreign", "hall", place="mine")]
    stack.deploy(wanted)
    assert stack.twin.created["foreign"] == created
    assert {**as_map(wanted), "foreign-child": comparable(entity("foreign-child", "foreign"))} == live(stack)
    stack.twin.delete_entity(entityId="foreign-child", isRecursive=False)
    stack.delete()
    assert live(stack) == {}


def test_failed_adoption_deletes_nothing_that_existed() -> None:
    stack = plant(Adopt="true")
    stack.twin.refused["bad"] = "no"
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy([*PLANT, entity("foreign", place="mine"), entity("bad", "hall")])
    assert {"foreign", "foreign-child"} <= set(live(stack))
    stack.delete()
    assert {"foreign", "foreign-child"} == set(live(stack))


@pytest.mark.parametrize("more", [0, 300])
def test_failed_adoption_gives_the_entity_back_as_it_was(more: int) -> None:
    stack = plant(Adopt="true")
    before = {key: item for key, item in live(stack).items() if key.startswith("foreign")}
    stack.twin.refused["bad"] = "no"
    others = [entity(f"n-{number}", "hall") for number in range(more)]
    # Below the entity that is refused: written in a later job, or by a call.
    wanted = [*PLANT, *others, entity("foreign", "hall", speed=2.0), entity("bad", "foreign")]
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy(wanted)
    assert live(stack) == {**as_map(PLANT), **before}
    assert not [name for name in stack.s3.names() if name.startswith("adopted/")]


def test_adoption_is_taken_back_with_its_stack() -> None:
    """A resource of the stack fails after the entities were complete."""
    stack = plant(Adopt="true")
    before = live(stack)
    former = stack.properties
    wanted = stack.resource([*PLANT, entity("new", "hall"), entity("foreign", "new", place="mine")])
    event = stack.event("Update", wanted)
    stack.carry_out(event)
    assert live(stack)["foreign"]["parentEntityId"] == "new"
    stack.roll_back(former, event)
    assert live(stack) == before


def test_adopted_entity_that_was_deleted_in_the_meantime_is_not_made_again() -> None:
    stack = plant(Adopt="true")
    before = live(stack)
    former = stack.properties
    event = stack.event("Update", stack.resource([*PLANT, entity("foreign-child", "hall", place="mine")]))
    stack.carry_out(event)
    stack.twin.delete_entity(entityId="foreign-child", isRecursive=False)
    stack.roll_back(former, event)
    del before["foreign-child"]
    assert live(stack) == before


def test_creation_that_adopted_is_taken_back_with_its_stack() -> None:
    stack = fake_stack(Adopt="true")
    stack.twin.put(entity("foreign", place="console"))
    before = live(stack)
    event = stack.event("Create", stack.resource([*PLANT, entity("foreign", "m-1", place="mine")]))
    stack.carry_out(event)
    stack.roll_back(None, event)
    assert live(stack) == before


def test_adopted_entity_is_that_of_the_stack_from_the_next_deployment_on() -> None:
    stack = fake_stack(Adopt="true")
    stack.twin.put(entity("foreign", place="console"))
    wanted = [*PLANT, entity("foreign", place="mine")]
    stack.deploy(wanted)
    stack.deploy(wanted, Adopt="false")
    stack.delete()
    assert live(stack) == {}


def test_subtree_with_an_entity_of_others_is_not_deleted() -> None:
    stack = plant()
    stack.twin.put(entity("mine", "m-1"))
    with pytest.raises(ReconcileError, match=r"\(mine\) are not of this stack"):
        stack.deploy([entity("hall")])
    assert live(stack).keys() > as_map(PLANT).keys()
    with pytest.raises(ReconcileError, match=r"\(mine\) are not of this stack"):
        stack.delete()
    stack.twin.delete_entity(entityId="mine", isRecursive=False)
    assert live(stack).keys() - {"foreign", "foreign-child"} == as_map(PLANT).keys()


def test_leaf_with_an_entity_of_others_below_is_not_deleted() -> None:
    """A deletion without a look at all entities is not recursive."""
    many = [*PLANT, *(entity(f"n-{number}", "hall") for number in range(700))]
    stack = fake_stack()
    stack.deploy(many)
    stack.twin.put(entity("mine", "n-5"))
    with pytest.raises(ReconcileError, match="n-5 has child entities"):
        stack.deploy([item for item in many if item["entityId"] != "n-5"])
    assert live(stack) == {**as_map(many), "mine": comparable(entity("mine", "n-5"))}


def test_owned_entity_that_was_moved_below_a_removed_one_is_kept() -> None:
    stack = plant()
    stack.deploy([*PLANT, entity("store", "hall"), entity("box", "store")])
    stack.twin.put(entity("m-0", "box", speed=1.0))
    stack.deploy(PLANT)
    assert set(live(stack)) - {"foreign", "foreign-child"} == as_map(PLANT).keys()


def test_owned_entity_that_was_moved_below_a_removed_one_and_changes_is_kept() -> None:
    stack = plant()
    stack.deploy([*PLANT, entity("store", "hall"), entity("box", "store")])
    stack.twin.put(entity("m-0", "box", speed=1.0))
    stack.deploy([*PLANT[:2], entity("m-0", "line", speed=6.0), *PLANT[3:]])
    assert live(stack)["m-0"] == comparable(entity("m-0", "line", speed=6.0))


def test_change_by_hand_stays_where_the_definition_does_not_change() -> None:
    stack = plant()
    change_by_hand(stack, "line", speed=7.0)  # It had a place too.
    stack.deploy([PLANT[0], entity("line", "hall", speed=1.0, place="south"), *PLANT[2:]])
    values = live(stack)["line"]["components"]["info"]["properties"]
    assert values == {"speed": {"value": {"doubleValue": 7.0}}, "place": {"value": {"stringValue": "south"}}}
    assert stack.s3.text("reports/Plant-2.json")["drift"] == {
        "line": ["components.info.properties.place", "components.info.properties.speed"]
    }

    stack.deploy([PLANT[0], entity("line", "hall", speed=1.0, place="west"), *PLANT[2:]])
    values = live(stack)["line"]["components"]["info"]["properties"]
    assert values["speed"] == {"value": {"doubleValue": 7.0}}


def test_change_by_hand_is_put_back_by_overwrite() -> None:
    stack = plant(OnDrift="overwrite")
    change_by_hand(stack, "line", speed=7.0)
    change_by_hand(stack, "m-1", speed=9.0)
    stack.twin.delete_entity(entityId="m-2", isRecursive=False)
    wanted = [entity("hall", speed=5.0), *PLANT[1:]]
    stack.deploy(wanted)
    assert {key: item for key, item in live(stack).items() if not key.startswith("foreign")} == as_map(wanted)
    drift = stack.s3.text("reports/Plant-2.json")["drift"]
    assert set(drift) == {"line", "m-1", "m-2"}
    assert drift["m-2"] == ["deleted"]


def test_entity_that_was_deleted_by_hand_is_made_again_for_a_new_one_below_it() -> None:
    stack = plant()
    stack.twin.delete_entity(entityId="m-1", isRecursive=False)
    stack.deploy([*PLANT, entity("bolt", "m-1"), entity("nut", "bolt"), entity("pin", "hall")])
    assert {"m-1", "bolt", "nut", "pin"} <= set(live(stack))


def test_retained_entities_are_taken_up_by_a_stack_of_the_same_name() -> None:
    stack = plant(OnDelete="retain")
    before = dict(stack.twin.updated)
    stack.delete()
    assert stack.twin.updated == before
    stack.deploy(PLANT)
    assert stack.twin.updated == before


def test_two_stacks_cannot_change_the_same_entities_at_once() -> None:
    stack = plant()
    other = EntityStack(stack.twin, stack.s3, stack.clock, name="Other")
    event = stack.event("Update", stack.resource([entity("hall")]))
    stack.begin(event)
    with pytest.raises(ReconcileError, match=r"stack/Plant/5f3a changes the entities of workspace hall"):
        other.begin(other.event("Update", other.resource(PLANT)))
    stack.carry_out(event)
    other.begin(other.event("Update", other.resource(PLANT)))


def test_renamed_entity_is_made_before_its_children_move_and_the_former_one_goes() -> None:
    stack = plant()
    created = dict(stack.twin.created)
    renamed = [
        PLANT[0],
        entity("line-a", "hall", speed=1.0, place="north"),
        *(entity(f"m-{number}", "line-a", speed=1.0) for number in range(3)),
    ]
    stack.deploy(renamed, Renames={"line": "line-a"})
    assert {key: item for key, item in live(stack).items() if not key.startswith("foreign")} == as_map(
        renamed
    )
    assert {key: stack.twin.created[key] for key in ("m-0", "m-1", "m-2")} == {
        key: created[key] for key in ("m-0", "m-1", "m-2")
    }
