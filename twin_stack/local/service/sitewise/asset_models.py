"""Asset models: the properties and hierarchies of assets."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from twin_stack.contract.times import from_seconds
from twin_stack.local.service.sitewise.asset_links import asset_links
from twin_stack.local.service.sitewise.context import (
    check_quota,
    check_settled,
    exists,
    invalid,
    lookup,
    page_size,
    pick,
)
from twin_stack.local.service.sitewise.model_changes import check_change
from twin_stack.local.service.sitewise.series import Point, series_name
from twin_stack.twinmaker.quotas import MAX_SITEWISE_HIERARCHIES, MAX_SITEWISE_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.context import Context, Json
    from twin_stack.local.service.sitewise.series import Series
    from twin_stack.local.service.tag_store import TagStore

_KIND = "asset model"
_NAMES = {
    "assetModelName": "name",
    "assetModelDescription": "description",
    "assetModelType": "type",
    "assetModelExternalId": "externalId",
}


class AssetModels:
    """CreateAssetModel, DescribeAssetModel, Update-, Delete-, List-, and ListAssetModelProperties.

    Composite models are stored with their properties inside the model. A model has one version, so ETags and
    ``If-Match`` are refused.
    """

    def __init__(self, context: Context, series: Series, tags: TagStore) -> None:
        self._context = context
        self._series = series
        self._tags = tags
        self._models = context.resources("asset_model")
        self._assets = context.resources("asset")

    def create_asset_model(self, scope: Scope, params: Json) -> Json:
        """Create an asset model."""
        model_id = params.get("assetModelId") or str(uuid.uuid4())
        with self._context.store.transaction():
            body = self._body(scope, params, old=None)
            if self._models.get(scope, "", model_id):
                raise exists(_KIND, model_id, _arn(scope, model_id))
            self._put(scope, model_id, body, "CREATING")
            self._tags.set(scope, _arn(scope, model_id), params.get("tags", {}))
        return {
            "assetModelId": model_id,
            "assetModelArn": _arn(scope, model_id),
            "assetModelStatus": {"state": "CREATING"},
        }

    def describe_asset_model(self, scope: Scope, params: Json) -> Json:
        """Return one asset model."""
        model = self.require(scope, params["assetModelId"])
        exclude_properties = params.get("excludeProperties")
        body = model.body
        return {
            "assetModelId": model.id,
            "assetModelArn": _arn(scope, model.id),
            **{wire: body.get(name) for wire, name in _NAMES.items()},
            "assetModelProperties": [] if exclude_properties else body["properties"],
            "assetModelHierarchies": body["hierarchies"],
            "assetModelCompositeModels": [
                {**item, "properties": [] if exclude_properties else item["properties"]}
                for item in body["compositeModels"]
            ],
            "assetModelCreationDate": model.created,
            "assetModelLastUpdateDate": model.updated,
            "assetModelStatus": {"state": model.state},
        }

    def update_asset_model(self, scope: Scope, params: Json) -> Json:
        """Replace an asset model; properties that are no longer listed lose their data.

        Assets that are associated by a hierarchy that is no longer listed are disassociated.
        """
        if {"ifMatch", "ifNoneMatch", "matchForVersionType"} & set(params):
            raise invalid("conditional updates (If-Match) are not available in the local service")
        with self._context.store.transaction():
            model = self.require_settled(scope, params["assetModelId"])
            body = self._body(scope, params, old=model)
            self._put(scope, model.id, body, "UPDATING")
            self._apply_to_assets(scope, model, body)
        return {"assetModelId": model.id, "assetModelStatus": {"state": "UPDATING"}}

    def delete_asset_model(self, scope: Scope, params: Json) -> Json:
        """Delete a model that no asset and no other model's hierarchy uses."""
        with self._context.store.transaction():
            model = self.require_settled(scope, params["assetModelId"])
            for resources, relation, words in (
                (self._assets, "assetModelId", "asset {} is made from it"),
                (self._models, "childAssetModelId", "asset model {} has a hierarchy of it"),
            ):
                users = resources.ids_linked_to(scope, "", relation, model.id)
                if users:
                    raise invalid(
                        f"asset model {model.id!r} is in use: {words.format(users[0])}; delete that first"
                    )
            self._models.delete(scope, "", model.id)
            self._tags.set(scope, _arn(scope, model.id), {})
        return {"assetModelId": model.id, "assetModelStatus": {"state": "DELETING"}}

    def list_asset_models(self, scope: Scope, params: Json) -> Json:
        """Return asset models in the order of their ids."""
        types = params.get("assetModelTypes") or ["ASSET_MODEL", "COMPONENT_MODEL", "INTERFACE"]
        page = self._models.page(scope, "", limit=page_size(params), token=params.get("nextToken"))
        return {
            "assetModelSummaries": [
                {
                    "id": model.id,
                    "arn": _arn(scope, model.id),
                    "externalId": model.body.get("externalId"),
                    "name": model.body["name"],
                    "assetModelType": model.body["type"],
                    "description": model.body["description"],
                    "creationDate": model.created,
                    "lastUpdateDate": model.updated,
                    "status": {"state": model.state},
                }
                for model in page.items
                if model.body["type"] in types
            ],
            "nextToken": page.next_token,
        }

    def list_asset_model_properties(self, scope: Scope, params: Json) -> Json:
        """Return all properties of a model, without those of composite models if ``filter`` is BASE.

        One page holds them all: a model has at most a few hundred.
        """
        model = self.require(scope, params["assetModelId"])
        base_only = params.get("filter") == "BASE"
        return {
            "assetModelPropertySummaries": [
                {**item, "assetModelCompositeModelId": composite and composite["id"]}
                for item, composite in properties_of(model.body)
                if composite is None or not base_only
            ]
        }

    def require(self, scope: Scope, identifier: str) -> Resource:
        """Return the asset model with an id or ``externalId:...``.

        Raises:
            ServiceError: There is none.
        """
        return lookup(self._models, scope, _KIND, identifier)

    def require_settled(self, scope: Scope, identifier: str) -> Resource:
        """Return an asset model whose last change has ended.

        Raises:
            ServiceError: There is none, or it is being created, updated or deleted.
        """
        model = self.require(scope, identifier)
        check_settled(_KIND, model, _arn(scope, model.id))
        return model

    def set_defaults(
        self, scope: Scope, asset_ids: list[str], properties: Iterable[tuple[Json, Json | None]]
    ) -> None:
        """Write the default values of attributes to some assets, at the current time."""
        now = from_seconds(self._context.clock())
        for item, _ in properties:
            default = item["type"].get("attribute", {}).get("defaultValue")
            if default is not None:
                point = Point(now, "GOOD", _variant(default, item["dataType"]))
                for asset_id in asset_ids:
                    self._series.put(scope, series_name(asset_id, item["id"]), [point])

    def _apply_to_assets(self, scope: Scope, old: Resource, new: Json) -> None:
        """Delete data of removed properties and set defaults of new ones, on all assets of the model."""
        asset_ids = self._assets.ids_linked_to(scope, "", "assetModelId", old.id)
        before = {item["id"]: (item, owner) for item, owner in properties_of(old.body)}
        after = {item["id"]: (item, owner) for item, owner in properties_of(new)}
        removed = before.keys() - after.keys()
        for asset_id in asset_ids if removed else ():
            for property_id in removed:
                self._series.delete(scope, series_name(asset_id, property_id))
            self._forget_settings(scope, asset_id, removed)
        kept = {item["id"] for item in new["hierarchies"]}
        for hierarchy_id in [item["id"] for item in old.body["hierarchies"] if item["id"] not in kept]:
            for asset_id in asset_ids:
                self._disassociate(scope, asset_id, hierarchy_id)
        added = [after[property_id] for property_id in after if property_id not in before]
        self.set_defaults(scope, asset_ids, added)

    def _forget_settings(self, scope: Scope, asset_id: str, property_ids: Collection[str]) -> None:
        """Remove aliases and other settings of properties that an asset no longer has."""
        asset = self._assets.get(scope, "", asset_id)
        if asset and any(property_id in asset.body["properties"] for property_id in property_ids):
            kept = {
                property_id: settings
                for property_id, settings in asset.body["properties"].items()
                if property_id not in property_ids
            }
            body = {**asset.body, "properties": kept}
            self._assets.put(scope, "", asset_id, body, links=asset_links(body), state="ACTIVE")

    def _disassociate(self, scope: Scope, asset_id: str, hierarchy_id: str) -> None:
        """Remove the children of an asset in a hierarchy that its model no longer has."""
        for child_id in self._assets.ids_linked_to(scope, "", "hierarchy", f"{asset_id}/{hierarchy_id}"):
            child = self._assets.get(scope, "", child_id)
            if child:
                body = {**child.body, "parent": None}
                self._assets.put(scope, "", child_id, body, links=asset_links(body), state="ACTIVE")

    def _body(self, scope: Scope, params: Json, *, old: Resource | None) -> Json:
        before = old.body if old else {"properties": [], "hierarchies": [], "compositeModels": []}
        body = {
            "description": "",
            "type": before.get("type", "ASSET_MODEL"),
            "externalId": before.get("externalId"),
            **{name: params[wire] for wire, name in _NAMES.items() if wire in params},
        }
        self._check_external_id(scope, body["externalId"], old)
        owners = self._models.ids_linked_to(scope, "", "name", body["name"])
        if owners and (old is None or owners[0] != old.id):
            raise exists("asset model", body["name"], _arn(scope, owners[0]), resource_id=owners[0])
        body["properties"] = _with_ids(params.get("assetModelProperties", []), before["properties"])
        body["hierarchies"] = [
            {**item, "childAssetModelId": self.require(scope, item["childAssetModelId"]).id}
            for item in _with_ids(params.get("assetModelHierarchies", []), before["hierarchies"])
        ]
        composites = params.get("assetModelCompositeModels", [])
        body["compositeModels"] = []
        for item in _with_ids(composites, before["compositeModels"]):
            previous = [c for c in before["compositeModels"] if c["id"] == item["id"]]
            previous_properties = previous[0]["properties"] if previous else []
            inner = _with_ids(item.get("properties", []), previous_properties)
            body["compositeModels"].append({**item, "properties": inner})
        _refuse_duplicates(body)
        subject = f"asset model {body['name']!r}"
        check_quota(subject, len(body["properties"]), MAX_SITEWISE_PROPERTIES, "properties")
        check_quota(subject, len(body["hierarchies"]), MAX_SITEWISE_HIERARCHIES, "hierarchies")
        if old:
            _check_changes(before, body)
        return body

    def _check_external_id(self, scope: Scope, external: str | None, old: Resource | None) -> None:
        if old and old.body["externalId"] not in (None, external):
            raise invalid(
                f"asset model {old.id!r} has the external id {old.body['externalId']!r} already, which "
                f"cannot be changed to {external!r}; leave it out"
            )
        owners = self._models.ids_linked_to(scope, "", "externalId", external) if external else []
        if owners and (old is None or owners[0] != old.id):
            raise exists(_KIND, owners[0], _arn(scope, owners[0]))

    def _put(self, scope: Scope, model_id: str, body: Json, state: str) -> None:
        links = [("childAssetModelId", item["childAssetModelId"]) for item in body["hierarchies"]]
        links.append(("name", body["name"]))
        if body["externalId"]:
            links.append(("externalId", body["externalId"]))
        self._models.put(scope, "", model_id, body, links=links, state=state)
        self._context.structure.version += 1


def properties_of(body: Json) -> Iterator[tuple[Json, Json | None]]:
    """Yield each property of a model with the composite model that it belongs to, or None."""
    for item in body["properties"]:
        yield item, None
    for composite in body["compositeModels"]:
        for item in composite["properties"]:
            yield item, composite


def _with_ids(items: list[Json], previous: list[Json]) -> list[Json]:
    """Give each item an id: its own, that of the external id that it names, or a new one."""
    items_with_ids = []
    for item in items:
        identifier = item.get("id")
        if identifier and identifier.startswith("externalId:"):
            identifier = pick(previous, identifier, "item")["id"]
        items_with_ids.append({**item, "id": identifier or str(uuid.uuid4())})
    return items_with_ids


def _check_changes(before: Json, after: Json) -> None:
    """Check the properties of the model itself, and those of each composite model that stays."""
    check_change(before["properties"], after["properties"])
    composites = {item["id"]: item for item in before["compositeModels"]}
    for item in after["compositeModels"]:
        if item["id"] in composites:
            check_change(composites[item["id"]]["properties"], item["properties"])


def _refuse_duplicates(body: Json) -> None:
    for place in (body["properties"], body["hierarchies"], body["compositeModels"]):
        names = [item["name"] for item in place]
        doubles = {name for name in names if names.count(name) > 1}
        if doubles:
            raise invalid(f"the name {min(doubles)!r} is used more than once")


def _variant(text: str, data_type: str) -> Json:
    """Convert an attribute's default, which is always text in the model, to a value of its type."""
    try:
        if data_type == "DOUBLE":
            return {"doubleValue": float(text)}
        if data_type == "INTEGER":
            return {"integerValue": int(text)}
    except ValueError as error:
        raise invalid(f"default value {text!r} is not of type {data_type}") from error
    if data_type == "BOOLEAN":
        return {"booleanValue": text.lower() == "true"}
    return {"stringValue": text}


def _arn(scope: Scope, model_id: str) -> str:
    return scope.arn("iotsitewise", f"asset-model/{model_id}")
