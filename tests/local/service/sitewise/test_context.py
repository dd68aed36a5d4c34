"""Helpers that the parts of the SiteWise service share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.local.service import Scope
from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.sitewise.context import Context, exists, lookup, page_size, pick
from twin_stack.local.service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.local.service.resources import Resources

HERE = Scope("123456789012", "us-east-1")


@pytest.fixture
def models(tmp_path: Path) -> Iterator[Resources]:
    """Two asset models, of which one has an external id."""
    store = Store(tmp_path / "state.db")
    resources = Context(store, clock=lambda: 1.0, slow=0.0).resources("assetModel")
    resources.put(HERE, "", "m-1", {"name": "Pump"}, links=[("externalId", "pump")])
    resources.put(HERE, "", "m-2", {"name": "Press"})
    yield resources
    store.close()


@pytest.mark.parametrize(
    ("identifier", "name"), [("m-1", "Pump"), ("externalId:pump", "Pump"), ("m-2", "Press")]
)
def test_resource_is_found_by_id_or_external_id(models: Resources, identifier: str, name: str) -> None:
    assert lookup(models, HERE, "asset model", identifier).body["name"] == name


@pytest.mark.parametrize("identifier", ["m-3", "pump", "externalId:m-1"])
def test_missing_resource_is_named(models: Resources, identifier: str) -> None:
    with pytest.raises(ServiceError, match=f"asset model '{identifier}' does not exist") as caught:
        lookup(models, HERE, "asset model", identifier)
    assert caught.value.code == "ResourceNotFoundException"


def test_token_of_another_list_is_an_invalid_request(models: Resources) -> None:
    with pytest.raises(ServiceError) as caught:
        models.page(HERE, "", limit=1, token="nonsense")
    assert caught.value.code == "InvalidRequestException"


def test_item_is_picked_by_id_or_external_id() -> None:
    items = [{"id": "1", "externalId": "2"}, {"id": "2", "externalId": "1"}]
    assert pick(items, "2", "property") is items[1]
    assert pick(items, "externalId:2", "property") is items[0]
    with pytest.raises(ServiceError, match="property '3' does not exist"):
        pick(items, "3", "property")


def test_existing_resource_is_named_with_its_arn() -> None:
    error = exists("asset", "a-1", "arn:a-1")
    assert error.code == "ResourceAlreadyExistsException"
    assert error.members == {"resourceId": "a-1", "resourceArn": "arn:a-1"}


def test_page_has_the_requested_or_the_default_size() -> None:
    assert (page_size({}), page_size({}, 100), page_size({"maxResults": 7}, 100)) == (50, 100, 7)
