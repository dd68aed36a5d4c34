"""All assets of a twin as one list, for a custom resource that has them all.

A list names the model and the parent of an asset by their keys. Ids are known when the list is applied.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sitewise_manager.shapes import Asset, Identity, Json, RefusedError

_MAX_TAG = 256


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """The asset model of a component type.

    Attributes:
        model_id: Its id.
        property_digest: A hash of its properties, which each need an alias.
    """

    model_id: str
    property_digest: str


@dataclass(frozen=True, slots=True)
class ListSettings:
    """What all assets of a list have in common.

    Attributes:
        owner: Stack and logical id of the custom resource.
        workspace: The name under which the twin keeps its data.
        deletes_data: Whether assets may be deleted with their history.
        tags: The tags of all assets.
        models: The asset models by component type.
    """

    owner: str
    workspace: str
    deletes_data: bool
    tags: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, ModelPlace] = field(default_factory=dict)


def levels_of(listed: Sequence[Json]) -> list[list[Json]]:
    """Return the assets of a list by their depth, parents first, each level in the order of keys.

    Args:
        listed: The assets, in any order.

    Raises:
        RefusedError: An asset is listed twice, or its parents are not in the list.
    """
    by_key = {item["Key"]: item for item in listed}
    if len(by_key) < len(listed):
        raise RefusedError("the list of assets has an asset twice; synthesize again")
    levels: list[list[Json]] = []
    above: set[str | None] = {None}
    rest = sorted(by_key.values(), key=lambda item: str(item["Key"]))
    while rest:
        level = [item for item in rest if item.get("Parent") in above]
        if not level:
            raise RefusedError(
                f'the list of assets has not the parent of "{rest[0]["Key"]}"; synthesize again'
            )
        levels.append(level)
        above = {item["Key"] for item in level}
        rest = [item for item in rest if item["Key"] not in above]
    return levels


def asset_of(
    item: Json, settings: ListSettings, ids: Mapping[str, str], old_tags: Mapping[str, str] | None = None
) -> Asset:
    """Return an asset of a list, with the ids of its model and of its parent.

    Args:
        item: The asset as the list has it.
        settings: What all have in common.
        ids: The ids of assets by key, those of all parents among them.
        old_tags: The tags that were set before. Default: none.
    """
    parent = item.get("Parent")
    # A type that the twin no longer has may still have assets, which are to be deleted.
    model = settings.models.get(item["AssetModel"])
    return Asset(
        Identity(
            external_id=item["ExternalId"],
            former_external_ids=tuple(item.get("FormerExternalIds", ())),
            # An owner for each asset: a rollback distinguishes a renamed asset from the former one.
            owner=f"{settings.owner}/{item['ExternalId']}"[-_MAX_TAG:],
            workspace=settings.workspace,
            deletes_data=settings.deletes_data,
            tags=settings.tags,
            old_tags=old_tags or {},
        ),
        item["Name"],
        model.model_id if model is not None else "",
        item["AliasPrefix"],
        ids[parent] if parent is not None else None,
        item.get("HierarchyName"),
    )


def fingerprint(item: Json, settings: ListSettings, ids: Mapping[str, str]) -> str:
    """Return a hash of all that is set in SiteWise for an asset.

    Args:
        item: The asset as the list has it.
        settings: What all have in common.
        ids: The ids of assets by key, that of its parent among them.
    """
    model = settings.models[item["AssetModel"]]
    parent = item.get("Parent")
    return digest_of(
        [
            dict(item),
            model.model_id,
            model.property_digest,
            ids[parent] if parent is not None else None,
            settings.owner,
            settings.workspace,
            settings.deletes_data,
            dict(settings.tags),
        ]
    )


def digest_of(value: Any) -> str:
    """Return a hash of a JSON value, in hexadecimal.

    Args:
        value: The value.
    """
    return hashlib.sha256(canonical(value)).hexdigest()[:40]


def canonical(value: Any) -> bytes:
    """Return the one text of a JSON value.

    Args:
        value: The value.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def keys_children_first(keys: Iterable[str], parents: Mapping[str, str | None]) -> list[str]:
    """Return keys of assets so that each is before the one above it.

    Args:
        keys: The keys.
        parents: The key of the asset above, by key.
    """

    def depth(key: str) -> int:
        count = 0
        above = parents.get(key)
        while above is not None:
            count, above = count + 1, parents.get(above)
        return count

    return sorted(keys, key=lambda key: (-depth(key), key))
