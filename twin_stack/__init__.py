"""AWS IoT TwinMaker digital twins from definition files: constructs for CDK apps.

    from twin_stack import DigitalTwin, load

    DigitalTwin(self, "Twin", definition=load(Path("models/factory")))

The constructs are imported on first access: reading a definition starts no jsii runtime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin_stack.constructs import (
        AlarmEvaluator,
        AlarmRule,
        BulkEntities,
        Component,
        ComponentType,
        ConnectorKitLayer,
        DataConnector,
        DataConnectorBase,
        DeadLetters,
        DevicePolicy,
        DigitalTwin,
        DynamoDbConnector,
        Entity,
        EvaluatedAlarm,
        ExistingUserPool,
        FormerRowIds,
        FormerRows,
        FunctionDefinition,
        FunctionOptions,
        GrafanaAccess,
        GrafanaDashboardRole,
        GrafanaWorkspace,
        IDataConnector,
        ITelemetryTable,
        IWorkspace,
        MeasuredProperty,
        NetworkAttributes,
        NewUserPool,
        OidcProvider,
        Operations,
        OperationsThresholds,
        OperatorClaim,
        Scene,
        SceneAssets,
        SiteWiseAssets,
        SiteWiseConnector,
        TableKeySchema,
        TelemetryIngest,
        TelemetryTable,
        TelemetryTableBase,
        TwinWebApp,
        WebAppAttributes,
        WebAppRole,
        Workspace,
        WorkspaceBase,
    )
    from twin_stack.definition import DefinitionBuilder, DefinitionError, TwinDefinition, load
    from twin_stack.errors import TwinError
    from twin_stack.stack import TwinStack

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
    "DefinitionBuilder",
    "DefinitionError",
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
    "TwinDefinition",
    "TwinError",
    "TwinStack",
    "TwinWebApp",
    "WebAppAttributes",
    "WebAppRole",
    "Workspace",
    "WorkspaceBase",
    "load",
]

_MODULES = {
    "DefinitionBuilder": "twin_stack.definition",
    "DefinitionError": "twin_stack.definition",
    "TwinDefinition": "twin_stack.definition",
    "load": "twin_stack.definition",
    "TwinError": "twin_stack.errors",
    "TwinStack": "twin_stack.stack",
}
"""Where each public name is defined; the others are constructs."""


if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> Any:
        """Import a construct on first access.

        Raises:
            AttributeError: There is no such name.
        """
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES.get(name, "twin_stack.constructs")), name)
