"""Requests of CloudFormation for ``Custom::SiteWiseAssetModel`` and ``Custom::SiteWiseAsset``.

CloudFormation passes every value of the template as text, also numbers and booleans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sitewise_manager.shapes import Asset, Hierarchy, Identity, Model, Property, Variable

MODEL_TYPE = "Custom::SiteWiseAssetModel"
ASSET_TYPE = "Custom::SiteWiseAsset"

NOT_CREATED = "not-created"
"""Physical id of a resource whose creation failed: a Delete of it does nothing."""

_MAX_TAG = 256


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        action: ``Create``, ``Update`` or ``Delete``.
        stack_id: ARN of the stack.
        physical_id: Id of the asset or model; empty for a creation.
        desired: What the template declares.
    """

    action: str
    stack_id: str
    physical_id: str
    desired: Model | Asset


def parse_request(event: Mapping[str, Any]) -> Request:
    """Return the request of an event.

    Args:
        event: CloudFormation's event.

    Raises:
        ValueError: The resource type is not one of this function.
    """
    properties = event["ResourceProperties"]
    identity = _identity(event, properties)
    desired: Model | Asset
    if event["ResourceType"] == MODEL_TYPE:
        desired = _model(identity, properties, event.get("OldResourceProperties", {}))
    elif event["ResourceType"] == ASSET_TYPE:
        desired = _asset(identity, properties)
    else:
        raise ValueError(
            f"resource type {event['ResourceType']} is not served; use {MODEL_TYPE} or {ASSET_TYPE}"
        )
    return Request(event["RequestType"], event["StackId"], str(event.get("PhysicalResourceId", "")), desired)


def _identity(event: Mapping[str, Any], properties: Mapping[str, Any]) -> Identity:
    stack_name = event["StackId"].split("/")[1]
    owner = f"{stack_name}/{event['LogicalResourceId']}"
    return Identity(
        external_id=properties["ExternalId"],
        former_external_ids=tuple(properties.get("FormerExternalIds", ())),
        owner=owner[-_MAX_TAG:],
        workspace=properties["Workspace"],
        deletes_data=properties["RemovalPolicy"] == "Destroy",
        tags=properties.get("Tags", {}),
        old_tags=event.get("OldResourceProperties", {}).get("Tags", {}),
    )


def _model(identity: Identity, properties: Mapping[str, Any], old: Mapping[str, Any]) -> Model:
    later_names = _later_names(old)
    return Model(
        identity,
        properties["Name"],
        tuple(_property(item, later_names) for item in properties.get("Properties", ())),
        tuple(
            Hierarchy(item["Name"], item["ChildAssetModelId"]) for item in properties.get("Hierarchies", ())
        ),
    )


def _later_names(old: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of properties before this update, by each of their former names.

    A rollback sends the names from before a renaming, and only the old properties say what was renamed.
    """
    return {
        former: item["Name"]
        for item in old.get("Properties", ())
        for former in reversed(item.get("FormerNames", ()))
    }


def _property(item: Mapping[str, Any], later_names: Mapping[str, str]) -> Property:
    later = later_names.get(item["Name"])
    return Property(
        name=item["Name"],
        kind=item["Kind"].lower(),
        data_type=item["DataType"],
        former_names=(*item.get("FormerNames", ()), *([later] if later is not None else [])),
        unit=item.get("Unit"),
        default_value=item.get("DefaultValue"),
        expression=item.get("Expression"),
        variables=tuple(
            Variable(variable["Name"], variable["PropertyName"], variable.get("HierarchyName"))
            for variable in item.get("Variables", ())
        ),
        window=item.get("Window"),
    )


def _asset(identity: Identity, properties: Mapping[str, Any]) -> Asset:
    return Asset(
        identity,
        properties["Name"],
        properties["AssetModelId"],
        properties["AliasPrefix"],
        properties.get("ParentAssetId"),
        properties.get("HierarchyName"),
    )
