"""The hosted page in a CDK app: values that are tokens, and parts that other code uses."""

from __future__ import annotations

import json
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest
from aws_cdk import CfnOutput, Fn, Stack
from aws_cdk import aws_iam as iam

from tests.constructs.statements import flat, of_role
from tests.constructs.web_app import directives, make, named, write_page
from tests.support.templates import synthesize
from twin_stack import OidcProvider
from twin_stack.constructs import web_app_hosting

if TYPE_CHECKING:
    from pathlib import Path

OIDC = OidcProvider(issuer="https://login.example.com/plant", client_id="twin")


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_page(tmp_path / "page")
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: folder)


@pytest.mark.slow
def test_a_host_name_may_be_a_value_of_another_stack() -> None:
    def build(stack: Stack) -> None:
        make(stack, **{**named(stack), "domain_name": Fn.import_value("Host")})

    config = synthesize(build).properties("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["Aliases"] == [{"Fn::ImportValue": "Host"}]


@pytest.mark.slow
@pytest.mark.parametrize("has_host_name", [False, True])
def test_no_resource_refers_to_itself_through_others(has_host_name: bool) -> None:
    result = synthesize(lambda stack: make(stack, **(named(stack) if has_host_name else {})))
    references = {
        name: {other for other in result.resources if other != name and f'"{other}"' in json.dumps(resource)}
        for name, resource in result.resources.items()
    }

    # A CycleError names the resources.
    assert len(list(TopologicalSorter(references).static_order())) > 20
    files = {source for source in directives(result)["connect-src"] if "://s3." in source}
    assert [source.endswith("/") for source in files] == [has_host_name], "of the bucket only, where possible"


@pytest.mark.slow
def test_issuer_may_be_a_value_of_another_stack() -> None:
    def build(stack: Stack) -> None:
        issuer = Fn.import_value("Issuer")
        make(stack, sign_in=OidcProvider(issuer=issuer, client_id="twin"))

    result = synthesize(build)

    split = {"Fn::Split": ["https://", {"Fn::ImportValue": "Issuer"}]}
    host = {"Fn::Select": [0, {"Fn::Split": ["/", {"Fn::Select": [1, split]}]}]}
    policy = result.properties("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    parts = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"][1]
    assert host in parts
    assert parts[parts.index(host) - 1].endswith(" https://")
    assert json.dumps({"Fn::Select": [1, split]}) in json.dumps(result.template)


@pytest.mark.slow
def test_parts_of_the_page_are_there_for_more_permissions() -> None:
    def build(stack: Stack) -> None:
        page = make(stack)
        assert page.viewer_role is not None
        assert page.operator_role is not None
        assert page.user_pool_client is not None
        for role in (page.viewer_role, page.operator_role):
            role.add_to_policy(
                iam.PolicyStatement(actions=["kms:Decrypt"], resources=["arn:aws:kms:::key/1"])
            )
        CfnOutput(stack, "Files", value=page.bucket.bucket_name)
        CfnOutput(stack, "Client", value=page.user_pool_client.user_pool_client_id)

    result = synthesize(build)

    for name in ("Viewers", "Operators"):
        assert of_role(
            result.resources,
            next(item for item in result.all_of("AWS::IAM::Role") if item.startswith(f"Page{name}Role")),
        )["kms:Decrypt"] == ["arn:aws:kms:::key/1"]
    assert flat(result.template["Outputs"]["Files"]["Value"]).startswith("<PageHostingBucket")
    client = result.id_of("AWS::Cognito::UserPoolClient")
    assert flat(result.template["Outputs"]["Client"]["Value"]) == f"<{client}>"


@pytest.mark.slow
def test_page_of_an_oidc_provider_has_no_parts_of_a_user_pool() -> None:
    def build(stack: Stack) -> None:
        page = make(stack, sign_in=OIDC)
        assert (page.user_pool, page.user_pool_client, page.operator_role) == (None, None, None)

    assert synthesize(build).resources
