"""Files that a scene names: where they are in the bucket, and their path in ``assets``. Pure."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

_S3: Final = re.compile(r"s3://([^/]+)/(.+)", re.IGNORECASE)
_MAX_NAME: Final = 200
"""Characters of a name in a path, less than file systems allow."""
_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/")
"""Start of an address that is not relative."""
_NO_PATH: Final = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class FileReference:
    """A member of a scene document that names a file.

    Attributes:
        container: The part of the document that has the member.
        member: Name of the member.
        address: Its text.
    """

    container: dict[str, Any]
    member: str
    address: str


def split_location(location: str) -> tuple[str, str] | None:
    """Return bucket and key of an S3 address, None for another text.

    Args:
        location: Such as ``s3://bucket/folder/scene.json``.
    """
    match = _S3.fullmatch(location)
    return (match[1], match[2]) if match else None


def file_references(document: dict[str, Any]) -> Iterator[FileReference]:
    """Yield the members of a scene document that name files.

    Args:
        document: The document.
    """
    facts = scene_facts()
    for node in _maps(document.get("nodes")):
        for component in _maps(node.get("components")):
            facts_of_type = facts.component_types.get(str(component.get("type")))
            for name, member in facts_of_type.members.items() if facts_of_type else ():
                if member.type == "uri":
                    yield from _reference(component, name)
    properties = document.get("properties")
    for settings, members in facts.setting_members.items():
        container = properties.get(settings) if isinstance(properties, dict) else None
        if isinstance(container, dict):
            for name, member in members.items():
                if member.type == "uri":
                    yield from _reference(container, name)


def object_key(address: str, bucket: str, scene_key: str) -> str | None:
    """Return the key of a file in the workspace's bucket, None for one at another address.

    A relative address is resolved against the folder of the scene's document.

    Args:
        address: As the scene names the file.
        bucket: The workspace's bucket.
        scene_key: Key of the scene's document.
    """
    if (location := split_location(address)) is not None:
        return location[1] if location[0] == bucket else None
    if "://" in address or address.startswith(("data:", "blob:")):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(scene_key), address))


class AssetPaths:
    """The paths in ``assets`` of files of a bucket: each file gets one, and no two the same."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._taken: set[str] = set()
        self._folders: set[str] = set()

    def path(self, key: str, scene_key: str) -> str | None:
        """Return the path of a file, None for a key that cannot be a path.

        It is the path from the folder of the first scene that names it, so that addresses stay as they are.

        Args:
            key: Key of the file.
            scene_key: Key of the document of a scene that names it.
        """
        if key not in self._paths:
            folder = posixpath.dirname(scene_key)
            relative = key.removeprefix(f"{folder}/") if folder else key
            free = (path for path in (relative, key) if _is_plain(path) and self._is_free(path))
            path = next(free, None)
            if path is None:
                return None
            self._take(key, path)
        return self._paths[key]

    def beside(self, path: str, name: str, key: str) -> str | None:
        """Return the path of a file that another one names, so that the name stays right.

        Args:
            path: Path of the file that names it.
            name: The name, relative to that file.
            key: Key of the named file.

        Returns:
            None for a path outside of the folder, or one that is taken by another file.
        """
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if self._paths.get(key, other) != other or not _is_plain(other):
            return None
        if key not in self._paths:
            if not self._is_free(other):
                return None
            self._take(key, other)
        return other

    def _is_free(self, path: str) -> bool:
        """Return whether a path is neither a file nor a folder, and below no file; letters of any case."""
        folded = path.casefold()
        return (
            folded not in self._taken
            and self._taken.isdisjoint(_folders(folded))
            and (folded not in self._folders)
        )

    def _take(self, key: str, path: str) -> None:
        self._paths[key] = path
        self._taken.add(path.casefold())
        self._folders.update(_folders(path.casefold()))


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a path is in."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def named_files(content: bytes) -> list[str]:
    """Return the relative addresses of files that a glTF model or a tileset names, each once.

    Args:
        content: The file.

    Returns:
        Buffers and images of a model, contents of a tileset; nothing for another file.
    """
    try:
        root = json.loads(content)
    except ValueError:
        return []
    addresses: dict[str, None] = {}
    values = [root.get(name) for name in ("buffers", "images", "root")] if isinstance(root, dict) else []
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += reversed(value)
        elif isinstance(value, dict):
            for name in ("uri", "url"):
                address = value.get(name)
                if isinstance(address, str) and address and not _ADDRESS.match(address):
                    addresses[unquote(address)] = None
            values += [value.get(name) for name in ("children", "contents", "content")]
    return list(addresses)


def _is_plain(path: str) -> bool:
    """Return whether a key can be a path of a file below a folder, and is copied by a deployment."""
    names = path.split("/")
    return not _NO_PATH.search(path) and all(
        name and not name.startswith(".") and len(name) <= _MAX_NAME for name in names
    )


def _reference(container: dict[str, Any], name: str) -> Iterator[FileReference]:
    address = container.get(name)
    if isinstance(address, str) and address:
        yield FileReference(container, name, address)


def _maps(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
