"""Placeholders for SiteWise assets that a twin names and that the local twin lacks.

A definition may name assets that exist in an AWS account. In the local twin they are created, unless the app
does so, with the ids that the components name: CreateAsset and CreateAssetModel take ids of the caller's
choice. Assets that exist are not changed.
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
    """Assets that share properties, and therefore one model."""

    assets: dict[str, str] = field(default_factory=dict)
    """Name by id."""
    properties: dict[str, Signal] = field(default_factory=dict)
    """By id."""


def make_assets(client: Any, assets: Sequence[Asset]) -> tuple[list[str], list[str]]:
    """Create the assets that do not exist, with their models.

    A model that was created here before gets the properties that are new.

    Args:
        client: A boto3 client of ``iotsitewise`` for the embedded AWS.
        assets: The assets that components name, from ``make_plan``.

    Returns:
        Ids of the created assets, and why others could not be created, a line each.

    Raises:
        TwinError: The client reaches another AWS than the local twin.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 (a third of a second)

    if not is_loopback(endpoint_of(client)):
        raise TwinError(
            f"placeholder assets belong in the local twin, not in {endpoint_of(client)}; "
            "in AWS the app creates the assets"
        )
    created: list[str] = []
    problems: list[str] = []
    for family in _group(assets):
        try:
            created += _create_family(client, family)
        except ClientError as error:
            names = ", ".join(sorted(family.assets))
            problems.append(
                f"no placeholder for SiteWise asset {names}: {error.response['Error']['Message']}"
            )
    return created, problems


def _group(assets: Iterable[Asset]) -> list[_Family]:
    families: list[_Family] = []
    for asset in assets:
        if asset.id is None or not asset.signals:
            continue  # named by alias, so the app creates it; or SiteWise computes all of it
        joined = _Family(
            {asset.id: f"{asset.signals[0].entity_id} {asset.signals[0].component}"},
            {signal.column: signal for signal in asset.signals},
        )
        for related in [family for family in families if _share(family, joined)]:
            families.remove(related)
            joined.assets |= related.assets
            joined.properties |= related.properties
        families.append(joined)
    return families


def _share(first: _Family, second: _Family) -> bool:
    return bool(
        first.assets.keys() & second.assets.keys() or first.properties.keys() & second.properties.keys()
    )


def _create_family(client: Any, family: _Family) -> list[str]:
    """Create the missing assets of a family, all of them or none."""
    present = {asset_id: _model_of(client, asset_id) for asset_id in family.assets}
    missing = [asset_id for asset_id, model in present.items() if model is None]
    model_id = next(filter(None, present.values()), None)
    is_new = model_id is None
    if model_id:
        _add_properties(client, model_id, family)
    else:
        model_id = client.create_asset_model(
            # The id, because names of models are unique and those of entities are not.
            assetModelName=f"Model of asset {min(family.assets)}",
            assetModelDescription=_DESCRIPTION,
            assetModelProperties=_definitions(family.properties, set()),
        )["assetModelId"]
        client.get_waiter("asset_model_active").wait(assetModelId=model_id)
    created: list[str] = []
    try:
        for asset_id in missing:
            identity = _identity(asset_id, "assetId", "assetExternalId")
            request = {"assetName": family.assets[asset_id], "assetModelId": model_id, **identity}
            created.append(client.create_asset(**request)["assetId"])
            client.get_waiter("asset_active").wait(assetId=created[-1])
    except client.exceptions.ClientError:
        for asset_id in created:
            client.delete_asset(assetId=asset_id)
        if is_new:
            client.delete_asset_model(assetModelId=model_id)
        raise
    return missing


def _add_properties(client: Any, model_id: str, family: _Family) -> None:
    """Add the missing properties to a model that was created here."""
    model = client.describe_asset_model(assetModelId=model_id)
    if model.get("assetModelDescription") != _DESCRIPTION:
        return
    present = {item["id"] for item in model["assetModelProperties"]}
    present |= {_EXTERNAL + item.get("externalId", "") for item in model["assetModelProperties"]}
    added = {name: signal for name, signal in family.properties.items() if name not in present}
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
    """Return properties for a model, with names that are unique in it.

    Adds the names to ``taken``.
    """
    definitions: list[dict[str, Any]] = []
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
        definitions.append({**definition, "unit": item.unit} if item.unit else definition)
    return definitions


def _identity(identifier: str, id_member: str, external_member: str) -> dict[str, str]:
    if identifier.startswith(_EXTERNAL):
        return {external_member: identifier.removeprefix(_EXTERNAL)}
    return {id_member: identifier}
