"""Asset models and assets of AWS IoT SiteWise for the entities of a twin.

A twin has hundreds of assets, so they are written as plain mappings, like entities; a test holds every member
against the CloudFormation schemas of ``AWS::IoTSiteWise::AssetModel`` and ``::Asset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnResource, RemovalPolicy
from constructs import Construct

from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.definition.sitewise import property_alias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.sitewise import Asset, AssetKey, AssetModel, AssetProperty, SiteWise


class SiteWiseAssets(Construct):
    """What SiteWise holds of a twin: an asset model for each type, an asset for each component.

    A property of an asset has the alias `/<workspace>/<entity>/<property>`, by which devices write to it
    and the SiteWise connector reads it. Models and assets hold each other by name in the template alone,
    so nobody copies an id.

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
        scope: parent construct.
        construct_id: id of this construct in its parent.
        sitewise: models and assets, as `sitewise_of` derives them from a definition.
        workspace_id: id of the workspace; names of models and assets and all aliases begin with it.
        removal_policy: of models and assets. With an asset its history is deleted. DESTROY needs the
            context flag `twin-stack:allowDestroy` as well. Default: RETAIN. What was retained keeps its
            names and aliases: a new stack for the same twin takes them over by `cdk import`, or is
            created after they are deleted.
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
        for type_id, model in sitewise.models.items():  # children stand first
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
                ".".join(key),  # names of components have no dot
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
        """Logical ids of the assets by entity id and component name."""
        return self._asset_ids


def model_properties(model: AssetModel, workspace_id: str, model_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the properties of an asset model's resource.

    Args:
        model: The model.
        workspace_id: Id of the workspace.
        model_ids: Logical ids of the models of its children, by component type id.

    Returns:
        Properties of ``AWS::IoTSiteWise::AssetModel``; members without a value are left out.
    """
    properties: dict[str, Any] = {
        "AssetModelName": f"{workspace_id}/{model.component_type_id}",
        "AssetModelProperties": [_property(one) for one in model.properties],
    }
    if model.children:
        properties["AssetModelHierarchies"] = [
            {"LogicalId": child, "Name": child, "ChildAssetModelId": {"Ref": model_ids[child]}}
            for child in model.children
        ]
    return properties


def _property(one: AssetProperty) -> dict[str, Any]:
    of_type: dict[str, Any] = {"TypeName": one.kind}
    if one.default_value is not None:
        of_type["Attribute"] = {"DefaultValue": one.default_value}
    if one.expression is not None:
        of_type[one.kind] = {
            "Expression": one.expression,
            "Variables": [
                {
                    "Name": used.name,
                    "Value": {
                        "PropertyLogicalId": used.property_name,
                        **(
                            {"HierarchyLogicalId": used.component_type_id}
                            if used.component_type_id is not None
                            else {}
                        ),
                    },
                }
                for used in one.inputs
            ],
        }
    if one.window is not None:
        of_type[one.kind]["Window"] = {"Tumbling": {"Interval": one.window}}
    written = {"LogicalId": one.name, "Name": one.name, "DataType": one.data_type, "Type": of_type}
    return written if one.unit is None else {**written, "Unit": one.unit}


def asset_properties(
    asset: Asset, model: AssetModel, workspace_id: str, model_id: str, asset_ids: Mapping[AssetKey, str]
) -> dict[str, Any]:
    """Return the properties of an asset's resource.

    Args:
        asset: The asset.
        model: Its model.
        workspace_id: Id of the workspace.
        model_id: Logical id of its model.
        asset_ids: Logical ids of the assets below it, by component.

    Returns:
        Properties of ``AWS::IoTSiteWise::Asset``; members without a value are left out.
    """
    entity_id, component_name = asset.key
    properties: dict[str, Any] = {
        "AssetName": f"{workspace_id}/{entity_id}/{component_name}",
        "AssetModelId": {"Ref": model_id},
        "AssetProperties": [
            {"LogicalId": one.name, "Alias": property_alias(workspace_id, entity_id, one.name)}
            for one in model.properties
        ],
    }
    if asset.children:
        properties["AssetHierarchies"] = [
            {"LogicalId": type_id, "ChildAssetId": {"Ref": asset_ids[child]}}
            for type_id, child in asset.children
        ]
    return properties
