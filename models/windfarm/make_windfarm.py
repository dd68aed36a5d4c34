"""Write ``assets/*.glb``, the models of a turbine and of the ground: run it after a change and commit both.

Two runs write equal bytes.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from models.glb import Material, Part, Solid, box, cylinder, glb

HUB, BLADE = 90.0, 50.0
"""Height of the hub and length of a blade in metres."""

GRASS = Material("Grass", (0.16, 0.28, 0.10), roughness=1.0)
TRACK = Material("Track", (0.45, 0.40, 0.32), roughness=1.0)
CONCRETE = Material("Concrete", (0.42, 0.42, 0.40), roughness=0.95)
WHITE = Material("TurbineWhite", (0.82, 0.83, 0.84), roughness=0.45)
RED = Material("WarningRed", (0.60, 0.03, 0.03), roughness=0.45)


def models() -> dict[str, list[Part]]:
    """Return the parts of each model by the name of its file."""
    return {
        "turbine": [Part("Tower", (0.0, 0.0, 0.0), _tower()), Part("Rotor", (0.0, HUB, 6.0), _rotor())],
        "ground": [Part("Field", (0.0, 0.0, 0.0), _field())],
    }


def _tower() -> list[Solid]:
    segments = [
        cylinder(WHITE, (0.0, HUB * part / 4, 0.0), (0.0, HUB * (part + 1) / 4, 0.0), 2.4 - 0.3 * part)
        for part in range(4)
    ]
    return [
        cylinder(CONCRETE, (0.0, 0.0, 0.0), (0.0, 0.6, 0.0), 5.0),
        *segments,
        box(WHITE, (0.0, HUB, 0.5), (3.6, 3.8, 10.0)),
    ]


def _rotor() -> list[Solid]:
    solids = [cylinder(WHITE, (0.0, 0.0, -0.6), (0.0, 0.0, 1.2), 1.6)]
    for blade in range(3):
        turn = math.radians(90 + 120 * blade)
        along = (math.cos(turn), math.sin(turn), 0.0)
        ends = [(along[0] * at, along[1] * at, 0.3) for at in (1.0, 0.4 * BLADE, 0.9 * BLADE, BLADE)]
        solids += [
            cylinder(WHITE, ends[0], ends[1], 1.1),
            cylinder(WHITE, ends[1], ends[2], 0.7),
            cylinder(RED, ends[2], ends[3], 0.45),
        ]
    return solids


def _field() -> list[Solid]:
    return [
        box(GRASS, (0.0, -0.5, 0.0), (1400.0, 1.0, 1100.0)),
        *(box(TRACK, (0.0, 0.05, 20.0 + 300.0 * row), (1300.0, 0.1, 6.0)) for row in (-1, 0, 1)),
    ]


def main() -> None:
    """Write the models beside this file."""
    folder = Path(__file__).parent / "assets"
    folder.mkdir(exist_ok=True)
    for name, parts in models().items():
        (folder / f"{name}.glb").write_bytes(glb(name, parts))


if __name__ == "__main__":
    main()
