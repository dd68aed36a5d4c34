"""The options of a twin's functions: shared ones, and those of single connectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.constructs.statements import of_role
from tests.support.refusal import refusal
from tests.support.templates import Synthesized, synthesize
from twin_stack import DigitalTwin, FunctionOptions, load
from twin_stack.constructs import DataConnector
from twin_stack.constructs.twin_function_options import TwinFunctionOptions
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition

FUNCTION = "AWS::Lambda::Function"
TWIN = """workspaceId: plant-1
connectors:
  telemetry: {kind: dynamodb}
  historian: {kind: sitewise}
  own: {kind: lambda, arn: "arn:aws:lambda:us-east-1:111122223333:function:own"}
ingest:
  temperatures: {topic: plant/+/t, deviceId: topic(2), componentTypeId: com.example.Sensor}
"""
TYPES = """com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
  alarms:
    hot: {property: temperature, above: 80}
"""


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> TwinDefinition:
    folder = tmp_path_factory.mktemp("plant")
    (folder / "twin.yaml").write_text(TWIN, encoding="utf-8")
    (folder / "component_types").mkdir()
    (folder / "component_types" / "all.yaml").write_text(TYPES, encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def encrypted(definition: TwinDefinition) -> Synthesized:
    """A twin with a key, without findings of cdk-nag."""
    return synthesize(
        lambda stack: DigitalTwin(
            stack,
            "Twin",
            definition=definition,
            encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
        ),
        prepare=apply_checks,
    )


def ours(result: Synthesized) -> list[dict[str, Any]]:
    """The functions whose code is part of this package."""
    functions = [
        function["Properties"]
        for function in result.all_of(FUNCTION).values()
        if function["Properties"]["Handler"].endswith(".handler.handler")
    ]
    assert len(functions) >= 3
    return functions


@pytest.mark.slow
def test_shared_options_reach_every_function(definition: TwinDefinition) -> None:
    def build(stack: Stack) -> None:
        vpc = ec2.Vpc.from_vpc_attributes(
            stack,
            "Vpc",
            vpc_id="vpc-0a1b2c3d",
            availability_zones=["us-east-1a"],
            private_subnet_ids=["subnet-0a"],
        )
        group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0a", mutable=False)
        options = FunctionOptions(vpc=vpc, security_groups=[group], tracing=lambda_.Tracing.ACTIVE)
        DigitalTwin(stack, "Twin", definition=definition, function_options=options)

    for function in ours(synthesize(build, prepare=apply_checks)):
        assert function["VpcConfig"] == {"SecurityGroupIds": ["sg-0a"], "SubnetIds": ["subnet-0a"]}
        assert function["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.slow
def test_option_of_a_connector_replaces_the_shared_one(definition: TwinDefinition) -> None:
    result = synthesize(
        lambda stack: DigitalTwin(
            stack,
            "Twin",
            definition=definition,
            function_options={"memory_size": 2048},
            connector_options={"telemetry": {"memory_size": 512, "reserved_concurrent_executions": 7}},
        )
    )
    by_handler = {function["Handler"].split(".")[0]: function for function in ours(result)}

    assert by_handler["dynamodb_connector"]["MemorySize"] == 512
    assert by_handler["dynamodb_connector"]["ReservedConcurrentExecutions"] == 7
    assert by_handler["sitewise_connector"]["MemorySize"] == 2048
    assert "ReservedConcurrentExecutions" not in by_handler["sitewise_connector"]


@pytest.mark.slow
def test_key_encrypts_everything_that_the_twin_creates(encrypted: Synthesized) -> None:
    result = encrypted
    key_id = result.id_of("AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key_id, "Arn"]}

    assert result.properties("AWS::DynamoDB::Table")["SSESpecification"]["KMSMasterKeyId"] == arn
    (rule,) = result.properties("AWS::S3::Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"KMSMasterKeyID": arn, "SSEAlgorithm": "aws:kms"}
    assert [function["KmsKeyArn"] for function in ours(result)] == [arn] * len(ours(result))
    queues = result.all_of("AWS::SQS::Queue").values()
    assert [queue["Properties"]["KmsMasterKeyId"] for queue in queues] == [arn] * 2
    logs = [group["Properties"].get("KmsKeyId") for group in result.all_of("AWS::Logs::LogGroup").values()]
    assert logs == [arn] * len(ours(result))


@pytest.mark.slow
def test_every_role_may_use_the_key_as_far_as_it_needs(encrypted: Synthesized) -> None:
    result = encrypted
    key = f"<{result.id_of('AWS::KMS::Key')}.Arn>"
    used = {}
    for role_id, role in result.all_of("AWS::IAM::Role").items():
        if "Description" not in role["Properties"] or "SiteWise" in role["Properties"]["Description"]:
            continue
        actions = of_role(result.resources, role_id)
        used[role["Properties"]["Description"]] = {
            action for action, resources in actions.items() if key in resources
        }

    assert used == {
        "Answers AWS IoT TwinMaker from a DynamoDB table": {"kms:Decrypt"},
        "Assumed by AWS IoT TwinMaker for one workspace": {"kms:Decrypt", "kms:GenerateDataKey"},
        "Refuses updates that would leave a twin without its history": {"kms:Decrypt"},
        "Works out alarm states from measurements": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
        "Writes what devices publish on plant/+/t": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    }


@pytest.mark.slow
@pytest.mark.parametrize("user", ["AWS::IoT::TopicRule", "AWS::IoTTwinMaker::Workspace"])
def test_users_of_the_key_are_created_after_their_permission(encrypted: Synthesized, user: str) -> None:
    needed = encrypted.one(user)["DependsOn"]
    dependencies = [encrypted.resources[logical_id]["Type"] for logical_id in needed]

    assert "AWS::IAM::Policy" in dependencies


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"function_options": {"function_name": "reader"}},
            "function_options are of several functions, which cannot have one function_name; pass it in "
            "connector_options",
        ),
        (
            {"function_options": {"timeout": Duration.seconds(20)}},
            "function_options are of several functions, which cannot have one timeout; pass it in "
            "connector_options",
        ),
        (
            {"connector_options": {"telemetri": {"memory_size": 512}}},
            'connector_options names "telemetri", which is no connector whose function the twin creates; '
            'did you mean "telemetry"?',
        ),
        (
            {"connector_options": {"own": {"memory_size": 512}}},
            'connector_options names "own", which is no connector whose function the twin creates; '
            "use one of: historian, telemetry",
        ),
        (
            {"connector_options": {"telemetry": {"security_groups": []}}},
            "security_groups needs vpc, got none; pass the VPC as well",
        ),
    ],
)
def test_options_without_a_function_are_refused(
    definition: TwinDefinition, arguments: dict[str, Any], message: str
) -> None:
    assert refusal(lambda stack: DigitalTwin(stack, "Twin", definition=definition, **arguments)) == message


def test_options_of_a_replaced_connector_are_refused(definition: TwinDefinition) -> None:
    def build(stack: Stack) -> None:
        own = DataConnector.from_function_arn(
            stack, "Own", "arn:aws:lambda:us-east-1:111122223333:function:reader"
        )
        DigitalTwin(
            stack,
            "Twin",
            definition=definition,
            connectors={"historian": own},
            connector_options={"historian": {"memory_size": 512}},
        )

    assert refusal(build).startswith('connector_options names "historian", which is no connector')


@pytest.mark.slow
def test_key_of_another_stack_is_used_without_a_circle(definition: TwinDefinition) -> None:
    app = App()
    producer, consumer = Stack(app, "Keys"), Stack(app, "Plant")
    key = kms.Key(producer, "Key")
    DigitalTwin(consumer, "Twin", definition=definition, encryption_key=key)
    assembly = app.synth()

    keys, plant = (assembly.get_stack_by_name(name).template for name in ("Keys", "Plant"))
    (policy,) = [resource["Properties"]["KeyPolicy"] for resource in keys["Resources"].values()]
    users = [statement["Principal"] for statement in policy["Statement"][1:]]
    assert [list(user) for user in users] == [["Service"]]  # CloudWatch Logs, and no role of the twin
    assert "Fn::ImportValue" in str(plant)


def test_upload_of_scene_files_keeps_its_own_memory() -> None:
    shared = FunctionOptions(memory_size=128, tracing=lambda_.Tracing.ACTIVE)

    assert TwinFunctionOptions(shared, {}).of_upload() == {"tracing": lambda_.Tracing.ACTIVE}
