"""Assets, their tree, and the aliases of their properties."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from twin_stack.local.service.sitewise.asset_links import TOP_LEVEL, asset_links
from twin_stack.local.service.sitewise.asset_models import properties_of
from twin_stack.local.service.sitewise.context import (
    check_quota,
    check_settled,
    exists,
    invalid,
    lookup,
    not_found,
    page_size,
    pick,
)
from twin_stack.local.service.sitewise.series import alias_series_name, series_name
from twin_stack.twinmaker.quotas import MAX_SITEWISE_CHILDREN, MAX_SITEWISE_MODEL_ASSETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.asset_models import AssetModels
    from twin_stack.local.service.sitewise.context import Context, Json
    from twin_stack.local.service.sitewise.series import Series
    from twin_stack.local.service.tag_store import TagStore

_KIND = "asset"


class Assets:
    """CreateAsset, DescribeAsset, Update-, Delete-, List-, Associate-, Disassociate- and more.

    An asset stores its name, its parent and the settings of its properties; its model defines the properties.
    """

    def __init__(self, context: Context, models: AssetModels, series: Series, tags: TagStore) -> None:
        self._context = context
        self._models = models
        self._series = series
        self._tags = tags
        self._assets = context.resources("asset")

    def create_asset(self, scope: Scope, params: Json) -> Json:
        """Create an asset; attributes get the default values of the model."""
        asset_id = params.get("assetId") or str(uuid.uuid4())
        arn = _arn(scope, asset_id)
        with self._context.store.transaction():
            model = self._models.require_settled(scope, params["assetModelId"])
            if self._assets.get(scope, "", asset_id):
                raise exists(_KIND, asset_id, arn)
            count = self._assets.count_linked(scope, "", "assetModelId", model.id) + 1
            check_quota(f"asset model {model.body['name']!r}", count, MAX_SITEWISE_MODEL_ASSETS, "assets")
            body = {
                "name": params["assetName"],
                "description": params.get("assetDescription"),
                "externalId": params.get("assetExternalId"),
                "modelId": model.id,
                "parent": None,
                "properties": {},
            }
            self._put(scope, asset_id, body, "CREATING")
            self._models.set_defaults(scope, [asset_id], properties_of(model.body))
            self._tags.set(scope, arn, params.get("tags", {}))
        return {"assetId": asset_id, "assetArn": arn, "assetStatus": {"state": "CREATING"}}

    def describe_asset(self, scope: Scope, params: Json) -> Json:
        """Return one asset with all properties of its model."""
        asset = self.require(scope, params["assetId"])
        model = self._models.require(scope, asset.body["modelId"])
        exclude_properties = bool(params.get("excludeProperties"))
        properties = [] if exclude_properties else list(self.properties(scope, asset))
        return {
            "assetId": asset.id,
            "assetArn": _arn(scope, asset.id),
            "assetExternalId": asset.body["externalId"],
            "assetName": asset.body["name"],
            "assetDescription": asset.body["description"],
            "assetModelId": model.id,
            "assetProperties": [item for item, composite in properties if composite is None],
            "assetHierarchies": model.body["hierarchies"],
            "assetCompositeModels": [
                {
                    **composite,
                    "properties": [
                        item for item, owner in properties if owner and owner["id"] == composite["id"]
                    ],
                }
                for composite in model.body["compositeModels"]
            ],
            "assetCreationDate": asset.created,
            "assetLastUpdateDate": asset.updated,
            "assetStatus": {"state": asset.state},
        }

    def update_asset(self, scope: Scope, params: Json) -> Json:
        """Change name, description and external id; a description left out is removed."""
        with self._context.store.transaction():
            asset = self.require_settled(scope, params["assetId"])
            external_id = params.get("assetExternalId", asset.body["externalId"])
            if asset.body["externalId"] not in (None, external_id):
                raise invalid(
                    f"asset {asset.id!r} has the external id {asset.body['externalId']!r} already, which "
                    f"cannot be changed to {external_id!r}; leave it out"
                )
            body = {
                **asset.body,
                "name": params["assetName"],
                "description": params.get("assetDescription"),
                "externalId": external_id,
            }
            self._put(scope, asset.id, body, "UPDATING")
        return {"assetId": asset.id, "assetStatus": {"state": "UPDATING"}}

    def delete_asset(self, scope: Scope, params: Json) -> Json:
        """Delete an asset, which must not be associated with another, and its data."""
        with self._context.store.transaction():
            asset = self.require_settled(scope, params["assetId"])
            children = self._assets.ids_linked_to(scope, "", "parent", asset.id)
            associated_id = children[0] if children else (asset.body["parent"] or {}).get("assetId")
            if associated_id:
                raise invalid(
                    f"asset {asset.id!r} is associated with asset {associated_id!r}; disassociate them first"
                )
            for item, _ in self.properties(scope, asset):
                self._series.delete(scope, series_name(asset.id, item["id"]))
            self._assets.delete(scope, "", asset.id)
            self._context.structure.version += 1
            self._tags.set(scope, _arn(scope, asset.id), {})
        return {"assetId": asset.id, "assetStatus": {"state": "DELETING"}}

    def list_assets(self, scope: Scope, params: Json) -> Json:
        """Return assets of a model (filter ALL, the default) or those without a parent (TOP_LEVEL)."""
        if params.get("filter") == "TOP_LEVEL":
            link = TOP_LEVEL
        elif "assetModelId" in params:
            link = ("assetModelId", self._models.require(scope, params["assetModelId"]).id)
        else:
            raise invalid("filter ALL needs assetModelId; give it or use filter TOP_LEVEL")
        return self._list_page(scope, params, link)

    def list_associated_assets(self, scope: Scope, params: Json) -> Json:
        """Return the children of an asset in one hierarchy, or its parent."""
        asset = self.require(scope, params["assetId"])
        if params.get("traversalDirection") == "PARENT":
            parent = asset.body["parent"]
            parents = [self.require(scope, parent["assetId"])] if parent else []
            return {"assetSummaries": [self._summary(scope, parent_asset) for parent_asset in parents]}
        if "hierarchyId" not in params:
            raise invalid("traversalDirection CHILD needs hierarchyId")
        hierarchy = self._hierarchy(scope, asset, params["hierarchyId"])
        return self._list_page(scope, params, ("hierarchy", f"{asset.id}/{hierarchy['id']}"))

    def associate_assets(self, scope: Scope, params: Json) -> None:
        """Make an asset a child of another, in a hierarchy that the parent's model defines."""
        with self._context.store.transaction():
            parent = self.require_settled(scope, params["assetId"])
            child = self.require_settled(scope, params["childAssetId"])
            hierarchy = self._hierarchy(scope, parent, params["hierarchyId"])
            if child.body["modelId"] != hierarchy["childAssetModelId"]:
                raise invalid(
                    f"hierarchy {hierarchy['name']!r} takes assets of model "
                    f"{hierarchy['childAssetModelId']}, {child.id!r} is of {child.body['modelId']}"
                )
            if child.body["parent"]:
                raise exists("association of asset", child.id, _arn(scope, child.body["parent"]["assetId"]))
            count = self._assets.count_linked(scope, "", "parent", parent.id) + 1
            check_quota(f"asset {parent.id!r}", count, MAX_SITEWISE_CHILDREN, "child assets")
            ancestor: Resource | None = parent
            while ancestor:
                if ancestor.id == child.id:
                    raise invalid(f"asset {child.id!r} is above {parent.id!r}")
                parent_place = ancestor.body["parent"]
                ancestor = self.require(scope, parent_place["assetId"]) if parent_place else None
            place = {"assetId": parent.id, "hierarchyId": hierarchy["id"]}
            self._put(scope, child.id, {**child.body, "parent": place}, "ACTIVE")

    def disassociate_assets(self, scope: Scope, params: Json) -> None:
        """Remove an asset from the children of another."""
        with self._context.store.transaction():
            parent = self.require_settled(scope, params["assetId"])
            child = self.require_settled(scope, params["childAssetId"])
            hierarchy = self._hierarchy(scope, parent, params["hierarchyId"])
            if child.body["parent"] != {"assetId": parent.id, "hierarchyId": hierarchy["id"]}:
                raise not_found("association with asset", child.id)
            self._put(scope, child.id, {**child.body, "parent": None}, "ACTIVE")

    def update_asset_property(self, scope: Scope, params: Json) -> None:
        """Set alias, unit and notification of a property; an alias left out is removed.

        Points that were sent to the alias before are moved to the property.
        """
        with self._context.store.transaction():
            asset = self.require_settled(scope, params["assetId"])
            model = self._models.require(scope, asset.body["modelId"])
            definitions = [item for item, _ in properties_of(model.body)]
            property_id = pick(definitions, params["propertyId"], "property")["id"]
            alias = params.get("propertyAlias")
            owner = self.by_alias(scope, alias) if alias else None
            if owner and owner != (asset.id, property_id):
                # The operation documents no ResourceAlreadyExistsException.
                raise invalid(
                    f"alias {alias!r} exists already: property {owner[1]} of asset {owner[0]} has it; remove "
                    "it there first"
                )
            settings = {
                "alias": alias,
                "unit": params.get("propertyUnit"),
                "notification": params.get("propertyNotificationState"),
            }
            properties = {**asset.body["properties"], property_id: settings}
            self._put(scope, asset.id, {**asset.body, "properties": properties}, "ACTIVE")
            if alias:
                name = series_name(asset.id, property_id)
                self._series.move(scope, alias_series_name(alias), name)

    def describe_asset_property(self, scope: Scope, params: Json) -> Json:
        """Return one property of an asset."""
        asset = self.require(scope, params["assetId"])
        pairs = list(self.properties(scope, asset))
        item = pick([candidate for candidate, _ in pairs], params["propertyId"], "property")
        composite = next(owner for candidate, owner in pairs if candidate["id"] == item["id"])
        place = (
            {"compositeModel": {**composite, "assetProperty": item}} if composite else {"assetProperty": item}
        )
        return {
            "assetId": asset.id,
            "assetExternalId": asset.body["externalId"],
            "assetName": asset.body["name"],
            "assetModelId": asset.body["modelId"],
            **place,
        }

    def list_asset_properties(self, scope: Scope, params: Json) -> Json:
        """Return all properties of an asset in one page."""
        asset = self.require(scope, params["assetId"])
        base_only = params.get("filter") == "BASE"
        return {
            "assetPropertySummaries": [
                {**item, "assetCompositeModelId": composite and composite["id"]}
                for item, composite in self.properties(scope, asset)
                if composite is None or not base_only
            ]
        }

    def require(self, scope: Scope, identifier: str) -> Resource:
        """Return the asset with an id or ``externalId:...``.

        Raises:
            ServiceError: There is none.
        """
        return lookup(self._assets, scope, _KIND, identifier)

    def require_settled(self, scope: Scope, identifier: str) -> Resource:
        """Return an asset whose last change has ended.

        Raises:
            ServiceError: There is none, or it is being created, updated or deleted.
        """
        asset = self.require(scope, identifier)
        check_settled(_KIND, asset, _arn(scope, asset.id))
        return asset

    def properties(self, scope: Scope, asset: Resource) -> Iterator[tuple[Json, Json | None]]:
        """Yield each property of the asset with the composite model that it belongs to, or None."""
        model = self._models.require(scope, asset.body["modelId"])
        for item, composite in properties_of(model.body):
            settings = asset.body["properties"].get(item["id"], {})
            merged = {**item, "alias": settings.get("alias")}
            if settings.get("unit"):
                merged["unit"] = settings["unit"]
            if settings.get("notification"):
                topic = f"$aws/sitewise/asset-models/{model.id}/assets/{asset.id}/properties/{item['id']}"
                merged["notification"] = {"topic": topic, "state": settings["notification"]}
            yield merged, composite

    def by_alias(self, scope: Scope, alias: str) -> tuple[str, str] | None:
        """Return asset id and property id of the property with an alias."""
        for asset_id in self._assets.ids_linked_to(scope, "", "alias", alias):
            settings = self.require(scope, asset_id).body["properties"]
            for property_id, item in settings.items():
                if item.get("alias") == alias:
                    return asset_id, property_id
        return None

    def aliases(self, scope: Scope, prefix: str) -> list[tuple[str, str, str]]:
        """Return alias, asset id and property id of each property whose alias begins with a prefix."""
        holders = []
        for alias, asset_id in self._assets.links_with_prefix(scope, "", "alias", prefix):
            settings = self.require(scope, asset_id).body["properties"]
            holders += [
                (alias, asset_id, property_id)
                for property_id, item in settings.items()
                if item.get("alias") == alias
            ]
        return holders

    def children(self, scope: Scope, asset_id: str, hierarchy_id: str) -> list[Resource]:
        """Return the children of an asset in one of its hierarchies."""
        ids = self._assets.ids_linked_to(scope, "", "hierarchy", f"{asset_id}/{hierarchy_id}")
        return [self.require(scope, child_id) for child_id in ids]

    def _hierarchy(self, scope: Scope, parent: Resource, identifier: str) -> Json:
        model = self._models.require(scope, parent.body["modelId"])
        return pick(model.body["hierarchies"], identifier, "hierarchy")

    def _put(self, scope: Scope, asset_id: str, body: Json, state: str) -> None:
        if body["externalId"]:
            owners = self._assets.ids_linked_to(scope, "", "externalId", body["externalId"])
            if owners and owners[0] != asset_id:
                raise exists(_KIND, owners[0], _arn(scope, owners[0]))
        self._assets.put(scope, "", asset_id, body, links=asset_links(body), state=state)
        self._context.structure.version += 1

    def _list_page(self, scope: Scope, params: Json, link: tuple[str, str]) -> Json:
        page = self._assets.page(scope, "", link=link, limit=page_size(params), token=params.get("nextToken"))
        return {
            "assetSummaries": [self._summary(scope, item) for item in page.items],
            "nextToken": page.next_token,
        }

    def _summary(self, scope: Scope, asset: Resource) -> Json:
        model = self._models.require(scope, asset.body["modelId"])
        return {
            "id": asset.id,
            "externalId": asset.body["externalId"],
            "arn": _arn(scope, asset.id),
            "name": asset.body["name"],
            "description": asset.body["description"],
            "assetModelId": model.id,
            "creationDate": asset.created,
            "lastUpdateDate": asset.updated,
            "status": {"state": asset.state},
            "hierarchies": model.body["hierarchies"],
        }


def _arn(scope: Scope, asset_id: str) -> str:
    return scope.arn("iotsitewise", f"asset/{asset_id}")
