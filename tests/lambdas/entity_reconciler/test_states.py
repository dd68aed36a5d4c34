"""The engine's own copies of states."""

from __future__ import annotations

import pytest
from entity_reconciler.repository import Bucket, Clients
from entity_reconciler.request import parse_request
from entity_reconciler.shapes import ReconcileError
from entity_reconciler.states import States

from tests.support.entity_stack import EntityStack, entity, fake_stack
from tests.support.memory_aws import ASSETS, BUCKET, PREFIX

PLANT = [entity(f"m-{number}", place="<<tag>>") for number in range(40)]


def states_of(stack: EntityStack) -> States:
    return States(Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock))


def test_placeholders_are_replaced_by_values() -> None:
    stack = fake_stack()
    stack.deploy(
        [entity("m", place="<<tag>>", other="<<tag>> and <<tag>>2")], Substitutions={"<<tag>>": 'a"b'}
    )
    properties = stack.twin.entities["m"]["components"]["info"]["properties"]
    assert properties["place"]["value"] == {"stringValue": 'a"b'}
    assert properties["other"]["value"] == {"stringValue": 'a"b and a"b2'}


def test_ids_of_assets_come_from_an_object() -> None:
    stack = fake_stack()
    light = entity("light", place="<<twin-stack-asset:light/info>>")
    for key, asset_id in (("ids/1.json", "asset-1"), ("ids/2.json", "asset-2")):
        stack.s3.put_object(Bucket=BUCKET, Key=key, Body=f'{{"light/info": "{asset_id}"}}'.encode())
        stack.deploy([light, *PLANT], AssetIds={"Bucket": BUCKET, "Key": key})
        place = stack.twin.entities["light"]["components"]["info"]["properties"]["place"]
        assert place == {"value": {"stringValue": asset_id}}


def test_asset_without_an_id_is_refused() -> None:
    stack = fake_stack()
    stack.s3.put_object(Bucket=BUCKET, Key="ids/1.json", Body=b"{}")
    with pytest.raises(ReconcileError, match="asset of light/info has no id yet"):
        stack.deploy(
            [entity("light", place="<<twin-stack-asset:light/info>>")],
            AssetIds={"Bucket": BUCKET, "Key": "ids/1.json"},
        )


def test_other_values_are_another_state() -> None:
    stack = fake_stack()
    stack.deploy(PLANT, Substitutions={"<<tag>>": "one"})
    stack.deploy(PLANT, Substitutions={"<<tag>>": "two"})
    assert stack.twin.entities["m-1"]["components"]["info"]["properties"]["place"] == {
        "value": {"stringValue": "two"}
    }


def test_state_that_differs_in_one_entity_shares_chunks() -> None:
    stack = fake_stack()
    stack.deploy(PLANT)
    before = [name for name in stack.s3.names() if name.startswith("chunks/")]
    stack.deploy([*PLANT[:-1], entity("m-39", place="new")])
    after = [name for name in stack.s3.names() if name.startswith("chunks/")]
    assert len(before) == 4
    assert len(set(after) - set(before)) == 1


def test_copies_of_older_states_are_removed() -> None:
    stack = fake_stack()
    for number in range(5):
        stack.deploy([entity("m", speed=float(number))])
    assert len([name for name in stack.s3.names() if name.startswith("states/")]) == 2
    assert len([name for name in stack.s3.names() if name.startswith("chunks/")]) == 2


def test_asset_that_is_not_the_named_chunk_is_refused() -> None:
    stack = fake_stack()
    properties = stack.resource(PLANT)
    key = (ASSETS, properties["Assets"][0]["Key"])
    stack.s3.objects[key] = (b'{"entities":[]}', "-")
    with pytest.raises(ReconcileError, match="is not the chunk that the manifest names"):
        stack.carry_out(stack.event("Create", properties))
    assert stack.twin.entities == {}


def test_missing_asset_in_the_resource_is_refused() -> None:
    stack = fake_stack()
    properties = stack.resource(PLANT)
    properties["Assets"] = properties["Assets"][1:]
    with pytest.raises(ReconcileError, match="names 4 chunks of entities, and the resource 3"):
        stack.carry_out(stack.event("Create", properties))


def test_missing_copy_of_the_former_state_is_named() -> None:
    stack = fake_stack()
    stack.deploy(PLANT)
    (name,) = [name for name in stack.s3.names() if name.startswith("states/")]
    del stack.s3.objects[BUCKET, f"{PREFIX}/{name}"]
    with pytest.raises(ReconcileError, match=rf"\({name}\) is missing"):
        stack.carry_out(stack.event("Update", stack.resource(PLANT[1:])))


def test_contents_are_those_of_the_index() -> None:
    stack = fake_stack()
    desired = parse_request(stack.event("Create", stack.resource(PLANT))).desired
    assert desired is not None
    states = states_of(stack)
    states.keep(desired)
    index = states.index(desired.key)
    assert set(index) == {item["entityId"] for item in PLANT}
    ids = ["m-7", "m-3"]
    assert {item["entityId"]: item for item in states.entities(ids, index)} == {
        item["entityId"]: item for item in PLANT if item["entityId"] in ids
    }
    file = states.transfer_file(ids, index)
    assert file.index(b'"m-7"') < file.index(b'"m-3"')


def test_entity_in_two_chunks_is_refused() -> None:
    stack = fake_stack()
    with pytest.raises(ReconcileError, match="entity m is defined more than once"):
        stack.deploy([entity("m"), entity("m")])
