"""Rules of scenes: what the viewer would not draw, or would hang on.

Source: AWS IoT App Kit's scene composer, from the code of its deserialiser and from tests of its viewer with
faulty documents. A missing rule or a wrong index prevents the viewer from loading the scene; a cycle of
children makes it hang.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.graph import cycles
from twin_stack.definition.parts import has_undocumented_parts, placed_component, placed_components
from twin_stack.definition.rule import rule
from twin_stack.definition.scene_parts import (
    component_place,
    list_member,
    map_member,
    scene_components,
    scene_nodes,
)
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import chain, did_you_mean, quote_value
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN040", "invalid-scene")
def invalid_scene(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the viewer can read a scene and draws all of its components.

    The viewer could not draw the scene, or would silently leave this part out.

    Bad:
        scenes/hall.yaml:
            nodes:
              - name: A
                components: [{type: Hologram}]

    Finding:
        scenes/hall.yaml:3:18 TWIN040 component type "Hologram" is not known; use one of: Animation, Camera,
        DataOverlay, EntityBinding, Light, ModelRef, ModelShader, MotionIndicator, PlaneGeometry, SubModelRef,
        Tag

    Fix:
        Correct it as the finding says; the forms are described in [definition.md](definition.md).

    Good:
        scenes/hall.yaml:
            nodes:
              - name: A
                components: [{type: Tag}]

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        yield from _document_shape(definition, scene_id, scene)
        yield from _node_shapes(definition, scene_id, scene)
    for scene_id, _, component, place in scene_components(definition):
        yield from _component_shape(definition, scene_id, component, place)


def _document_shape(definition: UncheckedDefinition, scene_id: str, scene: Scene) -> Iterator[Finding]:
    """Report a document that the viewer cannot read at all."""
    document, facts = scene.document, scene_facts()
    for key, kind, expected in _MEMBERS:
        if not isinstance(document.get(key, _DEFAULTS.get(key)), kind):
            place = definition.where("scenes", scene_id, key)
            actual = quote_value(document[key]) if key in document else "missing"
            yield invalid_scene.finding(place, f'"{key}" is {actual}', f"write {expected}")
    version = document.get("specVersion")
    if not isinstance(version, str) or version != facts.spec_version:
        place = definition.where("scenes", scene_id, "specVersion")
        message = f'"specVersion" is {quote_value(version)}'
        yield invalid_scene.finding(place, message, f'write "{facts.spec_version}", in quotes')
    unit = document.get("unit", facts.document_defaults["unit"])
    if not isinstance(unit, str) or unit not in facts.units:
        place = definition.where("scenes", scene_id, "unit")
        remedy = did_you_mean(str(unit)[:256], facts.units)
        yield invalid_scene.finding(place, f'"unit" is {quote_value(unit)}', remedy)
    for rule_id, scene_rule in map_member(document, "rules").items():
        if not isinstance(scene_rule, dict) or not isinstance(scene_rule.get("statements"), list):
            place = definition.where("scenes", scene_id, "rules", rule_id)
            message = f"rule {quote_value(rule_id)} has no statements"
            yield invalid_scene.finding(place, message, "add a list of statements")


_MEMBERS = (
    ("rootNodeIndexes", list, "the indexes of the nodes at the top"),
    ("cameras", list, "a list of cameras"),
    ("rules", dict, "a mapping of rules by name"),
)
_DEFAULTS: dict[str, object] = {"cameras": [], "rules": {}}


def _node_shapes(definition: UncheckedDefinition, scene_id: str, scene: Scene) -> Iterator[Finding]:
    """Report nodes that prevent the viewer from loading the scene."""
    for index, node in enumerate(list_member(scene.document, "nodes")):
        place = definition.where("scenes", scene_id, "nodes", index)
        if not isinstance(node, dict):
            yield invalid_scene.finding(place, f"node {index} is {quote_value(node)}", "write a mapping")
            continue
        if not isinstance(node.get("transform"), dict):
            message = f"node {quote_value(node.get('name'))} has no transform"
            yield invalid_scene.finding(place, message, "add one, even if it is empty")
        for key in ("children", "components"):
            if not isinstance(node.get(key, []), list | None):
                where = definition.where("scenes", scene_id, "nodes", index, key)
                yield invalid_scene.finding(where, f'"{key}" is {quote_value(node[key])}', "write a list")


def _component_shape(
    definition: UncheckedDefinition, scene_id: str, component: dict[str, Any], place: Location
) -> Iterator[Finding]:
    """Report a component that the viewer skips or fails on."""
    facts = scene_facts()
    kind = component.get("type")
    if not isinstance(kind, str) or kind not in facts.component_types:
        message = f"component type {quote_value(kind)} is not known"
        remedy = did_you_mean(str(kind)[:256], facts.component_types)
        yield invalid_scene.finding(place, message, remedy)
    model_type = component.get("modelType")
    is_known = isinstance(model_type, str) and model_type in facts.model_types
    if kind == "ModelRef" and not is_known:
        where = component_place(definition, scene_id, component, "modelType")
        remedy = did_you_mean(str(model_type)[:256].upper(), facts.model_types)
        yield invalid_scene.finding(where, f'"modelType" is {quote_value(model_type)}', remedy)
    if kind == "MotionIndicator":
        for key in ("config", "valueDataBindings"):
            if not isinstance(component.get(key), dict):
                message = f'a MotionIndicator without "{key}" stops the viewer'
                yield invalid_scene.finding(place, message, f'add "{key}"')


@rule("TWIN042", "invalid-node-tree")
def invalid_node_tree(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that indexes of nodes are valid and that no node is its own ancestor.

    The tree of nodes is broken: an index refers to no node, or a node is its own ancestor, on which the
    viewer hangs.

    Bad:
        scenes/hall.json:
            {"specVersion": "1.0", "nodes": [
            {"name": "A", "transform": {}, "children": [1]}
            ], "rootNodeIndexes": [0]}

    Finding:
        scenes/hall.json:2:45 TWIN042 node index 1 is not one of the 1 nodes; write an index of a node

    Fix:
        Correct the indexes, or nest the nodes instead of numbering them.

    Good:
        scenes/hall.json:
            {"specVersion": "1.0", "nodes": [
            {"name": "A", "transform": {}, "children": [1]},
            {"name": "B", "transform": {}}
            ], "rootNodeIndexes": [0]}

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        count = len(list_member(scene.document, "nodes"))
        children = {index: list_member(node, "children") for index, node in scene_nodes(scene)}
        index_lists: list[tuple[tuple[str | int, ...], list[Any]]] = [
            (("nodes", index, "children"), indexes) for index, indexes in children.items()
        ]
        index_lists.append((("rootNodeIndexes",), list_member(scene.document, "rootNodeIndexes")))
        for path, indexes in index_lists:
            for position, index in enumerate(indexes):
                if not _is_index(index, count):
                    place = definition.where("scenes", scene_id, *path, position)
                    message = f"node index {quote_value(index)} is not one of the {count} nodes"
                    yield invalid_node_tree.finding(place, message, "write an index of a node")
        parents = {
            str(index): [str(child) for child in indexes if _is_index(child, count)]
            for index, indexes in children.items()
        }
        names = {str(index): str(node.get("name", index))[:60] for index, node in scene_nodes(scene)}
        for cycle in cycles(parents):
            place = definition.where("scenes", scene_id, "nodes", int(cycle[0]), "children")
            message = f"nodes are their own ancestors: {chain([*cycle, cycle[0]], names.__getitem__)}"
            yield invalid_node_tree.finding(place, message, "remove one of these children")


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


@rule("TWIN041", "unknown-rule")
def unknown_rule(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that rules that components refer to are defined in the scene.

    A component refers to a rule that the scene does not define. For a tag or a motion indicator the viewer
    does not load the scene at all.

    Bad:
        scenes/hall.yaml:
            rules: {heat: {statements: []}}
            nodes:
              - components: [{type: Tag, ruleBasedMapId: haet}]

    Finding:
        scenes/hall.yaml:3:46 TWIN041 rule "haet" is not defined in this scene; did you mean "heat"?

    Fix:
        Correct the name, or add the rule under `rules`.

    Good:
        scenes/hall.yaml:
            rules: {heat: {statements: []}}
            nodes:
              - components: [{type: Tag, ruleBasedMapId: heat}]

    Args:
        definition: The definition.
    """
    for scene_id, scene, component, _ in scene_components(definition):
        valid = map_member(scene.document, "rules")
        holders: list[tuple[tuple[str, ...], Any]] = [((), component)]
        holders += [
            (("valueDataBindings", key), binding)
            for key, binding in map_member(component, "valueDataBindings").items()
        ]
        for path, holder in holders:
            rule_id = holder.get("ruleBasedMapId") if isinstance(holder, dict) else None
            if rule_id is not None and not (isinstance(rule_id, str) and rule_id in valid):
                place = component_place(definition, scene_id, component, *path, "ruleBasedMapId")
                message = f"rule {quote_value(rule_id)} is not defined in this scene"
                yield unknown_rule.finding(place, message, did_you_mean(str(rule_id)[:256], valid))


@rule("TWIN045", "unknown-camera")
def unknown_camera(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that indexes of cameras are valid.

    A camera's index is not one of the scene's cameras. The viewer does not load the scene at all.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components: [{type: Camera, cameraIndex: 1}]

    Finding:
        scenes/hall.yaml:2:46 TWIN045 camera index 1 is not one of the 0 cameras; write an index into cameras

    Fix:
        Correct the index, or write the camera's settings into its component without an index.

    Good:
        scenes/hall.yaml:
            nodes:
              - components: [{type: Camera, fov: 60}]

    Args:
        definition: The definition.
    """
    for scene_id, scene, component, _ in scene_components(definition):
        if component.get("type") != "Camera":
            continue
        count = len(list_member(scene.document, "cameras"))
        index = component.get("cameraIndex")
        if not _is_index(index, count):
            place = component_place(definition, scene_id, component, "cameraIndex")
            message = f"camera index {quote_value(index)} is not one of the {count} cameras"
            yield unknown_camera.finding(place, message, "write an index into cameras")


@rule("TWIN043", "missing-asset")
def missing_asset(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that models and textures are in the folder ``assets``.

    A model or texture file is not in the folder `assets`. The viewer would show a red cube, or nothing.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:2:57 TWIN043 file "hall.gltf" is not in the folder assets; none is defined

    Fix:
        Add the file, or correct the name. Addresses with `s3://` or `https://` are not checked.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}]}

    Args:
        definition: The definition.
    """

    def is_missing(uri: object) -> bool:
        is_path = isinstance(uri, str) and uri != "" and "://" not in uri
        return is_path and uri not in definition.assets and not definition.lost.has_lost_assets

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


@rule("TWIN044", "unknown-binding")
def unknown_binding(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that data bindings refer to entities, components and properties of this definition.

    A data binding of a scene refers to an entity, component or property that is not defined, or a dynamic
    scene to a root entity that is not. The viewer would show no data and no error.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-2, componentName: s, propertyName: t}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1

    Finding:
        scenes/hall.yaml:5:40 TWIN044 entity "machine-2" is not defined; did you mean "machine-1"?

    Fix:
        Correct the name. Ids with `${...}` are chosen in the viewer and not checked.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {t: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: t}

    Args:
        definition: The definition.
    """
    reported: set[Location] = set()  # a template of a layout applies to many entities
    for _, _, component, _ in scene_components(definition):
        for finding in _bindings(definition, component):
            if finding.location not in reported:
                reported.add(finding.location)
                yield finding


def _bindings(definition: UncheckedDefinition, value: Any) -> Iterator[Finding]:
    if isinstance(value, list):
        for member in value:
            yield from _bindings(definition, member)
    if not isinstance(value, LocatedMap):
        return
    context = value.get("dataBindingContext")
    if isinstance(context, LocatedMap):
        yield from _binding(definition, context)
    for key, member in value.items():
        if key != "dataBindingContext":
            yield from _bindings(definition, member)


def _binding(definition: UncheckedDefinition, context: LocatedMap) -> Iterator[Finding]:
    entity_id, component_name = context.get("entityId"), context.get("componentName")
    valid = definition.declared("entities")
    if not isinstance(entity_id, str) or "${" in entity_id or entity_id in definition.lost:
        return  # chosen in the viewer, or declared in a file that could not be read
    if entity_id not in valid:
        message = f"entity {quote_value(entity_id)} is not defined"
        yield unknown_binding.finding(at(context, "entityId"), message, did_you_mean(entity_id, valid))
        return
    # Of an entity with mistakes, the component may be the part that has one.
    entity = None if ("entities", entity_id) in definition.partial else definition.entities.get(entity_id)
    if entity is None or not isinstance(component_name, str) or "${" in component_name:
        return
    types = definition.resolved_types
    component = placed_component(entity, component_name, types)
    if component is None:
        if has_undocumented_parts(entity, component_name, types):
            return
        message = f'entity "{entity_id}" has no component {quote_value(component_name)}'
        remedy = did_you_mean(component_name, [item.path for item in placed_components(entity, types)])
        yield unknown_binding.finding(at(context, "componentName"), message, remedy)
        return
    property_name = context.get("propertyName")
    resolved = types.get(component.type_id)
    if not isinstance(property_name, str) or resolved is None or resolved.takes_any_property:
        return
    names = resolved.properties.keys() | component.properties.keys()
    if property_name not in names:
        message = (
            f'component "{component_name}" of "{entity_id}" has no property {quote_value(property_name)}'
        )
        remedy = did_you_mean(property_name, names)
        yield unknown_binding.finding(at(context, "propertyName"), message, remedy)
