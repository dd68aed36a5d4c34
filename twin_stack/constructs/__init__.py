"""Constructs for AWS IoT TwinMaker in the style of the CDK's own L2 constructs."""

from twin_stack.constructs.alarm_evaluator import AlarmEvaluator
from twin_stack.constructs.alarm_rule import AlarmRule, EvaluatedAlarm
from twin_stack.constructs.bulk_entities import BulkEntities
from twin_stack.constructs.component_type import ComponentType, FunctionDefinition
from twin_stack.constructs.connector_kit_layer import ConnectorKitLayer
from twin_stack.constructs.data_connector import DataConnector, DataConnectorBase
from twin_stack.constructs.dead_letters import DeadLetters
from twin_stack.constructs.device_policy import DevicePolicy
from twin_stack.constructs.digital_twin import DigitalTwin
from twin_stack.constructs.dynamodb_connector import DynamoDbConnector
from twin_stack.constructs.entity import Component, Entity
from twin_stack.constructs.grafana_access import GrafanaAccess
from twin_stack.constructs.grafana_dashboard_role import GrafanaDashboardRole
from twin_stack.constructs.grafana_workspace import GrafanaWorkspace
from twin_stack.constructs.interfaces import IDataConnector, ITelemetryTable, IWorkspace
from twin_stack.constructs.network_attributes import NetworkAttributes
from twin_stack.constructs.operations import Operations
from twin_stack.constructs.operations_thresholds import OperationsThresholds
from twin_stack.constructs.packaged_function import FunctionOptions
from twin_stack.constructs.scene import Scene
from twin_stack.constructs.scene_assets import SceneAssets
from twin_stack.constructs.sitewise_assets import SiteWiseAssets
from twin_stack.constructs.sitewise_connector import SiteWiseConnector
from twin_stack.constructs.telemetry_ingest import MeasuredProperty, TelemetryIngest
from twin_stack.constructs.telemetry_table import TelemetryTable, TelemetryTableBase
from twin_stack.constructs.twin_web_app import TwinWebApp
from twin_stack.constructs.web_app_attributes import WebAppAttributes
from twin_stack.constructs.web_app_role import WebAppRole
from twin_stack.constructs.web_app_sign_in import ExistingUserPool, NewUserPool, OidcProvider, OperatorClaim
from twin_stack.constructs.workspace import Workspace
from twin_stack.constructs.workspace_base import WorkspaceBase
from twin_stack.definition.former_rows import FormerRowIds, FormerRows
from twin_stack.definition.table_key_schema import TableKeySchema

__all__ = [
    "AlarmEvaluator",
    "AlarmRule",
    "BulkEntities",
    "Component",
    "ComponentType",
    "ConnectorKitLayer",
    "DataConnector",
    "DataConnectorBase",
    "DeadLetters",
    "DevicePolicy",
    "DigitalTwin",
    "DynamoDbConnector",
    "Entity",
    "EvaluatedAlarm",
    "ExistingUserPool",
    "FormerRowIds",
    "FormerRows",
    "FunctionDefinition",
    "FunctionOptions",
    "GrafanaAccess",
    "GrafanaDashboardRole",
    "GrafanaWorkspace",
    "IDataConnector",
    "ITelemetryTable",
    "IWorkspace",
    "MeasuredProperty",
    "NetworkAttributes",
    "NewUserPool",
    "OidcProvider",
    "Operations",
    "OperationsThresholds",
    "OperatorClaim",
    "Scene",
    "SceneAssets",
    "SiteWiseAssets",
    "SiteWiseConnector",
    "TableKeySchema",
    "TelemetryIngest",
    "TelemetryTable",
    "TelemetryTableBase",
    "TwinWebApp",
    "WebAppAttributes",
    "WebAppRole",
    "Workspace",
    "WorkspaceBase",
]
