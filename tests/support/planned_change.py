"""A change of the factory of each kind that the page of ``twin preview --plan`` marks."""

from __future__ import annotations

import shutil
from pathlib import Path

FACTORY = Path(__file__).parents[2] / "models" / "factory"
_SCENE = "scenes/factory-overview.yaml"
_ZONE = "entities/zone-a.yaml"
_ALARM_TAG = "      - name: CNC Machine 1 alarm"
_BEFORE = {
    _ZONE: [
        (
            "    press-001:\n",
            "    scrap-001:\n      entityName: Scrap Container 1\n    press-001:\n",
        )
    ],
    _SCENE: [
        (
            "  - name: Overview camera\n",
            """\
  - name: Notice
    transform: {position: [4, 1, -3.5]}
    components:
      - type: DataOverlay
        subType: TextAnnotation
        dataRows: [{rowType: Markdown, content: Exit}]
        valueDataBindings: []
  - name: Pallet
    transform: {position: [1.6, 0.4, 2]}
    components:
      - {type: PlaneGeometry, width: 1.2, height: 0.8, color: "#687078"}
  - name: Overview camera
""",
        )
    ],
}
_AFTER = {
    _ZONE: [
        ("    scrap-001:\n      entityName: Scrap Container 1\n", ""),
        (
            "    press-001:\n",
            """\
    press-002:
      entityName: Hydraulic Press 2
      components:
        press:
          componentTypeId: com.example.Press
    press-001:
""",
        ),
        ("TMP-117", "TMP-119"),
    ],
    _SCENE: [
        # A moved node, a changed rule, a re-bound tag, a re-coloured plane.
        ("position: [-0.2, 0, -1.5]", "position: [-0.2, 0, 1.3]"),
        (
            'temperature >= 60, target: "iottwinmaker.common.color:#ff9900"',
            'temperature >= 70, target: "iottwinmaker.common.color:#ff9900"',
        ),
        ("entityId: press-001, componentName", "entityId: press-002, componentName"),
        ('#687078"}\n  - name: Overview', '#0659b0"}\n  - name: Overview'),
        (
            "  - name: Overview camera\n",
            """\
  - name: Safety gate
    transform: {position: [3.6, 0.8, 1.2]}
    components:
      - {type: PlaneGeometry, width: 1, height: 1.6, color: "#0659b0"}
  - name: Overview camera
""",
        ),
    ],
}


def write_change(folder: Path) -> tuple[Path, Path]:
    """Write the factory before and after a change.

    In the scene it moves the robot, binds the tag of the press to another one, gives the pallet another
    colour, changes the rule of the machines' colour, removes the tag of the alarm and adds a gate. It adds a
    press, removes a container and changes a machine.

    Args:
        folder: An empty folder.

    Returns:
        The folders of both definitions.
    """
    before, after = folder / "before", folder / "after"
    shutil.copytree(FACTORY, before)
    _replace(before, _BEFORE)
    shutil.copytree(before, after)
    _replace(after, _AFTER)
    scene = after / _SCENE
    text = scene.read_text(encoding="utf-8")
    start = text.index(_ALARM_TAG)
    end = text.index("      - name: ", start + len(_ALARM_TAG))
    scene.write_text(text[:start] + text[end:], encoding="utf-8")
    return before, after


def _replace(folder: Path, replacements: dict[str, list[tuple[str, str]]]) -> None:
    for name, pairs in replacements.items():
        file = folder / name
        text = file.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        file.write_text(text, encoding="utf-8")
