"""The building on the embedded AWS: devices, each with an asset that the service reads.

``make soak`` deploys all two hundred devices; elsewhere there are three on each floor, one of each kind.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app import build_app
from tests.support.soak import SOAK
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.publishing import publish_live
from twin_stack.simulate.waveforms import waveform
from twin_stack.simulate.writing import write_telemetry
from twin_stack.twinmaker.quotas import MAX_STACK_RESOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

WORKSPACE = "my-building-twin"
LARGEST_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (CloudFormation quotas)."""
ZONES, LIGHTS, SENSORS = (24, 120, 56) if SOAK else (4, 4, 4)
LIGHT, SENSOR = (
    ("f3-light-17", "f4-occupancy-sensor-14") if SOAK else ("f3-light-01", "f4-occupancy-sensor-01")
)


@pytest.fixture(scope="module")
def assembly(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly of the building."""
    if not SOAK:
        few_devices: Synthesized = request.getfixturevalue("building")
        return few_devices.directory
    folder = tmp_path_factory.mktemp("whole-building")
    stages = {"defaultStage": "dev", "stages": {"dev": {"model": "models/building"}}}
    (stack,) = build_app(context={"twin-stack": stages}, outdir=str(folder)).synth().stacks
    assert len(stack.template["Resources"]) <= MAX_STACK_RESOURCES
    (template,) = folder.glob("*.template.json")
    assert template.stat().st_size < LARGEST_TEMPLATE / 2
    return folder


def test_every_device_can_be_read_when_the_building_is_deployed(
    local_twin: LocalTwin, assembly: Path
) -> None:
    local_twin.deploy(assembly)

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
    assert written.values == ZONES * 3 + LIGHTS * 3 + SENSORS * 2 + 4 + 1
    assert all("for SiteWise computes them" in problem for problem in written.problems)
    for entity_id, component, name, member in (
        ("f1-hvac-zone-01", "device", "temperature", "doubleValue"),
        (LIGHT, "device", "isOn", "booleanValue"),
        (SENSOR, "device", "people", "integerValue"),
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
                floors[int(signal.entity_id[1]) - 1] += float(waveform(signal)(instant))
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
    assert (step.messages, step.values, step.rows) == (ZONES + LIGHTS + SENSORS, 4 + 1, 0)
    (power,) = clients.twinmaker.get_property_value_history(
        workspaceId=WORKSPACE,
        entityId=LIGHT,
        componentName="device",
        selectedProperties=["power"],
        startTime=f"{end:%Y-%m-%dT%H:%M:%SZ}",
        endTime=f"{datetime.now(UTC) + minutes:%Y-%m-%dT%H:%M:%SZ}",
    )["propertyValues"]
    assert len(power["values"]) == 1
