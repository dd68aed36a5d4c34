"""Templates with AWS::IoTTwinMaker::* deployed to the embedded AWS, and the service's answers."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stacks import Json, in_workspace, make_function, workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed
    from twin_stack.pytest_plugin import LocalTwin

    Deploy = Callable[..., Deployed]

SENSOR = "com.example.Sensor"


def sensor(**more: Any) -> Json:
    properties: Json = {
        "ComponentTypeId": SENSOR,
        "PropertyDefinitions": {
            "Vendor_Name": {"DataType": {"Type": "STRING"}, "Configurations": {"Key_A": "b"}},
            "limit": {"DataType": {"Type": "DOUBLE"}, "DefaultValue": {"DoubleValue": "4.5"}},
            "feeds": {"DataType": {"Type": "RELATIONSHIP"}},
        },
        **more,
    }
    return in_workspace("ComponentType", **properties)


def component(**values: Any) -> Json:
    return {
        "ComponentTypeId": SENSOR,
        "Properties": {name: {"Value": value} for name, value in values.items()},
    }


def resources(workspace_id: str) -> Json:
    """A workspace with a type, and two zones with a machine in the first."""
    return {
        "Workspace": workspace(workspace_id, Description="a plant"),
        "Sensor": sensor(),
        "ZoneA": in_workspace("Entity", EntityId="zone-a", EntityName="Zone A"),
        "ZoneB": in_workspace("Entity", EntityId="zone-b", EntityName="Zone B"),
        "Machine": in_workspace(
            "Entity",
            after=("Sensor", "ZoneA", "ZoneB"),
            EntityId="machine",
            EntityName="Machine",
            ParentEntityId="zone-a",
            Components={
                "left": component(Vendor_Name={"StringValue": "Acme"}, limit={"DoubleValue": 7}),
                "right": component(
                    feeds={"RelationshipValue": {"TargetEntityId": "zone-b", "TargetComponentName": "x"}}
                ),
            },
        ),
        "Scene": in_workspace("Scene", SceneId="hall", ContentLocation="s3://bucket/hall.json"),
    }


def changed(template: Json, logical_id: str, **properties: Any) -> Json:
    """The resources with other properties of one; None takes a property away."""
    result = copy.deepcopy(template)
    merged = {**result[logical_id]["Properties"], **properties}
    result[logical_id]["Properties"] = {k: v for k, v in merged.items() if v is not None}
    return result


def values(twinmaker: Any, workspace_id: str, name: str) -> Json:
    """Values of a component of the machine by property."""
    entity = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")
    properties = entity["components"][name]["properties"]
    return {key: item["value"] for key, item in properties.items() if "value" in item}


def test_created_resources_have_the_properties_of_the_template(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    stack = deploy(resources(workspace_id))

    assert stack.status == "CREATE_COMPLETE", stack.reasons
    described = twinmaker.get_workspace(workspaceId=workspace_id)
    assert (described["description"], described["s3Location"]) == ("a plant", "arn:aws:s3:::bucket")
    kind = twinmaker.get_component_type(workspaceId=workspace_id, componentTypeId=SENSOR)
    # Keys of maps are the user's and keep their case; a number may be written as text.
    assert kind["propertyDefinitions"]["Vendor_Name"]["configuration"] == {"Key_A": "b"}
    assert kind["propertyDefinitions"]["limit"]["defaultValue"] == {"doubleValue": 4.5}
    assert values(twinmaker, workspace_id, "left") == {
        "Vendor_Name": {"stringValue": "Acme"},
        "limit": {"doubleValue": 7.0},
    }
    assert values(twinmaker, workspace_id, "right")["feeds"] == {
        "relationshipValue": {"targetEntityId": "zone-b", "targetComponentName": "x"}
    }
    scene = twinmaker.get_scene(workspaceId=workspace_id, sceneId="hall")
    assert scene["contentLocation"] == "s3://bucket/hall.json"


def test_references_give_the_documented_values_when_resolved(deploy: Deploy, workspace_id: str) -> None:
    stack = deploy(
        resources(workspace_id),
        outputs={
            "Workspace": {"Ref": "Workspace"},
            "WorkspaceArn": {"Fn::GetAtt": ["Workspace", "Arn"]},
            "Type": {"Ref": "Sensor"},
            "TypeArn": {"Fn::GetAtt": ["Sensor", "Arn"]},
            "Entity": {"Ref": "Machine"},
            "EntityState": {"Fn::GetAtt": ["Machine", "Status.State"]},
            "Scene": {"Ref": "Scene"},
        },
    )

    arn = f"arn:aws:iottwinmaker:us-east-1:000000000000:workspace/{workspace_id}"
    assert stack.outputs == {
        "Workspace": workspace_id,
        "WorkspaceArn": arn,
        "Type": f"{workspace_id}|{SENSOR}",
        "TypeArn": f"{arn}/component-type/{SENSOR}",
        "Entity": f"{workspace_id}|machine",
        "EntityState": "ACTIVE",
        "Scene": f"{workspace_id}|hall",
    }


def test_entity_gets_an_id_when_the_template_gives_none(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    nameless = in_workspace("Entity", EntityName="Nameless")

    stack = deploy({"Workspace": workspace(workspace_id), "Nameless": nameless})

    entity_id = stack.physical_ids["Nameless"].removeprefix(f"{workspace_id}|")
    assert twinmaker.get_entity(workspaceId=workspace_id, entityId=entity_id)["entityName"] == "Nameless"


def test_entity_moves_when_its_parent_changes(deploy: Deploy, twinmaker: Any, workspace_id: str) -> None:
    before = resources(workspace_id)
    stack = deploy(before)
    created = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")["creationDateTime"]

    moved = deploy(changed(before, "Machine", ParentEntityId="zone-b"), name=stack.name)

    assert moved.status == "UPDATE_COMPLETE", moved.reasons
    entity = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")
    assert (entity["parentEntityId"], entity["creationDateTime"]) == ("zone-b", created)

    deploy(changed(before, "Machine", ParentEntityId=None), name=stack.name)

    assert twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")["parentEntityId"] == "$ROOT"


def test_components_follow_when_added_changed_and_removed(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    before = resources(workspace_id)
    stack = deploy(before)
    twinmaker.update_entity(
        workspaceId=workspace_id,
        entityId="machine",
        componentUpdates={"byHand": {"updateType": "CREATE", "componentTypeId": SENSOR}},
    )
    after = changed(
        before,
        "Machine",
        Components={"left": component(Vendor_Name={"StringValue": "Bolt"}), "third": component()},
    )

    updated = deploy(after, name=stack.name)

    assert updated.status == "UPDATE_COMPLETE", updated.reasons
    entity = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")
    # A component that was added through the API does not belong to the stack.
    assert sorted(entity["components"]) == ["byHand", "left", "third"]
    # The limit is the type's again.
    assert values(twinmaker, workspace_id, "left") == {
        "Vendor_Name": {"stringValue": "Bolt"},
        "limit": {"doubleValue": 4.5},
    }


def test_composite_components_follow_when_changed(deploy: Deploy, twinmaker: Any, workspace_id: str) -> None:
    cell = in_workspace(
        "ComponentType",
        after=("Sensor",),
        ComponentTypeId="com.example.Cell",
        CompositeComponentTypes={"inner": {"ComponentTypeId": SENSOR}},
    )

    def template(vendor: str) -> Json:
        nested = {"ComponentName": "inner", "ComponentPath": "cell/inner", "ComponentTypeId": SENSOR}
        nested["Properties"] = {"Vendor_Name": {"Value": {"StringValue": vendor}}}  # type: ignore[assignment]
        return {
            **resources(workspace_id),
            "Cell": cell,
            "Robot": in_workspace(
                "Entity",
                after=("Cell",),
                EntityId="robot",
                EntityName="Robot",
                Components={"cell": {"ComponentTypeId": "com.example.Cell"}},
                CompositeComponents={"cell/inner": nested},
            ),
        }

    stack = deploy(template("Acme"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons
    deploy(template("Bolt"), name=stack.name)

    answer = twinmaker.list_properties(workspaceId=workspace_id, entityId="robot", componentPath="cell/inner")
    vendor = next(item for item in answer["propertySummaries"] if item["propertyName"] == "Vendor_Name")
    assert vendor["value"] == {"stringValue": "Bolt"}


def test_type_and_scene_follow_when_changed(deploy: Deploy, twinmaker: Any, workspace_id: str) -> None:
    before = changed(resources(workspace_id), "Sensor", Description="senses")
    stack = deploy(before)
    definitions = {
        "Vendor_Name": {"DataType": {"Type": "STRING"}},
        "feeds": {"DataType": {"Type": "RELATIONSHIP"}},
    }
    definitions["speed"] = {"DataType": {"Type": "INTEGER"}}
    after = changed(before, "Sensor", PropertyDefinitions=definitions, Description=None)
    after = changed(after, "Scene", ContentLocation="s3://bucket/other.json", Capabilities=["MATTERPORT"])
    after = changed(after, "Machine", Components={"left": component(Vendor_Name={"StringValue": "Acme"})})

    updated = deploy(after, name=stack.name)

    assert updated.status == "UPDATE_COMPLETE", updated.reasons
    kind = twinmaker.get_component_type(workspaceId=workspace_id, componentTypeId=SENSOR)
    assert sorted(kind["propertyDefinitions"]) == ["Vendor_Name", "feeds", "speed"]
    assert kind["propertyDefinitions"]["Vendor_Name"].get("configuration", {}) == {}
    assert kind.get("description", "") == ""
    scene = twinmaker.get_scene(workspaceId=workspace_id, sceneId="hall")
    assert scene["contentLocation"] == "s3://bucket/other.json"
    assert scene["capabilities"] == ["MATTERPORT"]


def test_resource_is_replaced_when_its_id_changes(deploy: Deploy, twinmaker: Any, workspace_id: str) -> None:
    before = resources(workspace_id)
    stack = deploy(before)

    after = deploy(changed(before, "Scene", SceneId="hall-2"), name=stack.name)

    assert after.status == "UPDATE_COMPLETE", after.reasons
    scenes = twinmaker.list_scenes(workspaceId=workspace_id)["sceneSummaries"]
    assert [scene["sceneId"] for scene in scenes] == ["hall-2"]


def test_change_set_announces_replacement_only_when_an_id_changes(deploy: Deploy, workspace_id: str) -> None:
    before = resources(workspace_id)
    stack = deploy(before)
    after = changed(changed(before, "Scene", SceneId="hall-2"), "Machine", EntityName="Other")
    stack.client.create_change_set(
        StackName=stack.name, ChangeSetName="look", TemplateBody=json.dumps({"Resources": after})
    )

    changes = stack.client.describe_change_set(StackName=stack.name, ChangeSetName="look")["Changes"]

    replaced = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in changes}
    assert replaced == {"Scene": "True", "Machine": "False"}


def test_tags_follow_when_template_and_stack_set_them(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    before = changed(resources(workspace_id), "ZoneA", Tags={"own": "1", "gone": "2"})
    stack = deploy(before, tags={"team": "blue"})
    deploy(changed(before, "ZoneA", Tags={"own": "3"}), name=stack.name, tags={"team": "red"})

    arn = twinmaker.get_entity(workspaceId=workspace_id, entityId="zone-a")["arn"]
    tags = twinmaker.list_tags_for_resource(resourceARN=arn)["tags"]
    assert {key: value for key, value in tags.items() if not key.startswith("aws:")} == {
        "own": "3",
        "team": "red",
    }


def test_nothing_is_left_when_the_stack_is_deleted(deploy: Deploy, twinmaker: Any, workspace_id: str) -> None:
    stack = deploy(resources(workspace_id))

    stack.delete()

    assert stack.status == "DELETE_COMPLETE"
    ids = [item["workspaceId"] for item in twinmaker.list_workspaces(maxResults=200)["workspaceSummaries"]]
    assert workspace_id not in ids


def test_workspace_stays_when_the_template_retains_it(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    template = resources(workspace_id)
    template["Workspace"]["DeletionPolicy"] = "Retain"
    stack = deploy(template)

    stack.delete()

    assert stack.status == "DELETE_COMPLETE"
    assert twinmaker.get_workspace(workspaceId=workspace_id)["workspaceId"] == workspace_id
    assert twinmaker.list_entities(workspaceId=workspace_id)["entitySummaries"] == []


def test_deletion_fails_with_its_reason_when_a_user_added_a_child_entity(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    stack = deploy(resources(workspace_id))
    twinmaker.create_entity(
        workspaceId=workspace_id, entityId="mine", entityName="Mine", parentEntityId="zone-b"
    )

    stack.delete()

    assert stack.status == "DELETE_FAILED"
    assert "entity 'zone-b' has 1 child entities, for example 'mine'" in stack.reasons["ZoneB"]


def test_everything_is_rolled_back_when_a_create_fails(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    broken = {**resources(workspace_id)}
    broken["Bad"] = in_workspace(
        "Entity", after=("Machine",), EntityName="Bad", Components={"c": {"ComponentTypeId": "no.such.Type"}}
    )

    stack = deploy(broken)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "component type 'no.such.Type' does not exist" in stack.reasons["Bad"]
    assert "HandlerErrorCode: InvalidRequest" in stack.reasons["Bad"]
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException):
        twinmaker.get_workspace(workspaceId=workspace_id)


def test_everything_is_as_before_when_an_update_fails(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    before = resources(workspace_id)
    stack = deploy(before)
    shown = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")["components"]
    after = changed(before, "ZoneA", EntityName="Other")
    after = changed(after, "Machine", ParentEntityId="zone-b", Components={"new": component()})
    after["Bad"] = in_workspace("Entity", after=("Machine",), EntityName="Bad", ParentEntityId="nowhere")

    failed = deploy(after, name=stack.name)

    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Unable to find parent entity id nowhere" in failed.reasons["Bad"]
    machine = twinmaker.get_entity(workspaceId=workspace_id, entityId="machine")
    assert machine["parentEntityId"] == "zone-a"
    assert machine["components"] == shown
    assert twinmaker.get_entity(workspaceId=workspace_id, entityId="zone-a")["entityName"] == "Zone A"


def test_create_is_refused_when_the_thing_exists_already(
    deploy: Deploy, twinmaker: Any, workspace_id: str
) -> None:
    first = deploy({"Workspace": workspace(workspace_id)})
    assert first.status == "CREATE_COMPLETE"

    second = deploy({"Workspace": workspace(workspace_id)})

    assert second.status == "ROLLBACK_COMPLETE"
    assert f"{workspace_id} already exists" in second.reasons["Workspace"]
    # The rollback of the second stack must not take the first one's workspace along.
    assert twinmaker.get_workspace(workspaceId=workspace_id)["workspaceId"] == workspace_id


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Nonsense": 1}, "#: extraneous key [Nonsense] is not permitted"),
        ({"PropertyDefinitions": {"a": {"DataType": {"type": "LONG"}}}}, "extraneous key [type]"),
        ({"PropertyDefinitions": {"a": {"DataType": {"Type": "LONG"}, "IsTimeSeries": "maybe"}}}, "'maybe'"),
        ({"PropertyDefinitions": {"a b": {"DataType": {"Type": "LONG"}}}}, "a b"),
    ],
)
def test_create_is_refused_when_a_property_is_wrong(
    deploy: Deploy, workspace_id: str, properties: Json, reason: str
) -> None:
    stack = deploy({"Workspace": workspace(workspace_id), "Sensor": sensor(**properties)})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons["Sensor"]


@pytest.mark.parametrize("works", [True, False])
def test_type_is_created_only_if_its_schema_initializer_works(
    deploy: Deploy, local_twin: LocalTwin, workspace_id: str, works: bool
) -> None:
    code = (
        "def handler(event, context):\n"
        f"    if not {works}: raise ValueError('no schema here')\n"
        "    definition = {'dataType': {'type': 'LONG'}, 'isTimeSeries': True, 'isStoredExternally': True}\n"
        "    return {'properties': {'rpm': {'definition': definition}}}\n"
    )
    arn = make_function(local_twin.client("lambda"), f"init-{workspace_id}", code)
    function = {"ImplementedBy": {"Lambda": {"Arn": arn}}}
    kind = sensor(Functions={"schemaInitializer": function, "dataReader": function})

    stack = deploy({"Workspace": workspace(workspace_id), "Sensor": kind})

    client = local_twin.client("iottwinmaker")
    if works:
        assert stack.status == "CREATE_COMPLETE", stack.reasons
        shown = client.get_component_type(workspaceId=workspace_id, componentTypeId=SENSOR)
        assert shown["propertyDefinitions"]["rpm"]["isImported"]
    else:
        # The workspace could not go if the type were still in it.
        assert stack.status == "ROLLBACK_COMPLETE", stack.reasons
        assert "no schema here" in stack.reasons["Sensor"]
        assert "HandlerErrorCode: NotStabilized" in stack.reasons["Sensor"]


def test_sync_job_is_refused_with_its_reason(deploy: Deploy, workspace_id: str) -> None:
    job = in_workspace("SyncJob", SyncSource="SITEWISE", SyncRole="arn:aws:iam::000000000000:role/sync")

    stack = deploy({"Workspace": workspace(workspace_id), "Job": job})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "sync jobs are not available in the embedded AWS" in stack.reasons["Job"]


def test_stack_is_the_callers_when_account_and_region_are_others(
    local_twin: LocalTwin, workspace_id: str
) -> None:
    from tests.support.stacks import wait_for  # noqa: PLC0415
    from twin_stack.local.clients import make_client  # noqa: PLC0415

    there: Any = {"account": "111122223333", "region": "eu-west-1"}
    client = make_client(local_twin.server.access, "cloudformation", **there)
    template = {"Resources": {"Workspace": workspace(workspace_id)}}
    client.create_stack(StackName="elsewhere", TemplateBody=json.dumps(template))

    assert wait_for(client, "elsewhere") == "CREATE_COMPLETE"
    described = make_client(local_twin.server.access, "iottwinmaker", **there).get_workspace(
        workspaceId=workspace_id
    )
    assert described["arn"] == f"arn:aws:iottwinmaker:eu-west-1:111122223333:workspace/{workspace_id}"
    here = local_twin.client("iottwinmaker")
    with pytest.raises(here.exceptions.ResourceNotFoundException):
        here.get_workspace(workspaceId=workspace_id)
