"""A twin with ``engine: bulk``: each deployment leaves exactly the entities of its definition.

``make soak`` takes ten thousand entities and the CDK CLI, and deploys changes and removals apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.register_plant import RegisterPlant
from tests.support.soak import SOAK, repetitions
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy, pytest.mark.soak]

PUMPS = repetitions(24, 10_000)
LINES = 6


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> RegisterPlant:
    return RegisterPlant(local_twin, tmp_path, pumps=PUMPS, lines=LINES)


def test_live_entities_are_those_of_the_definition_after_each_deployment(plant: RegisterPlant) -> None:
    plant.deploy()
    first = plant.live()
    assert len(first) == PUMPS + LINES + 1
    assert first == plant.expected()

    plant.pumps["pump-00007"][3] = "75"
    plant.lines["line-3"] = "line-4"
    if SOAK:
        plant.deploy()
        assert plant.live() == plant.expected()

    for pump in [pump for pump, row in plant.pumps.items() if row[0] == "line-5"]:
        del plant.pumps[pump]
    del plant.lines["line-5"]
    for pump in [pump for pump, row in plant.pumps.items() if row[0] == "line-2"][:5]:
        row = plant.pumps.pop(pump)
        plant.renames[pump] = f"{pump}-renamed"
        plant.pumps[plant.renames[pump]] = row
    plant.deploy()
    assert plant.live() == plant.expected()

    before = plant.expected()
    plant.pumps["pump-00001"][1] = "Renamed"
    del plant.pumps["pump-00004"]
    plant.pumps["pump-99999"] = ["line-1", "New", "N", "1"]
    with pytest.raises(DeployError, match="missing"):
        plant.deploy(broken=True)
    assert plant.live() == before

    plant.deploy()
    assert plant.live() == plant.expected()

    assert plant.destroy() == "DELETE_COMPLETE"
