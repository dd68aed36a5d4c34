"""A whole twin from its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnResource, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk.aws_iottwinmaker import CfnComponentType
from constructs import Construct

from twin_stack.constructs import defaults
from twin_stack.constructs.alarm_evaluator import LAG_ALARM, AlarmEvaluator
from twin_stack.constructs.component_type import ComponentType, FunctionDefinition
from twin_stack.constructs.data_connector import DataConnector
from twin_stack.constructs.dynamodb_connector import DynamoDbConnector
from twin_stack.constructs.entity_template import entity_properties
from twin_stack.constructs.scene import Scene
from twin_stack.constructs.scene_assets import SceneAssets
from twin_stack.constructs.sitewise_assets import SiteWiseAssets
from twin_stack.constructs.sitewise_connector import MOST_ASSETS, SiteWiseConnector
from twin_stack.constructs.telemetry_table import TelemetryTable
from twin_stack.constructs.twin_alarms import evaluated_alarms
from twin_stack.constructs.twin_ingest import TwinIngest
from twin_stack.constructs.type_properties import property_definitions, property_groups
from twin_stack.constructs.workspace import Workspace
from twin_stack.definition import sitewise
from twin_stack.definition.devices import listed_devices
from twin_stack.twinmaker.names import (
    DATA_WRITER,
    SCHEMA_INITIALIZER,
    SITEWISE_ASSET_ID,
    SITEWISE_ASSET_MODEL_ID,
    SITEWISE_CONNECTOR,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_sns as sns

    from twin_stack.constructs.data_connector import IDataConnector
    from twin_stack.constructs.telemetry_table import ITelemetryTable
    from twin_stack.constructs.workspace_base import IWorkspace
    from twin_stack.definition import schema


class DigitalTwin(Construct):
    """Everything a definition declares: workspace, connectors, component types, entities and scenes.

    What is made is created in the order the service needs (SiteWise assets after their models, types after
    their connectors and parents, entities after their parents, types and assets, scenes after their files)
    and deleted in the opposite order.

    Example:
        ```python
        from pathlib import Path
        from twin_stack import DigitalTwin, load

        DigitalTwin(self, "Twin", definition=load(Path("models/factory")))
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        definition: a checked definition, as `load` returns it.
        workspace_id: id of the workspace in place of the definition's, so that one definition can be
            deployed more than once. Default: the definition's.
        workspace: a workspace that exists or is made elsewhere. Default: a new one, with bucket and role.
        telemetry_table: table that connectors of kind `dynamodb` read. Default: a new one where such a
            connector names no table of its own.
        connectors: connectors of your own by the name that functions use, in place of what `twin.yaml`
            says of them. Default: none.
        cors_origins: web origins that may read scenes, such as `https://grafana.example.com`. Default:
            none.
        alarm_topic: is told when an alarm of the definition changes. Default: nobody is told.
        alarm_lag: how far behind telemetry alarms may be before CloudWatch says so. Default: 5 minutes.
        removal_policy: of bucket, table, SiteWise models and assets, and logs. DESTROY needs the context flag
            `twin-stack:allowDestroy` as well. Default: RETAIN.
        log_retention: how long connectors' logs are kept. Default: three months.

    Raises:
        ValueError: an argument breaks a rule of the service.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: schema.TwinDefinition,
        workspace_id: str | None = None,
        workspace: IWorkspace | None = None,
        telemetry_table: ITelemetryTable | None = None,
        connectors: Mapping[str, IDataConnector] = {},
        cors_origins: Sequence[str] = (),
        alarm_topic: sns.ITopic | None = None,
        alarm_lag: Duration = LAG_ALARM,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
    ) -> None:
        super().__init__(scope, construct_id)
        self._definition = definition
        self._alarms = evaluated_alarms(definition)
        self._removal_policy = removal_policy
        self._log_retention = log_retention
        self._telemetry_table = telemetry_table
        self._existing_connectors: dict[str, IDataConnector] = {}
        self._workspace = workspace or Workspace(
            self,
            "Workspace",
            workspace_id=workspace_id or definition.workspace_id,
            description=definition.twin.description,
            cors_origins=cors_origins,
            removal_policy=removal_policy,
            tags=definition.twin.tags or None,
        )
        self._native_types = self._read_natively()
        self._sitewise_assets = self._build_sitewise_assets()
        self._connectors = self._build_connectors(connectors)
        self._ingest = self._build_ingest()
        self._alarm_evaluator = self._build_alarm_evaluator(alarm_topic, alarm_lag)
        self._component_types = self._build_component_types()
        self._entities = self._build_entities()
        self._scenes = self._build_scenes()

    @property
    def workspace(self) -> IWorkspace:
        """The workspace."""
        return self._workspace

    @property
    def telemetry_table(self) -> ITelemetryTable | None:
        """The table that the twin's own DynamoDB connectors read; None where there is none."""
        return self._telemetry_table

    @property
    def connectors(self) -> Mapping[str, IDataConnector]:
        """The connectors by the name that functions use, without those that the service is itself."""
        return self._connectors

    @property
    def sitewise_assets(self) -> SiteWiseAssets | None:
        """Asset models and assets that the twin makes; None where it makes none."""
        return self._sitewise_assets

    @property
    def ingest(self) -> TwinIngest | None:
        """What takes in devices' messages; None where the definition has no `ingest`."""
        return self._ingest

    @property
    def alarm_evaluator(self) -> AlarmEvaluator | None:
        """What works out the alarms; None where the definition has none."""
        return self._alarm_evaluator

    @property
    def component_types(self) -> Mapping[str, ComponentType]:
        """The component types by id."""
        return self._component_types

    @property
    def entities(self) -> Mapping[str, CfnResource]:
        """The entities' resources by entity id."""
        return self._entities

    @property
    def scenes(self) -> Mapping[str, Scene]:
        """The scenes by id."""
        return self._scenes

    def _read_natively(self) -> dict[str, schema.ComponentType]:
        """Return the types that the service reads from assets of the twin itself, as they are deployed."""
        types, native = self._definition.component_types, self._native_connectors
        if not native:
            return {}
        resolved = self._definition.resolved_types
        return {
            type_id: sitewise.native_type(one, resolved[type_id], native)
            for type_id, one in types.items()
            if sitewise.reads(resolved[type_id], native)
        }

    def _build_sitewise_assets(self) -> SiteWiseAssets | None:
        found = sitewise.sitewise_of(self._definition)
        if not found.models:
            return None
        return SiteWiseAssets(
            self,
            "SiteWise",
            sitewise=found,
            workspace_id=self._workspace.literal_workspace_id,
            removal_policy=self._removal_policy,
        )

    def _build_connectors(self, given: Mapping[str, IDataConnector]) -> dict[str, IDataConnector]:
        scope = Construct(self, "Connectors")
        return {
            name: given.get(name) or self._build_connector(scope, name, connector)
            for name, connector in self._definition.connectors.items()
            if name not in self._native_connectors
        }

    @property
    def _native_connectors(self) -> set[str]:
        connectors = self._definition.connectors
        return {name for name, one in connectors.items() if one.kind == "sitewise-native"}

    def _build_connector(self, scope: Construct, name: str, connector: schema.Connector) -> IDataConnector:
        if connector.kind == "dynamodb":
            return self._build_dynamodb_connector(scope, name, connector)
        if connector.kind == "sitewise":
            alias = sitewise.ALIAS_TEMPLATE.replace("${workspaceId}", self._workspace.literal_workspace_id)
            is_managed = connector.manages_assets
            return SiteWiseConnector(
                scope,
                name,
                asset_ids=None if is_managed else self._existing_assets(self._types_read_by(name)),
                property_alias=alias if is_managed else connector.property_alias,
                asset_model_ids=self._existing_models(self._types_read_by(name, SCHEMA_INITIALIZER)),
                allow_writes=bool(self._types_read_by(name, DATA_WRITER)),
                log_retention=self._log_retention,
                log_removal_policy=self._removal_policy,
            )
        return DataConnector.from_function_arn(scope, name, str(connector.arn))

    def _build_dynamodb_connector(
        self, scope: Construct, name: str, connector: schema.Connector
    ) -> DynamoDbConnector:
        if connector.table_name is not None:
            index = connector.component_type_index
            table = dynamodb.Table.from_table_attributes(
                scope,
                f"{name}Table",
                table_name=connector.table_name,
                global_indexes=[index] if index is not None else None,
            )
        else:
            if self._telemetry_table is None:
                self._telemetry_table = TelemetryTable(
                    self,
                    "Telemetry",
                    removal_policy=self._removal_policy,
                    stream=bool(self._alarms),
                )
            table = self._telemetry_table.table
            index = self._telemetry_table.component_type_index
        return DynamoDbConnector(
            scope,
            name,
            table=table,
            partition_key=connector.partition_key,
            sort_key=connector.sort_key,
            time_unit=connector.time_unit,
            key_property=connector.key_property,
            component_type_index=index,
            layout=connector.key_schema,
            devices=self._devices(name, connector) if connector.list_devices else None,
            allow_writes=bool(self._types_read_by(name, DATA_WRITER)),
            log_retention=self._log_retention,
            log_removal_policy=self._removal_policy,
        )

    def _devices(self, name: str, connector: schema.Connector) -> dict[str, list[str]]:
        definition = self._definition
        return listed_devices(name, connector, definition.entities, definition.resolved_types)

    def _build_ingest(self) -> TwinIngest | None:
        if not self._definition.twin.ingest:
            return None
        return TwinIngest(
            self,
            "Ingest",
            definition=self._definition,
            workspace_id=self._workspace.literal_workspace_id,
            telemetry=self._telemetry_table,
        )

    def _build_alarm_evaluator(self, topic: sns.ITopic | None, lag: Duration) -> AlarmEvaluator | None:
        if not self._alarms:
            return None
        if self._telemetry_table is None:
            raise ValueError(
                "the definition's alarms watch the table of the twin, and its connector was given without "
                "one; pass telemetry_table as well"
            )
        return AlarmEvaluator(
            self,
            "Alarms",
            telemetry=self._telemetry_table,
            alarms=self._alarms,
            topic=topic,
            lag_alarm=lag,
            log_retention=self._log_retention,
            log_removal_policy=self._removal_policy,
        )

    def _types_read_by(self, connector: str, only: str | None = None) -> set[str]:
        """Return the types that use a connector, for any function or for one; and the types below them."""
        found: set[str] = set()
        for type_id, one in self._definition.component_types.items():  # parents stand first
            uses = any(
                function.connector == connector and only in (None, name)
                for name, function in one.functions.items()
            )
            if uses or not found.isdisjoint(one.extends_from):
                found.add(type_id)
        return found

    def _existing_assets(self, type_ids: set[str]) -> list[str] | None:
        """Return the assets that components of these types name; None when one is not to be had."""
        found: set[str] = set()
        for entity in self._definition.entities.values():
            for component in entity.components.values():
                if component.component_type_id not in type_ids:
                    continue
                given = component.properties.get(SITEWISE_ASSET_ID)
                asset = given.value.get("stringValue") if given is not None and given.value else None
                if asset is None or ":" in asset:
                    return None  # from a default, or by external id: the ARN is not known here
                found.add(asset)
        return sorted(found) if 0 < len(found) <= MOST_ASSETS else None

    def _existing_models(self, type_ids: set[str]) -> list[str] | None:
        """Return the asset models that these types name; None when there are none, or too many."""
        found: set[str] = set()
        for type_id in type_ids:
            prop = self._definition.component_types[type_id].property_definitions.get(SITEWISE_ASSET_MODEL_ID)
            model = (prop.default_value or {}).get("stringValue") if prop is not None else None
            if model is not None and ":" not in model:  # of an external id the ARN is not known here
                found.add(model)
        return sorted(found) if 0 < len(found) <= MOST_ASSETS else None

    def _build_component_types(self) -> dict[str, ComponentType]:
        scope = Construct(self, "ComponentTypes")
        built: dict[str, ComponentType] = {}
        native = {SITEWISE_CONNECTOR}
        models = self._sitewise_assets.models if self._sitewise_assets is not None else {}
        for type_id, declared in self._definition.component_types.items():
            one = self._native_types.get(type_id, declared)
            definitions = property_definitions(one.property_definitions)
            if type_id in models and type_id in self._native_types:
                definitions[SITEWISE_ASSET_MODEL_ID] = CfnComponentType.PropertyDefinitionProperty(
                    default_value=CfnComponentType.DataValueProperty(string_value=models[type_id].ref)
                )
            built[type_id] = ComponentType(
                scope,
                type_id,
                workspace=self._workspace,
                component_type_id=type_id,
                description=one.description,
                extends_from=[built.get(base, base) for base in one.extends_from],
                is_singleton=one.is_singleton,
                property_definitions=definitions,
                functions={name: self._function(scope, function) for name, function in one.functions.items()},
                property_groups=property_groups(one.property_groups),
                composite_component_types={
                    name: built.get(part.component_type_id, part.component_type_id)
                    for name, part in one.composite_component_types.items()
                },
                tags=one.tags or None,
            )
            if type_id in models and type_id not in self._native_types:
                built[type_id].node.add_dependency(models[type_id])
            if not native.isdisjoint(one.extends_from):
                native.add(type_id)
        used = {
            component.component_type_id
            for entity in self._definition.entities.values()
            for component in entity.components.values()
        }
        if not used.isdisjoint(native) or len(native) > 1:
            self._workspace.allow_sitewise_read(self._native_assets(native))
        return built

    def _own_assets(self, type_ids: Collection[str]) -> list[str] | None:
        """Return the assets made of components of these types; None when they are too many or none."""
        if self._sitewise_assets is None:
            return None
        entities = self._definition.entities
        found = [
            resource.ref
            for (entity_id, name), resource in self._sitewise_assets.assets.items()
            if entities[entity_id].components[name].component_type_id in type_ids
        ]
        return found if 0 < len(found) <= MOST_ASSETS else None

    def _native_assets(self, type_ids: set[str]) -> list[str] | None:
        """Return the assets that the service reads itself; None when they are too many or not known."""
        own = self._own_assets(self._native_types)
        others = type_ids - self._native_types.keys()
        existing = self._existing_assets(others)
        if not self._native_types:
            return existing
        if own is None or (others != {SITEWISE_CONNECTOR} and existing is None):
            return None
        found = [*own, *(existing or ())]
        return found if len(found) <= MOST_ASSETS else None

    def _function(self, scope: Construct, function: schema.Function) -> FunctionDefinition:
        by = function.implemented_by
        connector = None
        if function.connector is not None:
            connector = self._connectors[function.connector]
        elif by is not None and by.lambda_ is not None:
            connector = self._existing(scope, by.lambda_.arn)
        return FunctionDefinition(
            connector=connector,
            is_native=by.is_native if by is not None and connector is None else None,
            required_properties=function.required_properties or (),
            scope=function.scope,
        )

    def _existing(self, scope: Construct, arn: str) -> IDataConnector:
        """Return the connector of an existing function, the same for the same ARN."""
        if arn not in self._existing_connectors:
            self._existing_connectors[arn] = DataConnector.from_function_arn(scope, arn, arn)
        return self._existing_connectors[arn]

    def _build_entities(self) -> dict[str, CfnResource]:
        """Make one resource an entity.

        Two calls into jsii each, however many components it has: constructs and typed properties would be
        a dozen.
        """
        scope = Construct(self, "Entities")
        workspace_id = self._workspace.workspace_id
        type_ids = {type_id: _logical_id(one) for type_id, one in self._component_types.items()}
        has_children = {entity.parent_entity_id for entity in self._definition.entities.values()}
        assets = self._sitewise_assets.asset_logical_ids if self._sitewise_assets is not None else {}
        logical_ids: dict[str, str] = {}
        built: dict[str, CfnResource] = {}
        for entity_id, entity in self._definition.entities.items():
            resource = CfnResource(
                scope,
                entity_id,
                type="AWS::IoTTwinMaker::Entity",
                properties=self._entity_properties(entity, workspace_id),
            )
            needs = sorted({one.component_type_id for one in entity.components.values()})
            depends_on = [type_ids[type_id] for type_id in needs if type_id in type_ids]
            depends_on += [
                assets[entity_id, name]
                for name, one in entity.components.items()
                if (entity_id, name) in assets and one.component_type_id not in self._native_types
            ]
            if entity.parent_entity_id in logical_ids:
                depends_on.insert(0, logical_ids[entity.parent_entity_id])
            if depends_on:
                resource.add_override("DependsOn", depends_on)
            if entity_id in has_children:
                logical_ids[entity_id] = resource.logical_id
            built[entity_id] = resource
        return built

    def _entity_properties(self, entity: schema.Entity, workspace_id: str) -> dict[str, Any]:
        """Return the properties of an entity; components that the service reads itself name their asset."""
        properties = entity_properties(entity, workspace_id)
        if self._sitewise_assets is None:
            return properties
        for name, component in entity.components.items():
            if component.component_type_id in self._native_types:
                asset = {"Ref": self._sitewise_assets.asset_logical_ids[entity.entity_id, name]}
                given = properties["Components"][name].setdefault("Properties", {})
                given[SITEWISE_ASSET_ID] = {"Value": {"StringValue": asset}}
        return properties

    def _build_scenes(self) -> dict[str, Scene]:
        if not self._definition.scenes:
            return {}
        scope = Construct(self, "Scenes")
        assets = []
        if self._definition.assets is not None:
            assets.append(
                SceneAssets(scope, "Assets", workspace=self._workspace, path=self._definition.assets)
            )
        return {
            scene_id: Scene(
                scope,
                scene_id,
                workspace=self._workspace,
                scene_id=scene_id,
                document=scene.document,
                assets=assets,
                description=scene.description,
                capabilities=scene.capabilities,
                scene_metadata=scene.scene_metadata or None,
            )
            for scene_id, scene in self._definition.scenes.items()
        }


def _logical_id(component_type: ComponentType) -> str:
    resource = component_type.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 (of this package's own making)
    return resource.logical_id
