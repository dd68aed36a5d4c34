"""Write ``assets/*.glb``, the models of a turbine and of the ground: run it after a change and commit both.

Two runs write equal bytes.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from models.glb import Material, Part, Solid, box, cylinder, glb, tapered

HUB, BLADE = 84.0, 56.0
"""Height of the hub and length of a blade in metres."""
SPIN_SECONDS = 6.0
"""A turn of the rotor at 10 revolutions a minute."""

GRASS = Material("Grass", (0.115, 0.19, 0.075), roughness=1.0)
MEADOW = Material("Meadow", (0.15, 0.215, 0.08), roughness=1.0)
TRACK = Material("Track", (0.33, 0.29, 0.22), roughness=1.0)
CONCRETE = Material("Concrete", (0.36, 0.36, 0.34), roughness=0.95)
WHITE = Material("TurbineWhite", (0.80, 0.81, 0.82), roughness=0.5)
GREY = Material("NacelleGrey", (0.42, 0.44, 0.47), roughness=0.5)
RED = Material("WarningRed", (0.60, 0.03, 0.03), roughness=0.45)
CABIN = Material("CabinGreen", (0.06, 0.12, 0.09), roughness=0.8)


def models() -> dict[str, list[Part]]:
    """Return the parts of each model by the name of its file."""
    return {
        "turbine": [
            Part("Tower", (0.0, 0.0, 0.0), _tower()),
            Part("Rotor", (0.0, HUB, 8.0), _rotor(), spin_seconds=SPIN_SECONDS),
        ],
        "ground": [Part("Field", (0.0, 0.0, 0.0), _field())],
    }


def _tower() -> list[Solid]:
    segments = [
        cylinder(WHITE, (0.0, HUB * part / 6, 0.0), (0.0, HUB * (part + 1) / 6, 0.0), 4.0 - 0.35 * part)
        for part in range(6)
    ]
    return [
        cylinder(CONCRETE, (0.0, 0.0, 0.0), (0.0, 0.8, 0.0), 9.0),
        *segments,
        cylinder(RED, (0.0, 30.0, 0.0), (0.0, 34.0, 0.0), 3.42),
        box(GREY, (0.0, HUB + 0.4, -1.0), (5.2, 5.6, 15.0)),
        box(RED, (0.0, HUB + 0.4, -8.6), (5.3, 5.7, 0.6)),
        box(CABIN, (11.0, 1.6, 5.0), (5.0, 3.2, 3.6)),
    ]


def _rotor() -> list[Solid]:
    solids = [
        cylinder(GREY, (0.0, 0.0, -1.6), (0.0, 0.0, 1.4), 2.6),
        cylinder(WHITE, (0.0, 0.0, 1.4), (0.0, 0.0, 2.8), 1.6),
    ]
    for blade in range(3):
        turn = math.radians(90 + 120 * blade)
        along = (math.cos(turn), math.sin(turn), 0.0)
        ends = [(along[0] * at, along[1] * at, 0.3) for at in (1.5, 0.22 * BLADE, 0.88 * BLADE, BLADE)]
        solids += [
            tapered(WHITE, ends[0], ends[1], ((2.4, 2.0), (5.6, 1.6))),
            tapered(WHITE, ends[1], ends[2], ((5.6, 1.6), (2.0, 0.7))),
            tapered(RED, ends[2], ends[3], ((2.0, 0.7), (1.0, 0.4))),
        ]
    return solids


def _field() -> list[Solid]:
    """Return the fields of the farm, with a track along each row of turbines."""
    width, depth = 1300.0, 1020.0
    strips = [
        box(
            GRASS if strip % 2 else MEADOW,
            (0.0, -1.0, depth * ((strip + 0.5) / 6 - 0.5)),
            (width, 2.0, depth / 6),
        )
        for strip in range(6)
    ]
    tracks = [box(TRACK, (0.0, 0.05, 22.0 + 300.0 * row), (width - 60.0, 0.3, 7.0)) for row in (-1, 0, 1)]
    return [*strips, *tracks, box(TRACK, (-600.0, 0.05, 22.0), (7.0, 0.3, 607.0))]


def main() -> None:
    """Write the models beside this file."""
    folder = Path(__file__).parent / "assets"
    folder.mkdir(exist_ok=True)
    for name, parts in models().items():
        (folder / f"{name}.glb").write_bytes(glb(name, parts))


if __name__ == "__main__":
    main()
