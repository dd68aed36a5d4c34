"""Models of scenes: whether they have the parts that scenes name, and lights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from tests.support.model_files import glb_bytes, gltf_document

if TYPE_CHECKING:
    from pathlib import Path

LIGHTS = {
    "extensionsUsed": ["KHR_lights_punctual"],
    "extensions": {"KHR_lights_punctual": {"lights": [{"type": "point"}]}},
    "nodes": [{"name": "Lamp", "extensions": {"KHR_lights_punctual": {"light": 0}}}],
}


def findings_of(folder: Path, model: dict[str, Any], scene: str) -> list[str]:
    files: dict[str, str | bytes] = {
        "assets/hall.glb": glb_bytes(gltf_document(**model)),
        "scenes/hall.yaml": scene,
    }
    return [line.partition(" ")[2] for line in finding_lines(write(folder, files))]


def test_model_with_a_light_of_its_own_needs_none(tmp_path: Path) -> None:
    scene = "nodes: [{components: [{type: ModelRef, modelType: GLB, uri: hall.glb}]}]\n"
    assert findings_of(tmp_path / "lit", LIGHTS, scene) == []
    (finding,) = findings_of(tmp_path / "dark", {}, scene)
    assert finding.startswith("TWIN175 warning: the scene has neither an environmentPreset nor a Light")


SCENE = """\
properties: {environmentPreset: neutral}
nodes:
  - components: [{type: ModelRef, modelType: GLB, uri: hall.glb}]
    children:
      - components: [{type: SubModelRef, selector: %s}]
        children:
          - components: [{type: SubModelRef, selector: %s}]
"""


@pytest.mark.parametrize(
    ("selector", "remedy"),
    [
        ("Main valve", 'did you mean "Main_valve"?'),  # viewers replace spaces
        ("Wheal", 'did you mean "Wheel"?'),
        ("XYZ", "use one of: Main_valve, Wheel"),
    ],
)
def test_selector_is_a_name_as_viewers_have_it(selector: str, remedy: str, tmp_path: Path) -> None:
    model = {"nodes": [{"name": "Main valve", "children": [1]}, {"name": "Wheel"}]}
    assert findings_of(tmp_path, model, SCENE % ("Main_valve", selector)) == [
        f'TWIN176 model "hall.glb" has no part "{selector}"; {remedy}'
    ]


def test_selector_that_is_an_id_or_of_another_file_is_not_checked(tmp_path: Path) -> None:
    assert findings_of(tmp_path, {"nodes": [{"name": "Wheel"}]}, SCENE % ("17", "'18'")) == []
    elsewhere = SCENE.replace("hall.glb", "https://example.com/hall.glb") % ("Any", "Thing")
    assert findings_of(tmp_path / "other", {}, elsewhere) == []
