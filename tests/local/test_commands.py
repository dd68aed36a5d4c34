"""`up`, `down`, `status` and `logs` with the real CDK CLI and a small factory, and with a CLI that fails."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.broken_app import silent, write_cli
from tests.support.prepared_app import synthesize, write_app
from tests.support.soak import SOAK
from tests.support.stacks import wait_for
from twin_stack.local import commands, launcher, logs
from twin_stack.local.assembly import deploy_assembly
from twin_stack.local.clients import make_client
from twin_stack.local.deployer import Deployer, DeployError
from twin_stack.local.state import Access, LocalError, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


ROOT = Path(__file__).parents[2]
WORKSPACE = "my-factory-twin"
FILES = {
    "twin.yaml": f"workspaceId: {WORKSPACE}\nconnectors: {{telemetry: {{kind: dynamodb}}}}\n",
    "component_types/sensors.yaml": """
com.example.TemperatureSensor:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
    sensorModel: STRING
  functions: {dataReader: telemetry}
com.example.Press:
  propertyDefinitions: {maker: STRING}
""",
    "entities/zone-a.yaml": """
zone-a:
  entityName: Zone A
  children:
    machine-001:
      entityName: Machine 1
      components: {temperatureSensor: {componentTypeId: com.example.TemperatureSensor}}
    press-001:
      entityName: Press 1
      components:
        press:
          componentTypeId: com.example.Press
""",
    "entities/spare.yaml": """
zone-b:
  entityName: Zone B
  children:
    spare-001: {entityName: Spare 1}
    spare-002: {entityName: Spare 2}
""",
    "scenes/factory-overview.yaml": """
nodes:
  - name: Factory
""",
}
KILLED = re.compile(r"`cdk (\w+)` \(process (\d+)\) of a command that was killed")
needs_cli = pytest.mark.skipif(
    not (ROOT / "node_modules" / ".bin" / "cdk").exists(), reason="needs the CDK CLI: npm ci"
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    """An app with a state folder of its own, in a folder with an unusual name.

    In ``make soak`` it is the app of this repository; elsewhere, a prepared one.
    """
    folder = tmp_path / "it's a [twin] of $HOME, 100% \u00fcber"
    folder.mkdir()
    if SOAK:
        for name in ("app.py", "cdk.json", "node_modules", ".venv", "twin_stack", "lambdas", "models"):
            (folder / name).symlink_to(ROOT / name)
    else:
        write_app(folder)
        # With a setting for it, the CLI bootstraps.
        settings = json.loads((folder / "cdk.json").read_text(encoding="utf-8"))
        settings["context"] = {"@aws-cdk/core:bootstrapQualifier": "hnb659fds"}
        (folder / "cdk.json").write_text(json.dumps(settings), encoding="utf-8")
    yield folder
    launcher.stop(StateFolder.of_app(folder), grace=2)


def deploy(app: Path, model: Path, steps: list[str], port: int | None = None) -> commands.DeployedTwin:
    """Deploy a definition by the CLI."""
    synthesize(app, model)
    return commands.deploy(app, report=steps.append, model=model, port=port)


def deploy_change(app: Path, access: Access, model: Path) -> None:
    """Deploy a changed definition: by the CLI in ``make soak``, and in seconds elsewhere."""
    if SOAK:
        deploy(app, model, [])
    else:
        deploy_assembly(access, synthesize(app, model))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A small factory, to be changed."""
    folder = tmp_path / "factory"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def destroy(app: Path, access: Access) -> None:
    """Destroy the stack: by the CLI in ``make soak``."""
    if SOAK:
        assembly = str(app / ".twin" / "cdk.out")
        Deployer(app, access, app / ".twin").run("destroy", "--all", "--force", "--app", assembly)
        return
    client = make_client(access, "cloudformation")
    client.delete_stack(StackName=WORKSPACE)
    assert wait_for(client, WORKSPACE) == "DELETE_COMPLETE"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


# One long test, because each step is a run of the CLI.
@needs_cli
@pytest.mark.soak
def test_service_follows_the_definition_from_first_deployment_to_destruction(  # noqa: PLR0915
    app: Path, model: Path
) -> None:
    steps: list[str] = []
    spare = model / "entities" / "spare.yaml"

    # The first deployment: everything is there, and a real connector answers.
    first = deploy(app, model, steps, port=0)

    assert first.workspace_ids == [WORKSPACE]
    assert steps == [
        "starting the embedded AWS",
        f"endpoint {first.server.endpoint}, log {app}/.twin/server.log",
        *(["synthesizing and deploying"] if SOAK else ["bootstrapping, once, and synthesizing", "deploying"]),
        "deployed",
    ]
    twinmaker = make_client(first.server.access, "iottwinmaker")
    outputs = first.outputs[WORKSPACE]
    assert temperatures(first.server.access, outputs["TelemetryTableName"]) == [20.5, 21.5, 22.5]
    assert "answered" in [
        json.loads(line.message)["message"]
        for line in logs.read_logs(app, function="TELEMETRY")
        if line.message.startswith("{")
    ]
    s3 = make_client(first.server.access, "s3")
    scene = twinmaker.get_scene(workspaceId=WORKSPACE, sceneId="factory-overview")
    key = scene["contentLocation"].removeprefix(f"s3://{outputs['BucketName']}/")
    document = json.loads(s3.get_object(Bucket=outputs["BucketName"], Key=key)["Body"].read())
    assert document["nodes"][0]["name"] == "Factory"
    if SOAK:
        assembly = str(app / ".twin" / "cdk.out")
        differences = Deployer(app, first.server.access, app / ".twin").run("diff", "--app", assembly)
        assert "Number of stacks with differences: 0" in differences

    # A type, the scene, a parent and an entity change; nothing else does.
    untouched = twinmaker.get_entity(workspaceId=WORKSPACE, entityId="press-001")["updateDateTime"]
    change(
        model / "component_types" / "sensors.yaml",
        "    sensorModel: STRING",
        "    firmware: STRING\n    sensorModel: STRING",
    )
    change(model / "scenes" / "factory-overview.yaml", "name: Factory\n", "name: Plant\n")
    spare.write_text(
        "zone-b: {entityName: Zone B}\nspare-001: {entityName: Spare 1, parentEntityId: zone-a}\n"
    )

    deploy_change(app, first.server.access, model)

    kind = twinmaker.get_component_type(
        workspaceId=WORKSPACE, componentTypeId="com.example.TemperatureSensor"
    )
    assert "firmware" in kind["propertyDefinitions"]
    scene = twinmaker.get_scene(workspaceId=WORKSPACE, sceneId="factory-overview")
    key = scene["contentLocation"].removeprefix(f"s3://{outputs['BucketName']}/")
    document = json.loads(s3.get_object(Bucket=outputs["BucketName"], Key=key)["Body"].read())
    assert document["nodes"][0]["name"] == "Plant"
    assert twinmaker.get_entity(workspaceId=WORKSPACE, entityId="spare-001")["parentEntityId"] == "zone-a"
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException):
        twinmaker.get_entity(workspaceId=WORKSPACE, entityId="spare-002")
    press = twinmaker.get_entity(workspaceId=WORKSPACE, entityId="press-001")
    assert press["updateDateTime"] == untouched

    # A mistake in the definition is shown with its place, and nothing is deployed.
    change(model / "entities" / "zone-a.yaml", "com.example.Press", "com.example.Pres")
    steps.clear()

    with pytest.raises(DeployError) as mistaken:
        deploy(app, model, steps)

    assert launcher.running(StateFolder.of_app(app)) == first.server
    assert steps[0] == "the embedded AWS runs"
    assert str(mistaken.value).startswith("`cdk deploy` failed (exit code 1):")
    assert "zone-a.yaml:" in str(mistaken.value)
    assert 'did you mean "com.example.Press"?' in str(mistaken.value)
    change(model / "entities" / "zone-a.yaml", "com.example.Pres\n", "com.example.Press\n")

    # A deployment that fails half way leaves everything as it was.
    twinmaker.create_entity(workspaceId=WORKSPACE, entityId="taken", entityName="Mine")
    spare.write_text(
        "zone-b: {entityName: Zone B2}\nspare-001: {entityName: Spare 1, parentEntityId: zone-b}\n"
        "taken: {entityName: Taken, parentEntityId: zone-b}\n"
    )

    with pytest.raises(DeployError) as caught:
        deploy_change(app, first.server.access, model)

    assert f"{WORKSPACE}|taken already exists" in str(caught.value)
    assert twinmaker.get_entity(workspaceId=WORKSPACE, entityId="spare-001")["parentEntityId"] == "zone-a"
    assert twinmaker.get_entity(workspaceId=WORKSPACE, entityId="zone-b")["entityName"] == "Zone B"
    assert twinmaker.get_entity(workspaceId=WORKSPACE, entityId="taken")["entityName"] == "Mine"
    status = commands.status(app)
    assert status.stacks == {"CDKToolkit": "CREATE_COMPLETE", WORKSPACE: "UPDATE_ROLLBACK_COMPLETE"}
    assert status.workspaces == {WORKSPACE: 6}

    # Stopped and started, all is still there; rows of the table, too.
    commands.down(app, report=silent)
    assert not commands.status(app).running
    with pytest.raises(LocalError, match="the embedded AWS does not run; start it with `twin up`"):
        list(logs.read_logs(app))
    twinmaker = restart(app)
    server = launcher.running(StateFolder.of_app(app))
    assert server is not None
    assert temperatures(server.access, outputs["TelemetryTableName"], write=False) == [20.5, 21.5, 22.5]

    # Destroyed, only what is retained is left.
    twinmaker.delete_entity(workspaceId=WORKSPACE, entityId="taken")
    destroy(app, server.access)
    assert twinmaker.list_workspaces()["workspaceSummaries"] == []
    assert make_client(server.access, "dynamodb").list_tables()["TableNames"] == [
        outputs["TelemetryTableName"]
    ]
    buckets = [item["Name"] for item in make_client(server.access, "s3").list_buckets()["Buckets"]]
    assert outputs["BucketName"] in buckets
    assert make_client(server.access, "lambda").list_functions()["Functions"] == []


def restart(app: Path) -> Any:
    folder = StateFolder.of_app(app)
    with folder.locked():
        server = launcher.start(folder, port=0)
    return make_client(server.access, "iottwinmaker")


def temperatures(access: Access, table: str, *, write: bool = True) -> list[float]:
    """Put rows as a device would, and read them as a dashboard does: through the Lambda connector."""
    base = datetime(2026, 1, 1, tzinfo=UTC)
    if write:
        for number in range(3):
            moment = int((base + timedelta(minutes=number)).timestamp() * 1000)
            item = {"device_id": {"S": "machine-001"}, "timestamp": {"N": str(moment)}}
            item["temperature"] = {"N": f"{20.5 + number}"}
            make_client(access, "dynamodb").put_item(TableName=table, Item=item)
    answer = make_client(access, "iottwinmaker").get_property_value_history(
        workspaceId=WORKSPACE,
        entityId="machine-001",
        componentName="temperatureSensor",
        selectedProperties=["temperature"],
        startTime=(base - timedelta(seconds=1)).isoformat(),
        endTime=(base + timedelta(hours=1)).isoformat(),
    )
    (series,) = answer["propertyValues"]
    return [point["value"]["doubleValue"] for point in series["values"]]


def test_messages_have_a_remedy_when_the_server_ended_and_when_no_function_fits(broken: Path) -> None:
    write_cli(
        broken, 'kill -9 "$(sed "s/.*pid\\": \\([0-9]*\\).*/\\1/" .twin/server.json)"; sleep 0.2; exit 1'
    )

    with pytest.raises(LocalError) as caught:
        commands.deploy(broken, report=silent, port=0)

    assert str(caught.value) == (
        f"the embedded AWS ended while the app was deployed, see {broken}/.twin/server.log; run `twin up` "
        "again: it starts it from the state saved last and goes on"
    )
    write_cli(broken, "exit 0")
    assert commands.deploy(broken, report=silent, port=0).server.pid

    # It is an embedded AWS without functions.
    with pytest.raises(LocalError) as caught:
        list(logs.read_logs(broken, function="pump"))

    assert str(caught.value) == 'no function has "pump" in its name; there are none'


def test_folder_stays_locked_while_the_cli_of_a_killed_up_runs(broken: Path) -> None:
    # The synthesis starts when the bootstrap was recorded beside the lock.
    write_cli(broken, f'if [ "$1" = synth ]; then touch {broken}/begun; exit 0; fi; exec sleep 61')
    code = (
        "import sys; from pathlib import Path; from twin_stack.local import commands\n"
        "commands.deploy(Path(sys.argv[1]), report=lambda step: None, port=0)"
    )
    command = subprocess.Popen([sys.executable, "-c", code, str(broken)])
    deadline = time.monotonic() + 30
    while not (broken / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    command.kill()
    command.wait()

    with pytest.raises(LocalError) as caught:
        commands.down(broken, report=silent)

    error = str(caught.value)
    (match,) = KILLED.finditer(error)
    assert f"end it with `kill -- -{match[2]}` and run `twin up` again" in error
    deadline = time.monotonic() + 30
    while error:
        for _, group in KILLED.findall(error):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(group), signal.SIGTERM)
        try:
            commands.down(broken, report=silent)
            error = ""
        except LocalError as refused:
            error = str(refused)
            assert time.monotonic() < deadline, error
            time.sleep(0.1)
    assert not commands.status(broken).running
