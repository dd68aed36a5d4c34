"""Facts of models and textures: what the page and AWS's viewer load, and the words for what they do not.

They are kept as data in ``model_facts.json``, which the page (``viewer/``) reads too. Each group names its
source under ``sources`` there.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = dict[str, Any]

FACTS_FILE = Path(__file__).with_name("model_facts.json")


class Decoder(NamedTuple):
    """A decoder that AWS's viewer loads from the internet.

    Attributes:
        name: What it decodes.
        setting: Setting of the viewer for another address of the decoder.
    """

    name: str
    setting: str


class ModelFacts(NamedTuple):
    """All facts of models.

    Attributes:
        drawn_by_page: glTF extensions that the page draws.
        drawn_by_aws_viewer: glTF extensions that AWS's viewer draws.
        invisible: Extensions that change nothing that is drawn.
        effects: What a model looks like without an extension, by extension.
        losing: Extensions without which a viewer loads nothing of a model that requires them.
        decoders: Decoders that AWS's viewer loads from ``decoder_origin``, by extension.
        decoder_origin: Host of the decoders.
        max_bytes: Size of a scene's models in bytes that AWS advises.
        max_triangles: Number of triangles that AWS advises.
        signatures: Kinds of files, with their article, by the first bytes of a file.
        textures: Kinds of images that are textures.
        messages: Ends of sentences that begin with a file, by name; ``{...}`` are values.
    """

    drawn_by_page: frozenset[str]
    drawn_by_aws_viewer: frozenset[str]
    invisible: frozenset[str]
    effects: Mapping[str, str]
    losing: frozenset[str]
    decoders: Mapping[str, Decoder]
    decoder_origin: str
    max_bytes: int
    max_triangles: int
    signatures: Mapping[bytes, str]
    textures: tuple[str, ...]
    messages: Mapping[str, str]

    def message(self, key: str, **values: object) -> str:
        """Return the end of a sentence that begins with a file.

        Args:
            key: Name of the message.
            values: Its values by name; whole numbers are written with commas.
        """
        texts = {
            name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in values.items()
        }
        return self.messages[key].format(**texts)

    def kind_of(self, start: bytes) -> str | None:
        """Return the kind of a file by its first bytes, with its article; None if it is not a known one.

        Args:
            start: The first bytes.
        """
        if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
            return "a WebP image"
        if start[4:12] in (b"ftypavif", b"ftypavis"):
            return "an AVIF image"
        matches = (kind for signature, kind in self.signatures.items() if start.startswith(signature))
        return next(matches, None)

    def is_texture(self, kind: str) -> bool:
        """Return whether a kind of files is an image that viewers load as a texture.

        Args:
            kind: As ``kind_of`` returns it.
        """
        return any(f" {name} image" in kind for name in self.textures)


@cache
def model_facts() -> ModelFacts:
    """Return the facts of models, read at the first call."""
    facts: Json = json.loads(FACTS_FILE.read_text(encoding="utf-8"))
    extensions = facts["extensions"]
    return ModelFacts(
        drawn_by_page=frozenset(extensions["page"]),
        drawn_by_aws_viewer=frozenset(extensions["awsViewer"]),
        invisible=frozenset(extensions["invisible"]),
        effects=extensions["effects"],
        losing=frozenset(extensions["losing"]),
        decoders={name: Decoder(**item) for name, item in facts["decoders"].items()},
        decoder_origin=facts["decoderOrigin"],
        max_bytes=facts["advice"]["bytes"],
        max_triangles=facts["advice"]["triangles"],
        signatures={bytes.fromhex(start): kind for start, kind in facts["signatures"].items()},
        textures=tuple(facts["textures"]),
        messages=facts["messages"],
    )
