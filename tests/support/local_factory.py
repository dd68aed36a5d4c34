"""The factory in the embedded AWS, with telemetry."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from twin_stack.simulate.clients import Clients
from twin_stack.simulate.placeholder_assets import make_assets
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin


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


def deploy_factory(local_twin: LocalTwin, directory: Path) -> LocalFactory:
    """Deploy the factory from a cloud assembly; a value each five minutes since yesterday."""
    (outputs,) = local_twin.deploy(directory).values()
    names = ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
    clients = Clients(*(local_twin.client(name) for name in names))
    plan = make_plan(clients, outputs["WorkspaceId"])
    make_assets(clients.sitewise, plan.assets)
    now = datetime.now(UTC)
    written = write_telemetry(
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
