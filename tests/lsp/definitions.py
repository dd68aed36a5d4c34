"""The definition that tests of the language server open."""

from __future__ import annotations

TYPES = """\
com.example.Pump:
  description: A pump.
  propertyDefinitions:
    serial: STRING
    flow: {dataType: {type: DOUBLE, unitOfMeasure: m3/h}, isTimeSeries: true}
    feeds: RELATIONSHIP
  functions: {dataReader: telemetry}
com.example.Booster:
  extendsFrom: [com.example.Pump]
  propertyGroups:
    g: {groupType: TABULAR, propertyNames: [flow]}
"""
ENTITIES = """\
pump-1:
  entityName: Pump 1
  components:
    pump:
      componentTypeId: com.example.Booster
      properties: {serial: a, feeds: pump-2}
pump-2: {entityName: Pump 2, components: {pump: {componentTypeId: com.example.Pump}}}
pump-3: {entityName: Pump 3, parentEntityId: "pump-2"}
"""
SCENE = """\
nodes:
  - name: A
    components:
      - type: Tag
        valueDataBinding:
          dataBindingContext: {entityId: pump-2, componentName: pump, propertyName: flow}
  - name: L
    components:
      - {type: Light, lightType: Ambient}
"""
FILES = {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES, "scenes/hall.yaml": SCENE}


def split(text: str) -> tuple[list[str], int, int]:
    """Lines of a text, and the place of ``|`` in it, counted from 0."""
    position = text.index("|")
    written = text.replace("|", "", 1)
    return written.split("\n"), text.count("\n", 0, position), position - text.rfind("\n", 0, position) - 1
