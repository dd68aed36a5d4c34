"""Constructs for AWS IoT TwinMaker, with the manners of the CDK's own L2 constructs."""

from twin_stack.constructs.alarm_evaluator import AlarmEvaluator, AlarmRule, EvaluatedAlarm
from twin_stack.constructs.component_type import ComponentType, FunctionDefinition
from twin_stack.constructs.connector_kit_layer import ConnectorKitLayer
from twin_stack.constructs.data_connector import (
    DataConnector,
    DynamoDbConnector,
    IDataConnector,
    SiteWiseConnector,
)
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.digital_twin import DigitalTwin
from twin_stack.constructs.entity import Component, Entity
from twin_stack.constructs.grafana_dashboard_role import GrafanaDashboardRole
from twin_stack.constructs.grafana_workspace import GrafanaAccess, GrafanaWorkspace
from twin_stack.constructs.ingest import DevicePolicy, MeasuredProperty, TelemetryIngest
from twin_stack.constructs.operations import Operations, OperationsThresholds
from twin_stack.constructs.scene import Scene, SceneAssets
from twin_stack.constructs.sitewise_assets import SiteWiseAssets
from twin_stack.constructs.telemetry import ITelemetryTable, TelemetryTable
from twin_stack.constructs.workspace import IWorkspace, Workspace
from twin_stack.definition.table_key_schema import TableKeySchema

__all__ = [
    "AlarmEvaluator",
    "AlarmRule",
    "Component",
    "ComponentType",
    "ConnectorKitLayer",
    "DataConnector",
    "DeadLetters",
    "DevicePolicy",
    "DigitalTwin",
    "DynamoDbConnector",
    "Entity",
    "EvaluatedAlarm",
    "FunctionDefinition",
    "GrafanaAccess",
    "GrafanaDashboardRole",
    "GrafanaWorkspace",
    "IDataConnector",
    "ITelemetryTable",
    "IWorkspace",
    "MeasuredProperty",
    "Operations",
    "OperationsThresholds",
    "Scene",
    "SceneAssets",
    "SiteWiseAssets",
    "SiteWiseConnector",
    "TableKeySchema",
    "TelemetryIngest",
    "TelemetryTable",
    "Workspace",
]
