"""Whether a change would delete values that an asset has."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sitewise_manager.model_plan import Loss, kind_of
from sitewise_manager.shapes import Json, Repository

_NAMED = 3
"""Assets that a message names."""


def losses_with_values(
    losses: Sequence[Loss], model_id: str, repository: Repository
) -> list[tuple[Loss, list[str]]]:
    """Return the losses that delete values, each with the names of the assets that have them.

    Args:
        losses: Properties that would go.
        model_id: Their model.
        repository: SiteWise.
    """
    if not losses:
        return []
    names = {item["id"]: item["name"] for item in repository.assets_of(model_id)}
    by_property = {loss.property_id: loss for loss in losses}
    holders: dict[str, list[str]] = {}
    addresses = [(asset_id, loss.property_id) for asset_id in names for loss in losses]
    for (asset_id, property_id), value in repository.latest_values(addresses):
        if not _is_default(value, by_property[property_id].default_value, by_property[property_id].kind):
            holders.setdefault(property_id, []).append(names[asset_id])
    return [(loss, sorted(holders[loss.property_id])) for loss in losses if loss.property_id in holders]


def has_values(asset: Json, repository: Repository, property_ids: Iterable[str] | None = None) -> bool:
    """Return whether an asset has values beside the defaults of its attributes.

    Args:
        asset: DescribeAsset's answer.
        repository: SiteWise.
        property_ids: The properties that count; None for all.
    """
    return next(_values(asset, repository, property_ids), None) is not None


def _values(asset: Json, repository: Repository, property_ids: Iterable[str] | None) -> Iterator[Any]:
    ids = [item["id"] for item in asset["assetProperties"]]
    ids += [
        item["id"]
        for composite in asset.get("assetCompositeModels", [])
        for item in composite.get("properties", [])
    ]
    chosen = ids if property_ids is None else [item for item in ids if item in set(property_ids)]
    latest_values = list(
        repository.latest_values([(asset["assetId"], property_id) for property_id in chosen])
    )
    defaults: dict[str, str | None] = {}
    kinds: dict[str, str] = {}
    if latest_values:
        model = repository.model(asset["assetModelId"]) or {}
        for item in model.get("assetModelProperties", []):
            kinds[item["id"]] = kind_of(item)
            defaults[item["id"]] = item["type"].get("attribute", {}).get("defaultValue")
    for (_, property_id), value in latest_values:
        if not _is_default(value, defaults.get(property_id), kinds.get(property_id, "measurement")):
            yield value


def _is_default(value: Any, default: str | None, kind: str) -> bool:
    """Return whether a value is the default that SiteWise gives to an attribute of each asset."""
    if kind != "attribute" or default is None:
        return False
    if isinstance(value, bool):
        return default.lower() == str(value).lower()
    if isinstance(value, int | float):
        try:
            return float(default) == value
        except ValueError:
            return False
    return bool(value == default)


def describe_holders(names: Sequence[str]) -> str:
    """Return the names of assets for a message.

    Args:
        names: Names, at least one.
    """
    named = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return named if more <= 0 else f"{named} and {more} more"
