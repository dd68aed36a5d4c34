"""Ten thousand entities at the rates and quotas of AWS: the entities after each deployment, and its time.

Entities are read back from an embedded AWS without rates, which goes on from the same state: to read each
takes a call. ``pytest -s`` shows the times.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ssm as ssm

from tests.support.deployments import deploy_app
from tests.support.register_plant import RegisterPlant
from tests.support.soak import SOAK
from twin_stack.local import launcher
from twin_stack.local.state import StateFolder
from twin_stack.pytest_plugin import LocalTwin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.deploy,
    pytest.mark.soak,
    pytest.mark.skipif(not SOAK, reason="takes a quarter of an hour; `make soak` runs it"),
]

PUMPS, LINES = 10_000, 5
RUNS = 3
MAX_SECONDS = 45.0
MAX_RATIO = 1.5


def show(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


class RatedPlant:
    """A plant in an embedded AWS that is restarted with rates and without them.

    Args:
        folder: Its state, and the definition.
        speed: Entities a second of a transfer job.

    Attributes:
        plant: The plant.
    """

    def __init__(self, folder: Path, speed: float) -> None:
        self._state = StateFolder(folder / "state")
        self._speed = speed
        definition = folder / "model"
        definition.mkdir()
        self.plant = RegisterPlant(self._start(like_aws=True), definition, pumps=PUMPS, lines=LINES)

    def check_deployment(self, what: str) -> None:
        """Deploy at the rates of AWS, print the time, and compare all entities with the definition.

        Args:
            what: What changes.
        """
        self.plant.twin = self._start(like_aws=True)
        show(f"{what}, {self._speed:,} a second: {sum(self.seconds_of_deployment()):.1f} s")
        self.plant.twin = self._start(like_aws=False)
        assert self.plant.live() == self.plant.expected()

    def seconds_of_deployment(self) -> tuple[float, float]:
        """Synthesize, deploy by the CDK CLI, and return the seconds of both."""
        begun = time.monotonic()
        assembly = self.plant.synthesize()
        synthesized = time.monotonic()
        deploy_app(self.plant.twin, assembly)
        return synthesized - begun, time.monotonic() - synthesized

    def seconds_of_parameter(self, value: str) -> tuple[float, float]:
        """Return the same for a stack of nothing but one parameter.

        Args:
            value: Of the parameter.
        """
        begun = time.monotonic()
        app = App()
        stack = Stack(app, "Parameter")
        ssm.StringParameter(stack, "Value", string_value=value)
        assembly = app.synth().directory
        synthesized = time.monotonic()
        deploy_app(self.plant.twin, assembly)
        return synthesized - begun, time.monotonic() - synthesized

    def stop(self) -> None:
        """Stop the embedded AWS."""
        launcher.stop(self._state)

    def _start(self, *, like_aws: bool) -> LocalTwin:
        launcher.stop(self._state)
        speed = self._speed if like_aws else None
        server = launcher.start(self._state, port=0, like_aws=like_aws, transfer_speed=speed)
        return LocalTwin(server, self._state.path)


@pytest.fixture(params=[20.0, 200.0, 2_000.0])
def rated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RatedPlant]:
    plant = RatedPlant(tmp_path, request.param)
    yield plant
    plant.stop()


def test_entities_are_those_of_the_definition_at_the_rates_of_aws(rated: RatedPlant) -> None:
    plant = rated.plant
    rated.check_deployment("create 10,000")

    plant.pumps["pump-00007"][3] = "75"
    rated.check_deployment("change 1")
    for pump in list(plant.pumps)[:100]:
        plant.pumps[pump][1] += " of 100"
    rated.check_deployment("change 100")
    for pump in list(plant.pumps)[:5_000]:
        plant.pumps[pump][3] += "1"
    rated.check_deployment("change 5,000")

    plant.lines["line-3"] = "line-4"
    rated.check_deployment("move a subtree of 2,001")

    for pump in [pump for pump, row in plant.pumps.items() if row[0] == "line-2"][:1_000]:
        del plant.pumps[pump]
    rated.check_deployment("delete 1,000 leaves")

    for pump in list(plant.pumps)[:50]:
        plant.renames[pump] = f"{pump}-renamed"
        plant.pumps[plant.renames[pump]] = plant.pumps.pop(pump)
    rated.check_deployment("rename 50")


def test_change_of_one_entity_takes_little_longer_than_one_of_the_workspace(tmp_path: Path) -> None:
    """Both deploy the same twin, of which the other one leaves all entities as they are."""
    rated = RatedPlant(tmp_path, 200.0)
    try:
        rated.seconds_of_deployment()
        rated.seconds_of_parameter("0")
        times = []
        for number in range(1, RUNS + 1):
            rated.plant.pumps["pump-09000"][3] = str(number)
            ours = rated.seconds_of_deployment()
            rated.plant.description = f"Pumps {number}"
            of_workspace = rated.seconds_of_deployment()
            times.append((ours, of_workspace, rated.seconds_of_parameter(str(number))))
    finally:
        rated.stop()
    (synthesis, deployment), (_, other_deployment), (_, of_nothing) = (
        [statistics.median(row[side][part] for row in times) for part in range(2)] for side in range(3)
    )
    ratio = statistics.median(sum(row[0]) / sum(row[1]) for row in times)
    show(
        f"change 1: synthesis {synthesis:.1f} s, deployment {deployment:.1f} s; of the workspace "
        f"{other_deployment:.1f} s, ratio {ratio:.2f}; of a stack of one parameter {of_nothing:.1f} s"
    )
    assert synthesis + deployment <= MAX_SECONDS
    assert ratio <= MAX_RATIO
