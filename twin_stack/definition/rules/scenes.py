"""Rules of scene documents: what AWS's viewer does not load, or leaves out.

Source: AWS IoT App Kit's scene composer, from the code of its deserialiser and from tests of its viewer with
faulty documents. A missing rule or a wrong index prevents the viewer from loading the scene; a cycle of
children makes it hang.
"""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

INVALID_SCENE = Rule(
    "TWIN040",
    "invalid-scene",
    """A scene document has another form than the viewer reads, or a value that it does not support.

    The viewer could not draw the scene, or would silently leave this part out. A later minor version is a
    warning, as it is in the viewer.

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
    """,
)
UNKNOWN_RULE = Rule(
    "TWIN041",
    "unknown-rule",
    """A component refers to a rule that the scene does not define.

    For a tag or a motion indicator the viewer does not load the scene at all.

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
    """,
)
INVALID_NODE_TREE = Rule(
    "TWIN042",
    "invalid-node-tree",
    """The tree of nodes is broken: an index refers to no node, or a node is its own ancestor, on which the
    viewer hangs.

    A node with several parents, or with none, is a warning.

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
    """,
)
UNKNOWN_CAMERA = Rule(
    "TWIN045",
    "unknown-camera",
    """A camera's index is not one of the scene's cameras.

    The viewer does not load the scene at all. It ignores `defaultCameraIndex`, so that is a warning.

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
    """,
)
UNKNOWN_SCENE_MEMBER = Rule(
    "TWIN170",
    "unknown-scene-member",
    """A part of a scene has a member that viewers do not read, such as a misspelt one.

    It is a warning, since AWS's viewer ignores it.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components: [{type: Tag, ruleBasedMapID: heat}]

    Finding:
        scenes/hall.yaml:2:30 TWIN170 warning: "ruleBasedMapID" is not a known member of a component Tag; did
        you mean "ruleBasedMapId"?

    Fix:
        Correct the spelling, or remove it.

    Good:
        scenes/hall.yaml:
            rules: {heat: {statements: []}}
            nodes:
              - components: [{type: Tag, ruleBasedMapId: heat}]
    """,
    Severity.WARNING,
)
UNLIT_SCENE = Rule(
    "TWIN175",
    "unlit-scene",
    """A scene has models and no light. AWS's viewer draws them black.

    Models with lights of their own (`KHR_lights_punctual`) need none.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components: [{type: ModelRef, modelType: GLB, uri: 's3://bucket/hall.glb'}]

    Finding:
        scenes/hall.yaml:1:1 TWIN175 warning: the scene has neither an environmentPreset nor a Light, so its
        models are black; add the environmentPreset neutral to properties, or a Light

    Fix:
        Set `environmentPreset` to `neutral`, `directional` or `chromatic`, or add a component `Light`.

    Good:
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLB, uri: 's3://bucket/hall.glb'}]
    """,
    Severity.WARNING,
)
MISPLACED_SUB_MODEL = Rule(
    "TWIN177",
    "misplaced-sub-model",
    """A component `SubModelRef` is not below the node of a model. It selects nothing, and viewers do not say
    so.

    Bad:
        scenes/hall.yaml:
            nodes:
              - name: Pump
                components: [{type: SubModelRef, selector: Pump}]

    Finding:
        scenes/hall.yaml:3:18 TWIN177 a SubModelRef is not below the node of its ModelRef, so it selects
        nothing; make its node a child of the node with the model

    Fix:
        Make the node a child of the node whose `ModelRef` or `SubModelRef` has the part.

    Good:
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLB, uri: 's3://bucket/hall.glb'}]
                children:
                  - name: Pump
                    components: [{type: SubModelRef, selector: Pump}]
    """,
)
