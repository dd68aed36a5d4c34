"""Scenes: the 3D views of a twin, and the files they are made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import CfnResource, CustomResource, IgnoreMode, Resource, Token
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from aws_cdk.interfaces import aws_iottwinmaker as refs
from constructs import Construct, IDependable

from twin_stack.constructs import assets as packaged
from twin_stack.constructs import defaults, ids, nag
from twin_stack.definition import Code, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.constructs.workspace import IWorkspace

_NOT_ASSETS: Final = (*packaged.PYTHON_LEFTOVERS, "*.py", ".*")
"""Scripts that make models lie beside the models; they are not for the viewer."""

_KEY_PREFIX: Final = ids.IdRule(
    schema.StringRule(
        Code.BAD_NAME,
        "key prefix",
        1,
        128,
        r"[A-Za-z0-9_-][A-Za-z0-9._/-]*[A-Za-z0-9_-]|[A-Za-z0-9_-]",
        'letters, digits, "_", "-", "." and "/", with no "/" at either end',
    )
)
"""The characters CloudFormation takes in a scene's location, which has 256 characters in all."""

_LONGEST_KEY: Final = 256 - len("s3://") - 63 - len("/") - len("/") - len(".json")
"""What the location of a scene leaves for prefix and id beside a bucket name of full length."""


class SceneAssets(Construct):
    """Files that scenes show, copied into the bucket of the workspace.

    Models and textures in one folder, shared by any number of scenes. Files are copied when they
    change, never deleted: neither those that left the folder nor those made by others, the
    service's marker object among them. Scripts (`*.py`), `__pycache__` and dotfiles stay behind.

    Example:
        ```python
        models = SceneAssets(self, "Models", workspace=workspace, path="models/factory/assets")
        Scene(self, "Overview", workspace=workspace, scene_id="overview",
              document=document, assets=[models])
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        workspace: the workspace in whose bucket they go.
        path: a folder, whose content is copied as it lies, or one file.
        key_prefix: where they go in the bucket. Default: the workspace's id, as for scenes.

    Raises:
        ValueError: the path does not exist, the prefix has characters the service does not take,
            or the bucket of the workspace is not known.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        path: str | Path,
        key_prefix: str | None = None,
    ) -> None:
        bucket = _bucket_of(workspace)
        prefix = _key_prefix(workspace, key_prefix)
        source = _source(Path(path))
        super().__init__(scope, construct_id)
        self._uploaded = _upload(self, bucket, prefix, source)

    @property
    def uploaded(self) -> IDependable:
        """What to depend on in order to come after the files."""
        return self._uploaded


@jsii.implements(refs.ISceneRef)
class Scene(Resource):
    """A scene of a workspace: the document that the viewer draws, and its files.

    The document goes to `s3://BUCKET/KEY_PREFIX/SCENE_ID.json` and the assets beside it, before the
    scene is created: the service does not look whether the object is there, the viewer does. Write
    model addresses in the document relative (`machine.glb`): the viewer takes them from the folder
    the document is in, so that the scene works in every account.

    Example:
        ```python
        Scene(
            self,
            "Overview",
            workspace=workspace,
            scene_id="factory-overview",
            document=Path("overview.json").read_text(encoding="utf-8"),
            assets=["models/factory/assets"],
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        workspace: the workspace the scene belongs to.
        scene_id: the id in the service, 2 to 128 letters, digits, "_" and "-". It cannot be
            changed later.
        document: the viewer's own JSON document, as text (kept to the byte) or as a mapping.
        assets: what must be in the bucket before the scene: folders and files, copied for this
            scene, or `SceneAssets` shared with others. Default: none.
        description: up to 512 characters. Default: none.
        capabilities: up to 50 different ones, such as `MATTERPORT`. Default: none.
        scene_metadata: up to 50 texts by name. Default: none.
        key_prefix: folder in the bucket. Default: the workspace's id.
        tags: of the scene. Default: none.

    Raises:
        ValueError: an argument breaks a rule of the service, the document is not a JSON object, a
            path does not exist, or the bucket of the workspace is not known.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        scene_id: str,
        document: Mapping[str, object] | str,
        assets: Sequence[SceneAssets | str | Path] = (),
        description: str | None = None,
        capabilities: Sequence[str] = (),
        scene_metadata: Mapping[str, str] | None = None,
        key_prefix: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        ids.SCENE_ID.check("scene_id", scene_id)
        ids.check_description(description)
        text = _document_text(document)
        bucket = _bucket_of(workspace)
        prefix = _key_prefix(workspace, key_prefix)
        _check_location(prefix, scene_id)

        super().__init__(scope, construct_id, physical_name=scene_id)
        self._scene_id = scene_id
        shared = [
            asset
            if isinstance(asset, SceneAssets)
            else SceneAssets(self, f"Assets{number}", workspace=workspace, path=asset, key_prefix=prefix)
            for number, asset in enumerate(assets, start=1)
        ]
        file_name = f"{scene_id}.json"
        document_uploaded = _upload(
            self, bucket, prefix, s3_deployment.Source.data(file_name, text), name="Document"
        )
        resource = twinmaker.CfnScene(
            self,
            "Resource",
            workspace_id=workspace.workspace_id,
            scene_id=scene_id,
            content_location=bucket.s3_url_for_object(f"{prefix}/{file_name}"),
            description=description,
            capabilities=list(capabilities) or None,
            scene_metadata=scene_metadata,
            tags=tags,
        )
        resource.node.add_dependency(document_uploaded, *(asset.uploaded for asset in shared))

        self._workspace_id = workspace.workspace_id
        self._scene_arn = self._get_resource_arn_attribute(
            resource.attr_arn,
            service="iottwinmaker",
            resource="workspace",
            resource_name=f"{workspace.plain_workspace_id}/scene/{scene_id}",
        )

    @property
    def scene_id(self) -> str:
        """The id in the service, as given."""
        return self._scene_id

    @property
    def scene_arn(self) -> str:
        """The scene's ARN."""
        return self._scene_arn

    @property
    def scene_ref(self) -> refs.SceneReference:
        """The reference that generated constructs take."""
        return refs.SceneReference(
            scene_arn=self.scene_arn, scene_id=self.scene_id, workspace_id=self._workspace_id
        )


def _bucket_of(workspace: IWorkspace) -> s3.IBucket:
    if workspace.bucket is None:
        raise ValueError(
            f'the bucket of workspace "{workspace.plain_workspace_id}" is not known, so no file can be '
            "copied to it; import the workspace with from_workspace_attributes(bucket)"
        )
    return workspace.bucket


def _key_prefix(workspace: IWorkspace, key_prefix: str | None) -> str:
    if key_prefix is None:
        return workspace.plain_workspace_id
    _KEY_PREFIX.check("key_prefix", key_prefix)
    return key_prefix


def _check_location(prefix: str, scene_id: str) -> None:
    length = len(prefix) + len(scene_id)
    if length > _LONGEST_KEY and not Token.is_unresolved(prefix + scene_id):
        raise ValueError(
            f"key_prefix and scene_id may have {_LONGEST_KEY} characters together, since "
            f'CloudFormation takes 256 for a scene\'s location, got {length} in "{prefix}" and '
            f'"{scene_id}"; shorten one of them'
        )


def _document_text(document: Mapping[str, object] | str) -> str:
    if not isinstance(document, str):
        # In the author's order: it is what a reviewer compares.
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if not Token.is_unresolved(document):
        try:
            parsed: object = json.loads(document)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"document must be a scene in JSON, got text that is not ({error}); "
                "save it from the scene composer again"
            ) from error
        if not isinstance(parsed, dict):
            raise ValueError(
                f"document must be a JSON object, got {type(parsed).__name__}; give the whole scene document"
            )
    return document


def _source(path: Path) -> s3_deployment.ISource:
    if path.is_dir():
        folder, exclude = path, list(_NOT_ASSETS)
    elif path.is_file():
        folder, exclude = path.parent, ["/*", f"!/{path.name}"]
    else:
        raise ValueError(f'an asset must be a folder or a file, got "{path}"; check the path')
    return s3_deployment.Source.asset(str(folder.resolve()), exclude=exclude, ignore_mode=IgnoreMode.GIT)


def _upload(
    scope: Construct,
    bucket: s3.IBucket,
    prefix: str,
    source: s3_deployment.ISource,
    *,
    name: str = "Upload",
) -> CfnResource:
    upload = s3_deployment.BucketDeployment(
        scope,
        name,
        destination_bucket=bucket,
        destination_key_prefix=prefix,
        sources=[source],
        prune=False,
        retain_on_delete=True,
        memory_limit=defaults.UPLOAD_MEMORY_MIB,
    )
    custom_resource = next(
        child.node.default_child for child in upload.node.children if isinstance(child, CustomResource)
    )
    assert isinstance(custom_resource, CfnResource)  # noqa: S101 (of the CDK's own making)
    custom_resource.add_property_override("ServiceTimeout", str(defaults.UPLOAD_TIMEOUT_SECONDS))
    nag.acknowledge_upload(upload)
    return custom_resource
