"""All assets of a twin as one list: their order, their members with ids, the hashes of what is set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sitewise_manager.asset_list import (
    ListSettings,
    ModelPlace,
    asset_of,
    fingerprint,
    keys_children_first,
    levels_of,
)
from sitewise_manager.shapes import RefusedError

from tests.support.asset_lists import listed

HALL, MILL = listed("hall", "Hall"), listed("mill-0", parent="hall")
SETTINGS = ListSettings(
    "Plant/Assets", "plant", deletes_data=False, models={"Mill": ModelPlace("mill-model", "digest")}
)


def test_levels_have_parents_first_in_any_order_of_the_list() -> None:
    mills = [listed(f"mill-{number}", parent="hall") for number in range(3)]
    assert [[item["Key"] for item in level] for level in levels_of([*reversed(mills), HALL])] == [
        ["hall/device"],
        ["mill-0/device", "mill-1/device", "mill-2/device"],
    ]


def test_list_without_a_parent_is_refused() -> None:
    with pytest.raises(RefusedError, match="mill-0/device"):
        levels_of([MILL])


def test_list_with_an_asset_twice_or_in_a_circle_is_refused() -> None:
    with pytest.raises(RefusedError, match="twice"):
        levels_of([HALL, dict(HALL)])
    with pytest.raises(RefusedError, match='not the parent of "a/device"'):
        levels_of([HALL, listed("b", parent="a"), listed("a", parent="b")])


def test_asset_of_a_type_that_the_twin_no_longer_has_has_no_model() -> None:
    ids = {"hall/device": "hall-id"}
    assert asset_of(MILL, SETTINGS, ids).model_id == "mill-model"
    former = asset_of(MILL, replace(SETTINGS, models={}), ids)
    assert (former.model_id, former.parent_id, former.hierarchy_name) == ("", "hall-id", "Mill")


def test_owner_of_an_asset_fits_into_a_tag_and_still_ends_with_its_external_id() -> None:
    owner = asset_of(HALL, replace(SETTINGS, owner="s" * 300), {}).identity.owner
    assert len(owner) == 256
    assert owner.endswith("s/plant:hall:Hall")


def test_fingerprint_changes_with_all_that_is_set_and_with_nothing_else() -> None:
    ids = {"hall/device": "hall-id"}
    first = fingerprint(MILL, SETTINGS, ids)
    assert fingerprint(dict(reversed(MILL.items())), SETTINGS, {**ids, "annex/device": "annex-id"}) == first
    others = {
        "name": fingerprint({**MILL, "Name": "plant/mill-0/other"}, SETTINGS, ids),
        "parent": fingerprint(MILL, SETTINGS, {"hall/device": "new-hall-id"}),
    }
    changes = {
        "model": {"models": {"Mill": ModelPlace("new-model", "digest")}},
        "properties": {"models": {"Mill": ModelPlace("mill-model", "new-digest")}},
        "owner": {"owner": "Plant/Others"},
        "workspace": {"workspace": "works"},
        "removal": {"deletes_data": True},
        "tags": {"tags": {"site": "north"}},
    }
    for name, members in changes.items():
        others[name] = fingerprint(MILL, replace(SETTINGS, **members), ids)  # type: ignore[arg-type]
    assert [name for name, value in others.items() if value == first] == []
    assert len(set(others.values())) == len(others)


def test_assets_below_come_first_even_if_the_one_above_is_not_named() -> None:
    parents = {"hall": None, "line": "hall", "press": "line", "mill": "hall"}
    assert keys_children_first(["hall", "mill", "press", "line"], parents) == [
        "press",
        "line",
        "mill",
        "hall",
    ]
    assert keys_children_first(["mill", "alone", "press"], parents) == ["press", "mill", "alone"]
