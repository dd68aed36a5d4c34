"""What no stack owns is found, measured and deleted, by the APIs of an embedded AWS."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stacks import ROLE
from twin_stack.client.orphan_data import measure
from twin_stack.client.orphan_deletion import delete_all
from twin_stack.client.orphans import Kind, data_names, find_orphans
from twin_stack.client.stack_resources import StackResource

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.pytest_plugin import LocalTwin

    Clients = Callable[[str], Any]

TYPE = "com.example.Mill"
NOW = int(time.time())


@pytest.fixture
def clients(local_twin: LocalTwin) -> Clients:
    return cache(local_twin.client)


@pytest.fixture
def name() -> str:
    return f"ws-{uuid.uuid4().hex[:8]}"


def make_content(clients: Clients, name: str) -> None:
    """A workspace with a scene, a type and its subtype, and a zone with a machine."""
    twinmaker = clients("iottwinmaker")
    twinmaker.create_workspace(workspaceId=name, role=ROLE, s3Location=f"arn:aws:s3:::{name}-scenes")
    in_workspace = {"workspaceId": name}
    twinmaker.create_component_type(**in_workspace, componentTypeId=TYPE)
    twinmaker.create_component_type(**in_workspace, componentTypeId=f"{TYPE}.Big", extendsFrom=[TYPE])
    twinmaker.create_entity(**in_workspace, entityId="a-zone", entityName="Zone")
    twinmaker.create_entity(**in_workspace, entityId="machine", entityName="Machine", parentEntityId="a-zone")
    twinmaker.create_scene(**in_workspace, sceneId="hall", contentLocation=f"s3://{name}-scenes/hall.json")


def make_assets(clients: Clients, name: str) -> list[str]:
    """A model with a parent asset that has a child, with one value; and a model of another twin."""
    sitewise = clients("iotsitewise")
    power = {"name": "power", "dataType": "DOUBLE", "type": {"measurement": {}}}
    child = sitewise.create_asset_model(
        assetModelName=f"{name}/child",
        assetModelExternalId=f"{name}:child",
        assetModelProperties=[power],
    )["assetModelId"]
    sitewise.get_waiter("asset_model_active").wait(assetModelId=child)
    parent = sitewise.create_asset_model(
        assetModelName=f"{name}/parent",
        assetModelHierarchies=[{"name": "children", "childAssetModelId": child}],
    )["assetModelId"]
    sitewise.get_waiter("asset_model_active").wait(assetModelId=parent)
    other = sitewise.create_asset_model(assetModelName=f"other-{name}/x")["assetModelId"]
    sitewise.get_waiter("asset_model_active").wait(assetModelId=other)
    assets = []
    for model in (parent, child):
        asset = sitewise.create_asset(assetName=f"{name}/{model}", assetModelId=model)["assetId"]
        sitewise.get_waiter("asset_active").wait(assetId=asset)
        assets.append(asset)
    (hierarchy,) = sitewise.describe_asset(assetId=assets[0])["assetHierarchies"]
    sitewise.associate_assets(assetId=assets[0], hierarchyId=hierarchy["id"], childAssetId=assets[1])
    (described,) = sitewise.describe_asset(assetId=assets[1])["assetProperties"]
    value = {
        "value": {"doubleValue": 7.0},
        "timestamp": {"timeInSeconds": NOW, "offsetInNanos": 0},
        "quality": "GOOD",
    }
    sitewise.batch_put_asset_property_value(
        entries=[
            {"entryId": "1", "assetId": assets[1], "propertyId": described["id"], "propertyValues": [value]}
        ]
    )
    return assets


def make_stores(clients: Clients, name: str) -> None:
    """A table by its name, a bucket by its tag, and a log group; each with data."""
    clients("dynamodb").create_table(
        TableName=f"{name}-telemetry",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "device_id", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "device_id", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
    )
    for seconds in (NOW - 60, NOW):
        clients("dynamodb").put_item(
            TableName=f"{name}-telemetry",
            Item={"device_id": {"S": "m"}, "timestamp": {"N": str(seconds * 1000)}},
        )
    s3 = clients("s3")
    s3.create_bucket(Bucket=f"{name}-scenes")
    tags = [{"Key": "twin-stack:workspace", "Value": name}]
    s3.put_bucket_tagging(Bucket=f"{name}-scenes", Tagging={"TagSet": tags})
    s3.put_bucket_versioning(Bucket=f"{name}-scenes", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"old", b"newer"):
        s3.put_object(Bucket=f"{name}-scenes", Key="hall.json", Body=body)
    s3.delete_object(Bucket=f"{name}-scenes", Key="hall.json")
    logs, group = clients("logs"), f"/twin-stack/{name}/connector/telemetry"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    logs.put_log_events(
        logGroupName=group, logStreamName="a", logEvents=[{"timestamp": NOW * 1000, "message": "hi"}]
    )


def test_all_that_belongs_to_a_workspace_is_found_measured_and_deleted(clients: Clients, name: str) -> None:
    make_stores(clients, name)
    make_content(clients, name)
    parent, child = make_assets(clients, name)
    assert name in data_names(clients)

    lists = [
        StackResource("plant", "Entities", "Custom::TwinStackEntities", f"{name}/twin-stack/entities/plant"),
        StackResource("plant", "Assets", "Custom::TwinStackAssets", f"{name}/twin-stack/assets/plant"),
    ]
    owned_kinds = {orphan.kind for orphan in find_orphans(name, clients, lists)}
    assert owned_kinds.isdisjoint({Kind.ENTITY, Kind.ASSET})
    assert {Kind.SCENE, Kind.ASSET_MODEL} <= owned_kinds

    orphans = find_orphans(name, clients, [])

    ids = {orphan.id for orphan in orphans if orphan.kind not in {Kind.ASSET_MODEL, Kind.ASSET}}
    assert ids == {
        f"scene/{name}/hall",
        f"entity/{name}/a-zone",
        f"entity/{name}/machine",
        f"component-type/{name}/{TYPE}",
        f"component-type/{name}/{TYPE}.Big",
        f"workspace/{name}",
        f"table/{name}-telemetry",
        f"bucket/{name}-scenes",
        f"log-group//twin-stack/{name}/connector/telemetry",
    }
    assert {orphan.physical_id for orphan in orphans if orphan.kind is Kind.ASSET} == {parent, child}
    assert {orphan.name for orphan in orphans if orphan.kind is Kind.ASSET_MODEL} == {
        f"{name}/child",
        f"{name}/parent",
    }
    held = {orphan.physical_id: measure(orphan, clients) for orphan in orphans}
    newest = datetime.fromtimestamp(NOW, UTC)
    assert (held[f"{name}-telemetry"].items, held[f"{name}-telemetry"].newest) == (2, newest)
    bucket = held[f"{name}-scenes"]
    assert (bucket.bytes, bucket.items, bucket.noun) == (8, 2, "versions of objects")
    assert held[f"/twin-stack/{name}/connector/telemetry"].newest == newest
    assert (held[child].items, held[child].newest) == (1, newest)
    assert (held[parent].items, held[parent].newest) == (0, None)
    assert held[name].newest is not None

    deleted: list[str] = []
    delete_all(orphans, clients, lambda orphan: deleted.append(orphan.id))

    assert sorted(deleted) == sorted(orphan.id for orphan in orphans)
    assert find_orphans(name, clients, []) == []


def test_what_a_stack_owns_is_no_orphan(clients: Clients, name: str) -> None:
    make_stores(clients, name)
    make_content(clients, name)
    owned = [
        StackResource("plant", "Table", "AWS::DynamoDB::Table", f"{name}-telemetry"),
        StackResource("plant", "Machine", "AWS::IoTTwinMaker::Entity", f"{name}|machine"),
        # The name of another kind of resource says nothing about the bucket.
        StackResource("plant", "Topic", "AWS::SNS::Topic", f"{name}-scenes"),
    ]

    ids = {orphan.id for orphan in find_orphans(name, clients, owned)}

    assert not {f"table/{name}-telemetry", f"entity/{name}/machine"} & ids
    assert {f"bucket/{name}-scenes", f"entity/{name}/a-zone"} <= ids
