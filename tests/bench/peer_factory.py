"""The factory written by hand with plain L2s and L1s.

Run it as `python -m tests.bench.peer_factory OUT CONTEXT SCENE.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aws_cdk import (
    App,
    CfnOutput,
    CustomResource,
    Duration,
    RemovalPolicy,
    Stack,
    Tags,
)
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from tests.bench.peer_functions import python_function
from tests.bench.peer_scene_files import upload_scene_files
from tests.bench.peer_sitewise import make_press

WORKSPACE = "my-factory-twin"
Type = twinmaker.CfnComponentType
Entity = twinmaker.CfnEntity

out, context, scene_file = sys.argv[1:]
app = App(outdir=out, context=json.loads(Path(context).read_text(encoding="utf-8")))
stack = Stack(app, WORKSPACE, description="Factory floor with temperature sensors and equipment alarms")


def reader(
    name: str,
    packages: list[str],
    description: str,
    statement: iam.PolicyStatement,
    environment: dict[str, str],
) -> lambda_.Function:
    """Make a connector's function."""
    function, _ = python_function(
        stack,
        name,
        packages,
        description,
        f"connector/{name.lower()}",
        "Connector",
        [statement],
        memory_mib=1024,
        timeout=Duration.seconds(30),
        environment=environment,
    )
    return function


guard_function, _ = python_function(
    stack,
    "Guard",
    ["history_guard", "aws_client", "custom_resource"],
    "Refuses updates that would leave a twin without its history",
    "history-guard",
    "Look",
    [
        iam.PolicyStatement(
            actions=["dynamodb:Scan"],
            resources=[stack.format_arn(service="dynamodb", resource="table", resource_name="*-telemetry")],
            conditions={"StringEquals": {"dynamodb:Select": "COUNT"}},
        ),
        iam.PolicyStatement(actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
    ],
    memory_mib=256,
    timeout=Duration.minutes(1),
)
guard = CustomResource(
    stack,
    "HistoryGuard",
    resource_type="Custom::TwinHistoryGuard",
    service_token=guard_function.function_arn,
    service_timeout=Duration.minutes(2),
    properties={
        "DataName": WORKSPACE,
        "TableName": f"{WORKSPACE}-telemetry",
        "ReadableTables": [],
        "AttachesTable": False,
        "ManagesAssets": True,
        "AllowLoss": False,
    },
)

bucket = s3.Bucket(
    stack,
    "Bucket",
    block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
    encryption=s3.BucketEncryption.S3_MANAGED,
    enforce_ssl=True,
    versioned=True,
    object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    cors=[
        s3.CorsRule(
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD],
            allowed_origins=["http://localhost:3000"],
            allowed_headers=["*"],
            exposed_headers=["ETag"],
        )
    ],
    removal_policy=RemovalPolicy.RETAIN,
)
table = dynamodb.Table(
    stack,
    "Table",
    table_name=f"{WORKSPACE}-telemetry",
    partition_key=dynamodb.Attribute(name="device_id", type=dynamodb.AttributeType.STRING),
    sort_key=dynamodb.Attribute(name="timestamp", type=dynamodb.AttributeType.NUMBER),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    encryption=dynamodb.TableEncryption.AWS_MANAGED,
    point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
        point_in_time_recovery_enabled=True
    ),
    time_to_live_attribute="expires_at",
    removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    deletion_protection=False,
)
table.add_global_secondary_index(
    index_name="by_component_type",
    partition_key=dynamodb.Attribute(name="component_type_id", type=dynamodb.AttributeType.STRING),
    sort_key=dynamodb.Attribute(name="timestamp", type=dynamodb.AttributeType.NUMBER),
    projection_type=dynamodb.ProjectionType.ALL,
)
for holder in (bucket, table):
    Tags.of(holder).add("twin-stack:workspace", WORKSPACE)
    holder.node.add_dependency(guard)
telemetry = reader(
    "Telemetry",
    ["dynamodb_connector", "connector_kit", "aws_client", "former_ids"],
    "Answers AWS IoT TwinMaker from a DynamoDB table",
    iam.PolicyStatement(
        actions=["dynamodb:Query"],
        resources=[table.table_arn, f"{table.table_arn}/index/by_component_type"],
    ),
    {
        "TABLE_NAME": table.table_name,
        "PARTITION_KEY": "device_id",
        "SORT_KEY": "timestamp",
        "TIME_UNIT": "ms",
        "COMPONENT_TYPE_INDEX": "by_component_type",
    },
)
historian = reader(
    "Historian",
    ["sitewise_connector", "connector_kit", "aws_client"],
    "Answers AWS IoT TwinMaker from AWS IoT SiteWise",
    iam.PolicyStatement(
        actions=[
            "iotsitewise:BatchGetAssetPropertyValue",
            "iotsitewise:BatchGetAssetPropertyValueHistory",
            "iotsitewise:GetAssetPropertyValue",
            "iotsitewise:GetAssetPropertyValueHistory",
        ],
        resources=[stack.format_arn(service="iotsitewise", resource="time-series", resource_name="*")],
        conditions={"StringLike": {"iotsitewise:propertyAlias": f"/{WORKSPACE}/*/*"}},
    ),
    {"PROPERTY_ALIAS": f"/{WORKSPACE}/${{entityId}}/${{propertyName}}"},
)
press_model, press_asset = make_press(stack, guard)
role = iam.Role(
    stack,
    "Role",
    assumed_by=iam.ServicePrincipal("iottwinmaker.amazonaws.com"),
    description="Assumed by AWS IoT TwinMaker for one workspace",
    inline_policies={
        "WorkspaceAccess": iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    actions=["s3:GetBucketLocation", "s3:ListBucket"], resources=[bucket.bucket_arn]
                ),
                iam.PolicyStatement(
                    actions=["s3:GetObject", "s3:PutObject"], resources=[bucket.arn_for_objects("*")]
                ),
            ]
        )
    },
)


def allow(name: str, action: str, arn: str) -> iam.Policy:
    """Allow the workspace's role an action."""
    statement = iam.PolicyStatement(actions=[action], resources=[arn])
    return iam.Policy(stack, name, roles=[role], statements=[statement])


deletion = allow(
    "Deletion", "s3:DeleteObject", bucket.arn_for_objects(f"DO_NOT_DELETE_WORKSPACE_{WORKSPACE}*")
)
invocations = {
    function: allow(name, "lambda:InvokeFunction", function.function_arn)
    for name, function in (("InvokeTelemetry", telemetry), ("InvokeHistorian", historian))
}
workspace = twinmaker.CfnWorkspace(
    stack,
    "Workspace",
    workspace_id=WORKSPACE,
    description="Factory floor with temperature sensors and equipment alarms",
    role=role.role_arn,
    s3_location=bucket.bucket_arn,
)
workspace.node.add_dependency(guard, deletion)
if bucket.policy is not None:
    workspace.node.add_dependency(bucket.policy)


def series(kind: str, unit: str | None = None) -> Type.PropertyDefinitionProperty:
    """Return a time series answered by a connector."""
    return Type.PropertyDefinitionProperty(
        data_type=Type.DataTypeProperty(type=kind, unit_of_measure=unit),
        is_time_series=True,
        is_stored_externally=True,
    )


def text(*, is_key: bool | None = None) -> Type.PropertyDefinitionProperty:
    """Return a static text; the key of another system is one an entity must give."""
    return Type.PropertyDefinitionProperty(
        data_type=Type.DataTypeProperty(type="STRING"), is_required_in_entity=is_key, is_external_id=is_key
    )


def component_type(
    name: str,
    function: lambda_.Function,
    description: str,
    properties: dict[str, Type.PropertyDefinitionProperty],
    extends: list[str] | None = None,
) -> Type:
    """Make a component type after its connector."""
    resource = Type(
        stack,
        name,
        workspace_id=workspace.ref,
        component_type_id=f"com.example.{name}",
        description=description,
        extends_from=extends,
        property_definitions=properties,
        functions={
            "dataReader": Type.FunctionProperty(
                implemented_by=Type.DataConnectorProperty(
                    lambda_=Type.LambdaFunctionProperty(arn=function.function_arn)
                )
            )
        },
    )
    resource.node.add_dependency(invocations[function])
    return resource


sensor = component_type(
    "TemperatureSensor",
    telemetry,
    "Temperature sensor with time series data",
    {
        "temperature": series("DOUBLE", "Celsius"),
        "humidity": series("DOUBLE", "Percent"),
        "sensorModel": text(),
        "installDate": text(),
    },
)
alarm = component_type(
    "EquipmentAlarm",
    telemetry,
    "Alarm of a piece of equipment",
    {
        "alarmStatus": Type.PropertyDefinitionProperty(
            data_type=Type.DataTypeProperty(
                type="STRING",
                allowed_values=[
                    Type.DataValueProperty(string_value=value)
                    for value in ("NORMAL", "WARNING", "CRITICAL", "ACKNOWLEDGED")
                ],
            ),
            is_time_series=True,
            is_stored_externally=True,
        ),
        "alarmMessage": series("STRING"),
    },
    ["com.amazon.iottwinmaker.alarm.basic"],
)
press = component_type(
    "Press",
    historian,
    "Hydraulic press with its history in AWS IoT SiteWise",
    {
        "pressure": series("DOUBLE", "bar"),
        "strokes": series("INTEGER", "Count"),
    },
)
press.node.add_dependency(press_model)


def component(name: str, of: Type, **values: str) -> Entity.ComponentProperty:
    """Return a component with static texts."""
    return Entity.ComponentProperty(
        component_name=name,
        component_type_id=of.component_type_id,
        properties={
            key: Entity.PropertyProperty(value=Entity.DataValueProperty(string_value=value))
            for key, value in values.items()
        }
        or None,
    )


zone = Entity(
    stack,
    "zone-a",
    workspace_id=workspace.ref,
    entity_id="zone-a",
    entity_name="Manufacturing Zone A",
    description="Machining, assembly and pressing",
    parent_entity_id="$ROOT",
)
sensor_values = {"sensorModel": "TMP-117", "installDate": "2025-06-15"}
for entity_id, name, components, types in (
    (
        "machine-001",
        "CNC Machine 1",
        {
            "temperatureSensor": component("temperatureSensor", sensor, **sensor_values),
            "alarm": component("alarm", alarm, alarm_key="machine-001-alarm"),
        },
        [alarm, sensor],
    ),
    (
        "machine-002",
        "Assembly Robot 1",
        {"temperatureSensor": component("temperatureSensor", sensor, **sensor_values)},
        [sensor],
    ),
    (
        "press-001",
        "Hydraulic Press 1",
        {"press": component("press", press)},
        [press, press_asset],
    ),
):
    entity = Entity(
        stack,
        entity_id,
        workspace_id=workspace.ref,
        entity_id=entity_id,
        entity_name=name,
        parent_entity_id="zone-a",
        components=components,
    )
    entity.node.add_dependency(zone, *types)


files = upload_scene_files(stack, bucket, scene_file)
scene = twinmaker.CfnScene(
    stack,
    "Scene",
    workspace_id=workspace.ref,
    scene_id="factory-overview",
    description="Machines of zone A with their temperatures, pressure and alarm",
    content_location=bucket.s3_url_for_object(f"{WORKSPACE}/factory-overview.json"),
)
scene.node.add_dependency(files)

for name, value in (
    ("WorkspaceId", workspace.ref),
    ("WorkspaceArn", workspace.attr_arn),
    ("BucketName", bucket.bucket_name),
    ("TelemetryTableName", table.table_name),
    ("ConnectorTelemetryArn", telemetry.function_arn),
    ("ConnectorHistorianArn", historian.function_arn),
    ("SceneIds", "factory-overview"),
):
    CfnOutput(stack, name, value=value)
app.synth()
