"""What a plan says against what a deployment does: the service and CloudFormation before and after.

And the plan from a live workspace: what was changed by hand, and nothing that the service adds itself.

``make test`` deploys all edits at once, ``make soak`` each alone and by the CDK CLI.
"""

from __future__ import annotations

import re
import shutil
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from aws_cdk import App
from typer.testing import CliRunner

from tests.definition.models import write
from tests.support.deployments import deploy_app
from tests.support.plan_edits import apply_hunks, model_folder, read_edits
from tests.support.soak import SOAK
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.cli import app as cli
from twin_stack.plan import Action, Kind, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support.plan_edits import Edit
    from twin_stack.definition import TwinDefinition
    from twin_stack.plan import Plan
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

Json = dict[str, Any]

TWIN = "workspaceId: {workspace}\nconnectors: {{telemetry: {{kind: dynamodb}}}}\n{renames}"
TYPES = """
com.example.Machine:
  propertyDefinitions: {serial: STRING, limit: {dataType: DOUBLE, defaultValue: 80}}
com.example.Pump:
  extendsFrom: [com.example.Machine]
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}, maker: STRING}
  functions: {dataReader: {connector: telemetry}}
com.example.Unused: {propertyDefinitions: {size: INTEGER}}
"""
ENTITIES = """
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump-1:
  entityName: Pump 1
  parentEntityId: hall
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-1, maker: A}}}
pump-2:
  entityName: Pump 2
  parentEntityId: hall
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-2}}}
pump-3: {entityName: Pump 3, components: {pump: {componentTypeId: com.example.Pump}}}
yard: {entityName: Yard, tags: {Site: A}}
shed: {entityName: Shed, parentEntityId: yard}
"""
SCENE = """
nodes:
  - name: Light
    components: [{type: Light, lightType: Ambient}]
  - name: Pump 1
    components: [{type: Tag, valueDataBinding: {dataBindingContext: {entityId: pump-1}}}]
"""

EDITS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "name": (("entities/e.yaml", "entityName: Yard", "entityName: Big yard"),),
    "tag": (("entities/e.yaml", "Site: A", "Site: B"),),
    "value": (("entities/e.yaml", "serial: P-2", "serial: P-9"),),
    "value removed": (("entities/e.yaml", "serial: P-1, maker: A", "serial: P-1"),),
    "moved": (
        (
            "entities/e.yaml",
            "  entityName: Pump 1\n  parentEntityId: hall",
            "  entityName: Pump 1\n  parentEntityId: line",
        ),
    ),
    "added": (("entities/e.yaml", "yard:", "tank: {entityName: Tank}\nyard:"),),
    "removed": (("entities/e.yaml", "shed: {entityName: Shed, parentEntityId: yard}\n", ""),),
    "component added": (
        (
            "entities/e.yaml",
            "hall: {entityName: Hall}",
            "hall: {entityName: Hall, components: {plate: {componentTypeId: com.example.Machine}}}",
        ),
    ),
    "renamed": (
        ("entities/e.yaml", "pump-3:", "pump-9:"),
        ("twin.yaml", "connectors:", "renames: {entities: {pump-3: pump-9}}\nconnectors:"),
    ),
    "default of a type": (("component_types/t.yaml", "defaultValue: 80", "defaultValue: 90"),),
    "property added": (("component_types/t.yaml", "maker: STRING", "maker: STRING, year: INTEGER"),),
    "type removed": (
        ("component_types/t.yaml", "com.example.Unused: {propertyDefinitions: {size: INTEGER}}\n", ""),
    ),
    "scene": (("scenes/hall.yaml", "lightType: Ambient", "lightType: Hemisphere"),),
    "scene added": (
        ("scenes/yard.yaml", "", "nodes: [{name: Sun, components: [{type: Light, lightType: Ambient}]}]\n"),
    ),
}
AREAS = (
    "component_types",
    "components",
    "entities",
    "functions",
    "properties",
    "relationships",
    "scenes",
)
"""Files of the table whose edits change what the service shows.

Declared renames are not among them: bindings of scenes follow, which a plan says with the rename.
"""
FACTORY_SAMPLE = (
    "entity's name",
    "property value",
    "entity added",
    "component added",
    "property added",
    "rule of a scene",
)
"""Edits of the table of edits; they are made in different lines, so that all can be made at once."""
ROUNDS = {name: (name,) for name in EDITS} if SOAK else {"all edits": tuple(EDITS)}

FACTORY_TABLE = [edit for edit in read_edits(AREAS) if edit.model == "factory" and edit.plan != "no change\n"]
FACTORY_EDITS = [edit for edit in FACTORY_TABLE if edit.name in FACTORY_SAMPLE]
FACTORY_ROUNDS = {edit.name: [edit] for edit in FACTORY_TABLE} if SOAK else {"all edits": FACTORY_EDITS}


def files_after(files: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    changed = dict(files)
    for name in names:
        for path, old, new in EDITS[name]:
            text = changed.get(path, "")
            assert old in text, f"{path} has no {old}"
            changed[path] = text.replace(old, new, 1) if text else new
    return changed


class Workspace:
    """A deployed twin, and what the service shows of it."""

    def __init__(self, twin: LocalTwin) -> None:
        self.id = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._service: Any = twin.client("iottwinmaker")

    def files(self) -> dict[str, str]:
        return {
            "twin.yaml": TWIN.format(workspace=self.id, renames=""),
            "component_types/t.yaml": TYPES,
            "entities/e.yaml": ENTITIES,
            "scenes/hall.yaml": SCENE,
        }

    def deploy(self, definition: TwinDefinition) -> None:
        app = App(context=cdk_context())
        TwinStack(app, self.id, definition=definition)
        deploy_app(self._twin, app)

    def state(self) -> dict[Kind, Json]:
        """What the service shows, without dates, states and what it derives from other things."""
        entities = self._pages("list_entities", "entitySummaries")
        types = self._pages("list_component_types", "componentTypeSummaries")
        scenes = self._pages("list_scenes", "sceneSummaries")
        return {
            Kind.ENTITY: {summary["entityId"]: self._entity(summary["entityId"]) for summary in entities},
            Kind.COMPONENT_TYPE: {
                summary["componentTypeId"]: self._type(summary["componentTypeId"])
                for summary in types
                if not summary["componentTypeId"].startswith("com.amazon.")
            },
            Kind.SCENE: {summary["sceneId"]: self._scene(summary["sceneId"]) for summary in scenes},
        }

    def resources(self) -> set[str]:
        """Logical ids of the entities that CloudFormation has."""
        pages = self._twin.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]
            for page in pages.paginate(StackName=self.id)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::IoTTwinMaker::Entity"
        }

    def _entity(self, entity_id: str) -> Json:
        entity = self._service.get_entity(workspaceId=self.id, entityId=entity_id)
        arn = entity["arn"]
        return {
            "name": entity["entityName"],
            "description": entity.get("description", ""),
            "parent": entity["parentEntityId"],
            "components": {
                name: {
                    "type": component["componentTypeId"],
                    "description": component.get("description", ""),
                    "values": {
                        key: item["value"]
                        for key, item in component.get("properties", {}).items()
                        if "value" in item and item["value"] != item["definition"].get("defaultValue")
                    },
                }
                for name, component in entity.get("components", {}).items()
            },
            "tags": self._tags(arn),
        }

    def _type(self, type_id: str) -> Json:
        component_type = self._service.get_component_type(workspaceId=self.id, componentTypeId=type_id)
        return {**_own(component_type), "tags": self._tags(component_type["arn"])}

    def _scene(self, scene_id: str) -> Json:
        scene = self._service.get_scene(workspaceId=self.id, sceneId=scene_id)
        bucket, _, key = scene["contentLocation"].removeprefix("s3://").partition("/")
        body: bytes = self._twin.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        members = {name: scene.get(name) for name in ("description", "capabilities", "sceneMetadata")}
        return {**members, "document": body.decode(), "tags": self._tags(scene["arn"])}

    def _tags(self, arn: str) -> Json:
        tags: Json = self._service.list_tags_for_resource(resourceARN=arn).get("tags", {})
        return tags

    def _pages(self, operation: str, key: str) -> list[Json]:
        items: list[Json] = []
        token: Json = {}
        while True:
            page = getattr(self._service, operation)(workspaceId=self.id, **token)
            items += page[key]
            if "nextToken" not in page:
                return items
            token = {"nextToken": page["nextToken"]}


def _own(component_type: Json) -> Json:
    """Return what a type declares itself."""
    members = ("componentTypeName", "description", "isSingleton", "propertyGroups", "compositeComponentTypes")
    return {
        **{name: component_type.get(name) for name in members},
        "extends": component_type.get("extendsFrom", []),
        "properties": {
            name: definition
            for name, definition in component_type.get("propertyDefinitions", {}).items()
            if not definition["isInherited"]
        },
        "functions": {
            name: function
            for name, function in component_type.get("functions", {}).items()
            if not function["isInherited"]
        },
    }


def test_sample_is_in_the_table() -> None:
    assert {edit.name for edit in FACTORY_EDITS} == set(FACTORY_SAMPLE)


def planned_ids(plan: Plan, kind: Kind) -> dict[str, set[str]]:
    """Ids that a plan says to be added, removed, and changed."""
    renamed = plan.of(kind, Action.RENAMED)
    return {
        "added": {change.id for change in [*plan.of(kind, Action.ADDED), *renamed]},
        "removed": {change.id for change in plan.of(kind, Action.REMOVED)}
        | {str(change.former_id) for change in renamed},
        "changed": {change.id for change in plan.of(kind, Action.CHANGED, Action.MOVED)},
    }


def actual_ids(before: Json, after: Json) -> dict[str, set[str]]:
    """Ids that the service shows more, less, and otherwise."""
    return {
        "added": after.keys() - before.keys(),
        "removed": before.keys() - after.keys(),
        "changed": {item for item in before.keys() & after.keys() if before[item] != after[item]},
    }


class Deployed(NamedTuple):
    """A twin that was deployed twice, with its plan and what there was after each deployment."""

    workspace: Workspace
    plan: Plan
    states: tuple[dict[Kind, Json], dict[Kind, Json]]
    resources: tuple[set[str], set[str]]


def deploy_both(workspace: Workspace, before: TwinDefinition, after: TwinDefinition) -> Deployed:
    workspace.deploy(before)
    state, resources = workspace.state(), workspace.resources()
    workspace.deploy(after)
    return Deployed(
        workspace,
        make_plan(before, after),
        (state, workspace.state()),
        (resources, workspace.resources()),
    )


def compare_with_plan(deployed: Deployed) -> None:
    plan, (before, after) = deployed.plan, deployed.states
    assert plan.changes
    for kind, things in before.items():
        assert planned_ids(plan, kind) == actual_ids(things, after[kind]), kind
    planned = planned_ids(plan, Kind.ENTITY)
    resources_before, resources_after = deployed.resources
    assert len(resources_after - resources_before) == len(planned["added"])
    assert len(resources_before - resources_after) == len(planned["removed"])


@pytest.fixture(scope="module")
def deploy_edits(
    local_twin: LocalTwin, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[tuple[str, ...]], tuple[Deployed, Path]]:
    """What deploys edits, the same ones once, and returns also the folder of the edited definition."""

    @cache
    def deploy(names: tuple[str, ...]) -> tuple[Deployed, Path]:
        workspace = Workspace(local_twin)
        folder, files = tmp_path_factory.mktemp("edits"), workspace.files()
        before = load(write(folder / "before", files))
        edited = write(folder / "after", files_after(files, names))
        return deploy_both(workspace, before, load(edited)), edited

    return deploy


@pytest.mark.parametrize("names", ROUNDS.values(), ids=ROUNDS)
def test_deployment_does_what_the_plan_says(
    names: tuple[str, ...], deploy_edits: Callable[[tuple[str, ...]], tuple[Deployed, Path]]
) -> None:
    compare_with_plan(deploy_edits(names)[0])


def test_change_by_hand_is_the_plan_from_live_to_definition(
    deploy_edits: Callable[[tuple[str, ...]], tuple[Deployed, Path]],
    local_twin: LocalTwin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployed, folder = deploy_edits(tuple(EDITS))
    workspace = deployed.workspace.id
    monkeypatch.setattr("twin_stack.cli.formats.make_client", local_twin.client)
    monkeypatch.chdir(tmp_path)

    def plan() -> list[str]:
        sides = ["--from", f"workspace://{workspace}", "--to", str(folder)]
        result = CliRunner().invoke(cli, ["plan", *sides])
        assert result.exit_code in (0, 2), result.output
        lines: list[str] = result.stdout.splitlines()
        # A live workspace has no files: the places are those of its import.
        place = re.compile(rf"^workspace:{workspace}/entities/entities\.yaml:\d+:\d+ ")
        return [place.sub("", line) for line in lines[1:] if "(estimate" not in line]

    assert plan() == ["no change"]

    service: Any = local_twin.client("iottwinmaker")
    ids = {"workspaceId": workspace, "entityId": "pump-1"}
    service.update_entity(
        **ids,
        entityName="Pump one",
        componentUpdates={
            "pump": {
                "updateType": "UPDATE",
                "propertyUpdates": {"serial": {"updateType": "UPDATE", "value": {"stringValue": "X"}}},
            }
        },
    )
    service.create_entity(workspaceId=workspace, entityId="by-hand", entityName="By hand")
    assert plan() == [
        'PLAN010 danger: entity "by-hand" is removed; keep it, or, if it has another id now, write '
        "renames.entities",
        "- entity by-hand is removed",
        "~ entity pump-1 is changed",
        '    ~ entityName: "Pump one" -> "Pump 1"',
        '    ~ components.pump.properties.serial: "X" -> "P-1"',
        "  resources of the stack: 43 -> 42 of 500",
        "  entities of the workspace: 8 -> 7 of 50,000, adjustable",
        "Order in which CloudFormation acts:",
        "  1. update entity pump-1",
        "  clean-up 1. delete entity by-hand",
        "1 to change, 1 to remove (by-hand), 1 danger",
    ]


@pytest.mark.parametrize("edits", FACTORY_ROUNDS.values(), ids=FACTORY_ROUNDS)
def test_deployment_of_the_factory_does_what_the_plan_says(
    edits: list[Edit], local_twin: LocalTwin, tmp_path: Path
) -> None:
    workspace = Workspace(local_twin)
    for side in ("before", "after"):
        shutil.copytree(model_folder("factory"), tmp_path / side)
        twin = tmp_path / side / "twin.yaml"
        text = twin.read_text(encoding="utf-8").replace("my-factory-twin", workspace.id)
        twin.write_text(text, encoding="utf-8")
    for edit in edits:
        for side in ("before", "after"):
            apply_hunks(edit.before, tmp_path / side)
        apply_hunks(edit.files, tmp_path / "after")
    compare_with_plan(deploy_both(workspace, load(tmp_path / "before"), load(tmp_path / "after")))
