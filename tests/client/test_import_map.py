"""The resource mapping of a template, with a list for what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.client.import_map import ImportMap, import_map
from twin_stack.client.stack_resources import StackResource

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE, BUCKET, ENTITY = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::IoTTwinMaker::Entity"
WORKSPACE: dict[str, Any] = {
    "Type": "AWS::IoTTwinMaker::Workspace",
    "Properties": {"WorkspaceId": "plant-1", "Role": "arn:aws:iam::111122223333:role/r"},
}


class Existing:
    """Names that exist, whatever their type."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def exists(self, _type_name: str, identifier: Mapping[str, str]) -> bool:
        return "|".join(identifier.values()) in self._names

    def generated(self, _type_name: str, prefix: str) -> list[str]:
        return [name for name in self._names if name.startswith(prefix)]


def mapped(
    resources: dict[str, Any],
    *names: str,
    owned: list[StackResource] | None = None,
    keeps_order: bool = True,
) -> ImportMap:
    return import_map(
        "plant",
        {"Resources": resources},
        inventory=Existing(*names),
        owned=owned or [],
        parameters={"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"},
        keeps_order=keeps_order,
    )


def table(**properties: Any) -> dict[str, Any]:
    return {"Table": {"Type": TABLE, "Properties": properties}}


def entity(**properties: Any) -> dict[str, Any]:
    return {"Type": ENTITY, "Properties": {"WorkspaceId": {"Ref": "Workspace"}, **properties}}


def reason(result: ImportMap) -> str:
    assert result.mapping == {}
    (missing,) = result.missing
    return missing.reason


def test_existing_names_are_mapped() -> None:
    name = {"Fn::Join": ["-", ["plant", {"Ref": "AWS::AccountId"}, {"Ref": "AWS::Region"}]]}
    bucket = {"Type": BUCKET, "Properties": {"BucketName": name}}

    result = mapped({**table(TableName="rows"), "Bucket": bucket}, "rows", "plant-111122223333-eu-west-1")

    assert result.mapping == {
        "Bucket": {"BucketName": "plant-111122223333-eu-west-1"},
        "Table": {"TableName": "rows"},
    }
    assert result.missing == []


def test_name_that_cloudformation_made_is_found_by_its_begin() -> None:
    assert mapped(table(), "plant-Table-1A2B", "other").mapping == {
        "Table": {"TableName": "plant-Table-1A2B"}
    }


@pytest.mark.parametrize(
    ("resources", "names", "expected"),
    [
        (table(TableName="rows"), [], "rows does not exist"),
        (table(TableName={"Ref": "Name"}), [], "TableName is known at the deployment only"),
        (table(), [], "the template has no TableName, and no generated name begins with plant-Table-"),
        (
            table(),
            ["plant-Table-1", "plant-Table-2"],
            "several may be it: plant-Table-1, plant-Table-2; add TableName of one to the mapping",
        ),
        (
            {"Entity": {"Type": ENTITY, "Properties": {"WorkspaceId": "w1"}}},
            [],
            "the template has no EntityId",
        ),
    ],
)
def test_reason_says_what_is_missing(resources: dict[str, Any], names: list[str], expected: str) -> None:
    assert reason(mapped(resources, *names)) == expected


def test_resource_of_another_stack_is_left_out() -> None:
    owned = [StackResource("other", "Rows", TABLE, "rows")]

    assert reason(mapped(table(TableName="rows"), "rows", owned=owned)).startswith(
        "belongs to the stack other; remove it there first"
    )


def test_resource_that_the_stack_has_already_is_no_matter() -> None:
    owned = [StackResource("plant", "Table", TABLE, "rows")]

    assert mapped(table(TableName="rows"), "rows", owned=owned) == ImportMap({}, [])


def test_type_that_cannot_be_found_by_its_template_is_no_matter() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}

    assert mapped({"Queue": queue}, "q") == ImportMap({}, [])


def test_workspace_is_imported_with_its_content() -> None:
    resources = {"Workspace": WORKSPACE, "Zone": entity(EntityId="zone-a")}

    assert mapped(resources, "plant-1", "plant-1|zone-a").mapping == {
        "Workspace": {"WorkspaceId": "plant-1"},
        "Zone": {"WorkspaceId": "plant-1", "EntityId": "zone-a"},
    }


def test_what_refers_to_a_resource_outside_of_the_mapping_is_left_out() -> None:
    role = {"Type": "AWS::SQS::Queue"}
    workspace = {
        **WORKSPACE,
        "Properties": {"WorkspaceId": "plant-1", "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    resources = {"Role": role, "Workspace": workspace, "Zone": entity(EntityId="zone-a")}

    result = mapped(resources, "plant-1", "plant-1|zone-a")

    assert result.mapping == {}
    assert [item.reason.partition(",")[0] for item in result.missing] == [
        "needs Role",
        "needs Workspace",
    ]


def test_what_waits_for_another_resource_is_imported_without_waiting() -> None:
    waiting = {"Table": {**table(TableName="rows")["Table"], "DependsOn": ["Guard"]}, "Guard": {"Type": "T"}}

    assert reason(mapped(waiting, "rows")).startswith("needs Guard, which is neither in the stack nor in the")
    assert mapped(waiting, "rows", keeps_order=False).mapping == {"Table": {"TableName": "rows"}}
