"""Write the devices and 3D models of the building: run it after a change and commit what it writes.

``entities/devices.csv`` lists 200 devices, 50 on each of 4 floors, with their places in the scene;
``assets/*.glb`` are the models of a floor and of each kind of device. Two runs write equal bytes.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))
from models.glb import Material, Part, Solid, box, cylinder, glb

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20_260_611
FLOORS = 4
WIDTH, DEPTH, HEIGHT = 40.0, 20.0, 3.2
"""Inner size of a floor in metres."""

CONCRETE = Material("Concrete", (0.50, 0.50, 0.48), roughness=0.95)
CARPET = Material("Carpet", (0.20, 0.25, 0.30), roughness=1.0)
CORE = Material("Core", (0.62, 0.60, 0.56), roughness=0.9)
STEEL = Material("Steel", (0.55, 0.57, 0.60), metallic=0.3, roughness=0.35)
WHITE = Material("White", (0.85, 0.85, 0.85), roughness=0.4)
GRILLE = Material("Grille", (0.10, 0.11, 0.12), roughness=0.6)
DESK = Material("Desk", (0.55, 0.42, 0.27), roughness=0.7)
SEAT = Material("Seat", (0.10, 0.16, 0.24), roughness=0.9)
LAMP = Material("Lamp", (0.95, 0.90, 0.70), roughness=0.2)
LENS = Material("Lens", (0.02, 0.05, 0.30), roughness=0.1)


def models() -> dict[str, list[Part]]:
    """Return the parts of each model by the name of its file."""
    columns = [
        cylinder(STEEL, (x, 0.0, z), (x, HEIGHT, z), 0.2)
        for x in (-WIDTH / 2 + 0.5, 0.0, WIDTH / 2 - 0.5)
        for z in (-DEPTH / 2 + 0.5, DEPTH / 2 - 0.5)
    ]
    slab = [
        box(CONCRETE, (0.0, -0.2, 0.0), (WIDTH + 1, 0.3, DEPTH + 1)),
        box(CARPET, (0.0, -0.025, 0.0), (WIDTH, 0.05, DEPTH)),
        box(CORE, (0.0, HEIGHT / 2, 0.0), (6.0, HEIGHT, 4.0)),
        *columns,
        *_furniture(),
    ]
    diffuser = [
        box(WHITE, (0.0, 0.0, 0.0), (1.2, 0.25, 1.2)),
        *(box(GRILLE, (0.0, -0.13, -0.4 + 0.2 * row), (1.0, 0.02, 0.08)) for row in range(5)),
    ]
    lamp = [
        box(STEEL, (0.0, 0.05, 0.0), (1.5, 0.06, 0.3)),
        box(LAMP, (0.0, 0.0, 0.0), (1.4, 0.06, 0.22)),
    ]
    sensor = [
        cylinder(WHITE, (0.0, 0.0, 0.0), (0.0, 0.08, 0.0), 0.15),
        cylinder(LENS, (0.0, -0.06, 0.0), (0.0, 0.0, 0.0), 0.08),
    ]
    origin = (0.0, 0.0, 0.0)
    return {
        "floor": [Part("FloorSlab", origin, slab)],
        "hvac-zone": [Part("Diffuser", origin, diffuser)],
        "light": [Part("Lamp", origin, lamp)],
        "occupancy-sensor": [Part("Sensor", origin, sensor)],
    }


def _furniture() -> list[Solid]:
    """Return desks in the open areas, and the low walls of meeting rooms at the ends."""
    solids = []
    for x in (-15.0, -11.0, -7.0, 7.0, 11.0, 15.0):
        for z in (-6.2, -3.0, 3.0, 6.2):
            solids += [
                box(DESK, (x, 0.72, z), (2.6, 0.06, 1.2)),
                box(GRILLE, (x, 0.36, z), (0.12, 0.7, 0.9)),
                box(SEAT, (x, 0.3, z + 1.0), (0.55, 0.6, 0.55)),
            ]
    return solids


def devices() -> Iterator[dict[str, str]]:
    """Yield the rows of ``devices.csv``."""
    choice = random.Random(SEED)  # noqa: S311 (sample data, no secret)
    kinds = {
        "hvac-zone": ("HvacZone", "HVAC zone", ("VAV-200", "VAV-350"), 3, 2),
        "light": ("Light", "Light", ("LED-36", "LED-58"), 10, 3),
        "occupancy-sensor": ("OccupancySensor", "Occupancy sensor", ("PIR-4", "TOF-9"), 7, 2),
    }
    for floor in range(1, FLOORS + 1):
        for kind, (type_name, title, products, columns, rows) in kinds.items():
            for index in range(columns * rows):
                column, row = index % columns, index // columns
                yield {
                    "entityId": f"f{floor}-{kind}-{index + 1:02}",
                    "name": f"{title} {floor}.{index + 1:02}",
                    "floor": f"floor-{floor}",
                    "type": type_name,
                    "model": choice.choice(products),
                    "area": str(choice.randrange(90, 160)) if kind == "hvac-zone" else "",
                    "x": f"{WIDTH * ((column + 0.5) / columns - 0.5):.2f}",
                    "y": f"{HEIGHT - (0.25 if kind == 'hvac-zone' else 0.15):.2f}",
                    "z": f"{DEPTH * ((row + 0.5) / rows - 0.5) * 0.9:.2f}",
                }


def main() -> None:
    """Write devices and models beside this file."""
    here = Path(__file__).parent
    with (here / "entities" / "devices.csv").open("w", encoding="utf-8", newline="") as file:
        rows = list(devices())
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (here / "assets").mkdir(exist_ok=True)
    for name, parts in models().items():
        (here / "assets" / f"{name}.glb").write_bytes(glb(name, parts))


if __name__ == "__main__":
    main()
