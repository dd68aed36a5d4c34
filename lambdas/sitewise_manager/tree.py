"""The place of an asset below another. Each asset has at most one parent, and the child's resource names it.

So a device that moves to another parent and back, or a rollback in the middle, changes one resource only.
"""

from sitewise_manager.ownership import OWNER
from sitewise_manager.shapes import Asset, Json, RefusedError, Repository


def place(desired: Asset, live: Json, repository: Repository, *, is_new: bool) -> None:
    """Put an asset below its parent, and take it from below another one.

    Args:
        desired: The asset.
        live: DescribeAsset's answer.
        repository: SiteWise.
        is_new: Whether it has no parent yet.
    """
    asset_id = str(live["assetId"])
    parent = None if is_new else repository.parent(asset_id)
    parent_id = parent["id"] if parent is not None else None
    if parent_id == desired.parent_id:
        return
    # An asset without parent in the template may be below an asset of other hands.
    if parent is not None and (desired.parent_id is not None or OWNER in repository.tags(parent["arn"])):
        take_from_parent(asset_id, str(parent_id), repository)
    if desired.parent_id is not None:
        hierarchy_id = _hierarchy_id(desired.parent_id, str(desired.hierarchy_name), repository)
        repository.associate(desired.parent_id, hierarchy_id, asset_id)


def detach(live: Json, repository: Repository) -> None:
    """Take an asset from its parent and its children from it, as a deletion needs it.

    Args:
        live: DescribeAsset's answer.
        repository: SiteWise.
    """
    asset_id = str(live["assetId"])
    parent = repository.parent(asset_id)
    if parent is not None:
        take_from_parent(asset_id, parent["id"], repository)
    for hierarchy in live.get("assetHierarchies", []):
        for child_id in list(repository.children(asset_id, hierarchy["id"])):
            repository.disassociate(asset_id, hierarchy["id"], child_id)


def take_from_parent(asset_id: str, parent_id: str, repository: Repository) -> None:
    """Take an asset from below its parent.

    Args:
        asset_id: The asset.
        parent_id: Its parent.
        repository: SiteWise.
    """
    parent = repository.asset(parent_id) or {}
    for hierarchy in parent.get("assetHierarchies", []):
        if asset_id in repository.children(parent_id, hierarchy["id"]):
            repository.disassociate(parent_id, hierarchy["id"], asset_id)


def _hierarchy_id(parent_id: str, name: str, repository: Repository) -> str:
    parent = repository.asset(parent_id) or {}
    for hierarchy in parent.get("assetHierarchies", []):
        if hierarchy["name"] == name:
            return str(hierarchy["id"])
    raise RefusedError(f'asset {parent_id} has no hierarchy "{name}"; deploy again')
