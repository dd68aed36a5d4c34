"""Write the registers, the scenes and the 3D model of the campus: run it after a change and commit the files.

``entities/*.csv`` list 12 buildings with 5 floors each, 50 rooms a building, and devices: with the air
handling unit of each floor they are 10,000. ``scenes/*.yaml`` are a scene a building. Two runs write equal
bytes.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))
from models.glb import Material, Part, box, glb

if TYPE_CHECKING:
    from collections.abc import Iterable

SEED = 20_261_128
BUILDINGS, FLOORS, ROOMS = 12, 5, 10
"""Buildings, floors of each, rooms of each floor."""
DEVICES = 10_000
KINDS = {"AirQualitySensor": ("aq", "AQ-2"), "Light": ("light", "LED-36"), "Valve": ("valve", "RV-15")}
"""Types of the devices in rooms, with the part of the id and the model."""
USES = ("office", "office", "office", "meeting", "laboratory")

CONCRETE = Material("Concrete", (0.50, 0.50, 0.48), roughness=0.95)
GLASS = Material("Glass", (0.25, 0.33, 0.38), roughness=0.2)

SCENE = """\
# yaml-language-server: $schema=../.schemas/scenes.json
# Written by ../make_campus.py: the floors of a building with their air handling units. Metres, Y up.
description: Floors of {name} with their air handling units
properties: {{environmentPreset: neutral}}
rules:
  alarmColor:
    statements:
      - {{expression: alarmStatus == 'CRITICAL', target: "iottwinmaker.common.color:#d13212"}}
      - {{expression: alarmStatus == 'WARNING', target: "iottwinmaker.common.color:#ff9900"}}
nodes:
  - name: {name}
    layout:
      parentEntityId: {building}
      line: {{spacing: [0, 4, 0]}}
      templates:
        com.example.Floor:
          components:
            - {{type: ModelRef, uri: floor.glb, modelType: GLB, unitOfMeasure: meters}}
            - {{type: EntityBinding, valueDataBinding: {{dataBindingContext: {{}}}}}}
          children:
            - name: ${{entity.entityName}} alarm
              transform: {{position: [0, 2, 11]}}
              components:
                - type: Tag
                  icon: iottwinmaker.common.icon:Info
                  ruleBasedMapId: alarmColor
                  valueDataBinding:
                    dataBindingContext:
                      entityId: ${{entity.entityId}}-ahu
                      componentName: alarm
                      propertyName: alarmStatus
  - name: Camera
    transform: {{position: [0, 25, 60], rotation: [-0.25, 0, 0]}}
    components: [{{type: Camera, fov: 53.13, far: 1000}}]
  - name: Light
    components: [{{type: Light, lightType: Ambient, lightSettings: {{color: "#ffffff", intensity: 0.8}}}}]
"""

Row = dict[str, object]


def registers() -> dict[str, list[Row]]:
    """Return the rows of each register by its name."""
    choice = random.Random(SEED)  # noqa: S311 (sample data, no secret)
    buildings: list[Row] = []
    floors: list[Row] = []
    rooms: list[Row] = []
    for building in range(1, BUILDINGS + 1):
        building_id = f"b{building:02}"
        area = choice.randrange(3_000, 9_000, 50)
        address = f"{building} Campus Road"
        buildings.append(
            {"building": building_id, "name": f"Building {building}", "address": address, "area": area}
        )
        for level in range(FLOORS):
            floor_id, name = f"{building_id}-f{level}", f"Floor {building}.{level}"
            unit, serial = f"AHU-{choice.choice((20, 35))}", _serial_number(choice)
            floors.append(
                {"floor": floor_id, "building": building_id, "name": name, "level": level}
                | {"unit": unit, "serialNumber": serial}
            )
            for number in range(1, ROOMS + 1):
                room_id, use = f"{floor_id}-r{number:02}", choice.choice(USES)
                rooms.append(
                    {"room": room_id, "floor": floor_id, "name": f"Room {building}.{level}{number:02}"}
                    | {"use": use, "area": choice.randrange(12, 60)}
                )
    devices = [_device(number, rooms, choice) for number in range(DEVICES - len(floors))]
    return {"buildings": buildings, "floors": floors, "rooms": rooms, "devices": devices}


def _device(number: int, rooms: list[Row], choice: random.Random) -> Row:
    """Return a device: they go round the rooms, so that each room has 16 or 17."""
    rank, room = number // len(rooms) + 1, rooms[number % len(rooms)]
    type_name = "AirQualitySensor" if rank == 1 else "Valve" if rank in {2, 3} else "Light"
    part, model = KINDS[type_name]
    device_id = f"{room['room']}-{part}-{rank:02}"
    name = f"{str(room['name']).removeprefix('Room ')} {part} {rank}"
    serial = _serial_number(choice)
    return {"device": device_id, "room": room["room"], "name": name, "type": type_name} | {
        "model": model,
        "serialNumber": serial,
    }


def _serial_number(choice: random.Random) -> str:
    return f"{choice.randrange(16**6):06X}"


def _write_register(path: Path, rows: Iterable[Row]) -> None:
    rows = sorted(rows, key=lambda row: str(next(iter(row.values()))))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the files beside this one."""
    folder = Path(__file__).parent
    for name in ("assets", "entities", "scenes"):
        (folder / name).mkdir(exist_ok=True)
    rows = registers()
    for name, of_register in rows.items():
        _write_register(folder / "entities" / f"{name}.csv", of_register)
    for row in rows["buildings"]:
        scene = SCENE.format(building=row["building"], name=row["name"])
        (folder / "scenes" / f"{row['building']}.yaml").write_text(scene, encoding="utf-8")
    walls = [
        box(CONCRETE, (0.0, -0.15, 0.0), (40.0, 0.3, 20.0)),
        *(box(GLASS, (0.0, 1.6, z), (39.0, 3.2, 0.1)) for z in (-9.5, 9.5)),
    ]
    (folder / "assets" / "floor.glb").write_bytes(glb("floor", [Part("Floor", (0.0, 0.0, 0.0), walls)]))


if __name__ == "__main__":
    main()
