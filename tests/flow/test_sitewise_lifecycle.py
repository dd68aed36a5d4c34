"""SiteWise assets through the life of a twin: no deployment loses a point, and none makes an asset twice."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, RemovalPolicy

from tests.support.deployments import deploy_app, destroy_stack
from tests.support.soak import SOAK
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.constructs.removal import ALLOW_DESTROY
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

MILL = """
com.example.Mill:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
    load: {expression: power * 2}
  functions: {dataReader: plant}
"""
LINE = """
com.example.Line:
  propertyDefinitions:
    speed: {dataType: DOUBLE, isTimeSeries: true}
    total:
      expression: sum(mills)
      window: 5m
      variables: {mills: {componentTypeId: com.example.Mill, propertyName: power}}
  functions: {dataReader: plant}
"""
MISSING = "arn:aws:lambda:us-east-1:000000000000:function:not-there-yet"
BROKEN_TYPE = """
com.example.Room:
  functions:
    schemaInitializer: {connector: schema}
    dataReader: {connector: schema}
"""
BROKEN_ENTITY = "room-1: {entityName: Room 1, components: {room: {componentTypeId: com.example.Room}}}\n"


def line(name: str, *mills: str, component: str = "line") -> str:
    """Return a line with mills below it."""
    children = "".join(
        f"    {mill}: {{entityName: {mill}, components: {{mill: {{componentTypeId: com.example.Mill}}}}}}\n"
        for mill in mills
    )
    return (
        f"{name}:\n  entityName: {name}\n"
        f"  components: {{{component}: {{componentTypeId: com.example.Line}}}}\n"
        + (f"  children:\n{children}" if mills else "")
    )


class Plant:
    """A twin with SiteWise assets that is deployed again and again."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.twin = twin
        self.sitewise: Any = twin.client("iotsitewise")
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()

    def deploy(
        self,
        *,
        types: str = MILL + LINE,
        entities: str = line("line-1", "mill-1") + line("line-2"),
        renames: str = "",
        is_broken: bool = False,
        stack: str | None = None,
        destroys: bool = False,
    ) -> None:
        """Deploy the twin; when broken, it fails after its assets were deployed."""
        schema = f'  schema: {{kind: lambda, arn: "{MISSING}"}}\n' if is_broken else ""
        renames = f"renames: {renames}\n" if renames else ""
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nconnectors:\n"
            f"  plant: {{kind: sitewise, assets: managed}}\n{schema}{renames}"
        )
        (self._folder / "component_types" / "t.yaml").write_text(types + BROKEN_TYPE * is_broken)
        (self._folder / "entities" / "e.yaml").write_text(entities + BROKEN_ENTITY * is_broken)
        app = App(context={**cdk_context(), **({ALLOW_DESTROY: True} if destroys else {})})
        policy = RemovalPolicy.DESTROY if destroys else RemovalPolicy.RETAIN
        definition = load(self._folder)
        name = stack or self.workspace
        TwinStack(app, name, definition=definition, removal_policy=policy, operations=None)
        deploy_app(self.twin, app)

    def delete(self) -> None:
        """Delete the stack."""
        assert destroy_stack(self.twin, self.workspace) == "DELETE_COMPLETE"

    def describe_types(self) -> list[dict[str, Any]]:
        """Return what the service says of the twin's own component types, without times."""
        twinmaker: Any = self.twin.client("iottwinmaker")
        summaries = twinmaker.list_component_types(workspaceId=self.workspace)["componentTypeSummaries"]
        type_ids = [item["componentTypeId"] for item in summaries]
        own = [type_id for type_id in type_ids if type_id.startswith("com.example.")]
        assert own
        described = []
        for type_id in own:
            answer = twinmaker.get_component_type(workspaceId=self.workspace, componentTypeId=type_id)
            described.append({name: answer[name] for name in ("componentTypeId", "propertyDefinitions")})
        return described

    def write(self, entity_id: str, *names: str) -> None:
        """Write three points of each property, as devices do: by alias."""
        now = int(time.time()) - 1000
        for name in names:
            values = [
                {
                    "value": {"doubleValue": float(number)},
                    "timestamp": {"timeInSeconds": now + number, "offsetInNanos": 0},
                    "quality": "GOOD",
                }
                for number in range(3)
            ]
            alias = f"/{self.workspace}/{entity_id}/{name}"
            answer = self.sitewise.batch_put_asset_property_value(
                entries=[{"entryId": "a", "propertyAlias": alias, "propertyValues": values}]
            )
            assert answer["errorEntries"] == []

    def points(self, entity_id: str, name: str) -> list[tuple[int, float]]:
        """Return all points of a property, read by its alias."""
        answer = self.sitewise.get_asset_property_value_history(
            propertyAlias=f"/{self.workspace}/{entity_id}/{name}"
        )
        return [
            (item["timestamp"]["timeInSeconds"], item["value"]["doubleValue"])
            for item in answer["assetPropertyValueHistory"]
        ]

    def assets(self) -> dict[str, str]:
        """Return the ids of all assets of this twin by name, each once."""
        names_and_ids: list[tuple[str, str]] = []
        for model in self.models().values():
            pages = self.sitewise.get_paginator("list_assets").paginate(assetModelId=model)
            names_and_ids += [(item["name"], item["id"]) for page in pages for item in page["assetSummaries"]]
        assert len(dict(names_and_ids)) == len(names_and_ids), names_and_ids
        return {name.removeprefix(f"{self.workspace}/"): asset_id for name, asset_id in names_and_ids}

    def models(self) -> dict[str, str]:
        """Return the ids of all models of this twin by name, each once."""
        pages = self.sitewise.get_paginator("list_asset_models").paginate()
        names_and_ids = [(item["name"], item["id"]) for page in pages for item in page["assetModelSummaries"]]
        own = [(name, model_id) for name, model_id in names_and_ids if name.startswith(f"{self.workspace}/")]
        assert len(dict(own)) == len(own), own
        return {name.removeprefix(f"{self.workspace}/"): model_id for name, model_id in own}

    def parent(self, name: str) -> str | None:
        """Return the name of the asset above an asset."""
        answer = self.sitewise.list_associated_assets(
            assetId=self.assets()[name], traversalDirection="PARENT"
        )
        parents = [item["name"].removeprefix(f"{self.workspace}/") for item in answer["assetSummaries"]]
        return parents[0] if parents else None


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_assets_survive_a_failed_first_deployment_a_removal_and_a_move(plant: Plant) -> None:
    entities = line("line-1", "mill-1", "mill-2") + line("line-2")
    with pytest.raises(DeployError):
        plant.deploy(entities=entities, is_broken=True)
    assert plant.models() == {}
    plant.deploy(entities=entities)
    properties = (("mill-1", "power"), ("mill-2", "power"), ("line-1", "speed"))
    for name in properties:
        plant.write(*name)
    before = {name: plant.points(*name) for name in properties}
    assert [len(points) for points in before.values()] == [3, 3, 3]
    assets = plant.assets()

    # One mill is removed, and another one moved to another parent.
    plant.deploy(entities=line("line-1") + line("line-2", "mill-2"))
    assert plant.assets() == assets
    assert plant.parent("mill-2/mill") == "line-2/line"

    # Both are reverted by a change that fails at first.
    with pytest.raises(DeployError):
        plant.deploy(entities=entities, is_broken=True)
    assert plant.assets() == assets
    assert plant.parent("mill-2/mill") == "line-2/line"
    plant.deploy(entities=entities)

    assert [plant.parent(name) for name in ("mill-1/mill", "mill-2/mill")] == ["line-1/line"] * 2
    assert plant.assets() == assets
    assert before == {name: plant.points(*name) for name in before}


RENAMED_TYPES = (MILL + LINE).replace("Mill", "Grinder").replace("power", "watts")
RENAMES = (
    "{entities: {mill-1: grinder-1}, components: {line-1: {line: belt}}, "
    "componentTypes: {com.example.Mill: com.example.Grinder}, "
    "properties: {com.example.Grinder: {power: watts}}}"
)
RENAMED_ENTITIES = line("line-1", "mill-1", component="belt").replace("Mill", "Grinder").replace(
    "mill-1", "grinder-1"
) + line("line-2")


def test_what_is_renamed_keeps_its_asset_and_its_history(plant: Plant) -> None:
    plant.deploy()
    plant.write("mill-1", "power")
    plant.write("line-1", "speed")
    power, speed = plant.points("mill-1", "power"), plant.points("line-1", "speed")
    ids = sorted(plant.assets().values()), sorted(plant.models().values())
    assert (len(power), len(speed)) == (3, 3)

    with pytest.raises(DeployError):
        plant.deploy(types=RENAMED_TYPES, entities=RENAMED_ENTITIES, renames=RENAMES, is_broken=True)
    assert plant.points("mill-1", "power") == power
    plant.deploy(types=RENAMED_TYPES, entities=RENAMED_ENTITIES, renames=RENAMES)

    assert plant.points("grinder-1", "watts") == power
    assert plant.points("line-1", "speed") == speed
    assert (sorted(plant.assets().values()), sorted(plant.models().values())) == ids
    assert set(plant.assets()) == {"line-1/belt", "line-2/line", "grinder-1/mill"}

    # Every stage has the names: the entry is dropped, and nothing happens to assets and history.
    plant.deploy(types=RENAMED_TYPES, entities=RENAMED_ENTITIES)
    assert (sorted(plant.assets().values()), sorted(plant.models().values())) == ids
    assert plant.points("grinder-1", "watts") == power
    assert plant.parent("grinder-1/mill") == "line-1/belt"


def test_another_stack_takes_over_the_assets_of_a_deleted_one(plant: Plant) -> None:
    plant.deploy()
    plant.write("mill-1", "power")
    before, assets = plant.points("mill-1", "power"), plant.assets()
    plant.delete()
    assert plant.assets() == assets

    plant.deploy(stack=f"{plant.workspace}-second")

    assert plant.assets() == assets
    assert plant.points("mill-1", "power") == before
    assert len(before) == 3


REFUSED = {
    "renamed without an entry": ("power:", "watts:", 'property "power" would be removed, and has values in '),
    "data type": (
        "power: {dataType: DOUBLE",
        "power: {dataType: INTEGER",
        "data type from DOUBLE to INTEGER",
    ),
    "kind": (
        "power: {dataType: DOUBLE, isTimeSeries: true}",
        "power: {dataType: DOUBLE, defaultValue: 1}",
        "kind from measurement to attribute",
    ),
    "window": ("window: 5m", "window: 1h", 'property "mean" would change its window from 5m to 1h'),
}
"""Changes of a type, and why they are refused; the tests of the function have them all."""
REFUSED_HERE = REFUSED if SOAK else ("renamed without an entry", "window")


@pytest.mark.parametrize(
    ("old", "new", "message"), [REFUSED[name] for name in REFUSED_HERE], ids=REFUSED_HERE
)
def test_change_that_would_delete_history_is_refused_before_anything_changes(
    guarded: tuple[Plant, dict[tuple[str, str], list[tuple[int, float]]]], old: str, new: str, message: str
) -> None:
    plant, before = guarded
    models, described = plant.models(), plant.describe_types()
    changed = GUARDED.replace(old, new)
    if new == "watts:":
        changed = changed.replace("power", "watts")

    with pytest.raises(DeployError, match=re.escape(message)):
        plant.deploy(types=changed, entities=MILL_ALONE)

    assert before == {name: plant.points(*name) for name in before}
    assert (plant.models(), plant.describe_types()) == (models, described)


GUARDED = """
com.example.Mill:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
    mean: {expression: avg(power), window: 5m}
  functions: {dataReader: plant}
"""
MILL_ALONE = "mill-1: {entityName: Mill 1, components: {mill: {componentTypeId: com.example.Mill}}}\n"


@pytest.fixture(scope="module")
def guarded(
    local_twin: LocalTwin, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Plant, dict[tuple[str, str], list[tuple[int, float]]]]:
    """A mill with history, and the points of its properties."""
    plant = Plant(local_twin, tmp_path_factory.mktemp("guarded"))
    plant.deploy(types=GUARDED, entities=MILL_ALONE)
    plant.write("mill-1", "power")
    before = {("mill-1", name): plant.points("mill-1", name) for name in ("power", "mean")}
    assert len(before["mill-1", "power"]) == 3
    assert before["mill-1", "mean"]
    return plant, before


def test_both_keys_delete_assets_with_their_history(plant: Plant) -> None:
    plant.deploy(destroys=True)
    plant.write("mill-1", "power")
    assert plant.points("mill-1", "power")

    plant.delete()

    assert plant.models() == {}
