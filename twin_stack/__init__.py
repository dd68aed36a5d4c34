"""AWS IoT TwinMaker digital twins from definition files: constructs for CDK apps.

    from twin_stack import DigitalTwin, load

    DigitalTwin(self, "Twin", definition=load(Path("models/factory")))

The constructs are imported when they are first asked for: reading a definition starts no jsii runtime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from twin_stack.definition import DefinitionError, TwinDefinition, load

if TYPE_CHECKING:
    from twin_stack.constructs import (
        AlarmEvaluator,
        AlarmRule,
        ComponentType,
        ConnectorKitLayer,
        DataConnector,
        DeadLetters,
        DevicePolicy,
        DigitalTwin,
        DynamoDbConnector,
        Entity,
        EvaluatedAlarm,
        FunctionDefinition,
        GrafanaAccess,
        GrafanaDashboardRole,
        GrafanaWorkspace,
        IDataConnector,
        ITelemetryTable,
        IWorkspace,
        MeasuredProperty,
        Operations,
        OperationsThresholds,
        Scene,
        SceneAssets,
        SiteWiseAssets,
        SiteWiseConnector,
        TableKeySchema,
        TelemetryIngest,
        TelemetryTable,
        Workspace,
    )
    from twin_stack.stack import TwinStack

__all__ = [
    "AlarmEvaluator",
    "AlarmRule",
    "ComponentType",
    "ConnectorKitLayer",
    "DataConnector",
    "DeadLetters",
    "DefinitionError",
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
    "TwinDefinition",
    "TwinStack",
    "Workspace",
    "load",
]


def __getattr__(name: str) -> Any:
    """Import a construct when it is first asked for.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(
        import_module("twin_stack.stack" if name == "TwinStack" else "twin_stack.constructs"), name
    )
