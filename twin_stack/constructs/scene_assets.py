"""Files that scenes show, copied into the bucket of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aws_cdk import CfnResource, CustomResource, IgnoreMode
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct, IDependable

from twin_stack.constructs import assets as packaged
from twin_stack.constructs import defaults, ids, nag
from twin_stack.definition import Code, schema

if TYPE_CHECKING:
    from twin_stack.constructs.workspace_base import IWorkspace


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
        bucket = bucket_of(workspace)
        prefix = checked_key_prefix(workspace, key_prefix)
        source = _source(Path(path))
        super().__init__(scope, construct_id)
        self._uploaded = upload(self, bucket, prefix, source)

    @property
    def uploaded(self) -> IDependable:
        """What to depend on in order to come after the files."""
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
            f'the bucket of workspace "{workspace.literal_workspace_id}" is not known, so no file can be '
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
    _KEY_PREFIX.check("key_prefix", key_prefix)
    return key_prefix


def _source(path: Path) -> s3_deployment.ISource:
    if path.is_dir():
        folder, exclude = path, list(_NOT_ASSETS)
    elif path.is_file():
        folder, exclude = path.parent, ["/*", f"!/{path.name}"]
    else:
        raise ValueError(f'an asset must be a folder or a file, got "{path}"; check the path')
    return s3_deployment.Source.asset(str(folder.resolve()), exclude=exclude, ignore_mode=IgnoreMode.GIT)


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
    assert isinstance(custom_resource, CfnResource)  # noqa: S101 (of the CDK's own making)
    custom_resource.add_property_override("ServiceTimeout", str(defaults.UPLOAD_TIMEOUT_SECONDS))
    nag.acknowledge_upload(deployment)
    return custom_resource
