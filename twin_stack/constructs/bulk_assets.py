"""The SiteWise assets of a twin by one custom resource, at any number."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import CfnResource, CustomResource, RemovalPolicy, Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.entity_chunks import cut_chunks
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.constructs.sitewise_manager import ListedAssets, SiteWiseManager
    from twin_stack.definition.asset_tree import AssetKey

STATE_PREFIX: Final = "twin-stack/assets"
"""Prefix in the workspace's bucket under which the function keeps what all stacks applied."""


def asset_text(key: AssetKey) -> str:
    """Return the text that identifies an asset in lists: entity id, and component name or path of a part.

    Args:
        key: The asset.
    """
    return "/".join(key)


class BulkAssets(Construct):
    """All assets of a twin, uploaded as files of some hundred each.

    The function compares them with what it applied last, which it keeps in the workspace's bucket, and writes
    the ids of all assets there, because the answer of a custom resource is limited to 4 KB.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        assets: The assets, as the function takes them, by entity id, and component name or path of a part.
        model_ids: The logical ids of asset models by component type.
        manager: The function.
        listed: Where the function keeps what it applied.
        file_suffix: The end of the keys of the files.
        common: The properties that all custom resources of SiteWise have.
        removal_policy: The effective removal policy of assets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        assets: Mapping[AssetKey, Mapping[str, Any]],
        model_ids: Mapping[str, str],
        manager: SiteWiseManager,
        listed: ListedAssets,
        file_suffix: str,
        common: Mapping[str, Any],
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._file_suffix = file_suffix
        self._keys = frozenset(assets)
        self._listed = listed
        chunks = cut_chunks((dict(asset) for asset in assets.values()), member="assets", key="Key")
        digest = hashlib.sha256("".join(chunk.sha256 for chunk in chunks).encode()).hexdigest()
        with tempfile.TemporaryDirectory() as folder:
            self._files = []
            for number, chunk in enumerate(chunks, start=1):
                file = Path(folder) / f"Chunk{number}{file_suffix}"
                file.write_bytes(chunk.content)
                self._files.append(
                    s3_assets.Asset(
                        self,
                        f"Chunk{number}",
                        path=str(file),
                        asset_hash=chunk.sha256,
                        display_name=f"SiteWise assets {number}",
                    )
                )
        self._custom_resource = CustomResource(
            self,
            "Resource",
            resource_type=custom_resources.ASSETS,
            service_token=manager.list_service_token,
            service_timeout=defaults.BULK_TIMEOUT,
            properties={
                **{name: common[name] for name in ("Tags", "Workspace", "RemovalPolicy")},
                "BucketName": listed.bucket.bucket_name,
                "StatePrefix": listed.state_prefix,
                "Assets": [
                    {"Bucket": file.s3_bucket_name, "Key": file.s3_object_key} for file in self._files
                ],
                "DesiredHash": digest,
                "Models": {
                    type_id: {
                        "Id": {"Ref": logical_id},
                        "PropertyDigest": {"Fn::GetAtt": [logical_id, "PropertyDigest"]},
                    }
                    for type_id, logical_id in sorted(model_ids.items())
                },
            },
        )
        self.resource.apply_removal_policy(removal_policy)
        manager.acknowledge_findings(self.asset_arn)

    @property
    def keys(self) -> frozenset[AssetKey]:
        """The entity id, and the component name or the path of a part, of each asset."""
        return self._keys

    @property
    def resource(self) -> CfnResource:
        """The custom resource, which is complete when all assets exist."""
        resource: CfnResource = self._custom_resource.node.default_child  # type: ignore[assignment]
        return resource

    @property
    def ids_place(self) -> dict[str, str]:
        """Bucket and key of the object with the ids of all assets; the key changes with them."""
        return {
            "Bucket": self._listed.bucket.bucket_name,
            "Key": self._custom_resource.get_att_string("IdsKey"),
        }

    @property
    def ids_arn(self) -> str:
        """The ARN of the objects with the ids of all assets."""
        return self._listed.bucket.arn_for_objects(f"{self._listed.state_prefix}/ids/*")

    @property
    def asset_arn(self) -> str:
        """The ARN of the lists: a change of assets changes no permission."""
        bucket = self._files[0].s3_bucket_name
        return f"arn:{Stack.of(self).partition}:s3:::{bucket}/*{self._file_suffix}"
