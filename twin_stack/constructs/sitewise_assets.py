"""The asset models and assets of AWS IoT SiteWise for the entities of a twin.

CloudFormation's own resource types create a second time what exists, or fail because its alias is taken, and
delete the history of a property that is renamed. Here each model and asset is a custom resource: one that has
the identity of the definition is adopted, and a change that would delete history is refused.

A twin has hundreds of assets, so they are written as plain mappings, like entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import jsii
from aws_cdk import Aws, CfnResource, ITaggableV2, RemovalPolicy, Stack, TagManager, TagType
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.bulk_assets import STATE_PREFIX, BulkAssets, asset_text
from twin_stack.constructs.lazy import lazy_string
from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.constructs.sitewise_manager import ListedAssets, SiteWiseManager
from twin_stack.definition.sitewise import asset_external_id, model_external_id, property_alias
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3

    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.definition.asset_properties import AssetProperty
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.sitewise import Asset, AssetModel, SiteWise


@jsii.implements(ITaggableV2)
class SiteWiseAssets(Construct):
    """The SiteWise side of a twin: an asset model for each component type, an asset for each component.

    A property of an asset has the alias ``/<workspace>/<entity>/<property>``, by which devices write it and
    the SiteWise connector reads it. A part of a composite component is an asset of its own, and its aliases
    have its path before the property.

    Models and assets are identified by external ids made of ids of the definition. A model or asset that has
    the external id, a former one, or an alias of the twin, is adopted with its history: after a deployment
    that failed, a removal that was reverted, a renaming, or in another stack. A change of a model that would
    delete values fails before anything is changed, unless ``removal_policy`` takes effect as DESTROY.

    Tags of this construct (``Tags.of``) are set on all models and assets.

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
        data_name: The name under which the twin keeps its data; external ids begin with it. Default:
            ``workspace_id``.
        bucket: The workspace's bucket, so that one custom resource has all assets, at any number. Default:
            each asset is a resource.
        removal_policy: The removal policy of models and assets; deleting an asset deletes its history.
            DESTROY takes effect only if the context flag ``twin-stack:allowDestroy`` is true as well.
            Default: RETAIN.
        log_retention: The retention of the function's log. Default: three months.
        log_group_name: The name of the function's log group. Default: CloudFormation generates it.
        **options: The options of the function, see ``FunctionOptions``. In a VPC it needs a way to AWS IoT
            SiteWise, to CloudFormation, and to Amazon S3, where CloudFormation takes answers.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        sitewise: SiteWise,
        workspace_id: str,
        data_name: str | None = None,
        bucket: s3.IBucket | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_group_name: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        super().__init__(scope, construct_id)
        self._workspace_id = workspace_id
        self._data_name = data_name or workspace_id
        self._policy = effective_removal_policy(self, removal_policy)
        file_suffix = f".{workspace_id}-assets"
        listed = None
        if bucket is not None:
            prefix = lazy_string(lambda: f"{STATE_PREFIX}/{Aws.STACK_NAME}/{self._list_logical_id()}")
            arn = lazy_string(lambda: self._bulk.asset_arn if self._bulk is not None else "")
            listed = ListedAssets(bucket, prefix, arn)
        self._manager = SiteWiseManager(
            self,
            "Manager",
            data_name=self._data_name,
            listed=listed,
            log_retention=log_retention,
            log_removal_policy=removal_policy,
            log_group_name=log_group_name,
            **options,
        )
        # Custom resources have no tags for CloudFormation: their function sets those of this construct.
        self._tags = TagManager(TagType.MAP, custom_resources.ASSET)
        self._common = {
            "Tags": self._tags.rendered_tags,
            "ServiceToken": self._manager.function.function_arn,
            "ServiceTimeout": int(self._manager.service_timeout.to_seconds()),
            "Workspace": self._data_name,
            "RemovalPolicy": "Destroy" if self._policy is RemovalPolicy.DESTROY else "Retain",
        }
        self._models: dict[str, CfnResource] = {}
        self._assets: dict[AssetKey, CfnResource] = {}
        self._asset_ids: dict[AssetKey, str] = {}
        models = Construct(self, "Models")
        for type_id, model in sitewise.models.items():  # children come first
            self._models[type_id] = self._resource(
                models, model.first_type_id, custom_resources.ASSET_MODEL, self._model_properties(model)
            )
        model_ids = {type_id: resource.logical_id for type_id, resource in self._models.items()}
        self._bulk: BulkAssets | None = None
        if listed is not None:
            self._bulk = BulkAssets(
                self,
                "List",
                assets={key: self._listed_asset(asset) for key, asset in sitewise.assets.items()},
                model_ids=model_ids,
                manager=self._manager,
                listed=listed,
                file_suffix=file_suffix,
                common=self._common,
                removal_policy=self._policy,
            )
            return
        assets = Construct(self, "Assets")
        for key, asset in sitewise.assets.items():  # parents come first
            resource = self._resource(
                assets,
                # An id of AWS has no "|", so no other asset has the same text.
                ".".join(first) if len(first := asset.first_identity) == 2 else "|".join(first),
                custom_resources.ASSET,
                self._asset_properties(asset, model_ids[asset.component_type_id]),
            )
            self._assets[key] = resource
            self._asset_ids[key] = resource.logical_id

    @property
    def cdk_tag_manager(self) -> TagManager:
        """The tags of all models and assets, for ``Tags.of``."""
        return self._tags

    @property
    def data_name(self) -> str:
        """The name under which the twin keeps its data, which all models and assets have as a tag."""
        return self._data_name

    @property
    def models(self) -> Mapping[str, CfnResource]:
        """The asset models by component type id."""
        return self._models

    @property
    def assets(self) -> Mapping[AssetKey, CfnResource]:
        """The assets by entity id, and component name or path of a part."""
        return self._assets

    @property
    def asset_logical_ids(self) -> Mapping[AssetKey, str]:
        """The logical ids of the assets by entity id, and component name or path of a part."""
        return self._asset_ids

    @property
    def bulk_assets(self) -> BulkAssets | None:
        """The custom resource that has all assets; None if each asset is a resource."""
        return self._bulk

    @property
    def function(self) -> lambda_.Function:
        """The function that creates, adopts and changes models and assets."""
        return self._manager.function

    def _resource(
        self, scope: Construct, construct_id: str, type_name: str, properties: Mapping[str, Any]
    ) -> CfnResource:
        resource = CfnResource(scope, construct_id, type=type_name, properties={**self._common, **properties})
        resource.apply_removal_policy(self._policy)
        return resource

    def _model_properties(self, model: AssetModel) -> dict[str, Any]:
        type_id = model.component_type_id
        properties: dict[str, Any] = {
            "ExternalId": model_external_id(self._data_name, type_id),
            "Name": f"{self._workspace_id}/{type_id}",
            "Properties": [_property(prop) for prop in model.properties],
        }
        if model.former_type_ids:
            properties["FormerExternalIds"] = [
                model_external_id(self._data_name, former) for former in model.former_type_ids
            ]
        if model.children:
            properties["Hierarchies"] = [
                {"Name": child, "ChildAssetModelId": {"Ref": self._models[child].logical_id}}
                for child in model.children
            ]
        return properties

    def _list_logical_id(self) -> str:
        logical_id = self._bulk.resource.logical_id if self._bulk is not None else ""
        return str(Stack.of(self).resolve(logical_id))

    def _listed_asset(self, asset: Asset) -> dict[str, Any]:
        """Return an asset for a list, which refers to models and parents by their keys."""
        listed = {
            "Key": asset_text(asset.key),
            "AssetModel": asset.component_type_id,
            **self._identity(asset),
        }
        if asset.parent is not None:
            listed |= {"Parent": asset_text(asset.parent), "HierarchyName": asset.component_type_id}
        return listed

    def _asset_properties(self, asset: Asset, model_id: str) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "AssetModelId": {"Ref": model_id},
            # Each property of the model gets an alias; a new or replaced one changes this resource.
            "PropertyDigest": {"Fn::GetAtt": [model_id, "PropertyDigest"]},
            **self._identity(asset),
        }
        if asset.parent is not None:
            properties["ParentAssetId"] = {"Ref": self._asset_ids[asset.parent]}
            properties["HierarchyName"] = asset.component_type_id
        return properties

    def _identity(self, asset: Asset) -> dict[str, Any]:
        entity_id, path = asset.key
        properties: dict[str, Any] = {
            "ExternalId": asset_external_id(self._data_name, *asset.identity),
            "Name": f"{self._workspace_id}/{entity_id}/{path}",
            "AliasPrefix": property_alias(self._workspace_id, entity_id, "", path=path),
        }
        if asset.former_identities:
            properties["FormerExternalIds"] = [
                asset_external_id(self._data_name, *former) for former in asset.former_identities
            ]
        return properties


def _property(prop: AssetProperty) -> dict[str, Any]:
    member: dict[str, Any] = {"Name": prop.name, "Kind": prop.kind, "DataType": prop.data_type}
    if prop.former_names:
        member["FormerNames"] = list(prop.former_names)
    if prop.unit is not None:
        member["Unit"] = prop.unit
    if prop.default_value is not None:
        member["DefaultValue"] = prop.default_value
    if prop.expression is not None:
        member["Expression"] = prop.expression
        member["Variables"] = [
            {
                "Name": variable.name,
                "PropertyName": variable.property_name,
                **(
                    {"HierarchyName": variable.component_type_id}
                    if variable.component_type_id is not None
                    else {}
                ),
            }
            for variable in prop.inputs
        ]
    if prop.window is not None:
        member["Window"] = prop.window
    return member
