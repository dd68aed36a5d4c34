"""The role of users of the hosted page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from tests.constructs.examples import existing_workspace
from tests.constructs.statements import of_role
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack import WebAppRole, Workspace
from twin_stack.constructs.workspace_reading import PAGE_ACTIONS

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.support.templates import Synthesized

POOL = "eu-west-1:5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"
API = Path(__file__).parents[2] / "viewer" / "src" / "api" / "aws.ts"
NOT_OF_VIEWERS = {
    # config.json of a hosted page names the workspace.
    "ListWorkspaces",
    # Only operators acknowledge alarms.
    "BatchPutPropertyValues",
}


def allowed(result: Synthesized) -> dict[str, list[str]]:
    return of_role(result.resources, result.id_of("AWS::IAM::Role"))


def operations_of_the_page() -> set[str]:
    """The operations that the page calls, from the paths of its requests."""
    model = botocore.session.get_session().get_service_model("iottwinmaker")
    operations = [model.operation_model(name) for name in model.operation_names]
    names = {(_shape(item.http["requestUri"]), item.http["method"]): item.name for item in operations}
    text = API.read_text(encoding="utf-8")
    paths = {
        _shape(path.replace("${workspacePath(workspaceId)}", "/workspaces/{}"))
        for path in re.findall(r"[`'](\$\{workspacePath\(workspaceId\)\}/[^`']*|/workspaces-list)[`']", text)
    }
    assert len(paths) >= 9
    called = {name for (path, _), name in names.items() if path in paths}
    # Paths that several operations have are of reads, except for that of values.
    return {name for name in called if name.startswith(("Get", "List", "BatchPut"))}


def _shape(path: str) -> str:
    return re.sub(r"\$?\{[^}]*\}", "*", path)


def test_role_may_call_exactly_what_the_page_calls() -> None:
    called = operations_of_the_page()

    assert {action.removeprefix("iottwinmaker:") for action in PAGE_ACTIONS} == called - NOT_OF_VIEWERS


PAGE_ROLE = "arn:aws:iam::111122223333:role/Pages-PageViewersRole-1A2B3C"


@pytest.mark.slow
def test_role_of_another_account_has_a_name_that_is_known_before_and_trusts_one_role() -> None:
    def build(stack: Stack) -> None:
        WebAppRole(
            stack,
            "Viewers",
            workspace=existing_workspace(stack),
            trusted_role_arn=PAGE_ROLE,
            role_name="factory-viewers",
        )

    result = synthesize(build)
    role = result.properties("AWS::IAM::Role")

    assert role["RoleName"] == "factory-viewers"
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": PAGE_ROLE}}
    ]
    assert "iottwinmaker:BatchPutPropertyValues" not in allowed(result)


def test_users_may_decrypt_files_with_the_key_of_their_bucket() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/1")
        bucket = s3.Bucket.from_bucket_attributes(
            stack, "Bucket", bucket_name="factory-bucket", encryption_key=key
        )
        twin = Workspace.from_workspace_attributes(stack, "W", workspace_id="factory", bucket=bucket)
        WebAppRole(stack, "Viewers", workspace=twin, identity_pool_id=POOL)

    assert allowed(synthesize(build))["kms:Decrypt"] == ["arn:aws:kms:us-east-1:111122223333:key/1"]


@pytest.mark.parametrize("trust", [{}, {"identity_pool_id": POOL, "trusted_role_arn": PAGE_ROLE}])
def test_role_trusts_an_identity_pool_or_a_role(trust: dict[str, Any]) -> None:
    def build(stack: Stack) -> None:
        WebAppRole(stack, "Viewers", workspace=existing_workspace(stack), **trust)

    assert "identity_pool_id and trusted_role_arn exclude each other, and one is needed" in refusal(build)


def test_entities_without_acknowledgement_are_refused() -> None:
    def build(stack: Stack) -> None:
        WebAppRole(
            stack,
            "Viewers",
            workspace=existing_workspace(stack),
            identity_pool_id=POOL,
            alarm_entity_ids=["press-1"],
        )

    assert "alarm_entity_ids has no effect without may_acknowledge" in refusal(build)
