"""What the check counts is what the templates of the models have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App

from tests.definition.models import finding_lines
from twin_stack import TwinStack, load
from twin_stack.definition.checks import limits
from twin_stack.definition.stack_contents import StackResources, estimated_template_bytes, stack_resources

if TYPE_CHECKING:
    from tests.support.templates import Synthesized
    from twin_stack.definition.unchecked import UncheckedDefinition

pytestmark = pytest.mark.slow

MODELS = Path(__file__).parents[2] / "models"

NAMES = ["minimal", "factory", "windfarm"]
"""The fixture of the building has a part of its entities."""


@pytest.mark.parametrize("name", NAMES)
def test_number_of_resources_is_that_of_the_template(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Synthesized = request.getfixturevalue(name)
    counted: list[StackResources] = []

    def count(definition: UncheckedDefinition) -> StackResources:
        counted.append(stack_resources(definition))
        return counted[-1]

    monkeypatch.setattr(limits, "stack_resources", count)
    finding_lines(MODELS / name)

    (resources,) = counted
    types = [resource["Type"] for resource in model.resources.values()]
    assert resources.entities == types.count("AWS::IoTTwinMaker::Entity")
    assert resources.component_types == types.count("AWS::IoTTwinMaker::ComponentType")
    assert resources.scenes == types.count("AWS::IoTTwinMaker::Scene")
    assert sum(resources) == len(types)


@pytest.mark.parametrize("name", NAMES)
def test_size_of_a_template_is_not_underestimated(name: str, request: pytest.FixtureRequest) -> None:
    model: Synthesized = request.getfixturevalue(name)
    (path,) = model.directory.glob("*.template.json")

    estimate = estimated_template_bytes(load(MODELS / name))

    assert path.stat().st_size <= estimate <= 80_000 + 1.5 * path.stat().st_size


@pytest.mark.parametrize(("length", "lines"), [(100, 1000), (500, 1)])
def test_large_template_is_written_without_indentation(length: int, lines: int, tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "entities").mkdir(parents=True)
    (model / "twin.yaml").write_text("workspaceId: my-twin\n")
    entities = "".join(
        f"m-{number}: {{entityName: M1, description: {'d' * length}}}\n" for number in range(399)
    )
    (model / "entities" / "e.yaml").write_text(entities)
    app = App(outdir=str(tmp_path / "out"))
    TwinStack(app, "Plant", definition=load(model), operations=None)

    app.synth()

    text = (tmp_path / "out" / "Plant.template.json").read_text(encoding="utf-8")
    assert (len(text.splitlines()) > 1) == (lines > 1)
