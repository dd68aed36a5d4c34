"""The embedded AWS for the tests: one for the session, and templates deployed to it by boto3."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stacks import Deployed, Json, wait_for
from twin_stack.local import launcher
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin


@pytest.fixture
def deploy(local_twin: LocalTwin) -> Callable[..., Deployed]:
    """Create a stack from resources and outputs, or update it when its name is given."""
    client = local_twin.client("cloudformation")

    def act(
        resources: Json, *, name: str = "", outputs: Json | None = None, tags: Json | None = None
    ) -> Deployed:
        template = {"Resources": resources, "Outputs": {k: {"Value": v} for k, v in (outputs or {}).items()}}
        if not outputs:
            del template["Outputs"]
        stack_name = name or f"stack-{uuid.uuid4().hex[:8]}"
        request = {
            "StackName": stack_name,
            "TemplateBody": json.dumps(template),
            "Tags": [{"Key": k, "Value": v} for k, v in (tags or {}).items()],
        }
        (client.update_stack if name else client.create_stack)(**request)
        return Deployed(client, stack_name, wait_for(client, stack_name))

    return act


@pytest.fixture
def twinmaker(local_twin: LocalTwin) -> Any:
    return local_twin.client("iottwinmaker")


@pytest.fixture
def workspace_id() -> str:
    """The id of a workspace no other test has."""
    return f"ws-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Path]:
    """An app whose CDK CLI is the script `cli`, which a test writes."""
    folder = tmp_path / "app"
    (folder / "node_modules" / ".bin").mkdir(parents=True)
    (folder / "cdk.json").write_text("{}")
    yield folder
    launcher.stop(StateFolder.of_app(folder), grace=2)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StateFolder]:
    """A state folder, whose embedded AWS is stopped afterwards."""
    folder = StateFolder(tmp_path / "twin")
    yield folder
    launcher.stop(folder, grace=2)
