"""Files of metadata transfer jobs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin_stack.local.service import Scope, ServiceError
from twin_stack.local.service.twinmaker.transfer_files import read_file, write_file

SCOPE = Scope("123456789012", "eu-west-1")


def read(**document: Any) -> dict[str, Any]:
    return read_file(json.dumps(document).encode(), SCOPE)


def test_parents_precede_children() -> None:
    sections = read(
        componentTypes=[{"componentTypeId": "b", "extendsFrom": ["a"]}, {"componentTypeId": "a"}],
        entities=[
            {"entityId": "leaf", "parentEntityId": "branch"},
            {"entityId": "branch", "parentEntityId": "root"},
            {"entityId": "root"},
        ],
    )

    assert [item["componentTypeId"] for item in sections["componentTypes"]] == ["a", "b"]
    assert [item["entityId"] for item in sections["entities"]] == ["root", "branch", "leaf"]


def test_cycle_of_entities_is_read_without_an_error() -> None:
    sections = read(
        entities=[{"entityId": "a", "parentEntityId": "b"}, {"entityId": "b", "parentEntityId": "a"}]
    )

    assert {item["entityId"] for item in sections["entities"]} == {"a", "b"}
    assert len(sections["entities"]) == 2


def test_placeholders_of_arns_are_filled_with_the_callers_account_and_region() -> None:
    arn = "arn:${partition}:lambda:${region}:${accountId}:function:reader"
    function = {"implementedBy": {"lambda": {"arn": arn}}}
    sections = read(componentTypes=[{"componentTypeId": "a", "functions": {"dataReader": function}}])

    filled = sections["componentTypes"][0]["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"]
    assert filled == "arn:aws:lambda:eu-west-1:123456789012:function:reader"


def test_members_of_relationship_values_change_their_case_both_ways() -> None:
    value = {"relationshipValue": {"TargetEntityId": "e2", "TargetComponentName": "C"}}
    components = {"C": {"componentTypeId": "t", "properties": {"feeds": {"value": value}}}}
    (entity,) = read(entities=[{"entityId": "e1", "components": components}])["entities"]
    inner = entity["components"]["C"]["properties"]["feeds"]["value"]["relationshipValue"]
    assert inner == {"targetEntityId": "e2", "targetComponentName": "C"}

    body = {
        "entityName": "e1",
        "description": "",
        "parentEntityId": "$ROOT",
        "components": entity["components"],
    }
    written = json.loads(write_file([], [("e1", body, {})]))
    assert written["entities"][0]["components"]["C"]["properties"]["feeds"]["value"] == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "the file is not JSON"),
        (b"[]", "the file must be a JSON object with componentTypes, entities, entityComponents only"),
        (b'{"assets": []}', "the file must be a JSON object"),
        (b'{"entities": {}}', "entities must be a list of JSON objects"),
        (b'{"entities": [{}]}', "every item of entities needs entityId"),
        (b'{"entities": [{"entityId": "a"}, {"entityId": "a"}]}', "entities lists 'a' more than once"),
        (
            b'{"entities": [{"entityId": "a"}], "entityComponents": [{"entityId": "a"}]}',
            "entity 'a' is both in entities and in entityComponents",
        ),
    ],
)
def test_an_invalid_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_file(data, SCOPE)

    assert caught.value.message.startswith(message)
