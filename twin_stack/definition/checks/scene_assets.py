"""Rules of the files that scenes show: whether they are there, and have the parts that scenes name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.model_reader import ModelFileError, read_model, viewer_name
from twin_stack.definition.rule import rule
from twin_stack.definition.scene_parts import (
    component_place,
    first_at_each_place,
    list_member,
    map_member,
    scene_components,
    scene_nodes,
)
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.model_reader import ModelFacts
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition

MODEL_LIGHTS: Final = "KHR_lights_punctual"
"""The extension of glTF by which a model brings lights; AWS's viewer and the page draw them."""


@rule("TWIN043", "missing-asset", gathers_places=True)
def missing_asset(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that models and textures are in the folder ``assets``.

    A model or texture file is not in the folder `assets`. The viewer would show a red cube, or nothing.

    Bad:
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN043 file "hall.gltf" is not in the folder assets; none is defined

    Fix:
        Add the file, or correct the name. Addresses with `s3://` or `https://` are not checked.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}]}

    Args:
        definition: The definition.
    """

    def is_missing(uri: object) -> bool:
        if not isinstance(uri, str) or uri == "" or "://" in uri:
            return False
        is_lost = definition.lost.has_lost_assets or uri in definition.lost.words
        return uri not in definition.assets and not is_lost

    def missing(uri: str, place: Location) -> Finding:
        message = f"file {quote_value(uri)} is not in the folder assets"
        return missing_asset.finding(place, message, did_you_mean(uri, definition.assets))

    for scene_id, _, component, _ in scene_components(definition):
        for key in ("uri", "textureUri"):
            if is_missing(component.get(key)):
                yield missing(component[key], component_place(definition, scene_id, component, key))
    for scene_id, scene in definition.scenes.items():
        for settings, members in scene_facts().setting_members.items():
            values = map_member(map_member(scene.document, "properties"), settings)
            for key, member in members.items():
                if member.type == "uri" and is_missing(values.get(key)):
                    place = definition.where("scenes", scene_id, "properties", settings, key)
                    yield missing(values[key], place)


@rule("TWIN176", "unknown-model-part")
def unknown_model_part(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that models have the parts and animations that scenes name.

    A `SubModelRef` selects a part of the model above it by name, an `Animation` a clip of the model of its
    node. Viewers do not say that a name is not in the file. They replace spaces in names of parts by `_`, and
    leave out `[`, `]`, `.`, `:` and `/`.

    Bad:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "nodes": [{"name": "Pump"}], "scenes": [{"nodes": [0]}], "scene": 0}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]
                children:
                  - components: [{type: SubModelRef, selector: Pmup}]

    Finding:
        scenes/hall.yaml:5:52 TWIN176 model "hall.gltf" has no part "Pmup"; did you mean "Pump"?

    Fix:
        Use a name that is in the file.

    Good:
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]
                children:
                  - components: [{type: SubModelRef, selector: Pump}]

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        yield from first_at_each_place(_unknown_parts(definition, scene_id, scene))


def _unknown_parts(definition: UncheckedDefinition, scene_id: str, scene: Scene) -> Iterator[Finding]:
    parents = {
        child: index
        for index, node in scene_nodes(scene)
        for child in list_member(node, "children")
        if isinstance(child, int)
    }
    nodes = dict(scene_nodes(scene))
    for index, node in nodes.items():
        for component in list_member(node, "components"):
            kind = component.get("type") if isinstance(component, dict) else None
            if kind == "SubModelRef":
                uri, model = _model_above(definition, nodes, parents, index)
                selector = component.get("selector")
                is_name = isinstance(selector, str) and not selector.isdigit()  # others are ids of objects
                if model is not None and is_name and selector not in model.object_names:
                    place = component_place(definition, scene_id, component, "selector")
                    message = f"model {quote_value(uri)} has no part {quote_value(selector)}"
                    yield unknown_model_part.finding(place, message, _part_remedy(str(selector), model))
            elif kind == "Animation":
                uri, model = _model_of(definition, node)
                for position, clip in enumerate(list_member(component, "currentAnimations")):
                    if model is not None and isinstance(clip, str) and clip not in model.animations:
                        path = ("currentAnimations", position)
                        place = component_place(definition, scene_id, component, *path)
                        message = f"model {quote_value(uri)} has no animation {quote_value(clip)}"
                        remedy = did_you_mean(clip, sorted(set(model.animations)))
                        yield unknown_model_part.finding(place, message, remedy)


def _part_remedy(selector: str, model: ModelFacts) -> str:
    name = viewer_name(selector)
    if name in model.object_names:
        return f'did you mean "{name}"?'
    return did_you_mean(selector, sorted(model.object_names - {""}))


def _model_above(
    definition: UncheckedDefinition,
    nodes: Mapping[int, dict[str, Any]],
    parents: Mapping[int, int],
    index: int,
) -> tuple[str, ModelFacts | None]:
    """Return the nearest model above a node, None where it is not known."""
    seen = {index}
    while (parent := parents.get(index)) is not None and parent in nodes and parent not in seen:
        seen.add(parent)
        index = parent
        components = [item for item in list_member(nodes[index], "components") if isinstance(item, dict)]
        if any(component.get("type") == "ModelRef" for component in components):
            return _model_of(definition, nodes[index])
    return "", None


def _model_of(definition: UncheckedDefinition, node: Mapping[str, Any]) -> tuple[str, ModelFacts | None]:
    """Return the model of a node with its address, None where it is not known."""
    for component in list_member(node, "components"):
        if isinstance(component, dict) and component.get("type") == "ModelRef":
            uri = component.get("uri")
            if isinstance(uri, str) and component.get("modelType") in ("GLB", "GLTF"):
                return uri, model_in_assets(definition, uri)
    return "", None


def model_in_assets(definition: UncheckedDefinition, uri: str) -> ModelFacts | None:
    """Return a model of the folder ``assets``, None if it is not there or cannot be read.

    Args:
        definition: The definition.
        uri: Its address in a scene.
    """
    path = definition.assets.get(uri)
    if path is None:
        return None
    try:
        return read_model(path)
    except ModelFileError:
        return None  # reported by the rules of models


def has_own_light(definition: UncheckedDefinition, scene: Scene) -> bool:
    """Return whether a model of a scene brings a light.

    Args:
        definition: The definition.
        scene: The scene.
    """
    models = [_model_of(definition, node)[1] for _, node in scene_nodes(scene)]
    return any(MODEL_LIGHTS in model.extensions_used for model in models if model is not None)
