"""The entities of a definition by one custom resource, at any number."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Unpack

import jsii
from aws_cdk import (
    Aws,
    CfnResource,
    CustomResource,
    Duration,
    ITaggableV2,
    RemovalPolicy,
    Stack,
    TagManager,
    TagType,
)
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.bulk_assets import BulkAssets, asset_text
from twin_stack.constructs.entity_chunks import Chunk, cut_chunks, entity_document, manifest_of
from twin_stack.constructs.entity_reconciler import EntityReconciler
from twin_stack.constructs.lazy import lazy_any, lazy_string
from twin_stack.constructs.logical_ids import fix_logical_id
from twin_stack.constructs.scene_upload import bucket_of
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.definition.parts import placed_components
from twin_stack.definition.schema import Bulk
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs

    from twin_stack.constructs.component_type import ComponentType
    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.definition import schema
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.twin_definition import TwinDefinition

STATE_PREFIX: Final = "twin-stack/entities"
"""Prefix in the workspace's bucket under which the function keeps the states of all stacks."""

_ENTITY_TYPE: Final = "AWS::IoTTwinMaker::Entity"


class _Written(NamedTuple):
    """The assets of all entities.

    Attributes:
        assets: The files of entities.
        manifest: The list of these files.
        digest: The hash of the list.
        substitutions: Values that are known at deployment only, by their placeholder.
    """

    assets: list[s3_assets.Asset]
    manifest: s3_assets.Asset
    digest: str
    substitutions: dict[str, str]


@jsii.implements(ITaggableV2)
class BulkEntities(Construct):
    """The entities of a definition, which one function creates, changes, moves and deletes.

    Entities are uploaded as files of some hundred each. The function compares them with what it applied last,
    which it keeps in the workspace's bucket, and changes what differs. An update that fails is rolled back
    to the former state.

    Entities are no resources of the stack: Aspects do not visit them. Tags of this construct (``Tags.of``)
    are set on all of them.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        definition: A checked definition.
        workspace: The workspace, with its bucket.
        component_types: The component types of this app by id, which exist before the entities.
        native_types: The ids of the types that the service's own SiteWise connector reads. Default: none.
        assets: The SiteWise assets: the resource that has all, or resources by entity id, and component name
            or path of a part. Default: none.
        log_retention: The retention of the function's log. Default: three months.
        log_removal_policy: The removal policy of the function's log. Default: RETAIN.
        log_group_name: The name of the function's log group. Default: CloudFormation generates it.
        query_interval: The interval of the polls whether the entities are complete. Default: 10 seconds.
        **options: The options of the function, see ``FunctionOptions``. In a VPC it needs a way to AWS IoT
            TwinMaker, to CloudFormation and to Amazon S3.

    Raises:
        ValueError: The workspace was imported without its bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace: IWorkspace,
        component_types: Mapping[str, ComponentType] = {},
        native_types: Collection[str] = (),
        assets: BulkAssets | Mapping[AssetKey, CfnResource] | None = None,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_group_name: str | None = None,
        query_interval: Duration = defaults.BULK_QUERY_INTERVAL,
        **options: Unpack[FunctionOptions],
    ) -> None:
        super().__init__(scope, construct_id)
        bucket = bucket_of(workspace)
        self._definition = definition
        self._native_types = native_types
        self._assets: BulkAssets | Mapping[AssetKey, CfnResource] = assets if assets is not None else {}
        self._tags = TagManager(TagType.MAP, _ENTITY_TYPE)
        self._written: _Written | None = None
        self._file_suffix = _file_suffix(workspace.literal_workspace_id)
        prefix = lazy_string(
            lambda: f"{STATE_PREFIX}/{Aws.STACK_NAME}/{Stack.of(self).resolve(self._resource.logical_id)}"
        )
        self._reconciler = EntityReconciler(
            self,
            "Reconciler",
            workspace=workspace,
            bucket=bucket,
            state_prefix=prefix,
            asset_arn=lazy_string(self._asset_arn),
            asset_ids_arn=assets.ids_arn if isinstance(assets, BulkAssets) else None,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            log_group_name=log_group_name,
            query_interval=query_interval,
            **options,
        )
        settings = definition.twin.bulk or Bulk()
        custom_resource = CustomResource(
            self,
            "Resource",
            resource_type=custom_resources.ENTITIES,
            service_token=self._reconciler.service_token,
            service_timeout=defaults.BULK_TIMEOUT,
            properties={
                "WorkspaceId": workspace.workspace_id,
                "BucketName": bucket.bucket_name,
                "StatePrefix": prefix,
                "Assets": lazy_any(lambda: [_place(asset) for asset in self._write().assets]),
                "Manifest": lazy_any(lambda: _place(self._write().manifest)),
                "DesiredHash": lazy_string(lambda: self._write().digest),
                **({"AssetIds": assets.ids_place} if isinstance(assets, BulkAssets) else {}),
                "Substitutions": lazy_any(lambda: self._write().substitutions),
                "OnDrift": settings.on_drift,
                "Adopt": settings.adopt,
                "OnDelete": "retain" if definition.twin.hand_over else "delete",
                "RequestsPerSecond": settings.requests_per_second,
            },
        )
        self._resource: CfnResource = custom_resource.node.default_child  # type: ignore[assignment]
        fix_logical_id(self._resource, "Entities")
        self._resource.node.add_dependency(*self._needed(component_types))

    @property
    def cdk_tag_manager(self) -> TagManager:
        """The tags of all entities, for ``Tags.of``."""
        return self._tags

    @property
    def resource(self) -> CfnResource:
        """The custom resource, which is complete when all entities exist."""
        return self._resource

    @property
    def function(self) -> lambda_.Function:
        """The function that creates, changes, moves and deletes entities."""
        return self._reconciler.function

    def _needed(self, component_types: Mapping[str, ComponentType]) -> list[Construct]:
        """Return what entities need: their component types and their assets."""
        used = {
            component.component_type_id
            for entity in self._definition.entities.values()
            for component in entity.components.values()
        }
        needed: list[Construct] = [component_types[name] for name in sorted(used) if name in component_types]
        if isinstance(self._assets, BulkAssets):
            return [*needed, self._assets.resource]
        return [*needed, *self._assets.values()]

    def _write(self) -> _Written:
        """Write the entities to the cloud assembly, when all tags are known, and return their assets."""
        if self._written is None:
            substitutions: dict[str, str] = {}
            tags = {}
            for key, value in sorted(self._tags.tag_values().items()):
                tags[key] = value
                if is_unresolved(value):
                    tags[key] = f"<<twin-stack-tag:{key}>>"
                    substitutions[tags[key]] = value
            chunks = cut_chunks(
                entity_document(entity, tags=tags, asset_ids=self._asset_ids(entity, substitutions))
                for entity in self._definition.entities.values()
            )
            manifest = Chunk(manifest_of(chunks), 0)
            with tempfile.TemporaryDirectory() as folder:
                assets = [
                    self._asset(Path(folder), f"Chunk{number}", chunk)
                    for number, chunk in enumerate(chunks, start=1)
                ]
                self._written = _Written(
                    assets,
                    self._asset(Path(folder), "Manifest", manifest),
                    manifest.sha256,
                    substitutions,
                )
            self._reconciler.acknowledge_findings(self._asset_arn())
        return self._written

    def _asset_arn(self) -> str:
        """Return the ARN of the assets of this twin: a change of entities changes no permission."""
        bucket = self._write().manifest.s3_bucket_name
        return f"arn:{Stack.of(self).partition}:s3:::{bucket}/*{self._file_suffix}"

    def _asset(self, folder: Path, construct_id: str, chunk: Chunk) -> s3_assets.Asset:
        file = folder / f"{construct_id}{self._file_suffix}"
        file.write_bytes(chunk.content)
        return s3_assets.Asset(
            self,
            construct_id,
            path=str(file),
            asset_hash=chunk.sha256,
            display_name=f"Entities {construct_id}",
        )

    def _asset_ids(self, entity: schema.Entity, substitutions: dict[str, str]) -> dict[str, str]:
        """Return placeholders of the assets of natively read components, by name or path."""
        if not self._native_types:
            return {}
        asset_ids = {}
        keys = self._assets.keys if isinstance(self._assets, BulkAssets) else self._assets.keys()
        for path, type_id, _ in placed_components(entity, self._definition.resolved_types):
            key = (entity.entity_id, path)
            if type_id not in self._native_types or key not in keys:
                continue
            asset_ids[path] = placeholder = f"<<twin-stack-asset:{asset_text(key)}>>"
            if not isinstance(self._assets, BulkAssets):
                substitutions[placeholder] = self._assets[key].ref
        return asset_ids


def _place(asset: s3_assets.Asset) -> dict[str, Any]:
    return {"Bucket": asset.s3_bucket_name, "Key": asset.s3_object_key}


def _file_suffix(workspace_id: str) -> str:
    """Return the end of the keys of a twin's assets, by which its function may read them and no others."""
    return ".twin-entities" if is_unresolved(workspace_id) else f".{workspace_id}-entities"
