"""Tags of assets and models: which resource of which stack owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sitewise_manager.ownership import (
    OWNER,
    PREVIOUS_OWNER,
    REPLACES,
    WORKSPACE,
    is_adopted,
    is_owner,
    tags_when_adopted,
    tags_when_created,
    tags_when_given_back,
    update_tags,
)
from sitewise_manager.shapes import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sitewise_manager.shapes import Repository


def identity(tags: Mapping[str, str], old_tags: Mapping[str, str], owner: str = "Plant/Mill") -> Identity:
    return Identity("plant:mill", (), owner, "plant", deletes_data=False, tags=tags, old_tags=old_tags)


class Tagged:
    """The tags of one resource, and the calls that change them."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = dict(tags)
        self.calls: list[Any] = []

    def tag(self, _arn: str, tags: Mapping[str, str]) -> None:
        self.calls.append(dict(tags))
        self.tags.update(tags)

    def untag(self, _arn: str, keys: Sequence[str]) -> None:
        self.calls.append(keys)
        for key in keys:
            del self.tags[key]


def update(resource: Tagged, tags: Mapping[str, str], old_tags: Mapping[str, str]) -> None:
    update_tags("arn", identity(tags, old_tags), cast("Repository", resource))


def test_update_changes_only_tags_that_differ_between_the_templates() -> None:
    resource = Tagged({"site": "north", "line": "1", "unit": "a", "by-hand": "yes"})
    update(resource, {"site": "north", "line": "2", "new": "x"}, {"site": "north", "line": "1", "unit": "a"})
    assert resource.tags == {"site": "north", "line": "2", "new": "x", "by-hand": "yes"}
    assert resource.calls == [{"line": "2", "new": "x"}, ["unit"]]


def test_same_tags_in_both_templates_take_no_call() -> None:
    resource = Tagged({"site": "by hand"})
    update(resource, {"site": "north"}, {"site": "north"})
    assert resource.calls == []


def test_tags_of_the_template_never_change_who_owns_a_resource() -> None:
    owned = {OWNER: "Plant/Mill", PREVIOUS_OWNER: "none", WORKSPACE: "plant", REPLACES: "former"}
    resource = Tagged(owned)
    update(resource, dict.fromkeys(owned, "other"), {})
    update(resource, {}, dict.fromkeys(owned, "other"))
    assert resource.tags == owned
    created = tags_when_created(identity(dict.fromkeys(owned, "other"), {}))
    assert (created[OWNER], created[WORKSPACE]) == ("Plant/Mill", "plant")


def test_adopted_resource_goes_back_to_the_owner_that_it_had() -> None:
    first, second = identity({}, {}), identity({}, {}, owner="Plant/Renamed")
    created = tags_when_created(first)
    assert (is_owner(first, created), is_owner(second, created), is_adopted(created)) == (True, False, False)
    adopted = tags_when_adopted(second, created)
    assert (is_owner(first, adopted), is_owner(second, adopted), is_adopted(adopted)) == (False, True, True)
    assert is_owner(first, {**adopted, **tags_when_given_back(adopted)})


def test_resource_without_an_owner_belongs_to_no_stack_when_it_is_given_back() -> None:
    adopted = tags_when_adopted(identity({}, {}), {})
    assert is_adopted(adopted)
    assert not is_owner(identity({}, {}), {**adopted, **tags_when_given_back(adopted)})
