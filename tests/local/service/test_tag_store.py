"""Tags of resources by ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.local.service import Scope
from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.store import Store
from twin_stack.local.service.tag_store import TagStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = Scope("123456789012", "us-east-1")
ARN = HERE.arn("iottwinmaker", "workspace/Factory")


@pytest.fixture
def tags(tmp_path: Path) -> Iterator[TagStore]:
    store = Store(tmp_path / "state.db")
    yield TagStore(store)
    store.close()


def test_all_tags_of_a_resource_are_replaced(tags: TagStore) -> None:
    tags.set(HERE, ARN, {"a": "1", "b": "2"})
    tags.set(HERE, ARN, {"a": "3"})
    assert tags.of(HERE, ARN) == {"a": "3"}


def test_resource_without_tags_has_none(tags: TagStore) -> None:
    assert tags.of(HERE, ARN) == {}
    tags.set(HERE, ARN, {"a": "1"})
    tags.set(HERE, ARN, {})
    assert tags.of(HERE, ARN) == {}


def test_tags_belong_to_one_arn_of_one_account_and_region(tags: TagStore) -> None:
    tags.set(HERE, ARN, {"a": "1"})
    assert tags.of(HERE, f"{ARN}2") == {}
    assert tags.of(Scope(HERE.account, "eu-west-1"), ARN) == {}
    assert tags.of(Scope("210987654321", HERE.region), ARN) == {}


def test_fifty_tags_are_the_most_and_more_change_nothing(tags: TagStore) -> None:
    fifty = {str(number): "x" for number in range(50)}
    tags.set(HERE, ARN, fifty)
    with pytest.raises(ServiceError, match="would have 51 tags, allowed are 50") as caught:
        tags.set(HERE, ARN, {**fifty, "one": "more"})
    assert caught.value.code == "TooManyTagsException"
    assert tags.of(HERE, ARN) == fifty
