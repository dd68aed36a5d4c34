"""What the viewer would refuse, skip or hang on.

Source of each rule: AWS IoT App Kit's scene composer, its deserialiser read and its viewer run on faulty
documents. A missing rule or a wrong index loses the whole scene there; a cycle of children never ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Code, Finding, chain, did_you_mean, shown
from twin_stack.definition.graph import cycles
from twin_stack.definition.source import LocatedMap, at, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Location
    from twin_stack.definition.schema import Scene

_COMPONENTS = (
    "ModelRef",
    "SubModelRef",
    "Animation",
    "Tag",
    "ModelShader",
    "MotionIndicator",
    "Camera",
    "Light",
    "DataOverlay",
    "EntityBinding",
    "PlaneGeometry",
)
_MODEL_TYPES = ("GLB", "GLTF", "Tiles3D")
_UNITS = (
    "millimeters",
    "centimeters",
    "decimeters",
    "meters",
    "kilometers",
    "inches",
    "feet",
    "yards",
    "miles",
)


def _list(container: Mapping[str, Any], key: str) -> list[Any]:
    value = container.get(key)
    return value if isinstance(value, list) else []


def _map(container: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = container.get(key)
    return value if isinstance(value, dict) else {}


def _nodes(scene: Scene) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the nodes with their indexes."""
    for index, node in enumerate(_list(scene.document, "nodes")):
        if isinstance(node, dict):
            yield index, node


def _components(draft: Draft) -> Iterator[tuple[str, Scene, dict[str, Any], Location]]:
    """Yield every component of every scene, with its place."""
    for scene_id, scene in draft.scenes.items():
        for _, node in _nodes(scene):
            for component in _list(node, "components"):
                if isinstance(component, dict):
                    yield scene_id, scene, component, _place(draft, scene_id, component)


def _place(draft: Draft, scene_id: str, component: dict[str, Any], *path: str) -> Location:
    # A component keeps its own place, also where its node was renumbered. Inline cameras do not.
    if isinstance(component, LocatedMap):
        return locate(component, path)
    return draft.where("scenes", scene_id)


def _bad(place: Location, message: str, remedy: str) -> Finding:
    return Finding(place, Code.BAD_SCENE, message, remedy)


def document_shape(draft: Draft) -> Iterator[Finding]:
    """Report a document that the viewer cannot read at all.

    Args:
        draft: Scenes.
    """
    for scene_id, scene in draft.scenes.items():
        document = scene.document
        for key, kind, name in _MEMBERS:
            if not isinstance(document.get(key, _EMPTY.get(key)), kind):
                place = draft.where("scenes", scene_id, key)
                what = shown(document[key]) if key in document else "missing"
                yield _bad(place, f'"{key}" is {what}', f"write {name}")
        version = document.get("specVersion")
        if not isinstance(version, str) or version != "1.0":
            place = draft.where("scenes", scene_id, "specVersion")
            yield _bad(place, f'"specVersion" is {shown(version)}', 'write "1.0", in quotes')
        unit = document.get("unit", "meters")
        if unit not in _UNITS:
            place = draft.where("scenes", scene_id, "unit")
            yield _bad(place, f'"unit" is {shown(unit)}', did_you_mean(str(unit)[:256], _UNITS))
        for rule_id, rule in _map(document, "rules").items():
            if not isinstance(rule, dict) or not isinstance(rule.get("statements"), list):
                place = draft.where("scenes", scene_id, "rules", rule_id)
                yield _bad(place, f"rule {shown(rule_id)} has no statements", "add a list of statements")


_MEMBERS = (
    ("rootNodeIndexes", list, "the indexes of the nodes at the top"),
    ("cameras", list, "a list of cameras"),
    ("rules", dict, "a mapping of rules by name"),
)
_EMPTY: dict[str, object] = {"cameras": [], "rules": {}}


def node_shapes(draft: Draft) -> Iterator[Finding]:
    """Report nodes that lose the whole scene.

    Args:
        draft: Scenes.
    """
    for scene_id, scene in draft.scenes.items():
        for index, node in enumerate(_list(scene.document, "nodes")):
            place = draft.where("scenes", scene_id, "nodes", index)
            if not isinstance(node, dict):
                yield _bad(place, f"node {index} is {shown(node)}", "write a mapping")
                continue
            if not isinstance(node.get("transform"), dict):
                message = f"node {shown(node.get('name'))} has no transform"
                yield _bad(place, message, "add one, even if it is empty")
            for key in ("children", "components"):
                if not isinstance(node.get(key, []), list | None):
                    where = draft.where("scenes", scene_id, "nodes", index, key)
                    yield _bad(where, f'"{key}" is {shown(node[key])}', "write a list")


def component_shapes(draft: Draft) -> Iterator[Finding]:
    """Report components that the viewer skips or fails on.

    Args:
        draft: Scenes.
    """
    for scene_id, _, component, place in _components(draft):
        kind = component.get("type")
        if kind not in _COMPONENTS:
            message = f"component type {shown(kind)} is not known"
            yield _bad(place, message, did_you_mean(str(kind)[:256], _COMPONENTS))
        if kind == "ModelRef" and component.get("modelType") not in _MODEL_TYPES:
            where = _place(draft, scene_id, component, "modelType")
            model_type = component.get("modelType")
            remedy = did_you_mean(str(model_type)[:256].upper(), _MODEL_TYPES)
            yield _bad(where, f'"modelType" is {shown(model_type)}', remedy)
        if kind == "MotionIndicator":
            for key in ("config", "valueDataBindings"):
                if not isinstance(component.get(key), dict):
                    yield _bad(place, f'a MotionIndicator without "{key}" stops the viewer', f'add "{key}"')


def node_tree(draft: Draft) -> Iterator[Finding]:
    """Report indexes that lead nowhere, and children that are their own ancestors.

    Args:
        draft: Scenes.
    """
    for scene_id, scene in draft.scenes.items():
        count = len(_list(scene.document, "nodes"))
        children = {index: _list(node, "children") for index, node in _nodes(scene)}
        named: list[tuple[tuple[str | int, ...], list[Any]]] = [
            (("nodes", index, "children"), some) for index, some in children.items()
        ]
        for path, indexes in [*named, (("rootNodeIndexes",), _list(scene.document, "rootNodeIndexes"))]:
            for position, index in enumerate(indexes):
                if not _is_index(index, count):
                    place = draft.where("scenes", scene_id, *path, position)
                    message = f"node index {shown(index)} is not one of the {count} nodes"
                    yield Finding(place, Code.BAD_NODE_TREE, message, "write an index of a node")
        parents = {
            str(index): [str(child) for child in some if _is_index(child, count)]
            for index, some in children.items()
        }
        names = {str(index): str(node.get("name", index))[:60] for index, node in _nodes(scene)}
        for cycle in cycles(parents):
            place = draft.where("scenes", scene_id, "nodes", int(cycle[0]), "children")
            message = f"nodes are their own ancestors: {chain([*cycle, cycle[0]], names.__getitem__)}"
            yield Finding(place, Code.BAD_NODE_TREE, message, "remove one of these children")


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def rules(draft: Draft) -> Iterator[Finding]:
    """Report a rule id that the scene does not define: it loses the whole scene.

    Args:
        draft: Scenes.
    """
    for scene_id, scene, component, _ in _components(draft):
        known = _map(scene.document, "rules")
        holders: list[tuple[tuple[str, ...], Any]] = [((), component)]
        holders += [
            (("valueDataBindings", key), one) for key, one in _map(component, "valueDataBindings").items()
        ]
        for path, holder in holders:
            rule_id = holder.get("ruleBasedMapId") if isinstance(holder, dict) else None
            if rule_id is not None and not (isinstance(rule_id, str) and rule_id in known):
                place = _place(draft, scene_id, component, *path, "ruleBasedMapId")
                message = f"rule {shown(rule_id)} is not defined in this scene"
                yield Finding(place, Code.UNKNOWN_RULE, message, did_you_mean(str(rule_id)[:256], known))


def cameras(draft: Draft) -> Iterator[Finding]:
    """Report a camera index out of range: it loses the whole scene.

    Args:
        draft: Scenes.
    """
    for scene_id, scene, component, _ in _components(draft):
        if component.get("type") != "Camera":
            continue
        count = len(_list(scene.document, "cameras"))
        index = component.get("cameraIndex")
        if not _is_index(index, count):
            place = _place(draft, scene_id, component, "cameraIndex")
            message = f"camera index {shown(index)} is not one of the {count} cameras"
            yield Finding(place, Code.UNKNOWN_CAMERA, message, "write an index into cameras")


def assets(draft: Draft) -> Iterator[Finding]:
    """Report a model file that is not in ``assets``: the viewer shows a red cube.

    Args:
        draft: Scenes and assets.
    """
    for scene_id, _, component, _ in _components(draft):
        for key in ("uri", "textureUri"):
            uri = component.get(key)
            if not isinstance(uri, str) or not uri or "://" in uri or uri in draft.assets:
                continue
            place = _place(draft, scene_id, component, key)
            message = f"file {shown(uri)} is not in the folder assets"
            yield Finding(place, Code.MISSING_ASSET, message, did_you_mean(uri, draft.assets))


def bindings(draft: Draft) -> Iterator[Finding]:
    """Report a data binding to an entity, component or property that is not defined.

    Args:
        draft: Scenes, entities and component types.
    """
    seen: set[Location] = set()  # a template of a layout stands there for many entities
    for _, _, component, _ in _components(draft):
        for finding in _bindings(draft, component):
            if finding.location not in seen:
                seen.add(finding.location)
                yield finding


def _bindings(draft: Draft, value: Any) -> Iterator[Finding]:
    if isinstance(value, list):
        for member in value:
            yield from _bindings(draft, member)
    if not isinstance(value, LocatedMap):
        return
    context = value.get("dataBindingContext")
    if isinstance(context, LocatedMap):
        yield from _binding(draft, context)
    for key, member in value.items():
        if key != "dataBindingContext":
            yield from _bindings(draft, member)


def _binding(draft: Draft, context: LocatedMap) -> Iterator[Finding]:
    entity_id, component_name = context.get("entityId"), context.get("componentName")
    known = draft.declared("entities")
    if not isinstance(entity_id, str) or "${" in entity_id or draft.is_lost(entity_id):
        return  # chosen in the viewer, or declared where it could not be read
    if entity_id not in known:
        message = f"entity {shown(entity_id)} is not defined"
        yield Finding(at(context, "entityId"), Code.UNKNOWN_BINDING, message, did_you_mean(entity_id, known))
        return
    # Of an entity with mistakes, the component may be the part that has one.
    entity = None if ("entities", entity_id) in draft.partial else draft.entities.get(entity_id)
    if entity is None or not isinstance(component_name, str) or "${" in component_name:
        return
    if component_name not in entity.components:
        message = f'entity "{entity_id}" has no component {shown(component_name)}'
        remedy = did_you_mean(component_name, entity.components)
        yield Finding(at(context, "componentName"), Code.UNKNOWN_BINDING, message, remedy)
        return
    property_name = context.get("propertyName")
    resolved = draft.resolved.get(entity.components[component_name].component_type_id)
    if not isinstance(property_name, str) or resolved is None or resolved.takes_any_property:
        return
    names = resolved.properties.keys() | entity.components[component_name].properties.keys()
    if property_name not in names:
        message = f'component "{component_name}" of "{entity_id}" has no property {shown(property_name)}'
        remedy = did_you_mean(property_name, names)
        yield Finding(at(context, "propertyName"), Code.UNKNOWN_BINDING, message, remedy)
