"""Scenes of a workspace, with the models and textures that they name, from its bucket."""

from __future__ import annotations

import json
import posixpath
import shutil
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import answer_or_code, translate_errors
from twin_stack.definition.files import MAX_BYTES
from twin_stack.definition.findings import Location
from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.formats.workspace.scene_files import (
    AssetPaths,
    FileReference,
    file_references,
    named_files,
    object_key,
    split_location,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.formats.workspace.account import WorkspaceAccount

    Json = dict[str, Any]

_MAX_INDEX = 50_000_000
"""Bytes of a file that names others and is read as a whole: a .gltf, or a tileset."""
_BLOCK = 1 << 20
_BUCKET_ARN = ":::"


class SceneReader:
    """Reads scenes, and lists the files that they name; files are downloaded when they are written.

    Args:
        account: The workspace.
        s3: A client of boto3.
        s3_location: ARN of the bucket of the workspace.
        assets: Receives the files by their path in ``assets``.
        losses: Receives what was dropped or changed.
        progress: Receives a line for each scene, with the size of its files.
    """

    def __init__(  # noqa: PLR0917
        self,
        account: WorkspaceAccount,
        s3: Any,
        s3_location: str,
        assets: dict[str, Path | Callable[[Path], None]],
        losses: list[Finding],
        progress: Callable[[str], None],
    ) -> None:
        self._account = account
        self._s3 = s3
        self._bucket = s3_location.rpartition(_BUCKET_ARN)[2]
        self._assets = assets
        self._losses = losses
        self._progress = progress
        self._paths = AssetPaths()
        self._sizes: dict[str, int | None] = {}

    def scenes(self, place: Location, former_ids: Collection[str]) -> Iterator[Json]:
        """Yield scenes in the form of definition files.

        Args:
            place: Place of the workspace, for findings.
            former_ids: Ids under which a deployment keeps a copy of a renamed scene; these are left out.
        """
        for response in self._account.scenes():
            scene_id = response["sceneId"]
            if scene_id in former_ids:
                continue
            own_place = Location(place.file / "scene" / scene_id, 1, 1)
            document = self._document(response, own_place)
            if document is None:
                continue
            key = self._key(response["contentLocation"])
            files = {
                path
                for reference in file_references(document)
                for path in self._use(reference, key, own_place)
            }
            size = sum(self._sizes.get(path) or 0 for path in files)
            self._progress(f"scene {scene_id}: {len(files)} files, {size:,} bytes")
            yield {
                "sceneId": scene_id,
                **{
                    name: response[name]
                    for name in ("description", "capabilities", "sceneMetadata")
                    if response.get(name)
                },
                **document,
            }

    def _key(self, location: str) -> str:
        """Return the key of a document: viewers read the workspace's bucket, whatever the location names."""
        parts = split_location(location)
        return parts[1] if parts else ""

    def _document(self, response: Json, place: Location) -> Json | None:
        """Return the document of a scene; None, and a finding, where it cannot be read."""
        location = response["contentLocation"]
        content, code = answer_or_code(lambda: self._content(self._key(location)))
        problem = f"cannot be read ({code})"
        if content is not None and len(content) > MAX_BYTES:
            problem = f"is larger than {MAX_BYTES:,} bytes"
        elif content is not None:
            problem = "is no JSON object"
            with suppress(ValueError):
                document = json.loads(content)
                if isinstance(document, dict):
                    return document
        message = f"scene {response['sceneId']} is not imported: its document {location} {problem}"
        remedy = "correct the document in the bucket, and import again"
        self._losses.append(NEEDS_A_DECISION.finding(place, message, remedy))
        return None

    def _use(self, reference: FileReference, scene_key: str, place: Location) -> Iterator[str]:
        """Import a file that a scene names, with those that it names; yield their paths."""
        address = reference.address
        key = object_key(address, self._bucket, scene_key)
        if key is None:
            if "://" in address and not address.lower().startswith(("http://", "https://")):
                message = f"file {address} is not imported: it is not in the bucket of the workspace"
                self._losses.append(
                    NOT_IMPORTED.finding(place, message, "copy it into assets, and correct the scene")
                )
            return
        path = self._paths.path(key, scene_key)
        if path is None:
            message = f"file {address} is not imported: its key {key} cannot be a path in assets"
            self._losses.append(
                NEEDS_A_DECISION.finding(place, message, "rename it in the bucket and in the scene")
            )
            return
        if not self._add(path, key, address, place):
            return
        yield path
        if path != address:
            reference.container[reference.member] = path
            message = f"file {address} is assets/{path}, and the scene names it so"
            self._losses.append(CHANGED_ON_IMPORT.finding(place, message, "no action is needed"))
        yield from self._add_named(path, key, place)

    def _add(self, path: str, key: str, address: str, place: Location) -> bool:
        """List a file to download; return False, with a finding, where the bucket does not have it."""
        if path not in self._sizes:
            self._sizes[path] = self._size(key)
        if self._sizes[path] is None:
            message = f"file {address} is not imported: the bucket has no readable {key}"
            self._losses.append(NEEDS_A_DECISION.finding(place, message, f"copy it to assets/{path}"))
            return False
        self._assets[path] = partial(_download, self._s3, self._bucket, key)
        return True

    def _add_named(self, path: str, key: str, place: Location) -> Iterator[str]:
        """List the files that a glTF model or a tileset names; yield their paths."""
        if not key.lower().endswith((".gltf", ".json")):
            return
        content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(_MAX_INDEX)
        for name in named_files(content):
            other_key = posixpath.normpath(posixpath.join(posixpath.dirname(key), name))
            other = self._paths.beside(path, name, other_key)
            if other is None:
                message = f"file {name}, which {path} names, is not imported: it is outside of assets"
                self._losses.append(NEEDS_A_DECISION.finding(place, message, "pack the model as .glb"))
            elif other not in self._assets and self._add(other, other_key, name, place):
                yield other
                yield from self._add_named(other, other_key, place)

    def _content(self, key: str) -> bytes:
        content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(MAX_BYTES + 1)
        return content

    def _size(self, key: str) -> int | None:
        head, _ = answer_or_code(lambda: self._s3.head_object(Bucket=self._bucket, Key=key))
        return None if head is None else int(head["ContentLength"])


def _download(s3: Any, bucket: str, key: str, target: Path) -> None:
    """Write an object to a file without holding it in memory."""
    with translate_errors(), target.open("wb") as file:
        shutil.copyfileobj(s3.get_object(Bucket=bucket, Key=key)["Body"], file, _BLOCK)
