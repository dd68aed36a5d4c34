"""Changes for which ``cdk diff`` is silent, shows a hash, or cries deletion although nothing is lost.

``tests/plan/cdk_diff`` keeps what it prints, against the template before the change. ``make soak`` runs it,
and ``python -m tests.plan.test_against_cdk_diff`` writes the files.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from aws_cdk import App

from tests.definition.models import write
from tests.support.model_files import glb_bytes
from tests.support.soak import SOAK
from tests.support.templates import ROOT, cdk_context
from twin_stack import TwinStack
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.soak

OUTPUTS: Final = Path(__file__).parent / "cdk_diff"
TYPES = "component_types/t.yaml"
ENTITIES = "entities/e.yaml"
SCENE = "scenes/hall.yaml"
TWIN = "twin.yaml"
FILES: Final[dict[str, str | bytes]] = {
    TWIN: """
workspaceId: plant
connectors: {telemetry: {kind: dynamodb}}
ingest:
  flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump, expiresAfterDays: 90}
""",
    TYPES: """
com.example.Machine:
  propertyDefinitions: {serial: STRING, limit: {dataType: DOUBLE, defaultValue: 80}, feeds: RELATIONSHIP}
com.example.Pump:
  extendsFrom: [com.example.Machine]
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: telemetry}}
""",
    ENTITIES: """
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump-1:
  entityName: Pump 1
  parentEntityId: line
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-1, feeds: pump-2}}}
pump-2: {entityName: Pump 2, components: {pump: {componentTypeId: com.example.Pump}}}
pump-3:
  entityName: Pump 3
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-3}}}
""",
    SCENE: """
rules: {flowIcon: {statements: [{expression: flow > 5, target: "iottwinmaker.common.icon:Error"}]}}
nodes:
  - {name: Sun, components: [{type: Light, lightType: Ambient}]}
  - {name: Hall, components: [{type: ModelRef, modelType: GLB, uri: box.glb}]}
  - name: Pump 2
    components:
      - type: Tag
        ruleBasedMapId: flowIcon
        valueDataBinding: {dataBindingContext: {entityId: pump-2, componentName: pump, propertyName: flow}}
""",
    "assets/box.glb": glb_bytes(),
}


class Neighbour(NamedTuple):
    """A change, what ``cdk diff`` shows of it and does not show, and what the plan says."""

    texts: tuple[tuple[str, str, str], ...]
    shown: str
    missing: str
    plan: str


CHANGES: Final = {
    "default-of-a-base-type": Neighbour(
        ((TYPES, "defaultValue: 80", "defaultValue: 90"),),
        "ComponentTypeComExampleMachine",
        "pump-1",
        'it applies to 3 components of 3 entities ("pump-1", "pump-2", "pump-3"), through "com.example.Pump"',
    ),
    "light-of-a-scene": Neighbour(
        ((SCENE, "lightType: Ambient", "lightType: Hemisphere"),),
        "HASH.zip",
        "Hemisphere",
        '    ~ node "Sun" components.Light.lightType: "Ambient" -> "Hemisphere"',
    ),
    "rule-of-a-scene": Neighbour(
        ((SCENE, "flow > 5", "flow > 6"),),
        "HASH.zip",
        "flow >",
        '    ~ rules.flowIcon.statements.0.expression: "flow > 5" -> "flow > 6"',
    ),
    "inserted-node": Neighbour(
        (
            (
                SCENE,
                "  - {name: Sun,",
                "  - {name: Moon, components: [{type: Light, lightType: Point}]}\n  - {name: Sun,",
            ),
        ),
        "HASH.zip",
        "Moon",
        '    + node "Moon"',
    ),
    "declared-rename": Neighbour(
        (
            (ENTITIES, "pump-3:", "pump-9:"),
            (TWIN, "connectors:", "renames: {entities: {pump-3: pump-9}}\nconnectors:"),
        ),
        "EntityPump3HASH destroy",
        "history",
        "= entity pump-9 (was pump-3) is renamed",
    ),
    "undeclared-rename": Neighbour(
        ((ENTITIES, "pump-3:", "pump-9:"),),
        "EntityPump3HASH destroy",
        "renames",
        "if it is renamed, write renames: {entities: {pump-3: pump-9}}",
    ),
    "relationship": Neighbour(
        ((ENTITIES, "feeds: pump-2", "feeds: pump-3"),),
        "TargetEntityId",
        "feeds: ",
        "    ~ components.pump.properties.feeds: pump-2 -> pump-3",
    ),
    "removed-subtree": Neighbour(
        (
            (ENTITIES, "line: {entityName: Line, parentEntityId: hall}\n", ""),
            (
                ENTITIES,
                "pump-1:\n  entityName: Pump 1\n  parentEntityId: line\n  components: {pump: "
                "{componentTypeId: com.example.Pump, properties: {serial: P-1, feeds: pump-2}}}\n",
                "",
            ),
        ),
        "EntityLineHASH destroy",
        "history",
        'entity "line" is removed with 1 entity below it ("pump-1"), and with it the way to the history of 1 '
        "time series",
    ),
    "shorter-lifetime": Neighbour(
        ((TWIN, "expiresAfterDays: 90", "expiresAfterDays: 30"),),
        "Sql",
        "days",
        'new rows of ingest "flows" are deleted after 30 days instead of 90 days',
    ),
}
ROUNDS: Final = CHANGES if SOAK else list(CHANGES)[:1]


def changed_files(name: str) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = dict(FILES)
    for path, old, new in CHANGES[name].texts:
        text = files[path]
        assert isinstance(text, str)
        assert old in text, f"{path} has no {old}"
        files[path] = text.replace(old, new, 1)
    return files


def synthesize(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    app = App(context=cdk_context(), outdir=str(folder / "cdk.out"))
    TwinStack(app, "plant", definition=load(write(folder / "model", files)))
    app.synth()
    return folder / "cdk.out"


def cdk_diff(folder: Path, name: str) -> str:
    """What ``cdk diff`` prints of a change, without hashes and the colours of tables."""
    before = synthesize(folder / "before", FILES) / "plant.template.json"
    after = synthesize(folder / "after", changed_files(name))
    cdk = ROOT / "node_modules" / ".bin" / "cdk"
    command = [str(cdk), "diff", "plant", "--app", str(after), "--template", str(before), "--no-color"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    text = re.sub(r"\b[0-9a-f]{64}\b", "HASH", result.stdout + result.stderr)
    text = re.sub(r"(?<=[a-z0-9])[0-9A-F]{8}\b", "HASH", text)
    return (
        "\n".join(line.rstrip() for line in text.splitlines() if not line.startswith("Bundling")).strip()
        + "\n"
    )


@pytest.mark.parametrize("name", CHANGES)
def test_plan_says_what_cdk_diff_does_not(name: str, tmp_path: Path) -> None:
    change = CHANGES[name]
    shown = (OUTPUTS / f"{name}.txt").read_text(encoding="utf-8")
    assert change.shown in shown
    assert change.missing not in shown
    before = load(write(tmp_path / "before", FILES))
    after = load(write(tmp_path / "after", changed_files(name)))
    assert change.plan in "\n".join(plan_text(make_plan(before, after), ""))


@pytest.mark.slow
@pytest.mark.parametrize("name", ROUNDS)
def test_kept_output_is_that_of_cdk_diff(name: str, tmp_path: Path) -> None:
    assert (OUTPUTS / f"{name}.txt").read_text(encoding="utf-8") == cdk_diff(tmp_path, name)


if __name__ == "__main__":
    for change_name in sys.argv[1:] or CHANGES:
        with tempfile.TemporaryDirectory() as temporary:
            (OUTPUTS / f"{change_name}.txt").write_text(
                cdk_diff(Path(temporary), change_name), encoding="utf-8"
            )
