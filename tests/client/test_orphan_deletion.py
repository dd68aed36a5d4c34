"""Deleting what no stack owns: two keys, and an order that the services accept."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from twin_stack.client import TwinClientError, orphan_deletion
from twin_stack.client.orphan_deletion import choose, delete_all
from twin_stack.client.orphans import Kind, Resource

TABLE = Resource(Kind.TABLE, "rows")
ZONE, MACHINE = Resource(Kind.ENTITY, "plant|a-zone"), Resource(Kind.ENTITY, "plant|machine")


@pytest.mark.parametrize(
    ("ids", "confirmed", "message"),
    [
        (["table/rows"], [], "turn the second key: --yes-delete-data table/rows"),
        ([], ["table/rows"], "--yes-delete-data names table/rows, but --delete does not; give both"),
        (["table/row"], ["table/row"], '"table/row" is nothing that no stack owns'),
    ],
)
def test_data_is_deleted_with_two_keys_only(ids: list[str], confirmed: list[str], message: str) -> None:
    with pytest.raises(TwinClientError, match=message):
        choose([TABLE], ids, confirmed)


def test_what_both_keys_name_is_chosen_in_the_order_of_deletion() -> None:
    ids = ["table/rows", "entity/plant/machine"]

    assert choose([ZONE, MACHINE, TABLE], ids, ids) == [MACHINE, TABLE]


def no_clients(service: str) -> Any:
    raise AssertionError(service)


def refused() -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": "has children"}}, "DeleteEntity")


def test_parent_is_deleted_after_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[Resource] = []

    def delete(resource: Resource, _clients: Any) -> None:
        if resource is ZONE and MACHINE not in gone:
            raise refused()
        gone.append(resource)

    monkeypatch.setattr(orphan_deletion, "delete", delete)
    reported: list[Resource] = []
    delete_all([ZONE, MACHINE], no_clients, reported.append)

    assert reported == gone == [MACHINE, ZONE]


def test_refusal_is_passed_on_if_nothing_can_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    def delete(resource: Resource, _clients: Any) -> None:
        if resource is ZONE:
            raise refused()

    monkeypatch.setattr(orphan_deletion, "delete", delete)
    reported: list[Resource] = []

    with pytest.raises(ClientError, match="has children"):
        delete_all([ZONE, MACHINE], no_clients, reported.append)
    assert reported == [MACHINE]
