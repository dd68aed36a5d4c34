"""The aliases of an asset's properties. An alias is unique in an account and region.

Devices write by alias and the connector reads by it, so the asset that has an alias has the history. Another
asset loses an alias only if it has no values under it, or if the template allows to lose them.
"""

from collections.abc import Mapping, Sequence

from sitewise_manager.history import has_values
from sitewise_manager.ownership import REPLACED_BY, REPLACES
from sitewise_manager.shapes import Asset, Json, RefusedError, Repository

Holders = Mapping[str, tuple[str, str]]
"""Asset and property that have an alias, by alias."""

_NAMES_OF_COMPONENT = 3
"""Names in the name of a component's asset."""


def alias_prefix(asset_name: str) -> str | None:
    """Return the beginning of an asset's aliases; None if its name is not one of a twin.

    Args:
        asset_name: The name, such as ``factory/press-1/press``: workspace, entity and component. A part of a
            composite component has a longer path, and its aliases have the whole of it.
    """
    parts = asset_name.split("/")
    if len(parts) < _NAMES_OF_COMPONENT:
        return None
    return f"/{parts[0]}/{parts[1]}/" if len(parts) == _NAMES_OF_COMPONENT else f"/{asset_name}/"


def alias_holders(prefix: str, repository: Repository) -> Holders:
    """Return the assets whose properties have aliases of one asset, by alias.

    Aliases of an asset are its prefix and the name of a property. Those of its parts have the same beginning.

    Args:
        prefix: The prefix of the asset.
        repository: SiteWise.
    """
    holders = repository.alias_holders(prefix)
    return {alias: holder for alias, holder in holders.items() if "/" not in alias.removeprefix(prefix)}


def alias_changes(prefix: str, properties: Sequence[Json]) -> dict[str, str]:
    """Return the aliases by property id that have to be set.

    Args:
        prefix: The alias of a property is this and its name.
        properties: Those of an asset, as DescribeAsset answers.
    """
    return {
        item["id"]: prefix + item["name"] for item in properties if item.get("alias") != prefix + item["name"]
    }


def check_aliases(desired: Asset, live: Json, repository: Repository) -> Holders:
    """Check that no other asset has history under an alias that an asset is to get.

    Args:
        desired: The asset as it is to be.
        live: The asset as DescribeAsset answers.
        repository: SiteWise.

    Returns:
        The other assets that hold such aliases, all without values that may not be lost.

    Raises:
        RefusedError: Another asset has values under one.
    """
    if not alias_changes(desired.alias_prefix, live["assetProperties"]):
        return {}
    holders = alias_holders(desired.alias_prefix, repository)
    others = {alias: holder for alias, holder in holders.items() if holder[0] != live["assetId"]}
    check_release(desired, others, repository)
    return others


def check_release(desired: Asset, others: Holders, repository: Repository) -> None:
    """Check that other assets have no history under aliases that they are to lose.

    Args:
        desired: The asset that gets the aliases.
        others: The other assets that have them.
        repository: SiteWise.

    Raises:
        RefusedError: One has values, the template does not allow to lose them, and nothing is rolled back.
    """
    if others and not desired.identity.deletes_data and not repository.is_rolling_back():
        for alias, (asset_id, property_id) in others.items():
            owner = repository.asset(asset_id)
            if owner is not None and has_values(owner, repository, [property_id]):
                raise RefusedError(_refusal(desired, alias, owner))


def set_aliases(desired: Asset, live: Json, holders: Holders, repository: Repository) -> None:
    """Set the aliases of an asset.

    Args:
        desired: The asset as it is to be.
        live: The asset as DescribeAsset answers.
        holders: Other assets that lose aliases to it.
        repository: SiteWise.
    """
    asset_id = str(live["assetId"])
    changes = alias_changes(desired.alias_prefix, live["assetProperties"])
    notifications = {
        item["id"]: item.get("notification", {}).get("state") for item in live["assetProperties"]
    }
    for item in live["assetProperties"]:
        if item["id"] in changes and item.get("alias") in changes.values():
            # Another property of this asset takes this alias over.
            repository.set_alias(asset_id, item["id"], None, notifications[item["id"]])
    for property_id, alias in changes.items():
        if alias in holders:
            holder = repository.asset(holders[alias][0])
            if holder is not None:
                mark_replaced(holder, asset_id, repository)
                repository.tag(holder["assetArn"], {REPLACED_BY: asset_id})
            repository.set_alias(*holders[alias], None, None)
        repository.set_alias(asset_id, property_id, alias, notifications[property_id])


def give_aliases_back(
    desired: Asset, live: Json | None, tags: Mapping[str, str], repository: Repository
) -> None:
    """Give the asset that another one replaced its aliases back, in a rollback.

    Args:
        desired: The asset that replaced it.
        live: The same as DescribeAsset answers; None if it is deleted.
        tags: The tags that it had.
        repository: SiteWise.
    """
    replaced = repository.asset(tags[REPLACES]) if REPLACES in tags else None
    if replaced is None:
        return
    if live is not None:
        for item in live["assetProperties"]:
            repository.set_alias(live["assetId"], item["id"], None, None)
    set_aliases(desired, replaced, {}, repository)
    repository.untag(replaced["assetArn"], [REPLACED_BY])


def mark_replaced(replaced: Json, holder_id: str, repository: Repository) -> None:
    """Note which asset gets aliases back when the asset that has them is deleted in a rollback.

    Args:
        replaced: The asset as DescribeAsset answers.
        holder_id: The asset that has its aliases.
        repository: SiteWise.
    """
    holder = repository.asset(holder_id)
    if holder is not None:
        repository.tag(holder["assetArn"], {REPLACES: str(replaced["assetId"])})


def _refusal(desired: Asset, alias: str, owner: Json) -> str:
    return (
        f'the history under alias "{alias}" belongs to asset "{owner["assetName"]}" ({owner["assetId"]}) of '
        f'another model or entity than "{desired.name}". Nothing was changed. If the component type was '
        "renamed, write `renames: {componentTypes: {OLD: NEW}}` in twin.yaml; if the entity was renamed, "
        "`renames: {entities: {OLD: NEW}}`. To begin a new history, give the entity another id, or deploy "
        "with removal policy DESTROY and the context flag twin-stack:allowDestroy"
    )
