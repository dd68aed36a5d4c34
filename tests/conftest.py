"""The app's syntheses that many tests look at: one each a session, since one costs seconds."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin

ROOT = Path(__file__).parents[1]

# An example may take long because the machine is busy: that says nothing about the code.
settings.register_profile("untimed", deadline=None)
# For runs of the same tests a thousand times.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("untimed")

# jsii prints a banner for Node 20 at each start.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `make snapshots` find every test that compares with an accepted template."""
    for item in items:
        if "snapshot" in getattr(item, "fixturenames", ()):
            item.add_marker("snapshot")


@pytest.fixture(scope="session")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """What `make synth` makes: the default stage of cdk.json."""
    return _synthesize(tmp_path_factory.mktemp("factory"))


@pytest.fixture(scope="session")
def minimal(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": "models/minimal"}}}
    return _synthesize(tmp_path_factory.mktemp("minimal"), {"twin-stack": stages})


@pytest.fixture(scope="session")
def windfarm(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": "models/windfarm"}}}
    return _synthesize(tmp_path_factory.mktemp("windfarm"), {"twin-stack": stages})


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The building with three devices on each floor: one of each kind, as all two hundred are."""
    directory = tmp_path_factory.mktemp("building")
    model = Path(shutil.copytree(ROOT / "models" / "building", directory / "model"))
    register = model / "entities" / "devices.csv"
    header, *rows = register.read_text(encoding="utf-8").splitlines()
    first = [row for row in rows if row.split(",")[0].endswith("-01")]
    register.write_text("\n".join([header, *first, ""]), encoding="utf-8")
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": str(model)}}}
    return _synthesize(directory / "out", {"twin-stack": stages})


def _synthesize(directory: Path, context: dict[str, Any] | None = None) -> Synthesized:
    # Most tests need no jsii: it starts with the first synthesis.
    from app import build_app  # noqa: PLC0415
    from tests.support.templates import Synthesized  # noqa: PLC0415

    (stack,) = build_app(context=context, outdir=str(directory)).synth().stacks
    warnings = [str(message.entry.data) for message in stack.messages if message.level.name == "WARNING"]
    return Synthesized(template=stack.template, warnings=warnings, directory=directory)


@dataclass(frozen=True)
class LocalFactory:
    """The factory in the embedded AWS."""

    twin: LocalTwin
    workspace_id: str
    bucket: str
    table: str
    until: datetime
    """When telemetry was written last; later, tests may have written more."""


def _write_alarm_states(dynamodb: Any, table: str, until: datetime) -> None:
    """A state each five minutes, so that there are pages of them: the evaluator writes changes only."""
    last = int(until.timestamp()) // 300 * 300_000
    for instant in range(last - 86_400_000, last + 1, 300_000):
        item = {
            "device_id": {"S": "machine-001-alarm"},
            "timestamp": {"N": str(instant)},
            "component_type_id": {"S": "com.example.EquipmentAlarm"},
            "alarm_status": {"S": "NORMAL"},
        }
        # Not in place of what the evaluator has written.
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            condition = "attribute_not_exists(device_id)"
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression=condition)


@pytest.fixture(scope="session")
def local_factory(local_twin: LocalTwin, factory: Synthesized) -> LocalFactory:
    """The factory, deployed, with a value each five minutes since yesterday; for clients to read."""
    from twin_stack.local.simulate import Clients, make_plan, simulate  # noqa: PLC0415
    from twin_stack.local.stand_ins import make_assets  # noqa: PLC0415

    (outputs,) = local_twin.deploy(factory.directory).values()
    names = ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
    clients = Clients(*(local_twin.client(name) for name in names))
    plan = make_plan(clients, outputs["WorkspaceId"])
    make_assets(clients.sitewise, plan.assets)
    now = datetime.now(UTC)
    written = simulate(
        clients,
        outputs["WorkspaceId"],
        start=now - timedelta(days=1),
        end=now,
        interval=timedelta(minutes=5),
        plan=plan,
    )
    assert written.problems == ()
    _write_alarm_states(clients.dynamodb, outputs["TelemetryTableName"], now)
    return LocalFactory(
        local_twin, outputs["WorkspaceId"], outputs["BucketName"], outputs["TelemetryTableName"], now
    )
