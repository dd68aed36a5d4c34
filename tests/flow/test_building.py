"""The whole building on the embedded AWS: two hundred devices, each with an asset that the service reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app import build_app
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.publishing import publish_live
from twin_stack.simulate.waveforms import value_at
from twin_stack.simulate.writing import write_telemetry
from twin_stack.twinmaker.quotas import MAX_STACK_RESOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow


WORKSPACE = "my-building-twin"
LARGEST_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (CloudFormation quotas)."""


def test_every_device_can_be_read_when_the_building_is_deployed(
    local_twin: LocalTwin, tmp_path: Path
) -> None:
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": "models/building"}}}
    app = build_app(context={"twin-stack": stages}, outdir=str(tmp_path))
    (stack,) = app.synth().stacks
    assert len(stack.template["Resources"]) <= MAX_STACK_RESOURCES
    (template,) = tmp_path.glob("*.template.json")
    assert template.stat().st_size < LARGEST_TEMPLATE / 2

    local_twin.deploy(stack.assembly.directory)

    clients = Clients(
        *map(local_twin.client, ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data"))
    )
    end = datetime.now(UTC) - timedelta(minutes=1)
    minutes = timedelta(minutes=1)
    # One instant, the end of a window of five minutes.
    plan = make_plan(clients, WORKSPACE)
    since = end - 5 * minutes
    written = write_telemetry(clients, WORKSPACE, start=since, end=end, interval=5 * minutes, plan=plan)
    # Three series of a zone and of a light, two of a sensor, one of a floor and of the building.
    assert written.values == 24 * 3 + 120 * 3 + 56 * 2 + 4 + 1
    assert all("for SiteWise computes them" in problem for problem in written.problems)
    for entity_id, component, name, member in (
        ("f1-hvac-zone-01", "device", "temperature", "doubleValue"),
        ("f3-light-17", "device", "isOn", "booleanValue"),
        ("f4-occupancy-sensor-14", "device", "people", "integerValue"),
        ("floor-2", "floor", "humidity", "doubleValue"),
    ):
        answer = clients.twinmaker.get_property_value_history(
            workspaceId=WORKSPACE,
            entityId=entity_id,
            componentName=component,
            selectedProperties=[name],
            startTime=f"{since - minutes:%Y-%m-%dT%H:%M:%SZ}",
            endTime=f"{end + minutes:%Y-%m-%dT%H:%M:%SZ}",
        )
        (series,) = answer["propertyValues"]
        (point,) = series["values"]
        assert point["value"].keys() == {member}, entity_id

    # What SiteWise computes from them: sums over a floor's lights, and over the floors.
    instant = int(end.timestamp()) // 300 * 300_000
    floors = [0.0] * 4
    for asset in plan.assets:
        for signal in asset.signals:
            if signal.property.name == "power":
                floors[int(signal.entity_id[1]) - 1] += float(value_at(signal, instant))
    for entity_id, component, watts in (
        ("floor-1", "floor", floors[0]),
        ("floor-4", "floor", floors[3]),
        ("building", "building", sum(floors)),
    ):
        (lighting,) = clients.twinmaker.get_property_value_history(
            workspaceId=WORKSPACE,
            entityId=entity_id,
            componentName=component,
            selectedProperties=["lighting"],
            startTime=f"{since - minutes:%Y-%m-%dT%H:%M:%SZ}",
            endTime=f"{end:%Y-%m-%dT%H:%M:%SZ}",
        )["propertyValues"]
        assert [point["value"]["doubleValue"] for point in lighting["values"]] == [pytest.approx(watts)]

    # From now on devices publish to AWS IoT Core, and rules write to the aliases of their assets.
    step = next(publish_live(clients, WORKSPACE, interval=timedelta(seconds=1), sleep=lambda _: None))
    # A floor's humidity and what is measured outside have no rule.
    assert (step.messages, step.values, step.rows) == (24 + 120 + 56, 4 + 1, 0)
    (power,) = clients.twinmaker.get_property_value_history(
        workspaceId=WORKSPACE,
        entityId="f3-light-17",
        componentName="device",
        selectedProperties=["power"],
        startTime=f"{end:%Y-%m-%dT%H:%M:%SZ}",
        endTime=f"{datetime.now(UTC) + minutes:%Y-%m-%dT%H:%M:%SZ}",
    )["propertyValues"]
    assert len(power["values"]) == 1
