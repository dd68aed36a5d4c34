"""The files that scenes refer to: models and textures."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from twin_stack.definition.model_parts import model_parts
from twin_stack.definition.model_reader import ModelFileError, read_model
from twin_stack.twinmaker.dynamic_scene_types import SCENE_MODEL
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.definition.schema import Entity, Scene


def scene_files(
    scenes: Mapping[str, Scene], entities: Mapping[str, Entity], assets: Mapping[str, Path]
) -> tuple[dict[str, Path], list[str]]:
    """Return the files that scenes refer to, and problems of those that are not in the folder.

    Args:
        scenes: Scenes by id.
        entities: Entities by id: those of dynamic scenes name models, too.
        assets: Files of the folder ``assets`` by their path in it. No other file is returned.

    Returns:
        Paths by name relative to the folder, sorted; and a message for each file at another address.
    """
    paths: dict[str, Path] = {}
    problems: list[str] = []
    addresses = [
        (f"scene {scene_id}", address)
        for scene_id, scene in scenes.items()
        for address in _file_addresses(scene.document)
    ]
    addresses += [
        (f"entity {entity_id}", address)
        for entity_id, entity in entities.items()
        for address in _model_addresses(entity)
    ]
    for owner, address in addresses:
        if "://" in address:
            problems.append(f"{owner}: {address} is not in the page: it is not in the folder assets")
        elif address in assets:
            paths.update(_with_referenced_files(assets, address))
    return dict(sorted(paths.items())), list(dict.fromkeys(problems))


def _model_addresses(entity: Entity) -> Iterator[str]:
    for component in entity.components.values():
        uri = component.properties.get("uri")
        if component.component_type_id == SCENE_MODEL and uri and isinstance(uri.value, dict):
            yield from _nonempty_text(uri.value.get("stringValue"))


def _file_addresses(document: Mapping[str, Any]) -> Iterator[str]:
    facts = scene_facts()
    for node in document.get("nodes", ()):
        for component in node.get("components") or ():
            component_type = facts.component_types.get(str(component.get("type")))
            for name, member in component_type.members.items() if component_type else ():
                if member.type == "uri" and member.is_drawn:
                    yield from _nonempty_text(component.get(name))
    properties = document.get("properties") or {}
    for settings, members in facts.setting_members.items():
        for name, member in members.items():
            if member.type == "uri":
                yield from _nonempty_text((properties.get(settings) or {}).get(name))


def _nonempty_text(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value


def _with_referenced_files(assets: Mapping[str, Path], name: str) -> dict[str, Path]:
    """Return a file, with the files that a model refers to, or those of the folder of a tileset."""
    folder = PurePosixPath(name).parent
    if name.lower().endswith(".json"):
        # Tiles name further tilesets.
        return {other: path for other, path in assets.items() if PurePosixPath(other).is_relative_to(folder)}
    try:
        parts = [part.name for part in model_parts(read_model(assets[name]), name)]
    except ModelFileError:  # a texture
        parts = []
    return {other: assets[other] for other in (name, *parts) if other in assets}
