"""Which files of the folder ``assets`` a definition uses, as what, and where it names them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from twin_stack.definition.scene_parts import component_place, map_member, scene_components
from twin_stack.twinmaker.dynamic_scene_types import SCENE_MODEL
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Location
    from twin_stack.definition.unchecked import UncheckedDefinition


class AssetKind(StrEnum):
    """What a definition uses a file as."""

    MODEL = "model"
    TILES = "tiles"
    TEXTURE = "texture"


class AssetUse(NamedTuple):
    """A place that names a file.

    Attributes:
        uri: The address as written.
        kind: What the file is used as.
        place: Where it is written.
        scene_id: Id of the scene, None for an entity of a dynamic scene.
    """

    uri: str
    kind: AssetKind
    place: Location
    scene_id: str | None


def asset_uses(definition: UncheckedDefinition) -> Iterator[AssetUse]:
    """Yield each place of scenes and entities that names a model or a texture by a relative address.

    Args:
        definition: The definition.
    """
    for scene_id, _, component, _ in scene_components(definition):
        model_kind = AssetKind.TILES if component.get("modelType") == "Tiles3D" else AssetKind.MODEL
        is_model = component.get("type") == "ModelRef"
        for key, kind in (("uri", model_kind), ("textureUri", AssetKind.TEXTURE)):
            uri = component.get(key)
            if _is_relative(uri) and (is_model or key != "uri"):
                yield AssetUse(uri, kind, component_place(definition, scene_id, component, key), scene_id)
    for scene_id, scene in definition.scenes.items():
        for settings, members in scene_facts().setting_members.items():
            values = map_member(map_member(scene.document, "properties"), settings)
            for key, member in members.items():
                uri = values.get(key)
                if member.type == "uri" and _is_relative(uri):
                    place = definition.where("scenes", scene_id, "properties", settings, key)
                    yield AssetUse(uri, AssetKind.TEXTURE, place, scene_id)
    yield from _entity_uses(definition)


def _entity_uses(definition: UncheckedDefinition) -> Iterator[AssetUse]:
    for entity_id, entity in definition.entities.items():
        for name, component in entity.components.items():
            if component.component_type_id != SCENE_MODEL:
                continue
            values = {
                key: value.value["stringValue"]
                for key, value in component.properties.items()
                if isinstance(value.value, dict) and isinstance(value.value.get("stringValue"), str)
            }
            uri = values.get("uri")
            if _is_relative(uri):
                kind = AssetKind.TILES if values.get("modelType") == "Tiles3D" else AssetKind.MODEL
                place = definition.where("entities", entity_id, "components", name, "properties", "uri")
                yield AssetUse(uri, kind, place, None)


def _is_relative(uri: object) -> TypeGuard[str]:
    return isinstance(uri, str) and uri != "" and "://" not in uri
