"""Files that scenes show, copied into the bucket of the workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aws_cdk import CfnResource, CustomResource, IgnoreMode
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct, IDependable

from twin_stack.constructs import assets as packaged
from twin_stack.constructs import defaults, nag
from twin_stack.constructs.argument_checks import check_text
from twin_stack.definition import schema
from twin_stack.definition.model_files import is_inside
from twin_stack.definition.rules.members import INVALID_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.constructs.workspace_base import IWorkspace


_EXCLUDED_FILES: Final = (*packaged.PYTHON_LEFTOVERS, "*.py", ".*")
"""Scripts that generate models are in the same folders; the viewer does not need them."""

_KEY_PREFIX: Final = schema.StringRule(
    INVALID_NAME,
    "key prefix",
    1,
    128,
    r"[A-Za-z0-9_-][A-Za-z0-9._/-]*[A-Za-z0-9_-]|[A-Za-z0-9_-]",
    'letters, digits, "_", "-", "." and "/", with no "/" at either end',
)
"""The characters that CloudFormation accepts in the location of a scene, which has at most 256 characters."""


class SceneAssets(Construct):
    """Files that scenes show, copied into the bucket of the workspace.

    One folder of models and textures can be shared by any number of scenes. Files are copied when they
    change and never deleted: neither files that were removed from the folder nor files of others, such as the
    service's marker object. Scripts (``*.py``), ``__pycache__`` and dotfiles are not copied.

    Example:
        ```python
        models = SceneAssets(self, "Models", workspace=workspace, path="models/factory/assets")
        Scene(self, "Overview", workspace=workspace, scene_id="overview",
              document=document, assets=[models])
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace to whose bucket the files are copied.
        path: A folder, whose content keeps its structure, or one file.
        key_prefix: The prefix of the objects' keys. Default: the workspace's id, as for scenes.

    Raises:
        ValueError: The path does not exist or holds a link that leads out of it, the prefix has characters
            that the service does not accept, or the bucket of the workspace is not known.
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
        bucket = bucket_of(workspace)
        prefix = checked_key_prefix(workspace, key_prefix)
        source = _source(Path(path))
        super().__init__(scope, construct_id)
        self._uploaded = upload(self, bucket, prefix, source)

    @property
    def uploaded(self) -> IDependable:
        """The dependency of constructs that need the files in the bucket."""
        return self._uploaded


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


def checked_key_prefix(workspace: IWorkspace, key_prefix: str | None) -> str:
    """Return the key prefix of scene files.

    Args:
        workspace: The workspace, whose id is the default.
        key_prefix: The prefix that the caller wants, or None.

    Raises:
        ValueError: The prefix has characters that CloudFormation does not accept in the location of a scene.
    """
    if key_prefix is None:
        return workspace.literal_workspace_id
    check_text(_KEY_PREFIX, "key_prefix", key_prefix)
    return key_prefix


def _source(path: Path) -> s3_deployment.ISource:
    if path.is_dir():
        folder, exclude = path, list(_EXCLUDED_FILES)
        links = [entry for entry in _visible(path) if entry.is_symlink()]
    elif path.is_file():
        folder, exclude = path.parent, ["/*", f"!/{path.name}"]
        links = [path]
    else:
        raise ValueError(f'an asset must be a folder or a file, got "{path}"; check the path')
    # A deployment follows links, and would upload any file that they lead to.
    for link in links:
        if not is_inside(link, folder):
            raise ValueError(
                f'"{link}" is a link that leads out of "{folder}"; copy the file into the folder'
            )
    return s3_deployment.Source.asset(str(folder.resolve()), exclude=exclude, ignore_mode=IgnoreMode.GIT)


def _visible(folder: Path) -> Iterator[Path]:
    """Yield what is below a folder, without dotfiles, which are not copied."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in (*folders, *files) if not name.startswith("."))


def upload(
    scope: Construct,
    bucket: s3.IBucket,
    prefix: str,
    source: s3_deployment.ISource,
    *,
    name: str = "Upload",
) -> CfnResource:
    """Copy files to a bucket during deployment, and never delete any there.

    Args:
        scope: The parent construct.
        bucket: The bucket to copy to.
        prefix: The key prefix of the files.
        source: The files.
        name: The id of the construct that copies them.

    Returns:
        The custom resource, which is complete when the files are in the bucket.
    """
    deployment = s3_deployment.BucketDeployment(
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
        child.node.default_child for child in deployment.node.children if isinstance(child, CustomResource)
    )
    assert isinstance(custom_resource, CfnResource)  # noqa: S101 (created by the CDK)
    custom_resource.add_property_override("ServiceTimeout", str(defaults.UPLOAD_TIMEOUT_SECONDS))
    nag.acknowledge_upload(deployment)
    return custom_resource
