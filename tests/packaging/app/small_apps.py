"""Small apps of teams that import the constructs, each with one thing that a CDK user relies on.

Run in an environment with the installed package alone: ``python small_apps.py MODELS OUT STEP`` synthesizes
one app of so many, into a folder of its name, and the app of another team (plant.py) into the folder plant.
"""

from __future__ import annotations

import gc
import inspect
import json
import runpy
import sys
import traceback
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import jsii
from aws_cdk import (
    App,
    Aspects,
    CfnOutput,
    CfnParameter,
    CfnResource,
    DefaultStackSynthesizer,
    Duration,
    Environment,
    Fn,
    IAspect,
    NestedStack,
    PermissionsBoundary,
    RemovalPolicies,
    RemovalPolicy,
    Stack,
    Stage,
    Tags,
)
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.aws_iottwinmaker import CfnComponentType, CfnEntity

from twin_stack import (
    AlarmEvaluator,
    AlarmRule,
    Component,
    ComponentType,
    ConnectorKitLayer,
    DataConnector,
    DeadLetters,
    DefinitionBuilder,
    DevicePolicy,
    DigitalTwin,
    DynamoDbConnector,
    Entity,
    EvaluatedAlarm,
    FunctionDefinition,
    GrafanaAccess,
    GrafanaDashboardRole,
    GrafanaWorkspace,
    MeasuredProperty,
    Operations,
    OperationsThresholds,
    Scene,
    SceneAssets,
    SiteWiseConnector,
    TelemetryIngest,
    TelemetryTable,
    TwinStack,
    Workspace,
    load,
)
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from constructs import IConstruct

    from twin_stack import IDataConnector, IWorkspace, TwinDefinition

Function = TypeVar("Function", bound="Callable[[App], object]")

MODELS = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("models")
PLACE = Environment(account="111122223333", region="eu-west-1")
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111122223333:function:reader"
KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000"
SCENE: dict[str, Any] = {
    "specVersion": "1.0",
    "version": "1",
    "unit": "meters",
    "nodes": [],
    "rootNodeIndexes": [],
    "cameras": [],
    "rules": {},
    "properties": {},
}

APPS: dict[str, Callable[[App], object]] = {}
REFUSED: dict[str, tuple[Callable[[App], object], str]] = {}


def synthesized(function: Function) -> Function:
    APPS[function.__name__] = function
    return function


def refused(message: str) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        REFUSED[function.__name__] = (function, message)
        return function

    return register


def factory() -> TwinDefinition:
    return load(MODELS / "factory")


def pumps() -> TwinDefinition:
    builder = DefinitionBuilder(workspaceId="plant", description="Pumps of a plant")
    builder.add_connector("telemetry", kind="dynamodb")
    builder.add_connector("historian", kind="sitewise", assets="managed")
    builder.add_ingest(
        "pumps", topic="plant/+", deviceId="topic(2)", componentTypeId="com.example.Pump", expiresAfterDays=90
    )
    builder.add_component_type(
        "com.example.Pump",
        propertyDefinitions={"pressure": {"dataType": "DOUBLE", "isTimeSeries": True}},
        functions={"dataReader": "telemetry"},
    )
    builder.add_component_type(
        "com.example.Motor",
        propertyDefinitions={"power": {"dataType": "DOUBLE", "isTimeSeries": True}},
        functions={"dataReader": "historian"},
    )
    builder.add_entity("hall", entityName="Hall")
    for number in (1, 2):
        builder.add_entity(
            f"pump-{number}",
            entityName=f"Pump {number}",
            parentEntityId="hall",
            components={
                "pump": {"componentTypeId": "com.example.Pump"},
                "motor": {"componentTypeId": "com.example.Motor"},
            },
        )
    builder.add_scene("hall", nodes=[{"name": "Hall"}])
    return builder.build()


def workspace(stack: Stack, workspace_id: str = "plant", **options: Any) -> Workspace:
    return Workspace(stack, "Workspace", workspace_id=workspace_id, **options)


def existing_function(stack: Stack) -> IDataConnector:
    return DataConnector.from_function_arn(stack, "Reader", FUNCTION_ARN)


def sensor(stack: Stack, twin: IWorkspace, connector: IDataConnector) -> ComponentType:
    return ComponentType(
        stack,
        "Sensor",
        workspace=twin,
        component_type_id="com.example.Sensor",
        property_definitions={
            "speed": CfnComponentType.PropertyDefinitionProperty(
                data_type=CfnComponentType.DataTypeProperty(type="DOUBLE"),
                is_time_series=True,
                is_stored_externally=True,
            )
        },
        functions={"dataReader": FunctionDefinition(connector=connector)},
    )


# What a definition makes.


@synthesized
def twin_of_a_definition(app: App) -> None:
    DigitalTwin(Stack(app, "Plant"), "Twin", definition=pumps())


@synthesized
def twin_with_another_workspace_id(app: App) -> None:
    DigitalTwin(Stack(app, "Plant"), "Twin", definition=pumps(), workspace_id="other-plant")


@synthesized
def twin_deep_in_the_tree(app: App) -> None:
    class Unit(Stack):
        def __init__(self, scope: App) -> None:
            super().__init__(scope, "Unit")
            DigitalTwin(self, "Twin", definition=pumps())

    Unit(app)


@synthesized
def two_definitions_in_one_app(app: App) -> None:
    for model in ("minimal", "windfarm"):
        TwinStack(app, model, definition=load(MODELS / model))


@synthesized
def definition_written_in_python(app: App) -> None:
    TwinStack(app, "Plant", definition=pumps())


@synthesized
def twin_without_operations(app: App) -> None:
    TwinStack(app, "Plant", definition=pumps(), operations=None)


@synthesized
def twin_that_may_be_destroyed(app: App) -> None:
    app.node.set_context("twin-stack:allowDestroy", True)
    TwinStack(app, "Plant", definition=factory(), removal_policy=RemovalPolicy.DESTROY)


@synthesized
def twin_checked_by_cdk_nag(app: App) -> None:
    TwinStack(app, "Plant", definition=pumps())
    apply_checks(app)


@synthesized
def twin_with_grafana(app: App) -> None:
    access = GrafanaAccess(principal_arn="arn:aws:iam::111122223333:role/grafana", external_id="plant")
    TwinStack(app, "Plant", definition=pumps(), grafana=access)


# Stages, stacks, accounts.


@synthesized
def several_stages_in_one_synthesis(app: App) -> None:
    for name, account in (("Test", "111111111111"), ("Prod", "222222222222")):
        stage = Stage(app, name, env=Environment(account=account, region="eu-west-1"))
        TwinStack(stage, "Twin", definition=pumps(), workspace_id=f"plant-{name.lower()}")


@synthesized
def workspace_in_one_stack_and_types_in_another(app: App) -> None:
    twin = workspace(Stack(app, "Base", env=PLACE))
    stack = Stack(app, "Types", env=PLACE)
    sensor(stack, twin, existing_function(stack))


@synthesized
def twin_in_the_workspace_of_another_stack(app: App) -> None:
    twin = workspace(Stack(app, "Base", env=PLACE))
    DigitalTwin(Stack(app, "Twin", env=PLACE), "Twin", definition=pumps(), workspace=twin)


@synthesized
def twin_in_a_nested_stack(app: App) -> None:
    parent = Stack(app, "Parent", env=PLACE)
    twin = workspace(parent)
    DigitalTwin(NestedStack(parent, "Nested"), "Twin", definition=pumps(), workspace=twin)


@synthesized
def connector_of_another_stack(app: App) -> None:
    readers = Stack(app, "Readers", env=PLACE)
    telemetry = TelemetryTable(readers, "Telemetry")
    reader = DynamoDbConnector(readers, "Reader", table=telemetry.table)
    stack = Stack(app, "Twin", env=PLACE)
    sensor(stack, workspace(stack), reader)


@synthesized
def existing_workspace_by_id(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    twin = Workspace.from_workspace_id(stack, "Workspace", "plant")
    Entity(stack, "Hall", workspace=twin, entity_id="hall-1", entity_name="Hall 1")


@synthesized
def existing_workspace_with_bucket_and_role(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    twin = Workspace.from_workspace_attributes(
        stack,
        "Workspace",
        workspace_id="plant",
        bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "plant-bucket"),
        role=iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/plant"),
    )
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document=SCENE)


@synthesized
def stack_without_bootstrap_qualifier(app: App) -> None:
    stack = Stack(app, "Plant", synthesizer=DefaultStackSynthesizer(qualifier="plants"))
    DigitalTwin(stack, "Twin", definition=pumps())


@synthesized
def permissions_boundary_of_the_stack(app: App) -> None:
    stack = Stack(app, "Plant", permissions_boundary=PermissionsBoundary.from_name("boundary"))
    DigitalTwin(stack, "Twin", definition=pumps())


# Tokens.


@synthesized
def workspace_id_of_a_parameter(app: App) -> None:
    stack = Stack(app, "Plant")
    parameter = CfnParameter(stack, "Name", type="String")
    DigitalTwin(stack, "Twin", definition=factory(), workspace_id=parameter.value_as_string)


@synthesized
def ids_of_an_import(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack, Fn.import_value("WorkspaceId"))
    Entity(stack, "Hall", workspace=twin, entity_id=Fn.import_value("Hall"), entity_name="Hall 1")
    Scene(stack, "Scene", workspace=twin, scene_id=Fn.import_value("SceneId"), document=SCENE)


@synthesized
def scene_document_with_a_token(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    scene = {**SCENE, "nodes": [{"name": Fn.ref("AWS::Region"), "transform": {}, "components": []}]}
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document={**scene, "rootNodeIndexes": [0]})


# Aspects, tags, dependencies.


@jsii.implements(IAspect)
class Description:
    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnResource) and node.cfn_resource_type == "AWS::IoTTwinMaker::Entity":
            node.add_property_override("Description", "Set by an aspect")


@synthesized
def aspect_on_entities(app: App) -> None:
    stack = Stack(app, "Plant")
    DigitalTwin(stack, "Twin", definition=pumps())
    Aspects.of(app).add(Description())


@synthesized
def tags_of_the_app(app: App) -> None:
    DigitalTwin(Stack(app, "Plant"), "Twin", definition=pumps())
    Tags.of(app).add("team", "plants")


@synthesized
def tags_of_the_stack(app: App) -> None:
    TwinStack(app, "Plant", definition=pumps(), tags={"team": "plants"})


@synthesized
def twin_after_another_resource(app: App) -> None:
    stack = Stack(app, "Plant")
    topic = sns.Topic(stack, "Topic")
    DigitalTwin(stack, "Twin", definition=pumps()).node.add_dependency(topic)


@synthesized
def another_resource_after_the_twin(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = DigitalTwin(stack, "Twin", definition=pumps())
    sns.Topic(stack, "Topic").node.add_dependency(twin)


@synthesized
def removal_policies_of_the_app(app: App) -> None:
    DigitalTwin(Stack(app, "Plant"), "Twin", definition=pumps())
    RemovalPolicies.of(app).retain()


# Encryption and networks.


@synthesized
def customer_keys(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    bucket = s3.Bucket(stack, "Bucket", encryption_key=key, enforce_ssl=True)
    twin = workspace(stack, bucket=bucket)
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="device_id", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="timestamp", type=dynamodb.AttributeType.NUMBER),
        encryption_key=key,
    )
    sensor(stack, twin, DynamoDbConnector(stack, "Reader", table=table))
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document=SCENE)


@synthesized
def encrypted_alarm_topic(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    topic = sns.Topic(stack, "Topic", master_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN))
    DigitalTwin(stack, "Twin", definition=factory(), alarm_topic=topic)


@synthesized
def function_of_the_team_in_a_network(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Network",
        vpc_id="vpc-12345678",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-12345678", "subnet-87654321"],
    )
    function = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context):\n    return {}\n"),
        vpc=vpc,
        layers=[ConnectorKitLayer(stack, "Kit")],
    )
    sensor(stack, workspace(stack), DataConnector(stack, "Reader", function=function))


@synthesized
def one_key_for_everything(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Topic", master_key=key)
    DigitalTwin(stack, "Twin", definition=factory(), alarm_topic=topic, encryption_key=key)


@synthesized
def every_function_in_a_network(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Network",
        vpc_id="vpc-12345678",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-12345678", "subnet-87654321"],
    )
    DigitalTwin(
        stack,
        "Twin",
        definition=pumps(),
        function_options={"vpc": vpc, "tracing": lambda_.Tracing.ACTIVE},
        connector_options={"telemetry": {"memory_size": 2048, "reserved_concurrent_executions": 5}},
    )


@synthesized
def two_twins_in_one_stack(app: App) -> None:
    stack = Stack(app, "Plants")
    DigitalTwin(stack, "North", definition=pumps(), workspace_id="north")
    DigitalTwin(stack, "South", definition=pumps(), workspace_id="south", logical_id_prefix="South")


@synthesized
def table_that_was_restored(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
    table = TelemetryTable.from_table_attributes(
        stack,
        "Telemetry",
        table_arn=arn,
        table_stream_arn=f"{arn}/stream/2026-01-01T00:00:00.000",
        encryption_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN),
    )
    DigitalTwin(stack, "Twin", definition=factory(), telemetry_table=table)


# Piece by piece.


@synthesized
def entities_with_parents_and_components(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    speed = sensor(stack, twin, existing_function(stack))
    hall = Entity(stack, "Hall", workspace=twin, entity_id="hall-1", entity_name="Hall 1")
    Entity(
        stack,
        "Pump",
        workspace=twin,
        entity_id="pump-1",
        entity_name="Pump 1",
        parent=hall,
        components={
            "sensor": Component(
                component_type=speed,
                properties={
                    "model": CfnEntity.PropertyProperty(value=CfnEntity.DataValueProperty(string_value="P-9"))
                },
            )
        },
    )


@synthesized
def types_that_extend_types(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    base = ComponentType(stack, "Base", workspace=twin, component_type_id="com.example.Base")
    ComponentType(
        stack,
        "Part",
        workspace=twin,
        component_type_id="com.example.Part",
        extends_from=[base],
        composite_component_types={"inner": base},
        tags={"kind": "part"},
    )


@synthesized
def scene_with_assets(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    assets = SceneAssets(stack, "Assets", workspace=twin, path=MODELS / "factory" / "assets")
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document=SCENE, assets=[assets])


@synthesized
def sitewise_by_ids_aliases_and_models(app: App) -> None:
    stack = Stack(app, "Plant")
    asset_id = "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"
    SiteWiseConnector(
        stack,
        "Historian",
        asset_ids=[asset_id],
        property_alias="/plant/${entityId}/${propertyName}",
        asset_model_ids=[asset_id],
        allow_writes=True,
    )


@synthesized
def ingest_into_table_and_sitewise(app: App) -> None:
    stack = Stack(app, "Plant")
    telemetry = TelemetryTable(stack, "Telemetry", stream=True)
    ingest = TelemetryIngest(
        stack,
        "Ingest",
        topic="plant/+/telemetry",
        device_id="topic(2)",
        properties=[MeasuredProperty(name="speed")],
        table=telemetry.table,
        component_type_id="com.example.Sensor",
        expires_after=Duration.days(30),
        alias_prefix="/plant",
    )
    DevicePolicy(stack, "Devices", ingests=[ingest])


@synthesized
def alarms_with_actions(app: App) -> None:
    stack = Stack(app, "Plant")
    topic = sns.Topic(stack, "Topic")
    evaluator = AlarmEvaluator(
        stack,
        "Alarms",
        telemetry=TelemetryTable(stack, "Telemetry", stream=True),
        alarms=[
            EvaluatedAlarm(
                component_type_id="com.example.Sensor",
                alarm_type_id="com.example.Alarm",
                rules=(AlarmRule(name="fast", attribute="speed", above=10.0),),
            )
        ],
        topic=topic,
    )
    evaluator.lag_alarm.add_alarm_action(actions.SnsAction(topic))
    letters = DeadLetters(stack, "DeadLetters", description="Messages that could not be stored")
    letters.alarm.add_alarm_action(actions.SnsAction(topic))


@synthesized
def operations_of_functions_that_exist(app: App) -> None:
    stack = Stack(app, "Plant", env=PLACE)
    twin = workspace(stack)
    Operations(
        stack,
        "Operations",
        workspace=twin,
        connectors={"reader": existing_function(stack)},
        thresholds=OperationsThresholds(connector_errors=5),
    )


@synthesized
def managed_grafana(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    GrafanaWorkspace(stack, "Grafana").allow_reading("Dashboards", twin)
    principal = iam.ArnPrincipal("arn:aws:iam::111122223333:role/grafana")
    GrafanaDashboardRole(stack, "Own", workspace=twin, principal=principal, external_id="plant")


@synthesized
def grants_and_metrics(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    reader = iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal())
    twin.grant_read(reader)
    twin.grant_read_write(iam.User(stack, "Operator"))
    twin.metric_entity_creation_failure().create_alarm(stack, "Alarm", threshold=1, evaluation_periods=1)
    TelemetryTable(stack, "Telemetry").grant_read_data(reader)
    CfnOutput(stack, "Arn", value=twin.workspace_arn)


@synthesized
def role_and_bucket_of_the_team(app: App) -> None:
    stack = Stack(app, "Plant")
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/plant")
    access_logs = s3.Bucket.from_bucket_name(stack, "Logs", "access-logs")
    workspace(stack, role=role, server_access_logs_bucket=access_logs)


@synthesized
def role_that_other_accounts_cannot_use(app: App) -> None:
    workspace(Stack(app, "Plant"), confused_deputy_conditions=True)


@synthesized
def logs_that_are_kept_for_years(app: App) -> None:
    stack = Stack(app, "Plant")
    telemetry = TelemetryTable(stack, "Telemetry")
    DynamoDbConnector(
        stack,
        "Reader",
        table=telemetry.table,
        log_retention=logs.RetentionDays.FIVE_YEARS,
        memory_size=2048,
        timeout=Duration.seconds(20),
    )


@synthesized
def two_workspaces_in_one_stack(app: App) -> None:
    stack = Stack(app, "Plants")
    for name in ("north", "south"):
        twin = Workspace(stack, name, workspace_id=name)
        Scene(stack, f"{name}-scene", workspace=twin, scene_id="floor", document=SCENE)


# What is refused before anything is synthesized.


@refused("logical_id_prefix")
def second_twin_without_a_prefix(app: App) -> None:
    stack = Stack(app, "Plants")
    for name in ("north", "south"):
        DigitalTwin(stack, name, definition=pumps(), workspace_id=name)


@refused("eu-west-1")
def function_of_another_region(app: App) -> None:
    stack = Stack(app, "Plant", env=Environment(account="111122223333", region="us-east-1"))
    existing_function(stack)


@refused("dataReder")
def function_with_a_misspelt_name(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    ComponentType(
        stack,
        "Type",
        workspace=twin,
        component_type_id="com.example.Type",
        functions={"dataReder": FunctionDefinition(connector=existing_function(stack))},
    )


@refused("DUBLE")
def data_type_that_does_not_exist(app: App) -> None:
    stack = Stack(app, "Plant")
    ComponentType(
        stack,
        "Type",
        workspace=workspace(stack),
        component_type_id="com.example.Type",
        property_definitions={
            "speed": CfnComponentType.PropertyDefinitionProperty(
                data_type=CfnComponentType.DataTypeProperty(type="DUBLE")
            )
        },
    )


@refused("hall-1")
def entity_id_that_is_taken(app: App) -> None:
    stack = Stack(app, "Plant")
    twin = workspace(stack)
    for name in ("One", "Two"):
        Entity(stack, name, workspace=twin, entity_id="hall-1", entity_name=name)


@refused("workspace")
def parent_of_another_workspace(app: App) -> None:
    stack = Stack(app, "Plant")
    north, south = (Workspace(stack, name, workspace_id=name) for name in ("north", "south"))
    hall = Entity(stack, "Hall", workspace=north, entity_id="hall-1", entity_name="Hall 1")
    Entity(stack, "Pump", workspace=south, entity_id="pump-1", entity_name="Pump 1", parent=hall)


@refused("historain")
def connector_of_a_name_that_is_not_declared(app: App) -> None:
    stack = Stack(app, "Plant")
    DigitalTwin(stack, "Twin", definition=pumps(), connectors={"historain": existing_function(stack)})


@refused("definiton")
def misspelt_argument(app: App) -> None:
    DigitalTwin(Stack(app, "Plant"), "Twin", definiton=pumps())  # type: ignore[call-arg]


@refused("hal")
def missing_parent_in_python(_app: App) -> None:
    builder = DefinitionBuilder(workspaceId="plant")
    builder.add_entity("pump-1", entityName="Pump 1", parentEntityId="hal")
    builder.add_entity("hall", entityName="Hall")
    builder.build()


def another_teams_app(app: App) -> None:
    plant = runpy.run_path(str(Path(__file__).with_name("plant.py")))
    plant["build_plant"](app, Path(sys.argv[1]) / "factory")


def main() -> int:
    """Synthesize every app and print what became of each."""
    gc.disable()  # collections take a fifth of the time, and free little
    out = Path(sys.argv[2])
    results: dict[str, str | None] = {}
    apps = [("plant", another_teams_app), *islice(APPS.items(), 0, None, int(sys.argv[3]))]
    for name, build in apps:
        app = App(outdir=str(out / name))
        try:
            build(app)
            app.synth()
            results[name] = None
        except Exception:  # noqa: BLE001 (reported by the test)
            results[name] = traceback.format_exc()
    for name, (build, message) in REFUSED.items():
        try:
            build(App(outdir=str(out / name)))
            results[name] = "nothing was refused"
        except Exception as error:  # noqa: BLE001 (reported by the test)
            results[name] = None if message in str(error) else traceback.format_exc()
    path = [entry.rstrip("/") for entry in sys.path]
    print(json.dumps({"package": inspect.getfile(load), "path": path, "results": results}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
