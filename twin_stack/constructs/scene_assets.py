"""Files that scenes show, copied into the bucket of the workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aws_cdk import IgnoreMode
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct, IDependable

from twin_stack.constructs import assets as packaged
from twin_stack.constructs.argument_checks import check_text
from twin_stack.constructs.scene_upload import BUCKET_TOP, SceneUpload, bucket_of
from twin_stack.definition import schema
from twin_stack.definition.model_files import is_inside
from twin_stack.definition.rules.members import INVALID_NAME
from twin_stack.twinmaker.patterns import SCENE_KEY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.constructs.interfaces import IWorkspace


_EXCLUDED_FILES: Final = (*packaged.PYTHON_LEFTOVERS, "*.py", ".*")
"""Scripts that generate models are in the same folders; the viewer does not need them."""

_KEY_PREFIX: Final = schema.StringRule(
    INVALID_NAME,
    "key prefix",
    *SCENE_KEY_PREFIX,
    'letters, digits, "_", "-", "." and "/", with no "/" at either end',
)
"""The characters that CloudFormation accepts in the location of a scene, which has at most 256 characters."""


class SceneAssets(Construct):
    """Files that scenes show, copied into the bucket of the workspace.

    One folder of models and textures can be shared by any number of scenes. Files are copied when they
    change. A file that was removed from the folder is deleted once the update of the stack is complete,
    unless something else wrote to its key; other objects, such as the service's marker, are never touched.
    Files stay when the stack is deleted. Scripts (``*.py``), ``__pycache__`` and dotfiles are not copied.

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
        key_prefix: The prefix of the objects' keys, ``.`` for none. Default: the workspace's id.

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
        bucket_of(workspace)
        prefix = checked_key_prefix(workspace, key_prefix)
        folder, exclude = _folder(Path(path))
        super().__init__(scope, construct_id)
        asset = s3_assets.Asset(
            self, "Asset", path=str(folder.resolve()), exclude=exclude, ignore_mode=IgnoreMode.GIT
        )
        upload = SceneUpload.of(self, workspace)
        upload.add_folder(asset, prefix, _size(Path(path)), _names_at_top(Path(path)))
        self._uploaded = upload.files

    @property
    def uploaded(self) -> IDependable:
        """The dependency of constructs that need the files in the bucket."""
        return self._uploaded


def checked_key_prefix(workspace: IWorkspace, key_prefix: str | None) -> str:
    """Return the key prefix of scene files.

    Args:
        workspace: The workspace, whose id is the default.
        key_prefix: The prefix that the caller passed, or None.

    Raises:
        ValueError: The prefix has characters that CloudFormation does not accept in the location of a scene.
    """
    if key_prefix is None:
        return workspace.literal_workspace_id
    if key_prefix == BUCKET_TOP:
        return key_prefix
    check_text(_KEY_PREFIX, "key_prefix", key_prefix)
    return key_prefix


def _folder(path: Path) -> tuple[Path, list[str]]:
    """Return the folder of an asset, and patterns of what is left out."""
    if path.is_dir():
        folder, exclude = path, list(_EXCLUDED_FILES)
        links = [entry for entry in _visible(path) if entry.is_symlink()]
    elif path.is_file():
        folder, exclude = path.parent, ["/*", f"!/{path.name}"]
        links = [path]
    else:
        raise ValueError(f'an asset must be a folder or a file, got "{path}"; check the path')
    # An asset follows links, and would hold any file that they lead to.
    for link in links:
        if not is_inside(link, folder):
            raise ValueError(
                f'"{link}" is a link that leads out of "{folder}"; copy the file into the folder'
            )
    return folder, exclude


def _size(path: Path) -> int:
    """Return the size of the files in bytes."""
    files = [path] if path.is_file() else [entry for entry in _visible(path) if entry.is_file()]
    return sum(file.stat().st_size for file in files)


def _names_at_top(path: Path) -> list[str]:
    """Return the names of the files that are copied to the top, and of folders with ``/*`` at the end."""
    if path.is_file():
        return [path.name]
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__")))
    return [f"{entry.name}/*" if entry.is_dir() else entry.name for entry in entries if entry.suffix != ".py"]


def _visible(folder: Path) -> Iterator[Path]:
    """Yield what is below a folder, without dotfiles, which are not copied."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in (*folders, *files) if not name.startswith("."))
