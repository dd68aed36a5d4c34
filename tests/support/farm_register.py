"""A wind farm of groups of turbines as a register, with the definition that reads it.

The kind of model that projects load from a YAML file of nested items, each with a type and a place.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTITIES = """
forEach: {csv: farm.csv, groupBy: farm}
entity:
  entityId: "urn:ngsi-ld:WindFarm:${row.farmId}"
  entityName: "${row.farm}"
  children:
    forRows:
      groupBy: group
      "urn:ngsi-ld:TurbineGroup:${row.group}":
        entityName: "${row.group}"
        children:
          forRows:
            "urn:ngsi-ld:Turbine:${row.turbine}":
              entityName: "${row.turbine}"
              components:
                TurbineFan:
                  componentTypeId: com.aws.sample.component.random
                  properties: {min: 50, max: 150, deviceCode: "${row.deviceCode}"}
"""
TYPES = """
com.aws.sample.component.random:
  propertyDefinitions:
    speed: {dataType: DOUBLE, isTimeSeries: true}
    min: {dataType: DOUBLE, isRequiredInEntity: true}
    max: {dataType: DOUBLE, isRequiredInEntity: true}
    deviceCode: STRING
  functions: {dataReader: {connector: telemetry}}
"""
TURBINE = {
    "components": [
        {
            "type": "ModelRef",
            "uri": "models/turbine.glb",
            "modelType": "GLB",
            "unitOfMeasure": "millimeters",
            "castShadow": True,
            "receiveShadow": True,
        },
        {
            "type": "ModelShader",
            "ruleBasedMapId": "turbineColorRule",
            "valueDataBinding": {"dataBindingContext": {"propertyName": "speed"}},
        },
    ]
}


def farm_files(farm: Mapping[str, Any], scene: Mapping[str, Any], model: bytes) -> dict[str, str | bytes]:
    """Return the files of the definition of a farm.

    Args:
        farm: Its name and items: groups with items, and a model with a position where they do not stand at 0.
        scene: The scene without nodes: rules and properties.
        model: The model of a turbine.
    """
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(["farm", "farmId", "group", "turbine", "deviceCode"])
    for group in farm["items"]:
        for turbine in group["items"]:
            name = farm["name"]
            row = [name, name.replace(" ", ""), group["name"], turbine["name"], turbine["device_code"]]
            writer.writerow(row)
    places = {group["name"]: group.get("model", {}).get("position", {}) for group in farm["items"]}
    groups = [
        {
            "name": group["name"],
            "transform": {"position": [places[group["name"]].get(axis, 0) for axis in "xyz"]},
            "layout": {
                "parentEntityId": f"urn:ngsi-ld:TurbineGroup:{group['name']}",
                "line": {"spacing": [0, 0, 10]},
                "templates": {"com.aws.sample.component.random": TURBINE},
            },
        }
        for group in farm["items"]
    ]
    kept = {key: value for key, value in scene.items() if key in ("unit", "rules", "properties")}
    document = {**kept, "nodes": [{"name": farm["name"], "children": groups}]}
    return {
        "entities/farm.csv": rows.getvalue(),
        "entities/farm.yaml": ENTITIES,
        "component_types/types.yaml": TYPES,
        "scenes/farm.yaml": json.dumps(document),
        "assets/models/turbine.glb": model,
    }
