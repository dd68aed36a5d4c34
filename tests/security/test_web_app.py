"""Each statement of the roles behind the hosted page, and what a script in it could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.constructs import web_app
from tests.constructs.statements import flat, listed
from tests.support.templates import synthesize
from twin_stack import TwinWebApp, Workspace
from twin_stack.constructs import web_app_hosting

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.support.templates import Synthesized

READS = {
    "iottwinmaker:GetComponentType",
    "iottwinmaker:GetEntity",
    "iottwinmaker:GetPropertyValue",
    "iottwinmaker:GetPropertyValueHistory",
    "iottwinmaker:ListComponentTypes",
    "iottwinmaker:ListComponents",
    "iottwinmaker:ListEntities",
    "iottwinmaker:ListProperties",
    "iottwinmaker:ListScenes",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder = web_app.write_page(tmp_path_factory.mktemp("page") / "page")

    def build(stack: Stack) -> None:
        for name in ("own", "other"):
            workspace = Workspace(stack, name, workspace_id=name)
            if name == "own":
                TwinWebApp(stack, "Page", workspace=workspace, **web_app.named(stack))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_app_hosting, "built_page", lambda: folder)
        return synthesize(build, copies_files=True)


def rows_of(page: Synthesized, prefix: str) -> list[tuple[set[str], set[str]]]:
    """Actions and resources of all statements of a role, each of which allows without conditions."""
    (role_id,) = [name for name in page.all_of("AWS::IAM::Role") if name.startswith(prefix)]
    properties = page.resources[role_id]["Properties"]
    assert properties.keys().isdisjoint({"ManagedPolicyArns", "Policies"})
    statements = [
        statement
        for policy in page.all_of("AWS::IAM::Policy").values()
        if {"Ref": role_id} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert {frozenset(statement) for statement in statements} == {frozenset({"Action", "Effect", "Resource"})}
    return [
        (set(listed(statement["Action"])), set(map(flat, listed(statement["Resource"]))))
        for statement in statements
    ]


def owned(page: Synthesized) -> tuple[str, str]:
    """The ARNs of the shown workspace and of its bucket."""
    (workspace,) = [name for name in page.all_of("AWS::IoTTwinMaker::Workspace") if name.startswith("own")]
    (bucket,) = [name for name in page.all_of("AWS::S3::Bucket") if name.startswith("own")]
    return f"<{workspace}.Arn>", f"<{bucket}.Arn>"


def test_users_read_the_shown_workspace_and_its_bucket_and_nothing_else(page: Synthesized) -> None:
    workspace, bucket = owned(page)

    assert rows_of(page, "PageViewersRole") == [
        (READS, {workspace, f"{workspace}/*"}),
        ({"s3:GetObject"}, {f"{bucket}/*"}),
    ]


def test_operators_write_values_of_the_shown_workspace_only(page: Synthesized) -> None:
    workspace, _ = owned(page)

    assert rows_of(page, "PageOperatorsRole") == [
        *rows_of(page, "PageViewersRole"),
        ({"iottwinmaker:BatchPutPropertyValues"}, {workspace, f"{workspace}/entity/*"}),
        ({"iottwinmaker:GetWorkspace"}, {workspace}),
    ]


def test_guests_and_users_of_other_pools_get_no_role(page: Synthesized) -> None:
    pool = page.id_of("AWS::Cognito::IdentityPool")
    documents: list[dict[str, Any]] = [
        role["Properties"]["AssumeRolePolicyDocument"]
        for name, role in page.all_of("AWS::IAM::Role").items()
        if name.startswith("Page")
    ]

    assert len(documents) == 2
    for document in documents:
        (statement,) = document["Statement"]
        assert statement["Condition"]["StringEquals"] == {"cognito-identity.amazonaws.com:aud": {"Ref": pool}}
        assert statement["Condition"]["ForAnyValue:StringLike"] == {
            "cognito-identity.amazonaws.com:amr": "authenticated"
        }
    assert page.properties("AWS::Cognito::IdentityPool")["AllowUnauthenticatedIdentities"] is False
    assert set(page.properties("AWS::Cognito::IdentityPoolRoleAttachment")["Roles"]) == {"authenticated"}


def test_strangers_cannot_sign_up_and_no_flow_shows_tokens_in_addresses(page: Synthesized) -> None:
    pool, client = page.properties("AWS::Cognito::UserPool"), page.properties("AWS::Cognito::UserPoolClient")

    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert client["AllowedOAuthFlows"] == ["code"]
    (url,) = client["CallbackURLs"]
    assert flat(url).startswith("https://")


def test_a_script_in_the_page_reaches_no_other_host(page: Synthesized) -> None:
    directives = web_app.directives(page)
    hosts = [source for source in directives["connect-src"] if source.startswith("https:")]

    assert len(hosts) == 6
    assert not [host for host in hosts if "*" in host]
    for host in hosts:
        assert urlsplit(host).netloc.endswith((".amazonaws.com", ".amazoncognito.com")), host
    sources = {source for values in directives.values() for source in values}
    assert "'unsafe-eval'" not in sources
    assert "'unsafe-inline'" not in sources
    (files,) = [host for host in hosts if host.startswith("https://s3.")]
    assert files.endswith(f"/{owned(page)[1].removesuffix('.Arn>')}>/"), "a bucket of others takes no data"
    assert directives["default-src"] == directives["frame-ancestors"] == ["'none'"]


def test_files_hold_no_credentials(page: Synthesized) -> None:
    settings = web_app.config_json(page)

    assert set(settings) == {"region", "workspaceId", "endpoints", "auth"}
    assert set(settings["auth"]) == {
        "issuer",
        "clientId",
        "identityPoolId",
        "provider",
        "scopes",
        "logoutUrl",
        "operators",
    }
