"""The folder of a twin's scenes in the bucket, which a later deployment can change."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.templates import ROOT, cdk_context
from twin_stack import TwinStack, load

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

SCENE = """
nodes:
  - components:
      - {type: Light, lightType: Ambient, lightSettings: {}}
      - {type: ModelRef, modelType: GLB, uri: halls/ground.glb}
"""


class Plant:
    """A twin with two scenes and a model."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        self.s3: Any = twin.client("s3")
        self._twinmaker: Any = twin.client("iottwinmaker")
        model = (ROOT / "models/windfarm/assets/ground.glb").read_bytes()
        files = {"scenes/hall.yaml": SCENE, "scenes/yard.yaml": SCENE, "entities/e.yaml": "{}\n"}
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        (folder / "assets" / "halls").mkdir(parents=True)
        (folder / "assets" / "halls" / "ground.glb").write_bytes(model)

    def deploy(self, setting: str = "") -> None:
        """Deploy the twin with a line of ``twin.yaml``."""
        (self._folder / "twin.yaml").write_text(f"workspaceId: {self.workspace}\n{setting}")
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=load(self._folder), operations=None)
        self._twin.deploy(app)

    @property
    def bucket(self) -> str:
        location: str = self._twinmaker.get_workspace(workspaceId=self.workspace)["s3Location"]
        return location.rpartition(":")[2]

    def location(self, scene_id: str) -> str:
        """Return the key of a scene's document."""
        scene = self._twinmaker.get_scene(workspaceId=self.workspace, sceneId=scene_id)
        return str(scene["contentLocation"]).removeprefix(f"s3://{self.bucket}/")

    def keys(self) -> set[str]:
        """Return the keys of scenes and models."""
        objects = self.s3.list_objects_v2(Bucket=self.bucket)["Contents"]
        return {item["Key"] for item in objects if item["Key"].endswith((".glb", "hall.json", "yard.json"))}


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_later_deployment_moves_scenes_to_the_top_and_keeps_what_was_edited(plant: Plant) -> None:
    own = plant.workspace
    plant.deploy()
    assert plant.keys() == {f"{own}/hall.json", f"{own}/yard.json", f"{own}/halls/ground.glb"}
    edited = json.dumps({"specVersion": "1.0", "nodes": [], "edited": True}).encode()
    plant.s3.put_object(Bucket=plant.bucket, Key=f"{own}/yard.json", Body=edited)

    plant.deploy("sceneFolder: .\n")

    assert [plant.location(scene_id) for scene_id in ("hall", "yard")] == ["hall.json", "yard.json"]
    kept = f"{own}/yard.json"
    assert plant.keys() == {"hall.json", "yard.json", "halls/ground.glb", kept}
    assert plant.s3.get_object(Bucket=plant.bucket, Key=kept)["Body"].read() == edited

    plant.deploy("sceneFolder: views/floor\n")

    assert plant.location("hall") == "views/floor/hall.json"
    folder = "views/floor"
    assert plant.keys() == {f"{folder}/hall.json", f"{folder}/yard.json", f"{folder}/halls/ground.glb", kept}
