"""Telemetry of a deployed twin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from twin_stack.local import telemetry

if TYPE_CHECKING:
    from tests.support.local_factory import LocalFactory

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


def test_history_is_written_and_its_plan_returned(local_factory: LocalFactory) -> None:
    reported: list[str] = []
    warned: list[str] = []

    plans = telemetry.write_history(
        local_factory.twin.server.access,
        [local_factory.workspace_id],
        # The instants of the rows that the fixture writes: other tests count them.
        last=timedelta(minutes=15),
        interval=timedelta(minutes=5),
        report=reported.append,
        warn=warned.append,
    )

    plan = plans[local_factory.workspace_id]
    assert sorted(device.id for device in plan.devices) == ["machine-001", "machine-002"]
    assert telemetry.is_ingested(local_factory.twin.server.access, plan)
    assert reported[0] == "simulating telemetry of 0:15:00"
    assert reported[1].startswith(f"{local_factory.workspace_id}: ")
    assert " 0 rows" not in reported[1]
    assert warned == []
