"""The order in which CloudFormation acts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.changes import Action, ResourceChange
from twin_stack.plan.order import order_lines, template_steps
from twin_stack.plan.resources import resource_changes

ROOT = Path(__file__).parents[2]
SNAPSHOTS = ROOT / "tests" / "templates" / "__snapshots__" / "test_models"
TYPES, ENTITIES, TWIN = "component_types/t.yaml", "entities/e.yaml", "twin.yaml"
TYPE = {TYPES: "com.example.Pump: {propertyDefinitions: {feeds: RELATIONSHIP, serial: STRING}}"}
HALL = {
    **TYPE,
    ENTITIES: """
hall: {entityName: Hall}
pump-1: {entityName: Pump 1, parentEntityId: hall, components: {pump: {componentTypeId: com.example.Pump}}}
pump-2:
  entityName: Pump 2
  components: {pump: {componentTypeId: com.example.Pump, properties: {feeds: pump-1}}}
""",
}


def lines(folder: Path, before: dict[str, str], after: dict[str, str]) -> list[str]:
    sides = [load(write(folder / name, files)) for name, files in (("before", before), ("after", after))]
    return list(order_lines(make_plan(*sides).steps))


def test_what_is_needed_comes_first_and_goes_last(tmp_path: Path) -> None:
    assert lines(tmp_path / "there", {}, HALL) == [
        "1. create component type com.example.Pump; create entity hall",
        '2. create 2 entities ("pump-1", "pump-2")',
    ]
    assert lines(tmp_path / "back", HALL, {}) == [
        'clean-up 1. delete 2 entities ("pump-1", "pump-2")',
        "clean-up 2. delete component type com.example.Pump; delete entity hall",
    ]


def test_bulk_engine_changes_all_entities_in_one_step(tmp_path: Path) -> None:
    bulk = {TWIN: "workspaceId: my-twin\nengine: bulk\n"}
    assert lines(tmp_path / "there", bulk, {**HALL, **bulk}) == [
        "1. create component type com.example.Pump",
        '2. create 3 entities ("hall", "pump-1", "pump-2")',
    ]
    assert lines(tmp_path / "back", {**HALL, **bulk}, {**bulk, ENTITIES: "hall-2: {entityName: Hall 2}"}) == [
        '1. delete 3 entities ("hall", "pump-1", "pump-2"); create entity hall-2',
        "clean-up 1. delete component type com.example.Pump",
    ]


def test_renamed_entity_is_created_followed_and_deleted_last(tmp_path: Path) -> None:
    after = {
        **{name: text.replace("hall", "hall-1") for name, text in HALL.items()},
        TWIN: "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"
        "renames: {entities: {hall: hall-1}}",
    }
    assert lines(tmp_path, HALL, after) == [
        "1. create entity hall-1",
        "2. update entity pump-1",
        "clean-up 1. delete entity hall",
    ]


def test_relationship_follows_a_renamed_entity(tmp_path: Path) -> None:
    after = {
        **{name: text.replace("pump-1", "pump-9") for name, text in HALL.items()},
        TWIN: "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"
        "renames: {entities: {pump-1: pump-9}}",
    }
    assert lines(tmp_path, HALL, after) == [
        "1. update entity pump-2; create entity pump-9",
        "clean-up 1. delete entity pump-1",
    ]


def test_replaced_workspace_takes_its_contents_along(tmp_path: Path) -> None:
    ids = {"before": "one", "after": "two"}
    sides = [{**HALL, TWIN: f"workspaceId: {name}"} for name in ids.values()]
    assert lines(tmp_path, *sides) == [
        "1. create workspace two",
        "2. create component type com.example.Pump; create entity hall",
        '3. create 2 entities ("pump-1", "pump-2")',
        'clean-up 1. delete 2 entities ("pump-1", "pump-2")',
        "clean-up 2. delete component type com.example.Pump; delete entity hall",
        "clean-up 3. delete workspace one",
    ]


def test_connector_that_is_only_named_is_no_step(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:reader"
    text = f"workspaceId: plant\nconnectors: {{reader: {{kind: lambda, arn: '{arn}'}}}}"
    sides = [{TWIN: "workspaceId: plant"}, {TWIN: text}]
    assert lines(tmp_path, *sides) == []


def resource(*needs: str, policy: str = "Delete", **properties: Any) -> dict[str, Any]:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    return {"Type": "AWS::DynamoDB::Table", "DependsOn": list(needs), "Properties": properties, **policies}


def test_resources_wait_for_what_they_refer_to() -> None:
    before = {
        "Resources": {
            "A": resource(TableName="a"),
            "Kept": resource("A", policy="Retain"),
            "Gone": resource("A"),
            "After": resource("Gone"),
        }
    }
    after = {
        "Resources": {
            "A": resource(TableName="b"),
            "Ref": resource(Of={"Ref": "A"}),
            "Sub": resource(Of={"Fn::Sub": ["${Att.Arn}-${X}", {"X": {"Ref": "Same"}}]}),
            "Att": resource(Of={"Fn::GetAtt": ["Same", "Arn"]}),
            "Same": resource("Ref"),
            "Cycle": resource("Other"),
            "Other": resource("Cycle"),
        }
    }
    steps = template_steps(resource_changes(before, after), before, after)
    assert [(step.phase, step.wave, step.operation, step.id) for step in steps] == [
        ("update", 1, "create", "A"),
        ("update", 1, "create", "Other"),
        ("update", 2, "create", "Cycle"),
        ("update", 2, "create", "Ref"),
        ("update", 3, "create", "Same"),
        ("update", 4, "create", "Att"),
        ("update", 5, "create", "Sub"),
        ("clean-up", 1, "delete", "After"),
        ("clean-up", 2, "delete", "Gone"),
        ("clean-up", 3, "delete", "A"),
    ]


def test_what_refers_to_a_replaced_resource_is_updated() -> None:
    user = resource(Of={"Ref": "A"})
    sides = [{"Resources": {"A": resource(TableName=name), "User": user}} for name in "ab"]
    steps = template_steps(resource_changes(*sides), *sides)
    assert [(step.wave, step.operation, step.id) for step in steps] == [
        (1, "create", "A"),
        (2, "update", "User"),
        (1, "delete", "A"),
    ]


def test_order_of_the_definition_is_that_of_its_template() -> None:
    template = json.loads(
        (SNAPSHOTS / "test_template_is_the_accepted_one[my-factory-twin].json").read_bytes()
    )
    resources = template["Resources"]
    added = [ResourceChange(Action.ADDED, name, item["Type"]) for name, item in resources.items()]
    ids = {"AWS::IoTTwinMaker::Entity": "EntityId", "AWS::IoTTwinMaker::ComponentType": "ComponentTypeId"}
    wave_of_resource = {
        resources[step.id]["Properties"][ids[step.type]]: step.wave
        for step in template_steps(added, {"Resources": {}}, template)
        if step.type in ids
    }
    steps = make_plan(None, load(ROOT / "models" / "factory")).steps
    wave_of_thing = {step.id: step.wave for step in steps if step.id in wave_of_resource}
    assert wave_of_thing.keys() == wave_of_resource.keys()
    pairs = [
        (first, second)
        for first in wave_of_thing
        for second in wave_of_thing
        if wave_of_thing[first] < wave_of_thing[second]
    ]
    assert len(pairs) > 5
    assert [pair for pair in pairs if wave_of_resource[pair[0]] >= wave_of_resource[pair[1]]] == []
