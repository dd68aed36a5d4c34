"""Dynamic scenes: entities as nodes of a scene document, as AWS's viewer and the page read them.

Source: AWS IoT App Kit, ``packages/scene-composer/src/utils/entityModelUtils`` (commit 1400eab). The page
does the same in ``viewer/src/scene/entity_nodes.ts``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from twin_stack.twinmaker.dynamic_scene_types import SCENE_COMPONENT_PREFIX, SCENE_NODE, SCENE_ROOT_PROPERTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from twin_stack.definition.schema import Component, Entity, Scene

    Json = dict[str, Any]

MAX_LEVELS: Final = 10
"""Levels below the root entity that the viewers read (App Kit, ``fetchSceneNodes``)."""

_NO_COLOR: Final = "null_color"
_MAX_CONTENT_PARTS: Final = 10


@dataclass(frozen=True, slots=True)
class SceneComponent:
    """A component of an entity as one of a node.

    Attributes:
        name: Name of the entity's component.
        document: The component as a document has it.
        properties: Property of the entity's component by member of the document; a name that ends with ``_``
            is followed by the name of the member's own member.
        camera: Settings of a camera, which a document has in a list of its own.
    """

    name: str
    document: Json
    properties: Mapping[str, str] = field(default_factory=dict)
    camera: Json | None = None


class EntityNode(NamedTuple):
    """An entity as a node.

    Attributes:
        entity_id: Id of the entity.
        component_name: Name of its component of the type of nodes.
        document: The node as a document has it, without components and children.
        components: Its components, in the order of the node.
        undrawn: Names of components with types of scenes that viewers do not draw.
    """

    entity_id: str
    component_name: str
    document: Json
    components: tuple[SceneComponent, ...]
    undrawn: tuple[str, ...]

    def property_of(self, path: Sequence[str | int]) -> tuple[str, ...]:
        """Return the names of the component and property that a value of the node comes from.

        Args:
            path: Keys and indexes from the node to the value.

        Returns:
            One or both of them.
        """
        first, *rest = path or ("",)
        if first == "components" and rest and isinstance(rest[0], int) and rest[0] < len(self.components):
            component = self.components[rest[0]]
            name = component.properties.get(str(rest[1])) if len(rest) > 1 else None
            if name is None or (name.endswith("_") and len(rest) < 3):
                return (component.name,)
            return (component.name, f"{name}{rest[2]}" if name.endswith("_") else name)
        if first == "transform" and rest:
            return (self.component_name, f"transform_{rest[0]}")
        names = (str(first),) if first in ("name", "properties") else ()
        return (self.component_name, *names)


def scene_root(scene: Scene) -> str | None:
    """Return the id of the entity whose children are the nodes of a scene, None for a static scene.

    Args:
        scene: The scene.
    """
    properties = scene.document.get("properties")
    root = properties.get(SCENE_ROOT_PROPERTY) if isinstance(properties, dict) else None
    return root if isinstance(root, str) and root else None


def entities_below(root_id: str, entities: Mapping[str, Entity]) -> Iterator[tuple[Entity, int]]:
    """Yield the entities below another one with their levels, level by level.

    Args:
        root_id: Id of that entity.
        entities: All entities by id.
    """
    children: dict[str, list[Entity]] = {}
    for entity in entities.values():
        children.setdefault(entity.parent_entity_id, []).append(entity)
    visited = {root_id}
    level = [root_id]
    number = 0
    while level:
        number += 1
        children_of_level = [entity for parent in level for entity in children.get(parent, ())]
        children_of_level = [entity for entity in children_of_level if entity.entity_id not in visited]
        visited.update(entity.entity_id for entity in children_of_level)
        yield from ((entity, number) for entity in children_of_level)
        level = [entity.entity_id for entity in children_of_level]


def entity_node(entity: Entity) -> EntityNode | None:
    """Return an entity as a node, None if it has no component of the type of nodes.

    Args:
        entity: The entity.
    """
    by_type = {component.component_type_id: name for name, component in entity.components.items()}
    if SCENE_NODE not in by_type:
        return None
    name = by_type[SCENE_NODE]
    values = _values(entity.components[name])
    components = [
        (other, component, component.component_type_id.removeprefix(SCENE_COMPONENT_PREFIX))
        for other, component in entity.components.items()
        if component.component_type_id.startswith(SCENE_COMPONENT_PREFIX)
    ]
    drawn = [(other, _component(other, kind, _values(component))) for other, component, kind in components]
    transform = {key: values.get(f"transform_{key}") for key in ("position", "rotation", "scale")}
    document = {
        "name": values.get("name", entity.entity_name),
        "transform": _without_none(transform),
    }
    return EntityNode(
        entity.entity_id,
        name,
        document,
        tuple(component for _, component in drawn if component),
        tuple(other for other, component in drawn if component is None),
    )


def with_entity_nodes(
    document: Mapping[str, Any], nodes: Sequence[EntityNode], parents: Mapping[str, str]
) -> Json:
    """Return a document with the nodes of entities added after its own, as that of a static scene.

    Args:
        document: The document of a dynamic scene; its nodes are numbered.
        nodes: The nodes.
        parents: Ids of the parents of the entities.
    """
    own = document.get("nodes")
    start = len(own) if isinstance(own, list) else 0
    indexes = {node.entity_id: start + index for index, node in enumerate(nodes)}
    children: dict[str, list[int]] = {}
    roots = list(document.get("rootNodeIndexes") or [])
    for node in nodes:
        parent = parents.get(node.entity_id, "")
        (children.setdefault(parent, []) if parent in indexes else roots).append(indexes[node.entity_id])
    cameras = list(document.get("cameras") or [])
    added: list[Json] = []
    for node in nodes:
        components: list[Json] = []
        for component in node.components:
            if component.camera is None:
                components.append(component.document)
            else:
                components.append({**component.document, "cameraIndex": len(cameras)})
                cameras.append(component.camera)
        own_children = children.get(node.entity_id, [])
        added.append({**node.document, "components": components, "children": own_children})
    properties = {
        key: value for key, value in document.get("properties", {}).items() if key != SCENE_ROOT_PROPERTY
    }
    return {
        **document,
        "nodes": [*(own or []), *added],
        "rootNodeIndexes": roots,
        "cameras": cameras,
        "properties": properties,
    }


def _component(name: str, kind: str, values: Json) -> SceneComponent | None:
    """Return a component of an entity as one of a document, None for one that viewers do not draw."""
    if kind not in _READERS:
        return None
    read, properties = _READERS[kind]
    return SceneComponent(name, read(values), properties, camera=values if kind == "camera" else None)


def _copied(title: str, values: Json, names: Sequence[str]) -> Json:
    return {"type": title, **{key: values[key] for key in names if key in values}}


def _tag(values: Json) -> Json:
    icon = _with_prefix(values, "customIcon_")
    return {
        **_copied("Tag", values, ("icon", "offset", "chosenColor")),
        "navLink": _with_prefix(values, "navLink_"),
        **({"customIcon": icon} if len(icon) == 2 else {}),
        **_rule_binding(values.get("styleBinding")),
    }


def _light(values: Json) -> Json:
    settings = _with_prefix(values, "lightSettings_")
    return {"type": "Light", "lightType": values.get("lightType", "Directional"), "lightSettings": settings}


def _motion_indicator(values: Json) -> Json:
    config = {key: value for key, value in _with_prefix(values, "config_").items() if value != _NO_COLOR}
    items = _maps(values, "appearanceBindings")
    bindings = {str(item.get("bindingName")): _rule_binding(item) for item in items}
    shape = {"shape": values["shape"]} if "shape" in values else {}
    return {"type": "MotionIndicator", **shape, "config": config, "valueDataBindings": bindings}


def _overlay(values: Json) -> Json:
    names = ("content", *(f"content_{number}" for number in range(1, _MAX_CONTENT_PARTS)))
    rows = [
        {
            **({"rowType": row["rowType"]} if "rowType" in row else {}),
            "content": unquote("".join(str(row.get(name, "")) for name in names)),
        }
        for row in _maps(values, "dataRows")
    ]
    bindings = [
        _without_none({"bindingName": item.get("bindingName"), "valueDataBinding": _binding(item)})
        for item in _maps(values, "rowBindings")
    ]
    sub_type = {"subType": values["subType"]} if "subType" in values else {}
    return {"type": "DataOverlay", **sub_type, "dataRows": rows, "valueDataBindings": bindings}


def _rule_binding(value: Any) -> Json:
    members = value if isinstance(value, dict) else {}
    return _without_none(
        {"ruleBasedMapId": members.get("ruleBasedMapId"), "valueDataBinding": _binding(members)}
    )


def _binding(value: Mapping[str, Any]) -> Json | None:
    context = {key: value[key] for key in ("entityId", "componentName", "propertyName") if key in value}
    if not context:
        return None
    is_static = {"isStaticData": value["isStaticData"] == "true"} if "isStaticData" in value else {}
    return {"dataBindingContext": context, **is_static}


_MODEL_MEMBERS: Final = ("uri", "modelType", "unitOfMeasure", "localScale", "castShadow", "receiveShadow")
_READERS: Final[dict[str, tuple[Callable[[Json], Json], Mapping[str, str]]]] = {
    "modelref": (
        lambda values: _copied("ModelRef", values, _MODEL_MEMBERS),
        {key: key for key in _MODEL_MEMBERS},
    ),
    "submodelref": (
        lambda values: _copied("SubModelRef", values, ("selector",)),
        {"selector": "selector"},
    ),
    "tag": (
        _tag,
        {
            **{key: key for key in ("icon", "offset", "chosenColor")},
            "navLink": "navLink_",
            "customIcon": "customIcon_",
            "ruleBasedMapId": "styleBinding",
            "valueDataBinding": "styleBinding",
        },
    ),
    "modelshader": (
        lambda values: {"type": "ModelShader", **_rule_binding(values.get("dataBinding"))},
        {"ruleBasedMapId": "dataBinding", "valueDataBinding": "dataBinding"},
    ),
    "motionindicator": (
        _motion_indicator,
        {"shape": "shape", "config": "config_", "valueDataBindings": "appearanceBindings"},
    ),
    "dataoverlay": (
        _overlay,
        {"subType": "subType", "dataRows": "dataRows", "valueDataBindings": "rowBindings"},
    ),
    "light": (_light, {"lightType": "lightType", "lightSettings": "lightSettings_"}),
    "camera": (lambda _: {"type": "Camera"}, {}),
}
"""How components are read, and the property of each member; one that ends with ``_`` is a prefix."""


def _values(component: Component) -> Json:
    """Return the values of a component's properties, without the service's wrapping."""
    values = {name: _plain(item.value) for name, item in component.properties.items()}
    return _without_none(values)


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("listValue"), list):
        return [_plain(item) for item in value["listValue"]]
    if isinstance(value.get("mapValue"), dict):
        return {key: _plain(item) for key, item in value["mapValue"].items()}
    kinds = ("stringValue", "doubleValue", "integerValue", "longValue", "booleanValue")
    return next((value[kind] for kind in kinds if kind in value), None)


def _maps(values: Json, key: str) -> list[Json]:
    items = values.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _with_prefix(values: Json, prefix: str) -> Json:
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _without_none(members: Json) -> Json:
    return {key: value for key, value in members.items() if value is not None}
