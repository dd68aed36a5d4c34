"""The page in one file: what was built of `viewer/`, and the twin as data.

Scripts of the page are put into an import map, from which they import each other; nothing is fetched. The
file says so to the browser, by a policy that lets it connect to nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.errors import TwinError
from twin_stack.package_data import PAGE_NOT_BUILT, built_page
from twin_stack.preview.entities import entities
from twin_stack.preview.files import scene_files
from twin_stack.preview.samples import samples

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.client.model import Component, Entity
    from twin_stack.definition import TwinDefinition

    Json = dict[str, Any]

_ENTRY = re.compile(r'<script type="module"[^>]* src="\./assets/([^"]+\.js)"')
_IMPORT = re.compile(r"""(["'`])\./([\w.-]+\.js)\1""")
# What a model says of how it is packed, and how the files that unpack it begin.
_DECODERS = {
    b"KHR_draco_mesh_compression": "draco_",
    b"KHR_texture_basisu": "basis_",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A page.

    Attributes:
        html: The file.
        problems: What is not in it, a line each.
    """

    html: str
    problems: tuple[str, ...]


def preview(definition: TwinDefinition) -> Preview:
    """Make the page of a twin; equal bytes for equal definitions.

    Args:
        definition: A checked definition.

    Raises:
        TwinError: The page is not built; the message says what to do.
    """
    folder = built_page()
    if folder is None:
        raise TwinError(PAGE_NOT_BUILT)
    files, problems = scene_files(definition.scenes, definition.assets)
    contents = {name: path.read_bytes() for name, path in files.items()}
    twin = _twin(definition, contents)
    return Preview(_document(folder, definition.workspace_id, twin, contents), tuple(problems))


def _twin(definition: TwinDefinition, files: dict[str, bytes]) -> Json:
    """What the page reads: the members of `Embedded` in `viewer/src/api/embedded.ts`."""
    found = entities(definition)
    root = f"s3://{definition.workspace_id}"
    objects = {f"{root}/{name}": _base64(content) for name, content in files.items()}
    scenes = []
    for scene_id, scene in definition.scenes.items():
        location = f"{root}/{scene_id}.json"
        objects[location] = _base64(_compact(scene.document).encode())
        scenes.append({"sceneId": scene_id, "contentLocation": location})
    extending: dict[str, list[str]] = {}
    for type_id, kind in definition.component_types.items():
        for parent in kind.extends_from:
            extending.setdefault(parent, []).append(type_id)
    return {
        "workspaceId": definition.workspace_id,
        "entities": [_entity(entity) for entity in found],
        "scenes": scenes,
        "objects": objects,
        "extendingTypes": extending,
        **samples(found),
    }


def _entity(entity: Entity) -> Json:
    summary = entity.summary
    return {
        "entityId": summary.id,
        "entityName": summary.name,
        "parentEntityId": summary.parent_id,
        "description": summary.description,
        "components": {component.path: _component(component) for component in entity.components},
    }


def _component(component: Component) -> Json:
    return {
        "componentTypeId": component.type_id,
        "properties": {
            item.name: {
                "definition": item.definition,
                **({} if item.data_value is None else {"value": item.data_value}),
            }
            for item in component.properties
        },
    }


def _document(folder: Path, title: str, twin: Json, models: dict[str, bytes]) -> str:
    entry = _ENTRY.search((folder / "index.html").read_text(encoding="utf-8"))
    if entry is None:
        raise TwinError(f"{folder / 'index.html'} names no script; {PAGE_NOT_BUILT}")
    assets = sorted((folder / "assets").iterdir())
    unpacked = _unpackers(assets, models)
    decoders = ("draco_", "basis_")
    scripts = {one.name: one for one in assets if one.suffix == ".js" and not one.name.startswith(decoders)}
    imports = {f"page/{name}": _module(path, scripts) for name, path in scripts.items()}
    inline = {
        "importmap": _compact({"imports": imports}),
        "text/javascript": f"globalThis.twinAssets = {_compact(unpacked)}",
        "module": f'import "page/{entry[1]}"',
    }
    style = "".join(one.read_text(encoding="utf-8") for one in assets if one.suffix == ".css")
    policy = _policy(list(inline.values()), makes_functions=any("basis_" in name for name in unpacked))
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
        f'<script type="application/json" id="twin">{_compact(twin)}</script>',
        f'<script type="text/plain" id="licenses">{_licences(folder)}</script>',
        *(f'<script type="{kind}">{text}</script>' for kind, text in inline.items()),
        "",
    ]
    return "\n".join(lines)


def _licences(folder: Path) -> str:
    """Of what the page is made of, for whoever looks into the file."""
    return (folder / "licenses.md").read_text(encoding="utf-8").replace("<", "&lt;")


def _policy(scripts: list[str], *, makes_functions: bool) -> str:
    """Only these scripts run, and nothing is asked of anybody.

    Args:
        scripts: Scripts of the document.
        makes_functions: Whether the decoder of KTX2 textures is among what they load, which makes functions
            of text (Emscripten's embind).
    """
    evaluates = " 'unsafe-eval'" if makes_functions else ""
    hashes = [f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'" for text in scripts]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src data: 'wasm-unsafe-eval'{evaluates} {' '.join(hashes)}",
            "worker-src blob: data:",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "connect-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _module(path: Path, scripts: dict[str, Path]) -> str:
    """A script as an address, with its imports by the names of the import map."""

    def name(found: re.Match[str]) -> str:
        return f"{found[1]}page/{found[2]}{found[1]}" if found[2] in scripts else found[0]

    return _data_url("text/javascript", _IMPORT.sub(name, path.read_text(encoding="utf-8")).encode())


def _unpackers(assets: list[Path], models: dict[str, bytes]) -> dict[str, str]:
    """The decoders that the models need, as addresses, by the names that the scripts use."""
    wanted = tuple(
        prefix for word, prefix in _DECODERS.items() if any(word in content for content in models.values())
    )
    return {
        f"assets/{one.name}": _data_url(
            "application/wasm" if one.suffix == ".wasm" else "text/javascript", one.read_bytes()
        )
        for one in assets
        if wanted and one.name.startswith(wanted)
    }


def _data_url(content_type: str, content: bytes) -> str:
    return f"data:{content_type};base64,{_base64(content)}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _compact(value: object) -> str:
    """JSON that can stand in a script: no text in it ends the script or begins a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
