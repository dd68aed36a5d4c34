"""AWS's TwinMaker development tools (TMDT): a sample project, and the tool itself on the local service.

The tool is compiled outside of this repository. ``TMDT`` names the file; its test is skipped without it::

    git clone --depth 1 https://github.com/awslabs/iot-app-kit && cd iot-app-kit/packages/tools-iottwinmaker
    npm install && npx tsc -b tsconfig.cjs.json
    TMDT=$PWD/dist/cjs/cli.js make conformance
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.entity_values import entity_differences
from tests.support.round_trips import export_from, import_into, no_client, silent
from tests.support.stacks import make_function
from tests.support.templates import ROOT, cdk_context
from twin_stack import TwinStack, load
from twin_stack.formats import tmdt
from twin_stack.formats.check_path import check_path
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition
    from twin_stack.pytest_plugin import LocalTwin

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "cookiefactory_v2_tmdt"
TOOL = os.environ.get("TMDT", "")
REGION = "us-east-1"
NAMES = Path(__file__).with_name("loopback_names.cjs")

needs_case = pytest.mark.skipif(not CASE.is_dir(), reason=f"{CASE} does not exist")
needs_tool = pytest.mark.skipif(not Path(TOOL).is_file(), reason="TMDT does not name the compiled tool")


def new_id() -> str:
    return f"ws-{uuid.uuid4().hex[:8]}"


@needs_case
def test_faults_of_the_cookie_factory_are_named_in_their_places() -> None:
    findings = [str(finding).replace(f"{CASE}/", "") for finding in check_path(CASE).findings]
    errors = [line.split("; ")[0] for line in findings if " warning: " not in line]
    # AWS's CDK sample fills in the functions, and copies the models from another folder of the samples.
    assert [re.sub(r" is not allowed.*", "", line) for line in errors if "TWIN011" in line] == [
        f'{file}:{place} TWIN011 Lambda ARN "{arn}"'
        for file, place, arn in (
            ("com.example.cookiefactory.alarm.json", "12:28", "__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__"),
            ("com.example.cookiefactory.cookieline.json", "12:28", "__TO_FILL_IN_SYNTHETIC_DATA_ARN__"),
            ("com.example.cookiefactory.mixer.json", "11:28", "__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__"),
            ("com.example.cookiefactory.watertank.json", "11:28", "__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__"),
            ("com.example.synthetic-telemetry.json", "8:28", "__TO_FILL_IN_SYNTHETIC_DATA_ARN__"),
            ("com.example.timestream-telemetry.json", "8:28", "__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__"),
        )
    ]
    assert "tmdt.json:20:9 TWIN032 4 models are outside of the project" in errors
    # A tag of the scene asks for a component that its mixer has under another name.
    assert [line for line in errors if "TWIN044" in line] == [
        'CookieFactory.json:235:32 TWIN044 entity "Mixer_1_4b57cbee-c391-4de6-b882-622c633a697e" has no '
        'component "com_example_cookiefactory_mixer__synthetic"'
    ]


@needs_case
def test_cookie_factory_is_deployed_value_for_value(local_twin: LocalTwin, tmp_path: Path) -> None:
    workspace, model = new_id(), tmp_path / "model"
    twin = tmdt.import_twin(
        str(CASE), ImportOptions(workspace_id=workspace, client=no_client, progress=silent)
    )
    written = write_definition(twin, model)
    assert [finding.code for finding in sorted(twin.losses)] == ["TWIN231", "TWIN232", "TWIN230"]
    assert (written.component_types, written.entities, written.scenes) == (10, 132, 2)

    correct(model, make_function(local_twin.client("lambda"), f"{workspace}-reader", "handler = dict"))
    definition = load(model)
    app = App(context=cdk_context())
    TwinStack(app, workspace, definition=definition)
    local_twin.deploy(app)

    entities = json.loads((CASE / "entities.json").read_text(encoding="utf-8"))
    assert len(entities) == 132
    assert entity_differences(local_twin.client("iottwinmaker"), workspace, entities) == []


def correct(model: Path, arn: str) -> None:
    """Decide what the import of the cookie factory leaves open."""
    twin = model / "twin.yaml"
    twin.write_text(re.sub(r"__TO_FILL_IN_\w+__", arn, twin.read_text(encoding="utf-8")), encoding="utf-8")
    scene = model / "scenes" / "CookieFactory.json"
    text = scene.read_text(encoding="utf-8")
    (model / "assets").mkdir()
    glb = model_with_nodes(sorted(set(re.findall(r'"selector": "([^"]+)"', text))))
    for name in ("Environment", "Line", "Mixer", "WaterTank"):
        (model / f"assets/CookieFactory{name}.glb").write_bytes(glb)
    right = text.replace("com_example_cookiefactory_mixer__synthetic", "MixerComponent")
    assert right != text
    scene.write_text(right, encoding="utf-8")


def model_with_nodes(names: list[str]) -> bytes:
    """Return a model without any geometry, whose nodes have names."""
    nodes = [{"name": name} for name in names]
    gltf = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [*range(len(names))]}],
        "nodes": nodes,
    }
    chunk = json.dumps(gltf).encode()
    chunk += b" " * (-len(chunk) % 4)
    header = struct.pack("<4sIIII", b"glTF", 2, 20 + len(chunk), len(chunk), 0x4E4F534A)
    return header + chunk


class Tool:
    """The tool against the local service, and a workspace for it."""

    def __init__(self, twin: LocalTwin) -> None:
        self.workspace = new_id()
        self.twinmaker: Any = twin.client("iottwinmaker")
        self._environment = twin.environment()
        # The service refuses names that are not of this machine, such as "api.127.0.0.1".
        self._endpoint = twin.endpoint.replace("127.0.0.1", "localhost")

    def create_workspace(self, twin: LocalTwin) -> None:
        """Create the workspace, with its bucket and role."""
        twin.client("s3").create_bucket(Bucket=self.workspace)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "iottwinmaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        role = twin.client("iam").create_role(RoleName=self.workspace, AssumeRolePolicyDocument=trust)
        self.twinmaker.create_workspace(
            workspaceId=self.workspace,
            s3Location=f"arn:aws:s3:::{self.workspace}",
            role=role["Role"]["Arn"],
        )

    def run(self, command: str, *options: str, answer: str = "") -> str:
        """Run a command of the tool and return its output."""
        words = ["node", "--require", str(NAMES), TOOL, command, "--region", REGION]
        words += ["--workspace-id", self.workspace, "--endpoint-url", self._endpoint, *options]
        result = subprocess.run(
            words,
            env=self._environment,
            input=answer,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def filled_in(project: Path, arn: str) -> None:
    """Fill in the functions of an exported project."""
    for file in project.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"__TO_FILL_IN_\w+__", arn, text), encoding="utf-8")


def values_by_entity(definition: TwinDefinition) -> dict[str, Any]:
    """Return the values of a definition by entity, without what a source may spell in several ways."""
    return {
        entity_id: (
            entity.entity_name,
            entity.parent_entity_id,
            {
                name: {key: written.value for key, written in component.properties.items()}
                for name, component in entity.components.items()
            },
        )
        for entity_id, entity in definition.entities.items()
    }


@needs_tool
def test_tool_deploys_an_export_and_its_snapshot_is_imported(local_twin: LocalTwin, tmp_path: Path) -> None:
    tool = Tool(local_twin)
    tool.create_workspace(local_twin)
    source = load(ROOT / "models" / "windfarm")
    export_from("tmdt", ROOT / "models" / "windfarm", tmp_path / "project")
    filled_in(
        tmp_path / "project",
        make_function(local_twin.client("lambda"), f"{tool.workspace}-reader", "handler = dict"),
    )

    printed = tool.run("deploy", "--dir", str(tmp_path / "project"))
    assert f"Successfully synced {len(source.entities)} entities" in printed
    assert "Failed" not in printed
    entities = json.loads((tmp_path / "project/entities.json").read_text(encoding="utf-8"))
    assert entity_differences(tool.twinmaker, tool.workspace, entities) == []

    tool.run("init", "--out", str(tmp_path / "snapshot"))
    import_into("tmdt", tmp_path / "snapshot", tmp_path / "model")
    snapshot = load(tmp_path / "model")
    assert values_by_entity(snapshot) == values_by_entity(source)
    assert snapshot.scenes.keys() == source.scenes.keys()
    assert {path: file.read_bytes() for path, file in snapshot.asset_files.items()} == {
        path: file.read_bytes() for path, file in source.asset_files.items()
    }

    printed = tool.run("destroy", "--non-dry-run", answer="Y\n")
    assert "All specified resources have been deleted" in printed
    assert tool.twinmaker.list_entities(workspaceId=tool.workspace)["entitySummaries"] == []
    assert tool.twinmaker.list_scenes(workspaceId=tool.workspace)["sceneSummaries"] == []


@needs_tool
def test_tool_takes_a_snapshot_of_a_twin_of_ours(local_twin: LocalTwin, tmp_path: Path) -> None:
    tool = Tool(local_twin)
    model = Path(shutil.copytree(ROOT / "models" / "windfarm", tmp_path / "windfarm"))
    text = (model / "twin.yaml").read_text(encoding="utf-8")
    own_id = re.sub(r"workspaceId: \S+", f"workspaceId: {tool.workspace}\nsceneFolder: .", text)
    (model / "twin.yaml").write_text(own_id, encoding="utf-8")
    source = load(model)
    app = App(context=cdk_context())
    TwinStack(app, tool.workspace, definition=source)
    local_twin.deploy(app)

    tool.run("init", "--out", str(tmp_path / "snapshot"))

    import_into("tmdt", tmp_path / "snapshot", tmp_path / "model")
    snapshot = load(tmp_path / "model")
    assert values_by_entity(snapshot) == values_by_entity(source)
    assert {scene_id: scene.document for scene_id, scene in snapshot.scenes.items()} == {
        scene_id: scene.document for scene_id, scene in source.scenes.items()
    }
    assert {path: file.read_bytes() for path, file in snapshot.asset_files.items()} == {
        path: file.read_bytes() for path, file in source.asset_files.items()
    }
