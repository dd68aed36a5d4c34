"""The HTML document of the page: the built files of ``viewer/`` and the twin, in one file.

The scripts of the page are ``data:`` URLs in an import map, through which they import each other. A content
security policy keeps the browser from connecting to anything else.
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

_ENTRY_SCRIPT = re.compile(r'<script type="module"[^>]* src="\./assets/([^"]+\.js)"')
_IMPORT = re.compile(r"""(["'`])\./([\w.-]+\.js)\1""")
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
    entry = _ENTRY_SCRIPT.search((folder / "index.html").read_text(encoding="utf-8"))
    if entry is None:
        raise TwinError(f"{folder / 'index.html'} names no script; {PAGE_NOT_BUILT}")
    assets = sorted((folder / "assets").iterdir())
    decoders = _needed_decoders(assets, files)
    inline_scripts = {
        "importmap": compact_json({"imports": _imports(assets)}),
        "text/javascript": f"globalThis.twinAssets = {compact_json(decoders)}",
        "module": f'import "page/{entry[1]}"',
    }
    style = "".join(path.read_text(encoding="utf-8") for path in assets if path.suffix == ".css")
    policy = _content_security_policy(
        list(inline_scripts.values()), allows_eval=any("basis_" in name for name in decoders)
    )
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


def _content_security_policy(scripts: Sequence[str], *, allows_eval: bool) -> str:
    """Return a policy that allows these scripts and no connection.

    Args:
        scripts: Inline scripts of the document.
        allows_eval: Whether scripts may compile text as code. The decoder of KTX2 textures does (Emscripten's
            embind).
    """
    eval_source = " 'unsafe-eval'" if allows_eval else ""
    hashes = [f"'sha256-{to_base64(hashlib.sha256(text.encode()).digest())}'" for text in scripts]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src data: 'wasm-unsafe-eval'{eval_source} {' '.join(hashes)}",
            "worker-src blob: data:",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "connect-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _imports(assets: Sequence[Path]) -> dict[str, str]:
    """Return the import map: ``data:`` URLs of the page's scripts by name, without decoders."""
    prefixes = tuple(_DECODER_PREFIXES.values())
    scripts = {
        path.name: path for path in assets if path.suffix == ".js" and not path.name.startswith(prefixes)
    }

    def import_by_name(match: re.Match[str]) -> str:
        quote, name = match[1], match[2]
        return f"{quote}page/{name}{quote}" if name in scripts else match[0]

    return {
        f"page/{name}": data_url(
            "text/javascript", _IMPORT.sub(import_by_name, path.read_text(encoding="utf-8")).encode()
        )
        for name, path in scripts.items()
    }


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
