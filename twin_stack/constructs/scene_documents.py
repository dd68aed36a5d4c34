"""Documents of scenes as assets, with markers in place of values that are known at deployment only."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Stage
from aws_cdk import aws_s3_assets as s3_assets

from twin_stack.constructs.lazy import lazy_string
from twin_stack.constructs.tokens import TOKEN

if TYPE_CHECKING:
    import re

    from constructs import Construct


class SceneDocuments:
    """The documents of scenes that have one key prefix: together they are one asset.

    They are written to the cloud assembly at synthesis, when all scenes exist.

    Args:
        scope: The construct that copies them.
        construct_id: The id of their asset within it.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        self._scope = scope
        self._construct_id = construct_id
        self._texts: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._asset: s3_assets.Asset | None = None
        self._bucket_name = lazy_string(lambda: self._written().s3_bucket_name)
        self._object_key = lazy_string(lambda: self._written().s3_object_key)

    @property
    def values(self) -> dict[str, str]:
        """The values by their marker in the documents."""
        return self._values

    @property
    def bucket_name(self) -> str:
        """The name of the bucket of the asset, as a token."""
        return self._bucket_name

    @property
    def object_key(self) -> str:
        """The key of the asset, as a token."""
        return self._object_key

    def add(self, name: str, text: str) -> None:
        """Add a document.

        Args:
            name: The name of its file.
            text: Its content, which may contain tokens.

        Raises:
            ValueError: Another document has the name and another content.
        """
        with_markers = TOKEN.sub(self._marker, text)
        if self._texts.setdefault(name, with_markers) != with_markers:
            raise ValueError(f'two scenes of one workspace have the document "{name}"; rename one of them')

    def hash(self) -> str:
        """Return a hash of names and contents."""
        digest = hashlib.sha256()
        for name, text in sorted(self._texts.items()):
            for part in (name, text):
                digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()

    def _written(self) -> s3_assets.Asset:
        """Write the documents to the cloud assembly and return their asset.

        An ``Asset`` gets its location from the stack's synthesizer. If a synthesizer was passed to the stack,
        Python returns that object, which is not bound to a stack.
        """
        if self._asset is None:
            stage = Stage.of(self._scope)
            assert stage is not None  # noqa: S101 (every stack is in an app)
            folder = Path(stage.asset_outdir, f"scene-documents-{self.hash()}")
            folder.mkdir(exist_ok=True)
            for name, text in self._texts.items():
                (folder / name).write_text(text, encoding="utf-8", newline="")
            self._asset = s3_assets.Asset(
                self._scope, self._construct_id, path=str(folder), display_name="Scene documents"
            )
        return self._asset

    def _marker(self, token: re.Match[str]) -> str:
        for marker, value in self._values.items():
            if value == token[0]:
                return marker
        marker = f"<<twin-stack-value-{len(self._values) + 1}>>"
        self._values[marker] = token[0]
        return marker
