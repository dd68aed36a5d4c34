"""A scene: a 3D view of a twin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Names, Resource
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs.argument_checks import check_description, check_text
from twin_stack.constructs.scene_assets import SceneAssets, checked_key_prefix
from twin_stack.constructs.scene_upload import SceneUpload, bucket_of, object_key
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.definition.schema import SCENE_ID
from twin_stack.twinmaker.quotas import MAX_SCENE_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace


@jsii.implements(refs.ISceneRef)
class Scene(Resource):
    """A scene of a workspace: the document that the viewer shows, and its files.

    The document is copied to ``s3://BUCKET/KEY_PREFIX/SCENE_ID.json`` and the assets next to it before the
    scene is created: the service does not check that the object exists, but the viewer needs it. Use relative
    URLs of models in the document (``machine.glb``): the viewer resolves them against the document's folder,
    so the scene works in every account.

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
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace of the scene.
        scene_id: The id in the service, 2 to 128 letters, digits, "_" and "-". It cannot be changed later.
        document: The viewer's JSON document, as text (copied byte for byte) or as a mapping.
        assets: Files that must be in the bucket before the scene is created: folders and files, copied for
            this scene, or ``SceneAssets`` that scenes share. Default: none.
        description: Up to 512 characters. Default: none.
        capabilities: Up to 50 distinct capabilities, such as ``MATTERPORT``. Default: none.
        scene_metadata: Up to 50 texts by name. Default: none.
        key_prefix: The prefix of the objects' keys; ``.`` for none. Default: the workspace's id.
        tags: The tags of the scene. Default: none.

    Raises:
        ValueError: An argument violates a rule of the service, the document is not a JSON object, a
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
        check_text(SCENE_ID, "scene_id", scene_id)
        check_description(description)
        text = _document_text(document)
        bucket = bucket_of(workspace)
        prefix = checked_key_prefix(workspace, key_prefix)
        _check_location(prefix, scene_id)
        workspace.claim_id("scene_id", scene_id)

        super().__init__(scope, construct_id, physical_name=scene_id)
        self._scene_id = scene_id
        shared = [
            asset
            if isinstance(asset, SceneAssets)
            else SceneAssets(self, f"Assets{number}", workspace=workspace, path=asset, key_prefix=prefix)
            for number, asset in enumerate(assets, start=1)
        ]
        # The name of an uploaded file cannot be a token, whose value is known at deployment.
        name = Names.unique_resource_name(self) if is_unresolved(scene_id) else scene_id
        file_name = f"{name}.json"
        upload = SceneUpload.of(self, workspace)
        upload.add_document(prefix, file_name, text)
        resource = twinmaker.CfnScene(
            self,
            "Resource",
            workspace_id=workspace.workspace_id,
            scene_id=scene_id,
            content_location=bucket.s3_url_for_object(object_key(prefix, file_name)),
            description=description,
            capabilities=list(capabilities) or None,
            scene_metadata=scene_metadata,
            tags=tags,
        )
        # Assets may be those of another workspace.
        resource.node.add_dependency(upload.files, *(asset.uploaded for asset in shared))

        self._workspace_id = workspace.workspace_id
        self._scene_arn = self._get_resource_arn_attribute(
            resource.attr_arn,
            service="iottwinmaker",
            resource="workspace",
            resource_name=f"{workspace.literal_workspace_id}/scene/{scene_id}",
        )

    @property
    def scene_id(self) -> str:
        """The id in the service, as given."""
        return self._scene_id

    @property
    def scene_arn(self) -> str:
        """The ARN of the scene."""
        return self._scene_arn

    @property
    def scene_ref(self) -> refs.SceneReference:
        """The reference to the scene that generated constructs accept."""
        return refs.SceneReference(
            scene_arn=self.scene_arn, scene_id=self.scene_id, workspace_id=self._workspace_id
        )


def _check_location(prefix: str, scene_id: str) -> None:
    length = len(prefix) + len(scene_id)
    if length > MAX_SCENE_KEY and not is_unresolved(prefix + scene_id):
        raise ValueError(
            f"key_prefix and scene_id may have {MAX_SCENE_KEY} characters together, because "
            f'CloudFormation accepts 256 for the location of a scene, got {length} in "{prefix}" and '
            f'"{scene_id}"; shorten one of them'
        )


def _document_text(document: Mapping[str, object] | str) -> str:
    if not isinstance(document, str):
        # Keys keep the author's order, which reviewers compare.
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if not is_unresolved(document):
        try:
            parsed: object = json.loads(document)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"document must be JSON, got text that cannot be parsed ({error}); "
                "save it from the scene composer again"
            ) from error
        if not isinstance(parsed, dict):
            raise ValueError(
                f"document must be a JSON object, got {type(parsed).__name__}; pass the whole scene document"
            )
    return document
