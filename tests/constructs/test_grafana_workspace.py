"""The Grafana that reads a twin: settings of a stage, and a workspace of Amazon Managed Grafana."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app import build_app
from tests.constructs import examples
from tests.constructs.statements import allowed, flat
from tests.support.templates import Synthesized, synthesize
from twin_stack import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path

WORKSPACE, ROLE, POLICY = "AWS::Grafana::Workspace", "AWS::IAM::Role", "AWS::IAM::Policy"
PRINCIPAL = "arn:aws:iam::111122223333:role/grafana"


@pytest.fixture(scope="module")
def result() -> Synthesized:
    return synthesize(examples.grafana_workspace)


def role(result: Synthesized, words: str) -> tuple[str, dict[str, Any]]:
    (match,) = [
        (name, resource["Properties"])
        for name, resource in result.all_of(ROLE).items()
        if words in resource["Properties"]["Description"]
    ]
    return match


def test_grafana_may_assume_the_role_of_its_dashboards_and_no_other(result: Synthesized) -> None:
    name, own = role(result, "Of an Amazon Managed Grafana")
    dashboards, _ = role(result, "Assumed by Grafana")

    assert "Policies" not in own
    assert "ManagedPolicyArns" not in own
    (policy,) = [
        policy_properties
        for policy_properties in result.all_of(POLICY).values()
        if policy_properties["Properties"]["Roles"] == [{"Ref": name}]
    ]
    assert allowed(policy["Properties"]["PolicyDocument"]) == {"sts:AssumeRole": [f"<{dashboards}.Arn>"]}


def test_role_is_assumed_for_workspaces_of_this_account_alone(result: Synthesized) -> None:
    _, own = role(result, "Of an Amazon Managed Grafana")
    (trust,) = own["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "grafana.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert flat(trust["Condition"]["StringLike"]["aws:SourceArn"]) == (
        "arn:<AWS::Partition>:grafana:<AWS::Region>:<AWS::AccountId>:/workspaces/*"
    )


def test_dashboards_trust_the_workspaces_role(result: Synthesized) -> None:
    name, _ = role(result, "Of an Amazon Managed Grafana")
    _, dashboards = role(result, "Assumed by Grafana")
    (trust,) = dashboards["AssumeRolePolicyDocument"]["Statement"]

    assert flat(trust["Principal"]["AWS"]) == f"<{name}.Arn>"
    assert result.properties(WORKSPACE) == {
        "AccountAccessType": "CURRENT_ACCOUNT",
        "AuthenticationProviders": ["AWS_SSO"],
        # The service-managed role would read data sources of the whole account.
        "PermissionType": "CUSTOMER_MANAGED",
        "PluginAdminEnabled": True,
        "RoleArn": {"Fn::GetAtt": [name, "Arn"]},
    }


def _stage(tmp_path: Path, **grafana: Any) -> Any:
    settings = {"model": "models/minimal", "grafana": grafana}
    context = {"twin-stack": {"defaultStage": "dev", "stages": {"dev": settings}}}
    (stack,) = build_app(context=context, outdir=str(tmp_path)).synth().stacks
    return stack.template


@pytest.mark.slow
@pytest.mark.parametrize(
    ("grafana_settings", "trusted"),
    [
        ({"principalArn": PRINCIPAL, "externalId": "plant-1"}, PRINCIPAL),
        ({"managedRoleArn": PRINCIPAL}, PRINCIPAL),
        ({"workspace": True}, "<Grafana"),
    ],
)
def test_stage_selects_the_grafana_that_reads(
    tmp_path: Path, grafana_settings: dict[str, Any], trusted: str
) -> None:
    template = _stage(tmp_path, **grafana_settings)

    dashboards = template["Outputs"]["GrafanaRoleArn"]["Value"]["Fn::GetAtt"][0]
    document = template["Resources"][dashboards]["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = document["Statement"]
    assert flat(statement["Principal"]["AWS"]).startswith(trusted)
    external = statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
    assert external == grafana_settings.get("externalId")
    assert ("GrafanaEndpoint" in template["Outputs"]) == ("workspace" in grafana_settings)


def test_setting_is_refused_when_it_is_not_one_grafana(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="TWIN005 principalArn and externalId require each other"):
        _stage(tmp_path, principalArn=PRINCIPAL)
