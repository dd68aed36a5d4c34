"""The HTML document of the page: the built files of ``viewer/`` and the twin, in one file.

All modules of the page are one script in the document. A content security policy lists the hashes of the
document's scripts, so that no text of the twin can run as one, and allows no connection.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

from twin_stack.errors import TwinError
from twin_stack.package_data import PAGE_NOT_BUILT
from twin_stack.preview.encoding import compact_json, data_url, to_base64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Json = dict[str, Any]

_SCRIPT_FILE = "preview.js"
"""All modules of the page in one file: ``viewer/vite.config.ts``."""
_END_OR_COMMENT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
"""Start of what ends a script in an HTML document, or hides its end."""
_DECODER_PREFIXES = {
    b"KHR_draco_mesh_compression": "draco_",
    b"KHR_texture_basisu": "basis_",
}
"""Prefixes of decoders' file names, by the glTF extension that they decode."""


def page_document(folder: Path, title: str, twin: Json, files: Mapping[str, bytes]) -> str:
    """Return the HTML of the page.

    Args:
        folder: The built page.
        title: Title of the document.
        twin: The data that the page shows.
        files: Contents of the scenes' files by name; they decide which decoders the page needs.

    Raises:
        TwinError: The folder does not hold a built page.
    """
    script = folder / _SCRIPT_FILE
    if not script.is_file():
        raise TwinError(f"{script} does not exist; {PAGE_NOT_BUILT}")
    assets = sorted((folder / "assets").iterdir())
    decoders = _needed_decoders(assets, files)
    inline_scripts = {
        "text/javascript": f"globalThis.twinAssets = {compact_json(decoders)}",
        # In texts and patterns of JavaScript, \\x3c is the same as <.
        "module": _END_OR_COMMENT.sub(r"\\x3c", script.read_text(encoding="utf-8")),
    }
    style = "".join(path.read_text(encoding="utf-8") for path in assets if path.suffix == ".css")
    policy = _content_security_policy(list(inline_scripts.values()))
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        f'<meta http-equiv="content-security-policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{html.escape(title)}</title>",
        '<link rel="icon" href="data:,">',
        f"<style>{style}</style>",
        f'<script type="application/json" id="twin">{compact_json(twin)}</script>',
        f'<script type="text/plain" id="licenses">{_licenses(folder)}</script>',
        *(f'<script type="{kind}">{text}</script>' for kind, text in inline_scripts.items()),
        "",
    ]
    return "\n".join(lines)


def _licenses(folder: Path) -> str:
    """Return the licenses of the page's libraries, escaped for a script element."""
    return (folder / "licenses.md").read_text(encoding="utf-8").replace("<", "&lt;")


def _content_security_policy(scripts: Sequence[str]) -> str:
    """Return a policy that allows these scripts and no connection.

    Args:
        scripts: Inline scripts of the document.
    """
    hashes = [f"'sha256-{to_base64(hashlib.sha256(text.encode()).digest())}'" for text in scripts]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'wasm-unsafe-eval' {' '.join(hashes)}",
            "worker-src blob:",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "connect-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _needed_decoders(assets: Sequence[Path], files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the decoders that the models need, as ``data:`` URLs by the names that the scripts use."""
    prefixes = tuple(
        prefix
        for extension, prefix in _DECODER_PREFIXES.items()
        if any(extension in content for content in files.values())
    )
    return {
        f"assets/{path.name}": data_url(
            "application/wasm" if path.suffix == ".wasm" else "text/javascript", path.read_bytes()
        )
        for path in assets
        if prefixes and path.name.startswith(prefixes)
    }
