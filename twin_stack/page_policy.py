"""The content security policy of the page, wherever it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def page_policy(
    *,
    connect: Sequence[str] = (),
    frame_ancestors: Sequence[str] = ("'none'",),
) -> str:
    """Return the content security policy of a page that is served with its files beside it.

    Decoders of 3D models compile WebAssembly in workers created from blobs, which inherit the policy.
    Textures of models are blobs.

    Args:
        connect: Origins that the page may connect to beside its own. A path that ends in a slash limits them.
        frame_ancestors: Sources that may show the page in a frame. Default: none.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self' blob:",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            " ".join(("connect-src 'self' data: blob:", *connect)),
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(("frame-ancestors", *frame_ancestors)),
        )
    )
