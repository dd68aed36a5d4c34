"""Files of scenes through deployments that succeed, fail and are taken back."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3

from tests.support.deployments import deploy_app, destroy_stack
from tests.support.templates import cdk_context
from twin_stack import Entity, Scene, Workspace
from twin_stack.constructs.removal import ALLOW_DESTROY
from twin_stack.constructs.scene_upload import SceneUpload
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]


class Hall:
    """A bucket, and a stack with a scene in it."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.name = f"hall-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        self.s3: Any = twin.client("s3")
        self.s3.create_bucket(Bucket=self.name)
        self.keep_versions("Enabled")

    def keep_versions(self, status: str) -> None:
        self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": status})

    def deploy(
        self,
        files: Mapping[str, bytes],
        *,
        document: Mapping[str, object] | None = None,
        broken: bool = False,
        destroy: bool = False,
    ) -> None:
        """Deploy a scene that shows files; a resource that needs it fails when ``broken``."""
        folder = self._folder / uuid.uuid4().hex
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        app = App(context={**cdk_context(), ALLOW_DESTROY: destroy})
        stack = Stack(app, self.name)
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", self.name)
        workspace = Workspace(stack, "Workspace", workspace_id=self.name, bucket=bucket)
        if destroy:
            SceneUpload.of(stack, workspace, removal_policy=RemovalPolicy.DESTROY)
        scene = Scene(
            stack,
            "Scene",
            workspace=workspace,
            scene_id="hall",
            document=document if document is not None else {"shows": sorted(files)},
            assets=[folder] if files else [],
        )
        if broken:
            entity = Entity(
                stack,
                "Broken",
                workspace=workspace,
                entity_id="broken",
                entity_name="Broken",
                parent="missing",
            )
            entity.node.add_dependency(scene)
        deploy_app(self._twin, app)

    def files(self) -> dict[str, bytes]:
        """Return the files in the bucket, without what the upload keeps for itself."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=f"{self.name}/")
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return {
            key.removeprefix(f"{self.name}/"): self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
            for key in keys
        }

    def put(self, name: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=f"{self.name}/{name}", Body=content)

    def shown(self) -> list[str]:
        """Return the files that the document at the scene's location names."""
        scene = self._twin.client("iottwinmaker").get_scene(workspaceId=self.name, sceneId="hall")
        bucket, key = scene["contentLocation"].removeprefix("s3://").split("/", 1)
        document = json.loads(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        shows: list[str] = document["shows"]
        return shows

    def destroy(self) -> None:
        assert destroy_stack(self._twin, self.name) == "DELETE_COMPLETE"


@pytest.fixture
def hall(local_twin: LocalTwin, tmp_path: Path) -> Hall:
    return Hall(local_twin, tmp_path)


def test_files_are_those_of_the_last_deployment_that_succeeded(hall: Hall) -> None:
    first = {"old.glb": b"1", "same.glb": b"1", "textures/steel.png": b"png"}
    second = {"new.glb": b"1", "same.glb": b"2", "textures/steel.png": b"png"}
    hall.deploy(first)
    before = hall.files()
    assert before.keys() == {*first, "hall.json"}

    with pytest.raises(DeployError, match="Broken"):
        hall.deploy(second, broken=True)
    assert hall.files() == before
    assert hall.shown() == sorted(first)

    hall.deploy(second)
    files = hall.files()
    assert files.keys() == {*second, "hall.json"}
    assert {name: files[name] for name in second} == second
    assert hall.shown() == sorted(second)

    hall.deploy(first)
    assert hall.files() == before
    assert hall.shown() == sorted(first)


def test_failed_first_deployment_leaves_no_file(hall: Hall) -> None:
    with pytest.raises(DeployError, match="Broken"):
        hall.deploy({"hall.glb": b"1"}, broken=True)

    assert hall.files() == {}


def test_object_of_a_user_is_neither_lost_nor_deleted(hall: Hall) -> None:
    hall.deploy({"a.glb": b"1", "b.glb": b"1"})
    hall.put("hall.json", json.dumps({"shows": ["composed"]}).encode())
    hall.put("by-hand.glb", b"by hand")
    hall.put("a.glb", b"by hand")

    hall.deploy({"by-hand.glb": b"1"}, document={"shows": ["a.glb", "b.glb"]})
    assert hall.files()["by-hand.glb"] == b"1"
    # Edited in the bucket, and its definition did not change.
    assert hall.shown() == ["composed"]

    hall.deploy({})

    assert hall.files()["by-hand.glb"] == b"by hand"
    assert hall.files()["a.glb"] == b"by hand"
    assert "b.glb" not in hall.files()


def test_object_of_a_user_stops_the_deployment_when_it_could_not_be_restored(hall: Hall) -> None:
    hall.keep_versions("Suspended")
    hall.deploy({"a.glb": b"1"})
    hall.put("b.glb", b"by hand")

    with pytest.raises(DeployError, match=r"no deployment wrote: hall-\w+/b\.glb; turn on the versions"):
        hall.deploy({"a.glb": b"1", "b.glb": b"1"})

    assert hall.files()["b.glb"] == b"by hand"
    assert hall.shown() == ["a.glb"]


def test_files_stay_when_the_stack_is_deleted_and_are_taken_over_by_the_next(hall: Hall) -> None:
    hall.deploy({"a.glb": b"1", "b.glb": b"1"})
    hall.destroy()
    assert set(hall.files()) == {"a.glb", "b.glb", "hall.json"}

    hall.deploy({"b.glb": b"1"})
    hall.deploy({"c.glb": b"1"})

    assert set(hall.files()) == {"c.glb", "hall.json"}


def test_files_go_with_the_stack_when_two_keys_say_so(hall: Hall) -> None:
    hall.deploy({"a.glb": b"1"}, destroy=True)
    hall.put("by-hand.glb", b"by hand")

    hall.destroy()

    assert hall.files() == {"by-hand.glb": b"by hand"}
