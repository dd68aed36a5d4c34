"""Cloud assemblies deployed without the CDK CLI."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.support.stacks import in_workspace
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

from tests.support.assemblies import assembly, plant

pytestmark = pytest.mark.deploy


@pytest.fixture
def name() -> str:
    """A name no other test has."""
    return f"plant-{uuid.uuid4().hex[:8]}"


def test_stacks_are_deployed_after_their_dependencies(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    below = {"Resources": {"Pump": in_workspace("Entity", EntityId="pump", EntityName="Pump")}}
    below["Resources"]["Pump"]["Properties"]["WorkspaceId"] = name
    folder = assembly(tmp_path, {f"a-{name}": below, name: plant(name)}, needs={f"a-{name}": [name]})

    outputs = local_twin.deploy(folder)

    assert list(outputs) == [name, f"a-{name}"]


def test_failure_names_resource_and_reason_and_a_corrected_stack_can_be_deployed(
    local_twin: LocalTwin, tmp_path: Path, name: str
) -> None:
    lost = in_workspace("Entity", EntityId="lost", EntityName="Lost", ParentEntityId="nowhere")

    with pytest.raises(DeployError) as caught:
        local_twin.deploy(assembly(tmp_path, {name: plant(name, Lost=lost)}))

    assert str(caught.value).startswith(
        f"stack {name} is ROLLBACK_COMPLETE\nCREATE_FAILED Lost (AWS::IoTTwinMaker::Entity): "
    )
    assert "Unable to find parent entity id nowhere" in str(caught.value)
    assert local_twin.deploy(assembly(tmp_path, {name: plant(name)})) == {name: {"Workspace": name}}


def test_assembly_with_container_images_is_refused(local_twin: LocalTwin, tmp_path: Path, name: str) -> None:
    folder = assembly(tmp_path, {name: plant(name)})
    (folder / f"{name}.assets.json").write_text(json.dumps({"dockerImages": {"1": {}}}))

    with pytest.raises(DeployError) as caught:
        local_twin.deploy(folder)

    assert str(caught.value) == f"stack {name} has container images, which cannot be deployed here"
