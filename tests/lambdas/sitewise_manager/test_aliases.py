"""Aliases of an asset's properties: their names, and which other asset may lose one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from sitewise_manager.aliases import alias_changes, alias_holders, alias_prefix, check_release, set_aliases
from sitewise_manager.shapes import Asset, Identity, RefusedError

if TYPE_CHECKING:
    from sitewise_manager.shapes import Repository

PREFIX = "/plant/mill-1/"


class Aliases:
    """The parts of SiteWise that have to do with aliases.

    Attributes:
        holders: Asset and property by alias.
        values: The properties with values.
        rolls_back: Whether the stack is rolling back.
    """

    def __init__(self, holders: dict[str, tuple[str, str]]) -> None:
        self.holders = holders
        self.values: set[str] = set()
        self.rolls_back = False
        self.notifications: dict[str, str | None] = {}

    def alias_holders(self, prefix: str) -> dict[str, tuple[str, str]]:
        return {alias: holder for alias, holder in self.holders.items() if alias.startswith(prefix)}

    def asset(self, asset_id: str) -> dict[str, Any] | None:
        properties = [{"id": held} for asset, held in self.holders.values() if asset == asset_id]
        members = {"assetId": asset_id, "assetName": "Old mill", "assetModelId": "model"}
        return {**members, "assetProperties": properties} if properties else None

    def model(self, _model_id: str) -> None:
        return None

    def latest_values(self, addresses: list[tuple[str, str]]) -> list[tuple[tuple[str, str], float]]:
        return [(address, 1.5) for address in addresses if address[1] in self.values]

    def is_rolling_back(self) -> bool:
        return self.rolls_back

    def set_alias(self, asset_id: str, property_id: str, alias: str | None, state: str | None) -> None:
        self.holders = {
            name: holder for name, holder in self.holders.items() if holder != (asset_id, property_id)
        }
        self.notifications[property_id] = state
        if alias is not None:
            assert alias not in self.holders, "an alias is unique"
            self.holders[alias] = (asset_id, property_id)

    @property
    def repository(self) -> Repository:
        return cast("Repository", self)


def mill(*, deletes_data: bool = False) -> Asset:
    identity = Identity("plant:mill-1", (), "Plant/Mill", "plant", deletes_data)
    return Asset(identity, "plant/mill-1/mill", "model", PREFIX)


def test_prefix_has_the_entity_for_a_component_and_the_whole_path_for_a_part_of_one() -> None:
    assert alias_prefix("plant/mill-1/mill") == "/plant/mill-1/"
    assert alias_prefix("plant/mill-1/mill/motor") == "/plant/mill-1/mill/motor/"
    assert alias_prefix("plant/mill-1") is None


def test_aliases_of_parts_are_not_those_of_the_component() -> None:
    own, part = ("mill", "power"), ("motor", "power")
    held = {f"{PREFIX}power": own, f"{PREFIX}mill/motor/power": part, "/plant/mill-10/power": own}
    assert alias_holders(PREFIX, Aliases(held).repository) == {f"{PREFIX}power": own}


def test_only_properties_with_another_alias_change() -> None:
    properties = [
        {"id": "1", "name": "power", "alias": f"{PREFIX}power"},
        {"id": "2", "name": "heat", "alias": f"{PREFIX}warmth"},
        {"id": "3", "name": "load"},
    ]
    assert alias_changes(PREFIX, properties) == {"2": f"{PREFIX}heat", "3": f"{PREFIX}load"}


def test_alias_is_released_without_values_or_by_leave_of_the_template_or_in_a_rollback() -> None:
    others = {f"{PREFIX}power": ("old", "old-power"), f"{PREFIX}gone": ("deleted", "gone-power")}
    aliases = Aliases({f"{PREFIX}power": ("old", "old-power"), "/other": ("old", "old-heat")})
    aliases.values = {"old-heat", "gone-power"}
    check_release(mill(), others, aliases.repository)
    aliases.values.add("old-power")
    with pytest.raises(RefusedError, match=f'alias "{PREFIX}power" belongs to asset "Old mill" \\(old\\)'):
        check_release(mill(), others, aliases.repository)
    check_release(mill(deletes_data=True), others, aliases.repository)
    aliases.rolls_back = True
    check_release(mill(), others, aliases.repository)


def test_properties_that_exchange_their_names_exchange_their_aliases() -> None:
    live = {
        "assetId": "mill",
        "assetProperties": [
            {"id": "1", "name": "heat", "alias": f"{PREFIX}power", "notification": {"state": "ENABLED"}},
            {"id": "2", "name": "power", "alias": f"{PREFIX}heat"},
        ],
    }
    aliases = Aliases({f"{PREFIX}power": ("mill", "1"), f"{PREFIX}heat": ("mill", "2")})
    set_aliases(mill(), live, {}, aliases.repository)
    assert aliases.holders == {f"{PREFIX}heat": ("mill", "1"), f"{PREFIX}power": ("mill", "2")}
    assert aliases.notifications == {"1": "ENABLED", "2": None}
