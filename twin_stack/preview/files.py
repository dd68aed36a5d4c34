"""Files that scenes show, to be put into the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.definition.schema import Scene

_ADDRESSES = ("uri", "textureUri")


def scene_files(scenes: Mapping[str, Scene], folder: Path | None) -> tuple[dict[str, Path], list[str]]:
    """Return the files that scenes name, and what cannot be in the page.

    Args:
        scenes: The scenes.
        folder: Where their files are, if there are any.

    Returns:
        Paths by what they are called relative to the folder, in order; and a line for each file that is
        somewhere else.
    """
    found: dict[str, Path] = {}
    problems: list[str] = []
    for scene_id, scene in scenes.items():
        for name in _addresses(scene.document):
            if "://" in name:
                problems.append(
                    f"scene {scene_id}: {name} is not in the page: it is not in the folder assets"
                )
            elif folder is not None and (folder / name).is_file():
                found.update(_with_neighbours(folder, name))
    return dict(sorted(found.items())), list(dict.fromkeys(problems))


def _addresses(document: Mapping[str, Any]) -> Iterator[str]:
    for node in document.get("nodes", ()):
        for component in node.get("components") or ():
            for key in _ADDRESSES:
                if isinstance(component.get(key), str) and component[key]:
                    yield component[key]


def _with_neighbours(folder: Path, name: str) -> dict[str, Path]:
    """A file that names others (a glTF its buffers, a tileset its tiles) comes with all below its folder."""
    path = folder / name
    if path.suffix.lower() not in (".gltf", ".json"):
        return {name: path}
    return {one.relative_to(folder).as_posix(): one for one in path.parent.rglob("*") if one.is_file()}
