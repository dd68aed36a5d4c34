"""Each mistake of a scene is one finding, at the very value; the scene without it has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write
from tests.support.soak import sample
from twin_stack.twinmaker.scenes import problem_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MODEL = {
    "asset": {"version": "2.0"},
    "scenes": [{"nodes": [0, 1]}],
    "scene": 0,
    "nodes": [{"name": "Pump", "children": [2]}, {"name": "Main valve"}, {"name": "Wheel"}],
    "animations": [{"name": "turn", "channels": [], "samplers": []}],
}
FILES: dict[str, str | bytes] = {
    "component_types/t.yaml": "com.e.Pump:\n  propertyDefinitions:\n"
    "    {temperature: DOUBLE, oil-level: DOUBLE, running: BOOLEAN, mode: STRING}\n",
    "entities/e.yaml": "pump-1:\n  entityName: Pump 1\n  components: {pump: {componentTypeId: com.e.Pump}}\n",
    "assets/hall.gltf": json.dumps(MODEL),
    "assets/sky.png": b"\x89PNG\r\n\x1a\n",
}
SCENE = """\
unit: meters
properties:
  environmentPreset: neutral
  fogSettings: {color: "#cccccc", near: 1, far: 100}
  sceneBackgroundSettings: {textureUri: sky.png}
  groundPlaneSettings: {color: "#00ff00", opacity: 0.5}
  dataBindingConfig:
    fieldMapping: {entityId: [sel_entity], componentName: [sel_comp]}
    template: {sel_entity: pump-1, sel_comp: pump}
  componentSettings: {Tag: {scale: 1, autoRescale: true}}
nodes:
  - name: Hall
    transform: {position: [0, 0, 0]}
    transformConstraint: {snapToFloor: true}
    properties: {alwaysVisible: true}
    components:
      - {type: ModelRef, modelType: GLTF, uri: hall.gltf, unitOfMeasure: feet, localScale: [1, 1, 1], castShadow: true}
      - {type: Animation, uri: hall.gltf, currentAnimations: [turn]}
    children:
      - name: Pump
        components:
          - {type: SubModelRef, selector: Pump}
          - type: ModelShader
            ruleBasedMapId: colors
            valueDataBinding:
              dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: temperature}
  - name: Tag
    components:
      - type: Tag
        icon: iottwinmaker.common.icon:Info
        offset: [0, 1, 0]
        chosenColor: "#d13212"
        customIcon: {prefix: fas, iconName: bell}
        navLink: {destination: /d/1, params: {a: b}}
        ruleBasedMapId: oil
        valueDataBinding: {isStaticData: false, dataBindingContext: {entityId: "${sel_entity}", componentName: "${sel_comp}", propertyName: oil-level}}
      - type: Tag
        ruleBasedMapId: running
        valueDataBinding:
          dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: running}
      - type: DataOverlay
        subType: OverlayPanel
        dataRows:
          - {rowType: Markdown, content: "${level}"}
        valueDataBindings:
          - bindingName: level
            valueDataBinding:
              dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: oil-level}
  - name: Belt
    components:
      - type: MotionIndicator
        shape: LinearPlane
        config: {numOfRepeatInY: 2, backgroundColorOpacity: 1, defaultSpeed: 1, defaultForegroundColor: red}
        valueDataBindings:
          speed:
            ruleBasedMapId: speed
            valueDataBinding:
              dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: temperature}
      - {type: PlaneGeometry, width: 1, height: 2, color: white}
  - name: View
    components:
      - {type: Camera, cameraType: Perspective, fov: 50, near: 0.1, far: 100}
  - name: Sun
    components:
      - {type: Light, lightType: Point, lightSettings: {color: "#ffffff", intensity: 1, distance: 0, castShadow: true}}
rules:
  colors:
    statements:
      - {expression: temperature > 80, target: "iottwinmaker.common.color:#d13212"}
      - {expression: temperature > 60, target: "iottwinmaker.common.opacity:0.5"}
  oil:
    statements:
      - {expression: oil-level < 3, target: iottwinmaker.common.icon:Error}
      - {expression: oil-level < 5, target: iottwinmaker.common.icon:Custom, targetMetadata: {color: red, iconName: bell}}
  running:
    statements:
      - {expression: running == 'false', target: iottwinmaker.common.icon:Warning}
  speed:
    statements:
      - {expression: temperature / 60, target: iottwinmaker.common.number}
"""
NUMBERED = """\
{"specVersion": "1.0", "version": "1",
 "unit": "meters", "defaultCameraIndex": 0,
 "cameras": [{"fov": 50}],
 "nodes": [
  {"name": "A", "transform": {}, "children": [1], "components": []},
  {"name": "B", "transform": {}, "children": [], "components": [{"type": "Camera", "cameraIndex": 0}]},
  {"name": "C", "transform": {"position": ["1", 0, 0]}, "properties": []}
 ],
 "rootNodeIndexes": [0, 2], "rules": {"r": {"statements": [{"expression": "true", "target": "iottwinmaker.common.number"}]}}}
"""
TEMPERATURE = "expression: temperature > 80"
OIL = "expression: oil-level < 3"
RUNNING = "running == 'false'"
ICON = "target: iottwinmaker.common.icon:Error"
YAML_MISTAKES: list[tuple[str, str, str]] = [
    # What is right, what is wrong with "»" at the place of the finding, and its code ("w" for a warning).
    ("unit: meters", "unit: »metre", "TWIN040"),
    ("environmentPreset: neutral", "environmentPreset: »nightclub", "TWIN040"),
    ("environmentPreset: neutral", "»environmentPresets: neutral", "TWIN170 w"),
    ('color: "#cccccc"', 'color: »"#ccc"', "TWIN040"),
    ('color: "#cccccc"', "color: »grey", "TWIN040"),
    ("near: 1,", "near: »-10,", "TWIN040"),
    ("far: 100}\n  scene", 'far: »"undefined"}\n  scene', "TWIN040"),
    ("textureUri: sky.png", "textureUri: »skies.png", "TWIN043"),
    ('fogSettings: {color: "#cccccc", near: 1, far: 100}', "fogSettings: »thick", "TWIN040"),
    ('color: "#00ff00"', 'color: »"#NOTHEX"', "TWIN040"),
    ("opacity: 0.5}", "opacity: »-1}", "TWIN040"),
    ("opacity: 0.5}", "»opacities: 0.5}", "TWIN170 w"),
    ("entityId: [sel_entity]", "entityId: »sel_entity", "TWIN040"),
    ("template: {sel_entity: pump-1", "template: {sel_entity: »pump-2", "TWIN044"),
    ("sel_comp: pump}", "sel_comp: »pomp}", "TWIN044"),
    ("autoRescale: true", 'autoRescale: »"true"', "TWIN040"),
    ("{Tag: {scale: 1,", "{Tag: {»scales: 1,", "TWIN170 w"),
    ("{Tag: {scale", "{»Tags: {scale", "TWIN170 w"),
    ("position: [0, 0, 0]", "position: »[0, 0]", "TWIN040"),
    ("position: [0, 0, 0]", "position: »[0, x, 0]", "TWIN040"),
    ("snapToFloor: true", "snapToFloor: »1", "TWIN040"),
    ("snapToFloor: true", "»snapToFlor: true", "TWIN170 w"),
    ("alwaysVisible: true", "alwaysVisible: »maybe", "TWIN040"),
    ("alwaysVisible: true", "»alwayVisible: true", "TWIN170 w"),
    ("modelType: GLTF", "modelType: »gltf", "TWIN040"),
    ("- {type: ModelRef, modelType: GLTF, ", "- »{type: ModelRef, ", "TWIN040"),
    ("unitOfMeasure: feet", "unitOfMeasure: »foot", "TWIN040"),
    ("unitOfMeasure: feet", "»unitOfMesure: feet", "TWIN170 w"),
    ("localScale: [1, 1, 1]", "localScale: »1", "TWIN040"),
    ("castShadow: true}\n", "castShadow: »yes}\n", "TWIN040"),
    ("uri: hall.gltf, unit", "uri: »hal.gltf, unit", "TWIN043"),
    ("currentAnimations: [turn]", "currentAnimations: [»trun]", "TWIN176"),
    ("currentAnimations: [turn]", "currentAnimations: »turn", "TWIN040"),
    ("selector: Pump", "selector: »Pmup", "TWIN176"),
    ("selector: Pump", 'selector: »"Main valve"', "TWIN176"),
    ("- {type: SubModelRef, selector: Pump}", "- »{type: SubModelRef}", "TWIN040"),
    ("  - name: Tag\n    components:\n", "  - name: Tag\n    components:\n      - »{type: SubModelRef, selector: Pump}\n", "TWIN177"),
    ("ruleBasedMapId: colors", "ruleBasedMapId: »colours", "TWIN041"),
    ("ruleBasedMapId: speed", "ruleBasedMapId: »speeds", "TWIN041"),
    ("icon: iottwinmaker.common.icon:Info", "icon: »Warning", "TWIN173"),
    ("icon: iottwinmaker.common.icon:Info", "icon: »iottwinmaker.common.icon:warning", "TWIN173"),
    ("icon: iottwinmaker.common.icon:Info", "»icons: iottwinmaker.common.icon:Info", "TWIN170 w"),
    ("offset: [0, 1, 0]", "offset: »1", "TWIN040"),
    ('chosenColor: "#d13212"', 'chosenColor: »"#d1321"', "TWIN040"),
    ('chosenColor: "#d13212"', "chosenColor: »bleu", "TWIN040"),
    ("customIcon: {prefix: fas, iconName: bell}", "customIcon: »bell", "TWIN040"),
    ("iconName: bell}\n        nav", "»iconname: bell}\n        nav", "TWIN170 w"),
    ("params: {a: b}", "params: »{a: 1}", "TWIN040"),
    ("destination: /d/1", "»destinaton: /d/1", "TWIN170 w"),
    ("destination: /d/1", "destination: »'javascript:alert(1)'", "TWIN048"),
    ("isStaticData: false", "isStaticData: »never", "TWIN040"),
    ("isStaticData: false", "»isStatic: false", "TWIN170 w"),
    ("dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: running}", "»entityId: pump-1", "TWIN040"),
    ("propertyName: running}", "propertyName: »runing}", "TWIN044"),
    ("propertyName: running}", "propertyName: »7}", "TWIN040"),
    ("componentName: pump, propertyName: running", "componentName: »Pump, propertyName: running", "TWIN044"),
    ("entityId: pump-1, componentName: pump, propertyName: running", "entityId: »pump-2, componentName: pump, propertyName: running", "TWIN044"),
    ("ruleBasedMapId: running\n        valueDataBinding:\n          dataBindingContext: {entityId: pump-1, componentName: pump, propertyName: running}", "ruleBasedMapId: »running", "TWIN174 w"),
    ("subType: OverlayPanel", "subType: »Panel", "TWIN040"),
    ("rowType: Markdown", "rowType: »Text", "TWIN040"),
    ('content: "${level}"', 'content: »"${levels}"', "TWIN174 w"),
    ("shape: LinearPlane", "shape: »Plane", "TWIN040"),
    ("- type: MotionIndicator\n        shape: LinearPlane\n", "- »type: MotionIndicator\n", "TWIN040"),
    ("numOfRepeatInY: 2", "numOfRepeatInY: »two", "TWIN040"),
    ("defaultSpeed: 1", "»defaultSped: 1", "TWIN170 w"),
    ("defaultForegroundColor: red", "defaultForegroundColor: »redd", "TWIN040"),
    ("          speed:\n", "          »velocity:\n", "TWIN170 w"),
    ("width: 1", "width: »wide", "TWIN040"),
    ("color: white", "color: »whit", "TWIN040"),
    ("color: white", "»colour: white", "TWIN170 w"),
    ("cameraType: Perspective", "cameraType: »Isometric", "TWIN040"),
    ("fov: 50", "fov: »180", "TWIN040"),
    ("near: 0.1", "near: »0", "TWIN040"),
    ("lightType: Point", "lightType: »Sun", "TWIN040"),
    ("- {type: Light, lightType: Point,", "- »{type: Light,", "TWIN040"),
    ('lightSettings: {color: "#ffffff"', "lightSettings: {color: »sun", "TWIN040"),
    ("intensity: 1", "intensity: »bright", "TWIN040"),
    ("intensity: 1", "»intensitiy: 1", "TWIN170 w"),
    ("- {type: Light,", "- »{type: Lamp,", "TWIN040"),
    (TEMPERATURE, "expression: »temperature >=", "TWIN171"),
    (TEMPERATURE, "expression: »temperature = 80", "TWIN171"),
    (TEMPERATURE, "expression: »temperature === 80", "TWIN171"),
    (TEMPERATURE, 'expression: »"${temperature} > 80"', "TWIN171"),
    (TEMPERATURE, "expression: »temperature > 80 and temperature < 90", "TWIN171"),
    (TEMPERATURE, "expression: »temperature > 80 &", "TWIN171"),
    (TEMPERATURE, "expression: »round(temperature) > 80", "TWIN171"),
    (TEMPERATURE, "expression: »temperature|round > 80", "TWIN171"),
    (TEMPERATURE, "expression: »temperature > .5", "TWIN171"),
    (TEMPERATURE, "expression: »(temperature > 80) > (", "TWIN171"),
    (TEMPERATURE, 'expression: »""', "TWIN171"),
    (TEMPERATURE, "expression: »80", "TWIN040"),
    (TEMPERATURE, "expression: »temprature > 80", "TWIN172"),
    (TEMPERATURE, "expression: »temperature > 80 && temprature < 90", "TWIN172"),
    (TEMPERATURE, "expression: »Temperature > 80", "TWIN172"),
    (OIL, "expression: »oil-level < 3 || oil-level > 9", "TWIN179"),
    (OIL, "expression: »oil_level < 3", "TWIN172"),
    (RUNNING, "»running == false", "TWIN178"),
    (RUNNING, "»running", "TWIN178"),
    (RUNNING, '»"!running"', "TWIN178"),
    (RUNNING, "»running != true && running == 'true'", "TWIN178"),
    (ICON, "target: »iottwinmaker.common.icon:Eror", "TWIN173"),
    (ICON, "target: »Error", "TWIN173"),
    (ICON, "target: »iottwinmaker.common.color:redd", "TWIN173"),
    ('target: "iottwinmaker.common.opacity:0.5"', 'target: »"iottwinmaker.common.opacity:50%"', "TWIN173"),
    ("targetMetadata: {color: red", "targetMetadata: {color: »redd", "TWIN040"),
    ("targetMetadata: {color: red,", "targetMetadata: {»colour: red,", "TWIN170 w"),
]  # fmt: skip
JSON_MISTAKES: list[tuple[str, str, str]] = [
    ('"specVersion": "1.0"', '"specVersion": »"1.5"', "TWIN040 w"),
    ('"specVersion": "1.0"', '"specVersion": »"2.0"', "TWIN040"),
    ('"specVersion": "1.0"', '"specVersion": »1', "TWIN040"),
    ('"defaultCameraIndex": 0', '"defaultCameraIndex": »7', "TWIN045 w"),
    ('"cameraIndex": 0', '"cameraIndex": »1', "TWIN045"),
    ('"cameraIndex": 0', '"cameraIndex": »"0"', "TWIN045 w"),
    ('{"type": "Camera", "cameraIndex": 0}', '»{"type": "Camera"}', "TWIN040"),
    ('"fov": 50', '"fov": »"wide"', "TWIN040"),
    ('"fov": 50', '»"fow": 50', "TWIN170 w"),
    ('"children": [1]', '"children": [»9]', "TWIN042"),
    ('"children": [1]', '"children": [1, »1]', "TWIN042 w"),
    ('"children": [1]', '"children": »[1, 0]', "TWIN042"),
    ('"rootNodeIndexes": [0, 2]', '"rootNodeIndexes": [0, 2, »3]', "TWIN042"),
    ('"components": []', '"components": [»null]', "TWIN040"),
    ('"components": []', '"components": »{}', "TWIN040"),
    ('[{"expression": "true", "target": "iottwinmaker.common.number"}]', "[»null]", "TWIN040"),
    ('{"statements": [{"expression": "true", "target": "iottwinmaker.common.number"}]}', "»{}", "TWIN040"),
    ('"position": ["1", 0, 0]', '"position": »["one", 0, 0]', "TWIN040"),
    ('"position": ["1", 0, 0]', '»"positions": [1, 0, 0]', "TWIN170 w"),
]


def case(good: str, bad: str, scene: str) -> tuple[str, int, int]:
    """Return a scene with a mistake, and its line and column."""
    assert scene.count(good) >= 1, good
    text = scene.replace(good, bad, 1)
    before, _, after = text.partition("\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}")
    return before + after, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def wrong_findings(
    folder: Path, name: str, scene: str, mistakes: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, list[str]]]:
    """Return the mistakes that are not one finding at their value, with what is expected and found."""
    wrong = []
    for good, bad, code_and_severity in sample(mistakes):
        text, line, column = case(good, bad, scene)
        findings = finding_lines(write(folder, {**FILES, f"scenes/{name}": text}))
        code, _, severity = code_and_severity.partition(" ")
        expected = f"scenes/{name}:{line}:{column} {code} " + ("warning: " if severity else "")
        is_one = len(findings) == 1 and findings[0].startswith(expected)
        if not is_one or ("warning: " in findings[0]) != bool(severity):
            wrong.append((bad, expected, findings))
    return wrong


def test_scenes_without_the_mistakes_have_no_finding(tmp_path: Path) -> None:
    assert (
        finding_lines(write(tmp_path, {**FILES, "scenes/hall.yaml": SCENE, "scenes/yard.json": NUMBERED}))
        == []
    )


def test_mistake_is_one_finding_at_its_value(tmp_path: Path) -> None:
    assert wrong_findings(tmp_path, "hall.yaml", SCENE, YAML_MISTAKES) == []


def test_mistake_of_a_numbered_document_is_one_finding_at_its_value(tmp_path: Path) -> None:
    assert wrong_findings(tmp_path, "yard.json", NUMBERED, JSON_MISTAKES) == []


def test_each_rule_of_scene_documents_has_a_mistake_here() -> None:
    codes = {code.split()[0] for _, _, code in (*YAML_MISTAKES, *JSON_MISTAKES)}
    of_documents = {text.code for text in problem_texts().values()}
    assert of_documents - codes == {"TWIN047", "TWIN175"}
    assert len(YAML_MISTAKES) + len(JSON_MISTAKES) >= 120
