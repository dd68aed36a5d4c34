"""Facts of models and textures."""

from __future__ import annotations

import pytest

from twin_stack.twinmaker.models import model_facts


def test_facts_are_read_once() -> None:
    assert model_facts() is model_facts()


def test_page_draws_all_extensions_that_aws_viewer_draws() -> None:
    facts = model_facts()
    assert facts.drawn_by_aws_viewer
    assert facts.drawn_by_aws_viewer <= facts.drawn_by_page
    assert not facts.drawn_by_page & facts.invisible
    assert facts.decoders.keys() <= facts.drawn_by_aws_viewer


@pytest.mark.parametrize(
    ("start", "kind", "is_texture"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG image", True),
        (b"\xff\xd8\xff\xe0", "a JPEG image", True),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image", True),
        (b"\0\0\0\x1cftypavif", "an AVIF image", True),
        (b"\xabKTX 20\xbb\r\n\x1a\n", "a KTX2 image", False),
        (b"#?RADIANCE\n", "a Radiance HDR image", False),
        (b"glTF\2\0\0\0", "a GLB model", False),
    ],
)
def test_kind_of_a_file(start: bytes, kind: str, is_texture: bool) -> None:
    assert model_facts().kind_of(start) == kind
    assert model_facts().is_texture(kind) is is_texture


def test_unknown_start_has_no_kind() -> None:
    assert model_facts().kind_of(b"solid cube") is None


def test_message_has_its_values_with_commas() -> None:
    assert model_facts().message("cutOff", declared=10_000, size=7) == (
        "is cut off: its header declares 10,000 bytes, it has 7"
    )
