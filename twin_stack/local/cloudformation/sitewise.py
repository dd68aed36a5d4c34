"""AWS::IoTSiteWise::AssetModel and ::Asset of the embedded AWS.

A template names properties and hierarchies by ``LogicalId``, the API by UUID. Here the UUID is derived from
the model's id and the logical id, so that updates keep it, and an asset refers to the properties of its model
without stored ids.
"""

from __future__ import annotations

import time
import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from twin_stack.local.cloudformation.properties import to_request
from twin_stack.local.cloudformation.resources import POLL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.local.cloudformation.resources import Call, Json

SERVICE = "iotsitewise"


def _request(operation: str, properties: Json) -> Json:
    return to_request(SERVICE, f"{operation}Request", properties)


def _tags(properties: Json) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


def _retag(call: Call, arn: str, new: dict[str, str]) -> None:
    old = call("ListTagsForResource", {"resourceArn": arn}).get("tags") or {}
    removed = sorted(set(old) - set(new))
    if removed:
        call("UntagResource", {"resourceArn": arn, "tagKeys": removed})
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    if changed:
        call("TagResource", {"resourceArn": arn, "tags": changed})


def _member_id(model_id: str, item: Json) -> str:
    """Return the id of a property, hierarchy or composite model; a template need not give one."""
    own_id = item.get("Id")
    return str(own_id or uuid.uuid5(uuid.UUID(model_id), item.get("LogicalId") or item["Name"]))


def _with_id(model_id: str, item: Json) -> Json:
    return {**item, "Id": _member_id(model_id, item)}


class _Settling(ABC):
    """A resource that SiteWise refuses to change while its last change goes on."""

    @abstractmethod
    def describe(self, call: Call, physical_id: str) -> Json:
        """Return the service's description."""

    @abstractmethod
    def state(self, description: Json) -> Json:
        """Return the status of a description."""

    def _await_settled(self, call: Call, physical_id: str) -> Json:
        """Wait until the last change of the resource has ended, and return its description."""
        while True:
            description = self.describe(call, physical_id)
            if self.state(description)["state"] not in ("CREATING", "UPDATING"):
                return description
            time.sleep(POLL_SECONDS)


class AssetModel(_Settling):
    """AWS::IoTSiteWise::AssetModel."""

    type_name: ClassVar[str] = "AWS::IoTSiteWise::AssetModel"
    service: ClassVar[str] = SERVICE
    create_only: ClassVar[tuple[str, ...]] = ("AssetModelType",)
    identifiers: ClassVar[tuple[str, ...]] = ("AssetModelId",)
    tags: ClassVar[str] = "list"

    def physical_id(self, properties: Json) -> str:  # noqa: ARG002
        """Return a new id."""
        return str(uuid.uuid4())

    def create(self, call: Call, physical_id: str, properties: Json) -> None:
        """Create the model."""
        request = _request("CreateAssetModel", _model(physical_id, properties))
        call("CreateAssetModel", {**request, "assetModelId": physical_id, "tags": _tags(properties)})

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:  # noqa: ARG002
        """Replace the model's definition; UpdateAssetModel is not incremental either."""
        described = {name: value for name, value in new.items() if name != "AssetModelType"}
        request = _request("UpdateAssetModel", _model(physical_id, described))
        self._await_settled(call, physical_id)
        call("UpdateAssetModel", {**request, "assetModelId": physical_id})
        _retag(call, self.describe(call, physical_id)["assetModelArn"], _tags(new))

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the model, which no asset may use."""
        self._await_settled(call, physical_id)
        call("DeleteAssetModel", {"assetModelId": physical_id})

    def describe(self, call: Call, physical_id: str) -> Json:
        """Return DescribeAssetModel's answer."""
        return call("DescribeAssetModel", {"assetModelId": physical_id})

    def state(self, description: Json) -> Json:
        """Return the model's status."""
        status: Json = description["assetModelStatus"]
        return status

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return id and ARN."""
        return {
            "AssetModelId": description["assetModelId"],
            "AssetModelArn": description["assetModelArn"],
        }


class Asset(_Settling):
    """AWS::IoTSiteWise::Asset."""

    type_name: ClassVar[str] = "AWS::IoTSiteWise::Asset"
    service: ClassVar[str] = SERVICE
    create_only: ClassVar[tuple[str, ...]] = ()
    identifiers: ClassVar[tuple[str, ...]] = ("AssetId",)
    tags: ClassVar[str] = "list"

    def physical_id(self, properties: Json) -> str:  # noqa: ARG002
        """Return a new id."""
        return str(uuid.uuid4())

    def create(self, call: Call, physical_id: str, properties: Json) -> None:
        """Create the asset, set its aliases, and associate its children."""
        request = _request("CreateAsset", _asset_members(properties))
        call("CreateAsset", {**request, "assetId": physical_id, "tags": _tags(properties)})
        self._await_settled(call, physical_id)
        self._apply_settings(call, physical_id, {}, properties)

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change the asset; its model cannot change.

        Raises:
            ValueError: The template names another model.
        """
        present = self._await_settled(call, physical_id)
        model_id = call("DescribeAssetModel", {"assetModelId": new["AssetModelId"]})["assetModelId"]
        if model_id != present["assetModelId"]:
            raise ValueError(
                f"the model of asset {physical_id} cannot be changed from {present['assetModelId']} to "
                f"{model_id}; give the asset another logical id"
            )
        request = _request("UpdateAsset", _without_model(_asset_members(new)))
        call("UpdateAsset", {**request, "assetId": physical_id})
        self._await_settled(call, physical_id)
        self._apply_settings(call, physical_id, old or {}, new)
        _retag(call, present["assetArn"], _tags(new))

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the asset; its children stay."""
        self._await_settled(call, physical_id)
        self._associate(call, physical_id, set())
        call("DeleteAsset", {"assetId": physical_id})

    def describe(self, call: Call, physical_id: str) -> Json:
        """Return DescribeAsset's answer."""
        return call("DescribeAsset", {"assetId": physical_id})

    def state(self, description: Json) -> Json:
        """Return the asset's status."""
        status: Json = description["assetStatus"]
        return status

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return id and ARN."""
        return {"AssetId": description["assetId"], "AssetArn": description["assetArn"]}

    def _apply_settings(self, call: Call, asset_id: str, old: Json, new: Json) -> None:
        """Set properties and children to those of the template."""
        present = self.describe(call, asset_id)
        model_id = present["assetModelId"]
        desired = {_target(model_id, item): item for item in new.get("AssetProperties", [])}
        # A property that the model no longer has lost its alias already.
        existing = {item["id"] for item in present["assetProperties"]}
        existing |= {
            f"externalId:{item['externalId']}"
            for item in present["assetProperties"]
            if item.get("externalId")
        }
        previous = {_target(model_id, item) for item in old.get("AssetProperties", [])}
        dropped = (previous & existing) - set(desired)
        for property_id in sorted(dropped):
            call("UpdateAssetProperty", {"assetId": asset_id, "propertyId": property_id})
        for property_id, item in desired.items():
            settings = {
                "propertyAlias": item.get("Alias"),
                "propertyNotificationState": item.get("NotificationState"),
                "propertyUnit": item.get("Unit"),
            }
            arguments = {name: value for name, value in settings.items() if value is not None}
            call("UpdateAssetProperty", {"assetId": asset_id, "propertyId": property_id, **arguments})
        children = {
            (_target(model_id, item), str(item["ChildAssetId"])) for item in new.get("AssetHierarchies", [])
        }
        self._associate(call, asset_id, children)

    def _associate(self, call: Call, asset_id: str, desired: set[tuple[str, str]]) -> None:
        """Set the children of an asset, as pairs of hierarchy and asset."""
        hierarchies = [item["id"] for item in self.describe(call, asset_id).get("assetHierarchies", [])]
        present = {(name, child) for name in hierarchies for child in _children(call, asset_id, name)}
        for operation, pairs in (
            ("DisassociateAssets", present - desired),
            ("AssociateAssets", desired - present),
        ):
            for hierarchy_id, child in sorted(pairs):
                call(operation, {"assetId": asset_id, "hierarchyId": hierarchy_id, "childAssetId": child})


def _children(call: Call, asset_id: str, hierarchy_id: str) -> Iterable[str]:
    request = {"assetId": asset_id, "hierarchyId": hierarchy_id}
    while True:
        page = call("ListAssociatedAssets", request)
        yield from (item["id"] for item in page["assetSummaries"])
        if not page.get("nextToken"):
            return
        request = {**request, "nextToken": page["nextToken"]}


def _asset_members(properties: Json) -> Json:
    apart = ("AssetProperties", "AssetHierarchies", "Tags")
    return {name: value for name, value in properties.items() if name not in apart}


def _without_model(properties: Json) -> Json:
    return {name: value for name, value in properties.items() if name != "AssetModelId"}


def _target(model_id: str, item: Json) -> str:
    """Return the id of the model's property or hierarchy that an entry of an asset refers to."""
    if item.get("ExternalId") and not item.get("Id") and not item.get("LogicalId"):
        return f"externalId:{item['ExternalId']}"
    return _member_id(model_id, item)


def _model(model_id: str, properties: Json) -> Json:
    """Return the properties of a model with ids for logical ids, and types in the API's form."""
    model = {name: value for name, value in properties.items() if name != "Tags"}
    for name in ("AssetModelProperties", "AssetModelHierarchies", "AssetModelCompositeModels"):
        if name in model:
            model[name] = [_with_id(model_id, item) for item in model[name]]
    owners = _Owners(model_id, model.get("AssetModelHierarchies", []))
    if "AssetModelProperties" in model:
        model["AssetModelProperties"] = [
            _with_api_type(owners, item) for item in model["AssetModelProperties"]
        ]
    for composite in model.get("AssetModelCompositeModels", []):
        composite["CompositeModelProperties"] = [
            _with_api_type(owners, {**item, "Id": _member_id(composite["Id"], item)})
            for item in composite.get("CompositeModelProperties", [])
        ]
    return model


class _Owners:
    """The models that logical ids of variables refer to: the model itself, or that of its children."""

    def __init__(self, model_id: str, hierarchies: Iterable[Json]) -> None:
        self.model_id = model_id
        self._children = {item.get("LogicalId"): item["ChildAssetModelId"] for item in hierarchies}

    def of(self, hierarchy: str | None) -> str:
        """Return the id of the model that has the property."""
        return str(self._children.get(hierarchy, self.model_id))


def _with_api_type(owners: _Owners, item: Json) -> Json:
    """Convert ``Type: {TypeName: Measurement, ...}`` to the API's ``type: {measurement: {...}}``."""
    type_property = item["Type"]
    name = type_property["TypeName"]
    details = dict(type_property.get(name, {}))
    if "Variables" in details:
        details["Variables"] = [_variable(owners, variable) for variable in details["Variables"]]
    return {**item, "Type": {name: details}}


def _variable(owners: _Owners, variable: Json) -> Json:
    value = dict(variable["Value"])
    hierarchy = value.pop("HierarchyLogicalId", None)
    logical = value.pop("PropertyLogicalId", None)
    if hierarchy:
        value["HierarchyId"] = _member_id(owners.model_id, {"LogicalId": hierarchy})
    if logical:
        value["PropertyId"] = _member_id(owners.of(hierarchy), {"LogicalId": logical})
    return {**variable, "Value": value}


TYPES = (AssetModel(), Asset())
"""The types that are provided."""
