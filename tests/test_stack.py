"""The stack of the app: its outputs, its options and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.definition.models import write
from tests.support.templates import ROOT, Synthesized, Template, cdk_context
from twin_stack import TwinStack, load
from twin_stack.constructs import GrafanaAccess, NetworkAttributes
from twin_stack.constructs.operations_thresholds import OperationsThresholds

if TYPE_CHECKING:
    from pathlib import Path

ALARM_TOPIC = "arn:aws:sns:us-east-1:111122223333:plant-alarms"
PAGER = "arn:aws:sns:us-east-1:111122223333:pager"
GRAFANA_ROLE = "arn:aws:iam::111122223333:role/grafana"


def template(folder: Path, model: str = "factory", **options: Any) -> Template:
    app = App(context=cdk_context(), outdir=str(folder), builtin_cloud_formation_validation=False)
    TwinStack(app, "Twin", definition=load(ROOT / "models" / model), **options)
    (stack,) = app.synth().stacks
    result: Template = stack.template
    return result


def alarms(result: Template) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in result["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]


def types(result: Template) -> set[str]:
    return {resource["Type"] for resource in result["Resources"].values()}


def test_outputs_name_what_clients_of_the_twin_need(factory: Synthesized) -> None:
    result = factory.template
    outputs = result["Outputs"]
    assert outputs.keys() == {
        "WorkspaceId",
        "WorkspaceArn",
        "BucketName",
        "TelemetryTableName",
        "ConnectorTelemetryArn",
        "ConnectorHistorianArn",
        "IngestTemperaturesRuleName",
        "IngestPressesRuleName",
        "DevicePolicyName",
        "SceneIds",
        "DashboardName",
    }
    assert outputs["SceneIds"]["Value"] == "factory-overview"
    kinds = {
        name: result["Resources"][outputs[name]["Value"]["Ref"]]["Type"]
        for name in ("BucketName", "TelemetryTableName", "IngestPressesRuleName")
    }
    assert kinds == {
        "BucketName": "AWS::S3::Bucket",
        "TelemetryTableName": "AWS::DynamoDB::Table",
        "IngestPressesRuleName": "AWS::IoT::TopicRule",
    }


@pytest.mark.slow
def test_alarms_of_the_operation_have_their_own_topic_and_thresholds(tmp_path: Path) -> None:
    thresholds = OperationsThresholds(stream_lag_seconds=90)
    topic_arns = {"alarm_topic_arn": ALARM_TOPIC, "operations_topic_arn": PAGER}
    result = template(tmp_path, operations=thresholds, **topic_arns)
    assert {tuple(properties.get("AlarmActions", ())) for properties in alarms(result)} == {(PAGER,)}
    functions = [
        resource["Properties"]
        for resource in result["Resources"].values()
        if resource["Type"].endswith("Function")
    ]
    topics = [
        properties["Environment"]["Variables"].get("TOPIC_ARN")
        for properties in functions
        if "Environment" in properties
    ]
    assert [topic for topic in topics if topic] == [ALARM_TOPIC]
    lags = [
        properties["Threshold"]
        for properties in alarms(result)
        if properties.get("MetricName") == "IteratorAge"
    ]
    assert lags == [90_000]


@pytest.mark.slow
def test_dashboard_can_be_left_out(tmp_path: Path, factory: Synthesized) -> None:
    assert "AWS::CloudWatch::Dashboard" in types(factory.template)
    result = template(tmp_path, "minimal", operations=None)
    assert "AWS::CloudWatch::Dashboard" not in types(result)
    assert "DashboardName" not in result["Outputs"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("access", "is_managed", "principal"),
    [
        (GrafanaAccess(principal_arn=GRAFANA_ROLE, external_id="plant-1"), False, GRAFANA_ROLE),
        (GrafanaAccess(managed_role_arn=GRAFANA_ROLE), False, GRAFANA_ROLE),
        (GrafanaAccess(workspace=True), True, "GrafanaRole"),
    ],
    ids=["self-managed", "existing workspace", "new workspace"],
)
def test_grafana_gets_a_role_to_read_by(
    tmp_path: Path, access: GrafanaAccess, is_managed: bool, principal: str
) -> None:
    result = template(tmp_path, "minimal", grafana=access)
    outputs = result["Outputs"]
    assert ("GrafanaEndpoint" in outputs) is is_managed
    assert ("AWS::Grafana::Workspace" in types(result)) is is_managed
    role = result["Resources"][outputs["GrafanaRoleArn"]["Value"]["Fn::GetAtt"][0]]
    assert principal in str(role["Properties"]["AssumeRolePolicyDocument"])


@pytest.mark.slow
def test_grafana_may_read_the_assets_of_parts_and_no_others(tmp_path: Path) -> None:
    files = {
        "twin.yaml": "workspaceId: plant\nconnectors: {historian: {kind: sitewise, assets: managed}}\n",
        "component_types/t.yaml": "com.e.M:\n"
        "  propertyDefinitions: {p: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: historian}\n"
        "com.e.P:\n  propertyDefinitions: {q: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: historian}\n"
        "  compositeComponentTypes: {motor: {componentTypeId: com.e.M}}\n",
        "entities/e.yaml": "p-1: {entityName: P 1, components: {pump: {componentTypeId: com.e.P}}}\n",
    }
    app = App(context=cdk_context(), outdir=str(tmp_path / "out"), builtin_cloud_formation_validation=False)
    definition = load(write(tmp_path / "model", files))
    TwinStack(
        app, "Twin", definition=definition, workspace_id="plant-test", grafana=GrafanaAccess(workspace=True)
    )
    resources = app.synth().stacks[0].template["Resources"]
    (part,) = (
        logical_id
        for logical_id, resource in resources.items()
        if resource["Properties"].get("Name") == "plant-test/p-1/pump/motor"
    )
    policies = [item for item in resources.values() if item["Type"] == "AWS::IAM::Policy"]
    statements = [
        statement
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "iotsitewise:DescribeTimeSeries" in statement["Action"]
        and "iotsitewise:BatchGetAssetPropertyValueHistory" in statement["Action"]
    ]
    aliases = {"StringLike": {"iotsitewise:propertyAlias": "/plant-test/*"}}
    assert [statement.get("Condition") for statement in statements] == [aliases, None]
    assert f"'Ref': '{part}'" in str(statements[1]["Resource"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"operations": None, "operations_topic_arn": PAGER},
            "operations_topic_arn has no effect without operations; leave it out, or pass thresholds",
        ),
        (
            {
                "network": NetworkAttributes("vpc-0a1b2c3d", ("subnet-0a1b2c3d",)),
                "function_options": {"vpc": None},
            },
            "network and the vpc of function_options exclude each other; pass one of them",
        ),
    ],
)
def test_arguments_that_exclude_each_other_are_refused(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as caught:
        template(tmp_path, "minimal", **options)

    assert str(caught.value) == message


def test_tags_of_stack_and_workspace_together_are_limited(tmp_path: Path) -> None:
    tags = {f"tag-{number}": "x" for number in range(30)}
    (tmp_path / "twin.yaml").write_text(
        f"workspaceId: my-twin\ntags: {{{', '.join(f'own-{number}: x' for number in range(21))}}}\n"
    )

    with pytest.raises(ValueError, match=r"would have 51 tags, 21 of twin\.yaml and 30 of the stack, 50 are"):
        TwinStack(App(), "Twin", definition=load(tmp_path), tags=tags)
