"""Stand-ins for the SiteWise assets that a twin names and this machine lacks.

A definition names assets that exist in an account. Here they do not, unless the app makes them; so
they are made with the ids that the components name, which SiteWise allows (CreateAsset and
CreateAssetModel take ids of the caller's choice). What exists is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin_stack.client.endpoints import endpoint_of, is_loopback
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.simulate.plan import Asset
    from twin_stack.simulate.signals import Signal

_DESCRIPTION = "Made by `twin up` for components that name its properties"
_DATA_TYPES = {"LONG": "INTEGER"}
_EXTERNAL = "externalId:"


@dataclass
class _Family:
    """Assets that share properties, so that one model is behind them all."""

    assets: dict[str, str] = field(default_factory=dict)
    """Name by id."""
    properties: dict[str, Signal] = field(default_factory=dict)
    """By id."""


def make_assets(client: Any, assets: Sequence[Asset]) -> tuple[list[str], list[str]]:
    """Make the assets that do not exist, with their models.

    A model made here before gets the properties that came since.

    Args:
        client: A boto3 client of `iotsitewise` for the embedded AWS.
        assets: What components name, from `simulate.make_plan`.

    Returns:
        Ids of the assets that were made, and what could not be made, a line each.

    Raises:
        TwinError: The client reaches another AWS than the local twin.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 (a third of a second)

    if not is_loopback(endpoint_of(client)):
        raise TwinError(
            f"placeholder assets belong in the local twin, not in {endpoint_of(client)}; "
            "in AWS the app creates the assets"
        )
    made: list[str] = []
    problems: list[str] = []
    for family in _families(assets):
        try:
            made += _make(client, family)
        except ClientError as error:
            names = ", ".join(sorted(family.assets))
            problems.append(
                f"no placeholder for SiteWise asset {names}: {error.response['Error']['Message']}"
            )
    return made, problems


def _families(assets: Iterable[Asset]) -> list[_Family]:
    families: list[_Family] = []
    for asset in assets:
        if asset.id is None or not asset.signals:
            continue  # found by alias, so the twin made it; or all of it is computed
        joined = _Family(
            {asset.id: f"{asset.signals[0].entity_id} {asset.signals[0].component}"},
            {signal.column: signal for signal in asset.signals},
        )
        for other in [one for one in families if _related(one, joined)]:
            families.remove(other)
            joined.assets |= other.assets
            joined.properties |= other.properties
        families.append(joined)
    return families


def _related(one: _Family, other: _Family) -> bool:
    return bool(one.assets.keys() & other.assets.keys() or one.properties.keys() & other.properties.keys())


def _make(client: Any, family: _Family) -> list[str]:
    """Make the missing assets of a family, all of them or none."""
    present = {asset_id: _model_of(client, asset_id) for asset_id in family.assets}
    missing = [asset_id for asset_id, model in present.items() if model is None]
    model_id = next(filter(None, present.values()), None)
    is_new = model_id is None
    if model_id:
        _complete(client, model_id, family)
    else:
        model_id = client.create_asset_model(
            assetModelName=f"Model of {min(family.assets.values())}",
            assetModelDescription=_DESCRIPTION,
            assetModelProperties=_definitions(family.properties, set()),
        )["assetModelId"]
        client.get_waiter("asset_model_active").wait(assetModelId=model_id)
    made: list[str] = []
    try:
        for asset_id in missing:
            identity = _identity(asset_id, "assetId", "assetExternalId")
            request = {"assetName": family.assets[asset_id], "assetModelId": model_id, **identity}
            made.append(client.create_asset(**request)["assetId"])
            client.get_waiter("asset_active").wait(assetId=made[-1])
    except client.exceptions.ClientError:
        for asset_id in made:
            client.delete_asset(assetId=asset_id)
        if is_new:
            client.delete_asset_model(assetModelId=model_id)
        raise
    return missing


def _complete(client: Any, model_id: str, family: _Family) -> None:
    """Add what the model lacks, if it is one of ours."""
    model = client.describe_asset_model(assetModelId=model_id)
    if model.get("assetModelDescription") != _DESCRIPTION:
        return
    known = {item["id"] for item in model["assetModelProperties"]}
    known |= {_EXTERNAL + item.get("externalId", "") for item in model["assetModelProperties"]}
    added = {name: signal for name, signal in family.properties.items() if name not in known}
    if added:
        names = {item["name"] for item in model["assetModelProperties"]}
        client.update_asset_model(
            assetModelId=model_id,
            assetModelName=model["assetModelName"],
            assetModelDescription=_DESCRIPTION,
            assetModelProperties=[*model["assetModelProperties"], *_definitions(added, names)],
        )
        client.get_waiter("asset_model_active").wait(assetModelId=model_id)


def _model_of(client: Any, asset_id: str) -> str | None:
    try:
        model_id: str = client.describe_asset(assetId=asset_id)["assetModelId"]
    except client.exceptions.ResourceNotFoundException:
        return None
    return model_id


def _definitions(properties: dict[str, Signal], taken: set[str]) -> list[dict[str, Any]]:
    """Properties for a model in which some names are taken: they are unique in it."""
    found = []
    for property_id, signal in properties.items():
        item = signal.property
        name = f"{item.name} {property_id}" if item.name in taken else item.name
        taken.add(name)
        definition = {
            "name": name,
            "dataType": _DATA_TYPES.get(item.data_type, item.data_type),
            "type": {"measurement": {}},
            **_identity(property_id, "id", "externalId"),
        }
        found.append({**definition, "unit": item.unit} if item.unit else definition)
    return found


def _identity(identifier: str, own: str, external: str) -> dict[str, str]:
    if identifier.startswith(_EXTERNAL):
        return {external: identifier.removeprefix(_EXTERNAL)}
    return {own: identifier}
