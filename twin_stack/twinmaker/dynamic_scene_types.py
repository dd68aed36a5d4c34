"""The component types of AWS for dynamic scenes, whose nodes are entities.

Source of the types: guide, "Dynamic scenes", and for ``scene``, ``layer`` and ``animation`` App Kit
(``scene-composer/src/common/entityModelConstants.ts``, commit 1400eab). The guide prints no properties.

- Those of ``node``, ``modelref``, ``dataoverlay`` and ``tag`` are in answers of GetEntity that
  aws-samples/twinmaker-dynamicscenes-crossdock-demo contains (commit 7a83b17).
- Those of the other types are what App Kit writes (``scene-composer/src/utils/entityModelUtils``) [I].
  Whether they have more, and which of them are required, is open [U], so none is required here.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_PREFIX: Final = "com.amazon.iottwinmaker.3d."
SCENE_COMPONENT_PREFIX: Final = _PREFIX + "component."
SCENE_NODE: Final = _PREFIX + "node"
SCENE_MODEL: Final = _PREFIX + "component.modelref"
SCENE_OVERLAY: Final = _PREFIX + "component.dataoverlay"
SCENE_TAG: Final = _PREFIX + "component.tag"

_UNITS: Final = (
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

_TEXT: Final[Json] = {"type": "STRING"}
_NUMBER: Final[Json] = {"type": "DOUBLE"}
_WHOLE_NUMBER: Final[Json] = {"type": "INTEGER"}
_FLAG: Final[Json] = {"type": "BOOLEAN"}
_LINK: Final[Json] = {"type": "RELATIONSHIP"}


def _list_of(nested: Json) -> Json:
    return {"type": "LIST", "nestedType": nested}


def _map_of(nested: Json) -> Json:
    return {"type": "MAP", "nestedType": nested}


def _one_of(*values: str) -> Json:
    return {**_TEXT, "allowedValues": [{"stringValue": value} for value in values]}


_VECTOR: Final = _list_of(_NUMBER)
_TEXTS: Final = _map_of(_TEXT)


def _properties(required: dict[str, Json] | None = None, **optional: Json) -> Json:
    """Return property definitions of data types by name."""
    return {
        **{name: {"dataType": item, "isRequiredInEntity": True} for name, item in (required or {}).items()},
        **{name: {"dataType": item} for name, item in optional.items()},
    }


_DESCRIBED_PROPERTIES: Final = {
    SCENE_NODE: (
        "Transform, name and properties of a scene's node",
        _properties(
            {"name": _TEXT},
            components=_list_of(_LINK),
            inLayerOf=_LINK,
            isVisualOf=_LINK,
            properties=_TEXTS,
            # The service spells it so.
            tranform_reference=_LINK,
            transformConstraint_snapToFloor=_FLAG,
            transform_position=_VECTOR,
            transform_rotation=_VECTOR,
            transform_scale=_VECTOR,
        ),
    ),
    SCENE_MODEL: (
        "Settings and location of a 3D model",
        _properties(
            {"uri": _TEXT, "modelType": _one_of("GLB", "GLTF", "Tiles3D", "Environment")},
            castShadow=_FLAG,
            colorBinding=_TEXTS,
            localScale=_VECTOR,
            opacityBinding=_TEXTS,
            properties=_TEXTS,
            receiveShadow=_FLAG,
            unitOfMeasure=_one_of(*_UNITS),
        ),
    ),
    SCENE_OVERLAY: (
        "Settings of an overlay of an annotation or a tag",
        _properties(
            {"subType": _one_of("TextAnnotation", "OverlayPanel"), "dataRows": _list_of(_TEXTS)},
            properties=_TEXTS,
            rowBindings=_list_of(_TEXTS),
        ),
    ),
    SCENE_TAG: (
        "Settings of a tag",
        _properties(
            chosenColor=_TEXT,
            customIcon_iconName=_TEXT,
            customIcon_prefix=_TEXT,
            icon=_TEXT,
            navLink_destination=_TEXT,
            navLink_params=_TEXTS,
            offset=_VECTOR,
            properties=_TEXTS,
            styleBinding=_TEXTS,
        ),
    ),
    _PREFIX + "component.animation": ("Animations of a 3D model", {}),
    _PREFIX + "component.camera": (
        "Settings of a camera",
        _properties(cameraType=_TEXT, far=_NUMBER, fov=_NUMBER, near=_NUMBER, zoom=_NUMBER),
    ),
    _PREFIX + "component.light": (
        "Settings of a light",
        _properties(
            lightSettings_castShadow=_FLAG,
            lightSettings_color=_TEXT,
            lightSettings_decay=_NUMBER,
            lightSettings_distance=_NUMBER,
            lightSettings_groundColor=_TEXT,
            lightSettings_intensity=_NUMBER,
            lightType=_TEXT,
        ),
    ),
    _PREFIX + "component.modelshader": ("Colours of a 3D model by rule", _properties(dataBinding=_TEXTS)),
    _PREFIX + "component.motionindicator": (
        "Settings of a motion indicator",
        _properties(
            appearanceBindings=_list_of(_TEXTS),
            config_backgroundColorOpacity=_NUMBER,
            config_defaultBackgroundColor=_TEXT,
            config_defaultForegroundColor=_TEXT,
            config_defaultSpeed=_NUMBER,
            config_numOfRepeatInY=_WHOLE_NUMBER,
            shape=_TEXT,
        ),
    ),
    _PREFIX + "component.submodelref": (
        "Settings of a part of a 3D model",
        _properties(parentRef=_LINK, selector=_TEXT),
    ),
    _PREFIX + "layer": (
        "A layer of a scene",
        _properties(queryString=_TEXT, relationshipName=_TEXT, type=_TEXT),
    ),
    _PREFIX + "scene": (
        "Settings of a scene",
        _properties(
            connectedToLayers=_list_of(_LINK),
            properties_componentSettings=_map_of(_TEXTS),
            properties_dataBindingConfig=_map_of(_TEXTS),
            properties_environmentPreset=_TEXT,
            properties_layerDefaultRefreshInterval=_WHOLE_NUMBER,
            properties_matterportModelId=_TEXT,
            properties_tagCustomColors=_list_of(_TEXT),
            rule_statements=_map_of(_list_of(_TEXT)),
            specVersion=_TEXT,
            unit=_TEXT,
            version=_TEXT,
        ),
    ),
}

DYNAMIC_SCENE_TYPES: Final[dict[str, Json]] = {
    type_id: {"description": description, **({"propertyDefinitions": items} if items else {})}
    for type_id, (description, items) in _DESCRIBED_PROPERTIES.items()
}
"""Members of the types as a request would give them, by id."""

FIXED_DYNAMIC_SCENE_TYPES: Final = frozenset({SCENE_NODE, SCENE_MODEL, SCENE_OVERLAY, SCENE_TAG})
"""Those whose properties the service itself prints, all of them."""

SCENE_ROOT_PROPERTY: Final = "sceneRootEntityId"
"""Member of a document's ``properties``: the entity whose children are the nodes. Source: App Kit,
``KnownSceneProperty``."""
SCENE_ROOT_METADATA: Final = ("SCENE_ROOT_ENTITY_ID", SCENE_ROOT_PROPERTY)
"""The same in the metadata of a scene. Source: App Kit, ``SceneMetadataMapKeys`` and, for the second name,
``SceneLifecycleModule.createDynamicScene``."""
