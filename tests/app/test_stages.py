"""Stages: their settings are validated, and two stages can share an account."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stage

from app import build_app
from tests.support.app import ROOT, copy_definition, findings, run_here
from tests.support.cfn_lint import complaints
from tests.support.templates import add_validation, cdk_context
from twin_stack import DefinitionError, TwinStack, load

pytestmark = pytest.mark.slow


ALLOW_DESTROY = "twin-stack:allowDestroy"


def context(*, default: str = "dev", **stages: dict[str, Any]) -> dict[str, Any]:
    return {"twin-stack": {"defaultStage": default, "stages": stages}}


def synthesized(tmp_path: Path, settings: dict[str, Any], *, validate: bool = False) -> Any:
    app = build_app(context=settings, outdir=str(tmp_path))
    if validate:
        add_validation(app)
    (stack,) = app.synth().stacks
    return stack


def workspace_ids(template: dict[str, Any]) -> list[str]:
    return [
        resource["Properties"]["WorkspaceId"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IoTTwinMaker::Workspace"
    ]


def test_default_stage_needs_no_account(factory: Any) -> None:
    assert workspace_ids(factory.template) == ["my-factory-twin"]
    manifest = json.loads((factory.directory / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["my-factory-twin"]["environment"] == "aws://unknown-account/unknown-region"


def test_named_stage_has_its_account_and_workspace(production: Any) -> None:
    stack = production
    assert stack.stack_name == "my-factory-twin-prod"
    assert stack.environment.account == "111122223333"
    assert workspace_ids(stack.template) == ["my-factory-twin-prod"]
    buckets = [
        resource for resource in stack.template["Resources"].values() if resource["Type"] == "AWS::S3::Bucket"
    ]
    origins = [rule["AllowedOrigins"] for rule in buckets[0]["Properties"]["CorsConfiguration"]["CorsRules"]]
    assert origins == [["https://grafana.example.com"], ["https://twin.example.com"]]
    retention = {
        resource["Properties"]["RetentionInDays"]
        for name, resource in stack.template["Resources"].items()
        if resource["Type"] == "AWS::Logs::LogGroup" and name.startswith("Connectors")
    }
    assert retention == {365}


def test_named_stage_notifies_its_topics(production: Any) -> None:
    """Check a stage with topics and a Grafana, unlike the default stage, which has passed the validation."""
    report = Path(production.assembly.directory, "validation-report.json")
    assert json.loads(report.read_text(encoding="utf-8"))["pluginReports"] == []
    template = production.template
    topics = {
        tuple(resource["Properties"]["AlarmActions"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert topics == {("arn:aws:sns:us-east-1:111122223333:on-call",)}
    assert "GrafanaRoleArn" in template["Outputs"]
    assert template["Outputs"]["PageUrl"]["Value"] == "https://twin.example.com/"
    (page,) = [
        resource["Properties"]["DistributionConfig"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudFront::Distribution"
    ]
    assert page["Aliases"] == ["twin.example.com"]
    assert page["WebACLId"].startswith("arn:aws:wafv2:us-east-1:")
    assert complaints(template) == []


def test_stage_has_the_guards_of_a_platform_team(tmp_path: Path) -> None:
    boundary = "arn:aws:iam::111122223333:policy/boundary"
    stack = synthesized(
        tmp_path,
        context(
            dev={
                "model": "models/factory",
                "terminationProtection": True,
                "tags": {"cost-center": "4711"},
                "permissionsBoundaryArn": boundary,
                "accessLogsBucket": "access-logs",
            }
        ),
        validate=True,
    )
    of_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for resource in stack.template["Resources"].values():
        of_type[resource["Type"]].append(resource["Properties"])

    assert stack.termination_protection is True
    assert stack.tags == {"cost-center": "4711"}
    assert len(of_type["AWS::IAM::Role"]) > 4
    assert {role.get("PermissionsBoundary") for role in of_type["AWS::IAM::Role"]} == {boundary}
    (bucket,) = of_type["AWS::S3::Bucket"]
    assert bucket["LoggingConfiguration"]["DestinationBucketName"] == "access-logs"
    assert complaints(stack.template) == []


def test_two_stages_share_no_name_in_an_account(tmp_path: Path) -> None:
    stages = context(
        dev={"model": "models/minimal"}, test={"model": "models/minimal", "workspaceId": "test-1"}
    )
    first = synthesized(tmp_path / "a", stages)
    second = synthesized(tmp_path / "b", {**stages, "stage": "test"})
    assert (first.stack_name, second.stack_name) == ("minimal-twin", "test-1")
    assert workspace_ids(first.template) != workspace_ids(second.template)
    names = [
        {
            value
            for resource in stack.template["Resources"].values()
            for name, value in resource.get("Properties", {}).items()
            # The guard of a twin without a table has an empty name of it.
            if name.endswith("Name") and name != "EntityName" and isinstance(value, str) and value
        }
        for stack in (first, second)
    ]
    assert not names[0] & names[1]


def test_two_stages_with_one_workspace_are_refused() -> None:
    stages = context(dev={"model": "models/minimal"}, test={"model": "models/minimal"})
    with pytest.raises(DefinitionError, match=r'TWIN110 stages "dev" and "test" .* "minimal-twin"'):
        build_app(context=stages)


def test_stack_of_a_stage_does_not_depend_on_the_default_stage(tmp_path: Path) -> None:
    stages = {
        "dev": {"model": "models/minimal"},
        "test": {"model": "models/minimal", "workspaceId": "minimal-test", "stackName": "quality"},
    }
    names = {
        (default, stage): synthesized(
            tmp_path / default / stage, {**context(default=default, **stages), "stage": stage}
        ).stack_name
        for default in stages
        for stage in stages
    }
    assert names == {
        ("dev", "dev"): "minimal-twin",
        ("test", "dev"): "minimal-twin",
        ("dev", "test"): "quality",
        ("test", "test"): "quality",
    }


def test_data_name_of_a_stage_names_its_data(tmp_path: Path) -> None:
    stage = {"model": "models/factory", "workspaceId": "plant-2", "dataName": "plant-1"}
    template = synthesized(tmp_path, context(dev=stage)).template
    tables = [
        resource["Properties"]["TableName"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    ]
    assert tables == ["plant-1-telemetry"]


def test_twin_stack_works_inside_a_cdk_stage(tmp_path: Path) -> None:
    app = App(context=cdk_context(), outdir=str(tmp_path))
    stage = Stage(app, "Prod", env=Environment(account="111122223333", region="eu-west-1"))
    TwinStack(stage, "Twin", definition=load(ROOT / "models" / "factory"), workspace_id="plant-1")
    (stack,) = app.synth().get_nested_assembly("assembly-Prod").stacks
    assert stack.stack_name == "Prod-Twin"
    assert workspace_ids(stack.template) == ["plant-1"]


@pytest.mark.parametrize("removal", ["retain", "destroy"])
@pytest.mark.parametrize("flag", [False, True])
def test_data_is_deleted_with_both_keys_only(tmp_path: Path, removal: str, flag: bool) -> None:
    settings = {**context(dev={"model": "models/factory", "removal": removal}), ALLOW_DESTROY: flag}
    template = synthesized(tmp_path, settings).template
    policies = {
        resource["Type"]: resource.get("DeletionPolicy")
        for name, resource in template["Resources"].items()
        if resource["Type"] in {"AWS::S3::Bucket", "AWS::DynamoDB::Table"} or name.startswith("Connectors")
    }
    if removal == "destroy" and flag:
        assert set(policies.values()) == {"Delete", None}
    else:
        assert policies["AWS::S3::Bucket"] == "Retain"
        assert policies["AWS::DynamoDB::Table"] == policies["AWS::Logs::LogGroup"] == "RetainExceptOnCreate"


def test_every_mistake_of_the_settings_is_located_and_nothing_is_written(tmp_path: Path) -> None:
    app = copy_definition(tmp_path / "app")
    text = (app / "cdk.json").read_text(encoding="utf-8")
    data = json.loads(text)
    data["context"]["twin-stack"]["stages"]["prod"] = {
        "modell": "models/factory",
        "account": "12",
        "region": "Frankfurt",
        "workspaceId": "my factory",
        "corsOrigins": ["https://*"],
        "removal": "keep",
        "logRetentionDays": 91,
    }
    (app / "cdk.json").write_text(json.dumps(data, indent=2), encoding="utf-8")
    result = run_here(app, tmp_path / "out")
    assert result.returncode == 1
    lines = (app / "cdk.json").read_text(encoding="utf-8").splitlines()
    reported = findings(result.stderr)
    places = {}
    for finding in reported:
        file, line, column = finding.split(" ", 1)[0].split(":")
        assert file == "cdk.json"
        places[lines[int(line) - 1].strip().split(":")[0].strip('"')] = finding
        assert int(column) > 1
    assert places.keys() >= {"modell", "account", "region", "workspaceId", "removal", "logRetentionDays"}
    assert 'did you mean "model"?' in places["modell"]
    assert "did you mean" in places["removal"] or "retain" in places["removal"]
    assert "TWIN011" in places["workspaceId"]
    assert any("https://*" in finding for finding in reported)
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "out").glob("*.template.json"))


def test_unknown_stage_is_refused_with_a_suggestion() -> None:
    with pytest.raises(DefinitionError, match=r'TWIN005 stage "prood" is not defined; did you mean "prod"\?'):
        build_app(context={"stage": "prood"})


@pytest.mark.parametrize("raw", [None, [], "factory", {"stages": {}}, {"defaultStage": "x", "stages": {}}])
def test_settings_of_any_shape_end_in_findings(raw: object) -> None:
    with pytest.raises(DefinitionError, match="TWIN00"):
        build_app(context={"twin-stack": raw})


def test_missing_model_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="TWIN009 the folder does not exist"):
        build_app(context=context(dev={"model": str(tmp_path / "nothing")}))


def test_stage_has_a_key_a_network_and_limits(tmp_path: Path) -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    settings = {
        "model": "models/factory",
        "kmsKeyArn": key,
        "vpc": {
            "vpcId": "vpc-0a1b2c3d",
            "subnetIds": ["subnet-0a1b2c3d"],
            "securityGroupIds": ["sg-0a1b2c3d"],
        },
        "tracing": True,
        "connectors": {
            "telemetry": {"memorySize": 512, "timeoutSeconds": 20, "reservedConcurrentExecutions": 10}
        },
    }
    template = synthesized(tmp_path, context(dev=settings)).template
    functions = {
        resource["Properties"]["Handler"].split(".")[0]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
        and resource["Properties"]["Handler"].endswith(".handler.handler")
    }

    assert {"dynamodb_connector", "sitewise_connector", "alarm_evaluator"} <= functions.keys()
    for function in functions.values():
        assert function["VpcConfig"]["SubnetIds"] == ["subnet-0a1b2c3d"]
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["KmsKeyArn"] == key
    telemetry = functions["dynamodb_connector"]
    assert [telemetry[name] for name in ("MemorySize", "Timeout", "ReservedConcurrentExecutions")] == [
        512,
        20,
        10,
    ]
    assert complaints(template) == []


def test_limits_of_a_connector_without_a_function_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        build_app(
            context=context(dev={"model": "models/factory", "connectors": {"telemetri": {}}}),
            outdir=str(tmp_path),
        )
    (finding,) = caught.value.findings
    assert finding.message == (
        'connectors names "telemetri", which is no connector whose function the twin creates'
    )
    assert 'did you mean "telemetry"' in str(finding)
