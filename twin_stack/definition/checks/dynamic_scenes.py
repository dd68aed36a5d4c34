"""Rules of dynamic scenes, whose nodes are entities below a root entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.definition.checks.scene_assets import (
    MODEL_LIGHTS,
    has_own_light,
    missing_asset,
    model_in_assets,
)
from twin_stack.definition.checks.scene_bindings import binding_findings, unknown_binding
from twin_stack.definition.dynamic_scene import (
    MAX_LEVELS,
    EntityNode,
    entities_below,
    entity_node,
    scene_root,
    with_entity_nodes,
)
from twin_stack.definition.findings import Finding, Severity
from twin_stack.definition.rule import rule
from twin_stack.definition.rules.scenes import INVALID_SCENE
from twin_stack.definition.scene_document import scene_problems
from twin_stack.definition.scene_parts import document_place
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.dynamic_scene_types import SCENE_NODE, SCENE_ROOT_METADATA, SCENE_ROOT_PROPERTY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from twin_stack.definition.findings import Location
    from twin_stack.definition.scene_document import SceneProblem
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition


_SHOWN_ALL_THE_SAME: Final = ("missing-rule", "unknown-icon")
"""Problems of a component that AWS's viewer shows, for an entity: without the rule, and as the icon Info."""


@unknown_binding.checked_by
def unknown_scene_roots(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report root entities of dynamic scenes that are not defined; the viewer would draw nothing.

    Args:
        definition: Scenes and entities.
    """
    valid = definition.declared("entities")
    for place, entity_id in _scene_roots(definition):
        if entity_id not in valid and entity_id not in definition.lost:
            message = f"root entity {quote_value(entity_id)} of the dynamic scene is not defined"
            yield unknown_binding.finding(place, message, did_you_mean(entity_id, valid))


def _scene_roots(definition: UncheckedDefinition) -> Iterator[tuple[Location, str]]:
    """Yield the ids of root entities with their places, from documents and from what the service stores."""
    for scene_id, scene in definition.scenes.items():
        properties = scene.document.get("properties")
        if isinstance(properties, LocatedMap) and (entity_id := scene_root(scene)):
            yield at(properties, SCENE_ROOT_PROPERTY), entity_id
            continue
        for key in SCENE_ROOT_METADATA:
            if key in scene.scene_metadata:
                yield definition.where("scenes", scene_id, "sceneMetadata", key), scene.scene_metadata[key]


@rule("TWIN187", "undrawn-scene-entity", severity=Severity.WARNING)
def undrawn_scene_entity(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that viewers draw the entities below the root of a dynamic scene.

    An entity below the root of a dynamic scene is not drawn: it has no component of the type
    `com.amazon.iottwinmaker.3d.node`, is more than ten levels below the root, or has a component of a type
    that is not drawn.

    Bad:
        scenes/yard.yaml:
            properties: {environmentPreset: neutral, sceneRootEntityId: yard}
            nodes: []
        entities/e.yaml:
            yard: {entityName: Yard}
            door: {entityName: Door, parentEntityId: yard}

    Finding:
        entities/e.yaml:2:1 TWIN187 warning: entity "door" is below the root of dynamic scene "yard" and is
        not drawn: it has no component of type com.amazon.iottwinmaker.3d.node; add one, or move the entity

    Fix:
        Add the component, or move the entity to a place that is not below the root.

    Good:
        entities/e.yaml:
            yard: {entityName: Yard}
            door:
              entityName: Door
              parentEntityId: yard
              components:
                Node: {componentTypeId: com.amazon.iottwinmaker.3d.node, properties: {name: Door}}

    Args:
        definition: The definition.
    """
    for scene_id, root_id in _dynamic_scenes(definition):
        for entity, level in entities_below(root_id, definition.entities):
            root = f"the root of dynamic scene {quote_value(scene_id)}"
            subject = f'entity "{entity.entity_id}" is below {root} and is not drawn'
            place = definition.where("entities", entity.entity_id)
            node = entity_node(entity)
            if ("entities", entity.entity_id) in definition.partial:
                continue
            if node is None:
                message = f"{subject}: it has no component of type {SCENE_NODE}"
                yield undrawn_scene_entity.finding(place, message, "add one, or move the entity")
            elif level > MAX_LEVELS:
                message = f"{subject}: it is {level} levels below the root, of {MAX_LEVELS} that viewers read"
                yield undrawn_scene_entity.finding(place, message, "move it nearer to the root")
            else:
                for name in node.undrawn:
                    type_id = entity.components[name].component_type_id
                    component = f'component "{name}" of "{entity.entity_id}"'
                    message = f"{component} is not drawn: viewers draw nothing for {type_id}"
                    where = definition.where("entities", entity.entity_id, "components", name)
                    yield undrawn_scene_entity.finding(where, message, "remove it")


def _dynamic_scenes(definition: UncheckedDefinition) -> Iterator[tuple[str, str]]:
    """Yield the ids of dynamic scenes and of their root entities, if those are defined."""
    for scene_id, scene in definition.scenes.items():
        root_id = scene_root(scene)
        if root_id is not None and root_id in definition.entities:
            yield scene_id, root_id


def _nodes_of(definition: UncheckedDefinition, root_id: str) -> Iterator[EntityNode]:
    for entity, level in entities_below(root_id, definition.entities):
        node = entity_node(entity)
        if node and level <= MAX_LEVELS and ("entities", entity.entity_id) not in definition.partial:
            yield node


@INVALID_SCENE.checked_by
def node_problems(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report mistakes of entities as nodes of a scene, as of those of a document.

    Args:
        definition: Scenes and entities.
    """
    for scene_id, root_id in _dynamic_scenes(definition):
        scene = definition.scenes[scene_id]
        nodes = list(_nodes_of(definition, root_id))
        parents = {node.entity_id: definition.entities[node.entity_id].parent_entity_id for node in nodes}
        own = set(scene_problems(scene.document))
        start = len(scene.document.get("nodes") or [])
        for problem in scene_problems(with_entity_nodes(scene.document, nodes, parents)):
            is_lit = problem.kind == "unlit-scene" and _has_own_light(definition, scene, nodes)
            if problem not in own and not is_lit:
                yield _problem_finding(definition, scene_id, problem, nodes, start)


def _has_own_light(definition: UncheckedDefinition, scene: Scene, nodes: list[EntityNode]) -> bool:
    """Return whether a model of a dynamic scene brings a light."""
    uris = {component.document.get("uri") for node in nodes for component in node.components}
    models = (model_in_assets(definition, uri) for uri in uris if isinstance(uri, str))
    return has_own_light(definition, scene) or any(
        MODEL_LIGHTS in model.extensions_used for model in models if model is not None
    )


def _problem_finding(
    definition: UncheckedDefinition,
    scene_id: str,
    problem: SceneProblem,
    nodes: list[EntityNode],
    start: int,
) -> Finding:
    path = problem.path
    index = path[1] - start if len(path) > 1 and path[0] == "nodes" and isinstance(path[1], int) else -1
    if index >= 0:
        place = _property_place(definition, nodes[index], nodes[index].property_of(path[2:]))
    else:
        place = _camera_place(definition, scene_id, path, nodes) or document_place(
            definition, scene_id, path, of_key=problem.is_key
        )
    is_warning = problem.level == "warning" or (index >= 0 and problem.kind in _SHOWN_ALL_THE_SAME)
    severity = Severity.WARNING if is_warning else Severity.ERROR
    return Finding(place, problem.code, problem.message, problem.remedy, severity)


def _camera_place(
    definition: UncheckedDefinition, scene_id: str, path: tuple[str | int, ...], nodes: list[EntityNode]
) -> Location | None:
    """Return the place of a setting of an entity's camera, None for that of something else."""
    start = len(definition.scenes[scene_id].document.get("cameras") or [])
    cameras = [(node, item) for node in nodes for item in node.components if item.camera is not None]
    index = path[1] if len(path) > 1 and path[0] == "cameras" else -1
    if not isinstance(index, int) or not start <= index < start + len(cameras):
        return None
    node, component = cameras[index - start]
    return _property_place(definition, node, (component.name, *map(str, path[2:3])))


def _property_place(definition: UncheckedDefinition, node: EntityNode, names: tuple[str, ...]) -> Location:
    component, *properties = names
    path = ("components", component, *(["properties", *properties] if properties else []))
    return definition.where("entities", node.entity_id, *path)


@unknown_binding.checked_by
def unknown_node_bindings(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report bindings of a dynamic scene's entities to what is not defined.

    Args:
        definition: Scenes and entities.
    """
    for scene_id, root_id in _dynamic_scenes(definition):
        template = _template(definition.scenes[scene_id])
        for node in _nodes_of(definition, root_id):
            for position, component in enumerate(node.components):
                for key, context in _contexts(component.document):
                    place = _property_place(definition, node, node.property_of(("components", position, key)))
                    located = LocatedMap(place.file, (place.line, place.column))
                    located.update(context)
                    yield from binding_findings(definition, located, template)


def _template(scene: Scene) -> Mapping[str, Any]:
    properties = scene.document.get("properties")
    config = properties.get("dataBindingConfig") if isinstance(properties, dict) else None
    template = config.get("template") if isinstance(config, dict) else None
    return template if isinstance(template, dict) else {}


def _contexts(component: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the data bindings of a component, with the member that each is in."""
    for key in ("valueDataBinding", "valueDataBindings"):
        value = component.get(key)
        holders = list(value.values()) if isinstance(value, dict) and key.endswith("s") else value
        for holder in holders if isinstance(holders, list) else [{"valueDataBinding": value}]:
            binding = holder.get("valueDataBinding") if isinstance(holder, dict) else None
            context = binding.get("dataBindingContext") if isinstance(binding, dict) else None
            if isinstance(context, dict):
                yield key, context


@missing_asset.checked_by
def missing_node_assets(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report models of a dynamic scene's entities that are not in the folder ``assets``.

    Args:
        definition: Scenes and entities.
    """
    if definition.lost.has_lost_assets:
        return
    for _, root_id in _dynamic_scenes(definition):
        for node in _nodes_of(definition, root_id):
            for position, component in enumerate(node.components):
                uri = component.document.get("uri")
                if isinstance(uri, str) and uri and "://" not in uri and uri not in definition.assets:
                    place = _property_place(
                        definition, node, node.property_of(("components", position, "uri"))
                    )
                    message = f"file {quote_value(uri)} is not in the folder assets"
                    yield missing_asset.finding(place, message, did_you_mean(uri, definition.assets))
