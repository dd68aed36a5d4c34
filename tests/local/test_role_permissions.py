"""A role may do in the embedded TwinMaker what its policies allow; the account may do everything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy
TYPE = "com.example.Machine"


@pytest.fixture(scope="module")
def workspaces(local_twin: LocalTwin) -> Iterator[tuple[str, str]]:
    """Two workspaces with a type and an entity each."""
    twinmaker, iam = local_twin.client("iottwinmaker"), local_twin.client("iam")
    ids = [f"w-{uuid4().hex[:8]}" for _ in range(2)]
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "iottwinmaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = iam.create_role(
        RoleName=f"{ids[0]}-service",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    for workspace in ids:
        twinmaker.create_workspace(workspaceId=workspace, role=role)
        twinmaker.create_component_type(workspaceId=workspace, componentTypeId=TYPE)
        twinmaker.create_entity(workspaceId=workspace, entityId="m-1", entityName="Machine 1")
    yield ids[0], ids[1]
    for workspace in ids:
        twinmaker.delete_entity(workspaceId=workspace, entityId="m-1")
        twinmaker.delete_component_type(workspaceId=workspace, componentTypeId=TYPE)
        twinmaker.delete_workspace(workspaceId=workspace)


def client_of_role(local_twin: LocalTwin, *statements: dict[str, Any], name: str) -> Any:
    """Return a TwinMaker client with temporary keys of a role that has these statements."""
    iam = local_twin.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=document)
    keys = local_twin.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "iottwinmaker",
        region_name=REGION,
        endpoint_url=local_twin.server.access.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(inject_host_prefix=False),
    )


def allow(*actions: str, resources: list[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": [f"iottwinmaker:{name}" for name in actions],
        "Resource": resources,
    }


def refusal(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return str(caught.value.response["Error"]["Message"])


def arn(workspace: str, *parts: str) -> str:
    return f"arn:aws:iottwinmaker:{REGION}:{ACCOUNT}:workspace/{'/'.join((workspace, *parts))}"


def test_role_reads_its_own_workspace_and_no_other(
    local_twin: LocalTwin, workspaces: tuple[str, str]
) -> None:
    own, other = workspaces
    reading = allow("GetEntity", "ListEntities", resources=[arn(own), arn(own, "*")])
    client = client_of_role(local_twin, reading, name=f"{own}-reader")

    assert client.get_entity(workspaceId=own, entityId="m-1")["entityName"] == "Machine 1"
    assert len(client.list_entities(workspaceId=own)["entitySummaries"]) == 1
    assert refusal(client.get_entity, workspaceId=other, entityId="m-1") == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{own}-reader/test is not authorized to perform: "
        f"iottwinmaker:GetEntity on resource: {arn(other, 'entity', 'm-1')} because no identity-based policy "
        "allows the iottwinmaker:GetEntity action"
    )
    assert "ListEntities" in refusal(client.list_entities, workspaceId=other)
    assert "on resource: *" in refusal(client.list_workspaces)
    denied = refusal(client.delete_entity, workspaceId=own, entityId="m-1")
    assert "iottwinmaker:DeleteEntity" in denied
    assert local_twin.client("iottwinmaker").get_entity(workspaceId=own, entityId="m-1")


def test_refusal_tells_nothing_of_what_exists(local_twin: LocalTwin, workspaces: tuple[str, str]) -> None:
    own, _ = workspaces
    client = client_of_role(local_twin, allow("ListEntities", resources=[arn(own)]), name=f"{own}-lister")
    there = refusal(client.get_entity, workspaceId=own, entityId="m-1")
    assert refusal(client.get_entity, workspaceId=own, entityId="none") == there.replace("m-1", "none")


def test_writing_values_needs_the_actions_that_it_depends_on(
    local_twin: LocalTwin, workspaces: tuple[str, str]
) -> None:
    own, _ = workspaces
    writing = allow("BatchPutPropertyValues", resources=[arn(own), arn(own, "*")])
    client = client_of_role(local_twin, writing, name=f"{own}-writer")
    entry = {"entityPropertyReference": {"propertyName": "p", "entityId": "m-1", "componentName": "c"}}
    assert "iottwinmaker:GetComponentType" in refusal(
        client.batch_put_property_values, workspaceId=own, entries=[entry]
    )
    needed = allow("GetComponentType", "GetEntity", "GetWorkspace", resources=[arn(own), arn(own, "*")])
    client = client_of_role(local_twin, writing, needed, name=f"{own}-operator")
    assert client.batch_put_property_values(workspaceId=own, entries=[entry])["errorEntries"]


def test_explicit_deny_wins(local_twin: LocalTwin, workspaces: tuple[str, str]) -> None:
    own, _ = workspaces
    everything = allow("*", resources=["*"])
    denied = {**allow("GetEntity", resources=[arn(own, "*")]), "Effect": "Deny"}
    client = client_of_role(local_twin, everything, denied, name=f"{own}-denied")

    assert client.list_workspaces()["workspaceSummaries"]
    message = refusal(client.get_entity, workspaceId=own, entityId="m-1")
    assert message.endswith("with an explicit deny in an identity-based policy")
