"""One upload of all scene files that a stack has for a workspace."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from aws_cdk import Aws, CfnResource, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.lazy import lazy_any, lazy_number, lazy_string
from twin_stack.constructs.logical_ids import fix_logical_id
from twin_stack.constructs.packaged_function import packaged_function
from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.constructs.scene_documents import SceneDocuments
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_s3_assets as s3_assets
    from constructs import IConstruct

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.packaged_function import FunctionOptions

BUCKET_TOP: Final = "."
"""The prefix of files at the top of the bucket, whose keys have none: that of ``scene_uploader.archive``."""


_LEDGERS: Final = ".twin-stack/scene-files/"
"""The prefix under which the function keeps what it wrote: that of ``scene_uploader.repository``."""

_EDITION_LENGTH: Final = 8


class _Folder(NamedTuple):
    bucket_name: str
    object_key: str
    asset_hash: str
    prefix: str
    size: int


class SceneUpload(Construct):
    """The upload of the scene files that a stack has for a workspace.

    One function copies all files. It may read the assets of these files only, and write under their prefixes
    only. Files are copied before scenes change. What left the definition is removed when the update of the
    stack is complete, and what a failed update copied when its rollback is complete, unless something else
    wrote the objects since. At that time CloudFormation deletes a second resource, whose logical id depends
    on the content of the files, so that there is a new one for each update.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to whose bucket files are copied.
        bucket: Its bucket.
        removal_policy: The removal policy of the files and of the function's log. DESTROY takes effect only
            if the context flag ``twin-stack:allowDestroy`` is true as well.
        log_retention: The retention of the function's log.
        log_group_name: The name of the log group. None: CloudFormation generates it.
        options: The options of the function, checked by ``check_function_options``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        bucket: s3.IBucket,
        removal_policy: RemovalPolicy,
        log_retention: logs.RetentionDays,
        log_group_name: str | None,
        options: FunctionOptions,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bucket = bucket
        self._default_prefix = workspace.literal_workspace_id
        self._folders: list[_Folder] = []
        self._documents: dict[str, SceneDocuments] = {}
        self._keys: list[str] = []
        function, role = packaged_function(
            self,
            package="scene_uploader",
            shared_packages=["custom_resource"],
            description="Copies scene files to the bucket of a workspace",
            environment={},
            policy="Log",
            statements=[],
            log_retention=log_retention,
            log_group_name=log_group_name,
            log_removal_policy=removal_policy,
            memory_size=lazy_number(self._memory_mib),
            timeout=Duration.seconds(defaults.UPLOAD_TIMEOUT_SECONDS),
            options=options,
        )
        if bucket.encryption_key is not None:
            bucket.encryption_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
        self._files = self._custom_resource(
            function.function_arn,
            "Files",
            custom_resources.SCENE_FILES,
            {"Sources": lazy_any(self._sources)},
            effective_removal_policy(self, removal_policy),
        )
        fix_logical_id(self._files, "SceneFiles")
        cleanup = self._custom_resource(
            function.function_arn,
            "Cleanup",
            custom_resources.SCENE_FILES_CLEANUP,
            {"Files": self._files.logical_id},
        )
        self._depend_on_edition(cleanup, "Cleanup")
        # The policy of the former files stays until the cleanup, because a rollback reads the former assets.
        access = iam.Policy(self, "Access", policy_name=lazy_string(lambda: f"Files{self._edition()}"))
        self._depend_on_edition(access, "Access")
        role.attach_inline_policy(access)
        self._assets = iam.PolicyStatement(actions=["s3:GetObject"])
        self._objects = iam.PolicyStatement(
            actions=[
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:PutObject",
            ]
        )
        ledger = f"{_LEDGERS}{Aws.STACK_NAME}/{self._files.logical_id}.json"
        access.add_statements(
            self._assets,
            self._objects,
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{_LEDGERS}*")]),
            iam.PolicyStatement(
                actions=["s3:DeleteObject", "s3:PutObject"], resources=[bucket.arn_for_objects(ledger)]
            ),
            # ListBucket also makes S3 answer that an object is missing.
            iam.PolicyStatement(
                actions=["s3:GetBucketVersioning", "s3:ListBucket"], resources=[bucket.bucket_arn]
            ),
        )
        # The bucket itself is referenced; its other children are its policy and what empties it. The role's
        # children are policies that are added to it.
        bucket_parts = (child for child in bucket.node.children if child.node.id != "Resource")
        cleanup.node.add_dependency(access, role, *bucket_parts)
        # It exists when an upload starts, so that its deletion cleans up after one that fails.
        self._files.node.add_dependency(cleanup)
        nag.acknowledge_wildcard_resource(
            self,
            bucket.arn_for_objects(f"{_LEDGERS}*"),
            "What the files of other stacks in this bucket are, so that none of them is removed.",
        )

    @staticmethod
    def of(
        scope: Construct,
        workspace: IWorkspace,
        *,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_group_name: str | None = None,
        options: FunctionOptions | None = None,
    ) -> SceneUpload:
        """Return the upload that the stack of a construct has for a workspace; create it if there is none.

        Args:
            scope: The construct.
            workspace: The workspace.
            removal_policy: As for the construct, if it is created.
            log_retention: As for the construct, if it is created.
            log_group_name: As for the construct, if it is created. Default: CloudFormation generates it.
            options: As for the construct, if it is created. Default: none.

        Raises:
            ValueError: The workspace was imported without its bucket.
        """
        bucket = bucket_of(workspace)
        stack = Stack.of(scope)
        parent: Construct
        if Stack.of(workspace).node.path == stack.node.path:
            parent, name = cast("Construct", workspace), "SceneFiles"
        else:
            parent, name = stack, f"SceneFiles{workspace.node.addr[-_EDITION_LENGTH:]}"
        existing = parent.node.try_find_child(name)
        if isinstance(existing, SceneUpload):
            return existing
        return SceneUpload(
            parent,
            name,
            workspace=workspace,
            bucket=bucket,
            removal_policy=removal_policy,
            log_retention=log_retention,
            log_group_name=log_group_name,
            options=options or {},
        )

    @property
    def files(self) -> CfnResource:
        """The custom resource, which is complete when the files are in the bucket."""
        return self._files

    def add_folder(self, asset: s3_assets.Asset, prefix: str, size: int, names: Sequence[str]) -> None:
        """Copy the files of an archive.

        Args:
            asset: The archive.
            prefix: The prefix of the objects' keys.
            size: The size of the files in bytes.
            names: The files at its top, and its folders with ``/*`` at the end.
        """
        folder = _Folder(asset.s3_bucket_name, asset.s3_object_key, asset.asset_hash, prefix, size)
        self._folders.append(folder)
        self._allow(folder.bucket_name, folder.object_key, prefix, names)

    def add_document(self, prefix: str, name: str, text: str) -> None:
        """Copy the document of a scene, after all files that it may show.

        Args:
            prefix: The prefix of the object's key.
            name: The rest of the key.
            text: The document, which may contain tokens.
        """
        documents = self._documents.get(prefix)
        if documents is None:
            documents = self._documents[prefix] = SceneDocuments(self, f"Documents{len(self._documents) + 1}")
            self._allow(documents.bucket_name, documents.object_key, prefix, ())
        if prefix == BUCKET_TOP:
            self._allow_objects(name)
        documents.add(name, text)

    def _custom_resource(
        self,
        service_token: str,
        construct_id: str,
        type_name: str,
        properties: dict[str, Any],
        removal_policy: RemovalPolicy | None = None,
    ) -> CfnResource:
        custom_resource = CustomResource(
            self,
            construct_id,
            service_token=service_token,
            service_timeout=Duration.seconds(defaults.UPLOAD_TIMEOUT_SECONDS),
            resource_type=type_name,
            properties={"Bucket": self._bucket.bucket_name, **properties},
            removal_policy=removal_policy,
        )
        resource = custom_resource.node.default_child
        assert isinstance(resource, CfnResource)  # noqa: S101 (created by the CDK)
        return resource

    def _depend_on_edition(self, construct: IConstruct, kind: str) -> None:
        """Give a resource another logical id for other files."""
        resource = construct if isinstance(construct, CfnResource) else construct.node.default_child
        assert isinstance(resource, CfnResource)  # noqa: S101 (created by the CDK)
        # A twin does not override a logical id that is fixed.
        fix_logical_id(resource, "SceneFiles", kind)
        stack, files_id = Stack.of(self), self._files.logical_id
        resource.override_logical_id(lazy_string(lambda: f"{stack.resolve(files_id)}{kind}{self._edition()}"))

    def _edition(self) -> str:
        """Return a hash of the files and of where they go."""
        parts = [
            *((folder.asset_hash, folder.prefix) for folder in self._folders),
            *((documents.hash(), prefix) for prefix, documents in self._documents.items()),
        ]
        # The default prefix may be a token; it changes with the workspace.
        digests = [(digest, "" if prefix == self._default_prefix else prefix) for digest, prefix in parts]
        return hashlib.sha256(repr(digests).encode()).hexdigest()[:_EDITION_LENGTH].upper()

    def _sources(self) -> list[dict[str, Any]]:
        folders = [
            {"Bucket": folder.bucket_name, "Key": folder.object_key, "Prefix": folder.prefix}
            for folder in self._folders
        ]
        documents = [
            {
                "Bucket": documents.bucket_name,
                "Key": documents.object_key,
                "Prefix": prefix,
                **({"Values": documents.values} if documents.values else {}),
            }
            for prefix, documents in self._documents.items()
        ]
        return [*folders, *documents]

    def _allow(self, asset_bucket: str, asset_key: str, prefix: str, names: Sequence[str]) -> None:
        """Allow the function to read an asset, and to write under a prefix or files of these names."""
        self._assets.add_resources(f"arn:{Stack.of(self).partition}:s3:::{asset_bucket}/{asset_key}")
        for keys in names if prefix == BUCKET_TOP else [f"{prefix}/*"]:
            self._allow_objects(keys)

    def _allow_objects(self, keys: str) -> None:
        if keys in self._keys:
            return
        self._keys.append(keys)
        objects = self._bucket.arn_for_objects(keys)
        self._objects.add_resources(objects)
        if keys.endswith("/*"):
            nag.acknowledge_wildcard_resource(
                self,
                objects,
                "The function copies scene files to this prefix of the workspace's bucket.",
            )

    def _memory_mib(self) -> int:
        size = sum(folder.size for folder in self._folders)
        return defaults.UPLOAD_MEMORY_MIB if size < defaults.LARGE_UPLOAD_BYTES else defaults.VCPU_MEMORY_MIB


def object_key(prefix: str, name: str) -> str:
    """Return the key of an object.

    Args:
        prefix: Its prefix; ``.`` for none.
        name: The rest of the key.
    """
    return name if prefix == BUCKET_TOP else f"{prefix}/{name}"


def bucket_of(workspace: IWorkspace) -> s3.IBucket:
    """Return the bucket of a workspace.

    Args:
        workspace: The workspace.

    Raises:
        ValueError: The workspace was imported without its bucket.
    """
    if workspace.bucket is None:
        raise ValueError(
            f'the bucket of workspace "{workspace.literal_workspace_id}" is not known, so files cannot be '
            "copied to it; import the workspace with from_workspace_attributes(bucket)"
        )
    return workspace.bucket
