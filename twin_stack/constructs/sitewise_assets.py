"""The asset models and assets of AWS IoT SiteWise for the entities of a twin.

A twin has hundreds of assets, so they are written as plain mappings, like entities; a test checks every
member against the CloudFormation schemas of ``AWS::IoTSiteWise::AssetModel`` and ``::Asset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnResource, RemovalPolicy
from constructs import Construct

from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.definition.sitewise import property_alias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.asset_properties import AssetProperty
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.sitewise import Asset, AssetModel, SiteWise


class SiteWiseAssets(Construct):
    """The SiteWise side of a twin: an asset model for each component type, an asset for each component.

    A property of an asset has the alias ``/<workspace>/<entity>/<property>``, by which devices write it and
    the SiteWise connector reads it. Models and assets refer to each other within the template, so the
    definition contains no ids of SiteWise.

    Example:
        ```python
        SiteWiseAssets(
            self,
            "SiteWise",
            sitewise=sitewise_of(definition),
            workspace_id=definition.workspace_id,
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        sitewise: The models and assets, as ``sitewise_of`` derives them from a definition.
        workspace_id: The id of the workspace; names of models and assets and all aliases begin with it.
        removal_policy: The removal policy of models and assets; deleting an asset deletes its history.
            DESTROY takes effect only if the context flag ``twin-stack:allowDestroy`` is true as well.
            Default: RETAIN. Retained resources keep their names and aliases: before a new stack can create
            the same twin, delete them or take them over with ``cdk import``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        sitewise: SiteWise,
        workspace_id: str,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        policy = effective_removal_policy(self, removal_policy)
        self._models: dict[str, CfnResource] = {}
        self._model_ids: dict[str, str] = {}
        self._assets: dict[AssetKey, CfnResource] = {}
        self._asset_ids: dict[AssetKey, str] = {}
        models = Construct(self, "Models")
        for type_id, model in sitewise.models.items():  # children come first
            resource = CfnResource(
                models,
                type_id,
                type="AWS::IoTSiteWise::AssetModel",
                properties=model_properties(model, workspace_id, self._model_ids),
            )
            resource.apply_removal_policy(policy)
            self._models[type_id] = resource
            self._model_ids[type_id] = resource.logical_id
        assets = Construct(self, "Assets")
        for key, asset in sitewise.assets.items():
            resource = CfnResource(
                assets,
                ".".join(key),  # component names contain no dot
                type="AWS::IoTSiteWise::Asset",
                properties=asset_properties(
                    asset,
                    sitewise.models[asset.component_type_id],
                    workspace_id,
                    self._model_ids[asset.component_type_id],
                    self._asset_ids,
                ),
            )
            resource.apply_removal_policy(policy)
            self._assets[key] = resource
            self._asset_ids[key] = resource.logical_id

    @property
    def models(self) -> Mapping[str, CfnResource]:
        """The asset models by component type id."""
        return self._models

    @property
    def assets(self) -> Mapping[AssetKey, CfnResource]:
        """The assets by entity id and component name."""
        return self._assets

    @property
    def asset_logical_ids(self) -> Mapping[AssetKey, str]:
        """The logical ids of the assets by entity id and component name."""
        return self._asset_ids


def model_properties(model: AssetModel, workspace_id: str, model_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the properties of an asset model's resource.

    Args:
        model: The model.
        workspace_id: The id of the workspace.
        model_ids: The logical ids of the models of its children, by component type id.

    Returns:
        The properties of ``AWS::IoTSiteWise::AssetModel``, without members that have no value.
    """
    properties: dict[str, Any] = {
        "AssetModelName": f"{workspace_id}/{model.component_type_id}",
        "AssetModelProperties": [_property(prop) for prop in model.properties],
    }
    if model.children:
        properties["AssetModelHierarchies"] = [
            {"LogicalId": child, "Name": child, "ChildAssetModelId": {"Ref": model_ids[child]}}
            for child in model.children
        ]
    return properties


def _property(prop: AssetProperty) -> dict[str, Any]:
    type_member: dict[str, Any] = {"TypeName": prop.kind}
    if prop.default_value is not None:
        type_member["Attribute"] = {"DefaultValue": prop.default_value}
    if prop.expression is not None:
        type_member[prop.kind] = {
            "Expression": prop.expression,
            "Variables": [
                {
                    "Name": variable.name,
                    "Value": {
                        "PropertyLogicalId": variable.property_name,
                        **(
                            {"HierarchyLogicalId": variable.component_type_id}
                            if variable.component_type_id is not None
                            else {}
                        ),
                    },
                }
                for variable in prop.inputs
            ],
        }
    if prop.window is not None:
        type_member[prop.kind]["Window"] = {"Tumbling": {"Interval": prop.window}}
    member = {"LogicalId": prop.name, "Name": prop.name, "DataType": prop.data_type, "Type": type_member}
    return member if prop.unit is None else {**member, "Unit": prop.unit}


def asset_properties(
    asset: Asset, model: AssetModel, workspace_id: str, model_id: str, asset_ids: Mapping[AssetKey, str]
) -> dict[str, Any]:
    """Return the properties of an asset's resource.

    Args:
        asset: The asset.
        model: Its model.
        workspace_id: The id of the workspace.
        model_id: The logical id of its model.
        asset_ids: The logical ids of its child assets, by component.

    Returns:
        The properties of ``AWS::IoTSiteWise::Asset``, without members that have no value.
    """
    entity_id, component_name = asset.key
    properties: dict[str, Any] = {
        "AssetName": f"{workspace_id}/{entity_id}/{component_name}",
        "AssetModelId": {"Ref": model_id},
        "AssetProperties": [
            {"LogicalId": prop.name, "Alias": property_alias(workspace_id, entity_id, prop.name)}
            for prop in model.properties
        ],
    }
    if asset.children:
        properties["AssetHierarchies"] = [
            {"LogicalId": type_id, "ChildAssetId": {"Ref": asset_ids[child]}}
            for type_id, child in asset.children
        ]
    return properties
