"""The links by which assets are found: model, parent, external id and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from twin_stack.local.service.sitewise.context import Json

TOP_LEVEL: Final = ("isTopLevel", "true")
"""Link of an asset without a parent."""


def asset_links(body: Json) -> list[tuple[str, str]]:
    """Return the links of an asset, as pairs of relation and target.

    Args:
        body: The stored asset.
    """
    links = [("assetModelId", body["modelId"])]
    if body["externalId"]:
        links.append(("externalId", body["externalId"]))
    place = body["parent"]
    if place:
        links.append(("parent", place["assetId"]))
        links.append(("hierarchy", f"{place['assetId']}/{place['hierarchyId']}"))
    else:
        links.append(TOP_LEVEL)
    aliases = (settings.get("alias") for settings in body["properties"].values())
    return links + [("alias", alias) for alias in aliases if alias]
