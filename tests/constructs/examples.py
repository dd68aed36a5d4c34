"""One small stack for each L2 alone, and one that uses all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.aws_iottwinmaker import CfnComponentType, CfnEntity

from twin_stack.constructs import (
    AlarmEvaluator,
    AlarmRule,
    BulkEntities,
    Component,
    ComponentType,
    ConnectorKitLayer,
    DataConnector,
    DevicePolicy,
    DynamoDbConnector,
    Entity,
    EvaluatedAlarm,
    FunctionDefinition,
    GrafanaDashboardRole,
    GrafanaWorkspace,
    IWorkspace,
    MeasuredProperty,
    OidcProvider,
    Operations,
    OperatorClaim,
    Scene,
    SceneAssets,
    SiteWiseAssets,
    SiteWiseConnector,
    TelemetryIngest,
    TelemetryTable,
    TwinWebApp,
    WebAppRole,
    Workspace,
)
from twin_stack.definition import DefinitionBuilder
from twin_stack.definition.asset_properties import AssetProperty, Input
from twin_stack.definition.sitewise import Asset, AssetModel, SiteWise

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack

ASSETS = Path(__file__).parent / "files"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:historian"
ASSET_ID = "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"

TEMPERATURE = CfnComponentType.PropertyDefinitionProperty(
    data_type=CfnComponentType.DataTypeProperty(type="DOUBLE", unit_of_measure="Celsius"),
    is_time_series=True,
    is_stored_externally=True,
    configurations={"tag": "T-100"},
)
MODEL = CfnComponentType.PropertyDefinitionProperty(
    data_type=CfnComponentType.DataTypeProperty(type="STRING")
)
DOCUMENT = {"specVersion": "1.0", "nodes": [], "rootNodeIndexes": []}


def existing_workspace(stack: Stack) -> IWorkspace:
    """A workspace that is not in the template, which so has only the tested construct."""
    return Workspace.from_workspace_attributes(
        stack,
        "Workspace",
        workspace_id="factory",
        bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "factory-bucket"),
        role=iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/factory", mutable=False),
    )


def workspace(stack: Stack) -> None:
    Workspace(
        stack,
        "Workspace",
        workspace_id="factory",
        description="The factory",
        cors_origins=["https://grafana.example.com"],
    )


def telemetry_table(stack: Stack) -> None:
    TelemetryTable(stack, "Telemetry")


def dynamodb_connector(stack: Stack) -> None:
    telemetry = TelemetryTable.from_table_name(stack, "Telemetry", "telemetry")
    DynamoDbConnector(
        stack,
        "Connector",
        table=telemetry.table,
        component_type_index=telemetry.component_type_index,
    )


def sitewise_connector(stack: Stack) -> None:
    SiteWiseConnector(stack, "Connector", asset_ids=[ASSET_ID])


def connector_kit_layer(stack: Stack) -> None:
    ConnectorKitLayer(stack, "Kit")


def sitewise_assets(stack: Stack) -> None:
    """A line with a press, without definition files."""
    line, press = "com.example.Line", "com.example.Press"
    pressure = AssetProperty("pressure", "DOUBLE", "bar", "Measurement")
    mean = AssetProperty(
        "meanPressure",
        "DOUBLE",
        "bar",
        "Metric",
        expression="avg(presses)",
        inputs=(Input("presses", "pressure", press),),
        window="5m",
    )
    models = {press: AssetModel(press, (pressure,), ()), line: AssetModel(line, (mean,), (press,))}
    above = Asset(("line-1", "line"), line)
    below = Asset(("press-001", "press"), press, above.key)
    SiteWiseAssets(
        stack,
        "SiteWise",
        sitewise=SiteWise(models, {asset.key: asset for asset in (above, below)}),
        workspace_id="factory",
    )


MEASURED = (
    MeasuredProperty("temperature", member="values.celsius"),
    MeasuredProperty("starts", data_type="INTEGER"),
)


def telemetry_ingest(stack: Stack) -> None:
    ingest = TelemetryIngest(
        stack,
        "Ingest",
        topic="plant/+/temperature",
        device_id="topic(2)",
        properties=MEASURED,
        table=TelemetryTable.from_table_name(stack, "Telemetry", "telemetry").table,
        component_type_id="com.example.TemperatureSensor",
        expires_after=Duration.days(90),
        alias_prefix="/factory",
        basic_ingest=True,
    )
    DevicePolicy(stack, "DevicePolicy", ingests=[ingest])


WATCHED = EvaluatedAlarm(
    component_type_id="com.example.TemperatureSensor",
    alarm_type_id="com.example.EquipmentAlarm",
    rules=(
        AlarmRule("warm", "temperature", unit="Celsius", above=70, severity="WARNING"),
        AlarmRule(
            "hot",
            "temperature",
            unit="Celsius",
            above=80,
            hysteresis=2,
            dwell=Duration.seconds(30),
            missing_after=Duration.minutes(10),
        ),
    ),
    level_attribute="alarmStatus",
    message_attribute="alarmMessage",
)


def alarm_evaluator(stack: Stack) -> None:
    AlarmEvaluator(
        stack,
        "Alarms",
        telemetry=TelemetryTable(stack, "Telemetry", stream=True),
        alarms=[WATCHED],
        topic=sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:us-east-1:111122223333:alarms"),
    )


def component_type(stack: Stack) -> None:
    ComponentType(
        stack,
        "Sensor",
        workspace=existing_workspace(stack),
        component_type_id="com.example.TemperatureSensor",
        description="Temperature sensor",
        extends_from=["com.amazon.iottwinmaker.parameters"],
        is_singleton=False,
        property_definitions={"temperature": TEMPERATURE, "sensorModel": MODEL},
        functions={
            "dataReader": FunctionDefinition(
                connector=DataConnector.from_function_arn(stack, "Historian", FUNCTION_ARN),
                required_properties=["sensorModel"],
                scope="ENTITY",
            )
        },
        property_groups={
            "all": CfnComponentType.PropertyGroupProperty(
                group_type="TABULAR", property_names=["sensorModel"]
            )
        },
        composite_component_types={"documents": "com.amazon.iottwinmaker.documents"},
        tags={"team": "platform"},
    )


def entity(stack: Stack) -> None:
    Entity(
        stack,
        "Machine",
        workspace=existing_workspace(stack),
        entity_id="machine-001",
        entity_name="CNC Machine 1",
        description="Mills",
        parent="zone-a",
        components={
            "temperatureSensor": Component(
                component_type="com.example.TemperatureSensor",
                description="On the spindle",
                properties={
                    "sensorModel": CfnEntity.PropertyProperty(
                        value=CfnEntity.DataValueProperty(string_value="TMP-117")
                    ),
                    "feeds": CfnEntity.PropertyProperty(
                        value=CfnEntity.DataValueProperty(
                            relationship_value={"TargetEntityId": "machine-002"}
                        )
                    ),
                },
            )
        },
        tags={"team": "platform"},
    )


def scene(stack: Stack) -> None:
    Scene(
        stack,
        "Overview",
        workspace=existing_workspace(stack),
        scene_id="factory-overview",
        document=DOCUMENT,
        assets=[ASSETS],
        description="The whole floor",
        capabilities=["MATTERPORT"],
        scene_metadata={"author": "platform"},
    )


def grafana_dashboard_role(stack: Stack) -> None:
    GrafanaDashboardRole(
        stack,
        "Grafana",
        workspace=existing_workspace(stack),
        principal=iam.ArnPrincipal("arn:aws:iam::111122223333:role/grafana"),
        external_id="plant-1",
        video_stream_arns=["arn:aws:kinesisvideo:us-east-1:111122223333:stream/hall/1234567890123"],
        video_asset_ids=[ASSET_ID],
        video_uploads=True,
    )


def grafana_workspace(stack: Stack) -> None:
    GrafanaWorkspace(stack, "Grafana").allow_reading("Dashboards", existing_workspace(stack))


def twin_web_app(stack: Stack) -> None:
    TwinWebApp(stack, "Page", workspace=existing_workspace(stack))


def twin_web_app_with_oidc(stack: Stack) -> None:
    """A page with everything of its own: host name, provider, firewall and logs."""
    TwinWebApp(
        stack,
        "Page",
        workspace=existing_workspace(stack),
        sign_in=OidcProvider(
            "https://login.example.com/plant", "twin", operators=OperatorClaim("role", "operator")
        ),
        domain_name="twin.example.com",
        certificate=acm.Certificate.from_certificate_arn(
            stack,
            "Certificate",
            "arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55",
        ),
        hosted_zone=route53.HostedZone.from_hosted_zone_attributes(
            stack, "Zone", hosted_zone_id="Z0123456789ABC", zone_name="example.com"
        ),
        web_acl_arn="arn:aws:wafv2:us-east-1:111122223333:global/webacl/plant/5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55",
        access_logs_bucket=s3.Bucket.from_bucket_name(stack, "Logs", "cloudfront-logs"),
    )


def web_app_role(stack: Stack) -> None:
    WebAppRole(
        stack,
        "Viewers",
        workspace=existing_workspace(stack),
        identity_pool_id="us-east-1:5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55",
    )


def operations(stack: Stack) -> None:
    """An existing connector, of which only the metrics are known."""
    Operations(
        stack,
        "Operations",
        workspace=existing_workspace(stack),
        connectors={"historian": DataConnector.from_function_arn(stack, "Historian", FUNCTION_ARN)},
        topic=sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:us-east-1:111122223333:pager"),
    )


def everything(stack: Stack) -> None:
    """Each construct, ours throughout, as an app would use them."""
    twin = Workspace(stack, "Workspace", workspace_id="factory", cors_origins=["https://grafana.example.com"])
    telemetry = TelemetryTable(stack, "Telemetry", stream=True)
    ingest = TelemetryIngest(
        stack,
        "Ingest",
        topic="plant/+/temperature",
        device_id="topic(2)",
        properties=MEASURED,
        table=telemetry.table,
        alias_prefix="/factory",
    )
    DevicePolicy(stack, "DevicePolicy", ingests=[ingest])
    alarms = AlarmEvaluator(stack, "Alarms", telemetry=telemetry, alarms=[WATCHED])
    dynamodb = DynamoDbConnector(
        stack,
        "TelemetryConnector",
        table=telemetry.table,
        component_type_index=telemetry.component_type_index,
    )
    sitewise = SiteWiseConnector(stack, "SiteWiseConnector")
    SiteWiseConnector(
        stack,
        "AliasConnector",
        property_alias="/plant/${entityId}/${propertyName}",
        asset_model_ids=[ASSET_ID],
        allow_writes=True,
    )
    Operations(
        stack,
        "Operations",
        workspace=twin,
        connectors={"telemetry": dynamodb, "historian": sitewise},
        rules={"temperatures": ingest},
        dead_letters={"messages": ingest.dead_letters, "alarms": alarms.dead_letters},
        alarm_evaluator=alarms,
        topic=sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:us-east-1:111122223333:pager"),
    )
    twin.allow_sitewise_read()
    sensor = ComponentType(
        stack,
        "Sensor",
        workspace=twin,
        component_type_id="com.example.TemperatureSensor",
        property_definitions={"temperature": TEMPERATURE, "sensorModel": MODEL},
        functions={"dataReader": FunctionDefinition(connector=dynamodb)},
    )
    special = ComponentType(
        stack,
        "SpecialSensor",
        workspace=twin,
        component_type_id="com.example.SpecialSensor",
        extends_from=[sensor],
        functions={"dataReader": FunctionDefinition(connector=sitewise)},
        composite_component_types={"spare": sensor},
    )
    zone = Entity(stack, "ZoneA", workspace=twin, entity_id="zone-a", entity_name="Zone A")
    Entity(
        stack,
        "Machine",
        workspace=twin,
        entity_id="machine-001",
        entity_name="CNC Machine 1",
        parent=zone,
        components={
            "temperatureSensor": Component(component_type=sensor),
            "special": Component(component_type=special),
        },
    )
    ConnectorKitLayer(stack, "Kit")
    managed = iam.Role.from_role_arn(stack, "ManagedGrafana", "arn:aws:iam::111122223333:role/grafana")
    GrafanaDashboardRole(stack, "Grafana", workspace=twin, managed_grafana_role=managed)
    TwinWebApp(stack, "Page", workspace=twin)
    models = SceneAssets(stack, "Models", workspace=twin, path=ASSETS)
    for number in (1, 2):
        Scene(
            stack,
            f"Floor{number}",
            workspace=twin,
            scene_id=f"floor-{number}",
            document=DOCUMENT,
            assets=[models],
        )


def bulk_entities(stack: Stack) -> None:
    builder = DefinitionBuilder(workspaceId="plant", engine="bulk", bulk={"onDrift": "overwrite"})
    builder.add_component_type("com.example.Pump", propertyDefinitions={"model": "STRING"})
    pump = {"componentTypeId": "com.example.Pump", "properties": {"model": "P-9"}}
    builder.add_entity("hall", entityName="Hall")
    builder.add_entity("pump", entityName="Pump", parentEntityId="hall", components={"pump": pump})
    twin = Workspace(stack, "Twin", workspace_id="plant")
    types = {
        "com.example.Pump": ComponentType(
            stack,
            "Pump",
            workspace=twin,
            component_type_id="com.example.Pump",
            property_definitions={"model": MODEL},
        )
    }
    BulkEntities(stack, "Entities", definition=builder.build(), workspace=twin, component_types=types)


ALONE: dict[str, Callable[[Stack], None]] = {
    "Workspace": workspace,
    "TelemetryTable": telemetry_table,
    "DynamoDbConnector": dynamodb_connector,
    "SiteWiseConnector": sitewise_connector,
    "SiteWiseAssets": sitewise_assets,
    "ConnectorKitLayer": connector_kit_layer,
    "TelemetryIngest": telemetry_ingest,
    "AlarmEvaluator": alarm_evaluator,
    "ComponentType": component_type,
    "Entity": entity,
    "BulkEntities": bulk_entities,
    "Scene": scene,
    "GrafanaDashboardRole": grafana_dashboard_role,
    "GrafanaWorkspace": grafana_workspace,
    "TwinWebApp": twin_web_app,
    "TwinWebAppWithOidc": twin_web_app_with_oidc,
    "WebAppRole": web_app_role,
    "Operations": operations,
}
