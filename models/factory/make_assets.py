"""Write ``assets/*.glb``, the 3D models of the factory and its hall: run it after a change and commit all.

The model is glTF 2.0 in one binary file: metres, Y up, each machine one named node on the floor.
The scene selects the machines by these names and repeats their places: change both together.
Two runs write equal bytes.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from models.glb import Material, Part, Solid, box, cylinder, glb

CONCRETE = Material("Concrete", (0.42, 0.42, 0.40), roughness=0.95)
SAFETY_YELLOW = Material("SafetyYellow", (0.85, 0.58, 0.02))
STEEL = Material("Steel", (0.55, 0.57, 0.60), metallic=0.3, roughness=0.35)
DARK_STEEL = Material("DarkSteel", (0.05, 0.055, 0.065), metallic=0.3, roughness=0.5)
LIGHT_GREY = Material("LightGrey", (0.72, 0.74, 0.76), roughness=0.5)
GLASS = Material("Glass", (0.02, 0.05, 0.08), roughness=0.1)
SCREEN = Material("Screen", (0.03, 0.22, 0.60), roughness=0.2)
ORANGE = Material("RobotOrange", (0.80, 0.16, 0.01), roughness=0.45)
GREEN = Material("PressGreen", (0.05, 0.24, 0.13), roughness=0.55)
PLASTER = Material("Plaster", (0.50, 0.53, 0.56), roughness=0.95)
SKIRTING = Material("Skirting", (0.16, 0.20, 0.25), roughness=0.9)
WINDOW = Material("Window", (0.42, 0.58, 0.70), roughness=0.15)
WOOD = Material("Wood", (0.36, 0.22, 0.10), roughness=0.9)
CARDBOARD = Material("Cardboard", (0.42, 0.28, 0.15), roughness=0.95)
LAMP_GREEN = Material("LampGreen", (0.02, 0.55, 0.08), roughness=0.3)
LAMP_AMBER = Material("LampAmber", (0.90, 0.40, 0.01), roughness=0.3)
LAMP_RED = Material("LampRed", (0.65, 0.02, 0.02), roughness=0.3)


def machines() -> list[Part]:
    """Return the floor and the machines on it."""
    return [
        Part("Floor", (0.0, -0.2, 0.0), _floor()),
        Part("CncMachine", (-4.0, 0.0, -1.5), _cnc_machine()),
        Part("AssemblyRobot", (-0.2, 0.0, -1.5), _assembly_robot(), turn=math.radians(-30)),
        Part("HydraulicPress", (4.0, 0.0, -1.5), _hydraulic_press()),
    ]


def hall() -> list[Part]:
    """Return what is around the machines."""
    return [Part("Hall", (0.0, -0.2, 0.0), [*_wall(), *_pallet(-6.0, 2.3, 3), *_pallet(5.4, 2.3, 2)])]


def _floor() -> list[Solid]:
    return [
        box(CONCRETE, (0.0, 0.1, 0.0), (14.0, 0.2, 9.0)),
        box(SAFETY_YELLOW, (0.0, 0.205, 1.2), (13.0, 0.01, 0.12)),
        box(SAFETY_YELLOW, (0.0, 0.205, 3.4), (13.0, 0.01, 0.12)),
    ]


def _wall() -> list[Solid]:
    """Return the wall behind the machines, with windows, columns and a pipe along it."""
    back = -4.4
    columns = [box(DARK_STEEL, (x, 1.7, back + 0.16), (0.22, 3.0, 0.18)) for x in (-6.9, -2.3, 2.3, 6.9)]
    windows = [box(WINDOW, (x, 2.2, back + 0.11), (3.4, 0.9, 0.04)) for x in (-4.6, 0.0, 4.6)]
    bars = [
        box(DARK_STEEL, (x, 2.2, back + 0.14), (0.06, 0.9, 0.04)) for x in (-5.7, -3.5, -1.1, 1.1, 3.5, 5.7)
    ]
    return [
        box(PLASTER, (0.0, 1.7, back), (14.0, 3.0, 0.2)),
        box(SKIRTING, (0.0, 0.45, back + 0.105), (14.0, 0.5, 0.02)),
        *columns,
        *windows,
        *bars,
        cylinder(STEEL, (-6.8, 2.95, back + 0.35), (6.8, 2.95, back + 0.35), 0.07),
    ]


def _pallet(x: float, z: float, layers: int) -> list[Solid]:
    boards = [box(WOOD, (x + 0.42 * side, 0.26, z), (0.14, 0.12, 0.8)) for side in (-1, 0, 1)]
    boxes = [
        box(CARDBOARD, (x + 0.28 * side, 0.62 + 0.44 * layer, z), (0.52, 0.42, 0.7))
        for layer in range(layers)
        for side in (-1, 1)
        if layer < layers - 1 or side < 0
    ]
    return [*boards, box(WOOD, (x, 0.36, z), (1.1, 0.08, 0.8)), *boxes]


def _cnc_machine() -> list[Solid]:
    return [
        box(DARK_STEEL, (0.0, 0.15, 0.0), (2.6, 0.3, 1.8)),
        box(LIGHT_GREY, (0.0, 1.15, 0.0), (2.6, 1.7, 1.7)),
        box(SCREEN, (0.0, 1.9, 0.855), (2.6, 0.1, 0.01)),
        box(GLASS, (-0.4, 1.2, 0.865), (1.3, 0.9, 0.03)),
        cylinder(STEEL, (0.36, 0.95, 0.9), (0.36, 1.45, 0.9), 0.025),
        box(DARK_STEEL, (0.9, 1.3, 0.91), (0.5, 0.8, 0.12)),
        box(SCREEN, (0.9, 1.47, 0.975), (0.4, 0.3, 0.01)),
        box(STEEL, (-1.55, 0.4, 0.2), (0.5, 0.8, 1.0)),
        cylinder(STEEL, (1.1, 2.0, -0.5), (1.1, 2.3, -0.5), 0.025),
        cylinder(LAMP_GREEN, (1.1, 2.3, -0.5), (1.1, 2.42, -0.5), 0.07),
        cylinder(LAMP_AMBER, (1.1, 2.42, -0.5), (1.1, 2.54, -0.5), 0.07),
        cylinder(LAMP_RED, (1.1, 2.54, -0.5), (1.1, 2.66, -0.5), 0.07),
    ]


def _assembly_robot() -> list[Solid]:
    shoulder, elbow, wrist = (0.0, 0.95, 0.0), (0.3, 1.9, 0.0), (1.3, 1.65, 0.0)
    return [
        box(DARK_STEEL, (0.0, 0.05, 0.0), (1.1, 0.1, 1.1)),
        cylinder(ORANGE, (0.0, 0.1, 0.0), (0.0, 0.55, 0.0), 0.3),
        cylinder(DARK_STEEL, (0.0, 0.55, 0.0), (0.0, 0.85, 0.0), 0.22),
        cylinder(DARK_STEEL, (0.0, 0.95, -0.25), (0.0, 0.95, 0.25), 0.2),
        cylinder(ORANGE, shoulder, elbow, 0.14),
        cylinder(DARK_STEEL, (0.3, 1.9, -0.2), (0.3, 1.9, 0.2), 0.17),
        cylinder(ORANGE, elbow, wrist, 0.11),
        cylinder(DARK_STEEL, (1.3, 1.65, -0.13), (1.3, 1.65, 0.13), 0.12),
        cylinder(STEEL, wrist, (1.3, 1.3, 0.0), 0.05),
        box(STEEL, (1.24, 1.22, 0.0), (0.03, 0.16, 0.08)),
        box(STEEL, (1.36, 1.22, 0.0), (0.03, 0.16, 0.08)),
        box(LIGHT_GREY, (1.4, 0.4, 0.0), (0.8, 0.8, 0.8)),
        box(STEEL, (1.4, 0.83, 0.0), (1.0, 0.06, 1.0)),
        box(SCREEN, (1.3, 0.95, 0.0), (0.3, 0.18, 0.3)),
    ]


def _hydraulic_press() -> list[Solid]:
    columns = [cylinder(STEEL, (x, 0.8, z), (x, 2.4, z), 0.09) for x in (-0.8, 0.8) for z in (-0.5, 0.5)]
    return [
        box(GREEN, (0.0, 0.4, 0.0), (2.0, 0.8, 1.4)),
        *columns,
        box(GREEN, (0.0, 2.65, 0.0), (2.0, 0.5, 1.4)),
        cylinder(DARK_STEEL, (0.0, 2.9, 0.0), (0.0, 3.3, 0.0), 0.35),
        cylinder(STEEL, (0.0, 1.7, 0.0), (0.0, 2.4, 0.0), 0.2),
        box(SAFETY_YELLOW, (0.0, 1.55, 0.0), (1.4, 0.3, 1.2)),
        box(DARK_STEEL, (0.0, 0.9, 0.0), (0.9, 0.2, 0.8)),
        cylinder(LIGHT_GREY, (0.65, 2.65, 0.7), (0.65, 2.65, 0.76), 0.14),
        box(LIGHT_GREY, (1.45, 0.5, -0.2), (0.7, 1.0, 0.9)),
        cylinder(DARK_STEEL, (1.45, 1.0, -0.2), (1.45, 1.4, -0.2), 0.18),
    ]


def main() -> None:
    """Write the models into the folder ``assets`` beside this file."""
    folder = Path(__file__).parent / "assets"
    folder.mkdir(exist_ok=True)
    (folder / "factory.glb").write_bytes(glb("Factory", machines()))
    (folder / "hall.glb").write_bytes(glb("Hall", hall()))


if __name__ == "__main__":
    main()
