"""A whole twin from its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, RemovalPolicy, Tags, Validations
from constructs import Construct, IDependable

from twin_stack.constructs import defaults
from twin_stack.constructs.alarm_evaluator import LAG_ALARM, AlarmEvaluator
from twin_stack.constructs.argument_checks import check_text
from twin_stack.constructs.bulk_entities import BulkEntities
from twin_stack.constructs.data_names import DataNames, default_data_name
from twin_stack.constructs.existing import (
    existing_bucket,
    existing_telemetry_table,
    existing_topic,
    existing_workspace,
)
from twin_stack.constructs.history_guard import HistoryGuard, existing_table_names
from twin_stack.constructs.kept_members import keep_members
from twin_stack.constructs.logical_ids import LogicalIds
from twin_stack.constructs.native_reads import allow_native_reads, native_types
from twin_stack.constructs.scene_upload import SceneUpload, bucket_of
from twin_stack.constructs.sitewise_assets import SiteWiseAssets
from twin_stack.constructs.telemetry_table import TelemetryTable
from twin_stack.constructs.twin_alarms import evaluated_alarms
from twin_stack.constructs.twin_component_types import TwinComponentTypes
from twin_stack.constructs.twin_connectors import build_connector
from twin_stack.constructs.twin_entities import TwinEntities
from twin_stack.constructs.twin_function_options import TwinFunctionOptions
from twin_stack.constructs.twin_ingest import TwinIngest
from twin_stack.constructs.twin_scenes import build_scenes
from twin_stack.constructs.workspace import Workspace
from twin_stack.definition import sitewise
from twin_stack.definition.former_ids import (
    first_connector_name,
    renamed_entities,
    types_of_renamed_properties,
)
from twin_stack.definition.former_rows import former_rows_of_alarms
from twin_stack.definition.schema import DATA_NAME
from twin_stack.definition.stack_contents import has_bulk_assets
from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.data_tag import DATA_TAG

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns
    from aws_cdk.aws_iottwinmaker import CfnEntity

    from twin_stack.constructs.component_type import ComponentType
    from twin_stack.constructs.interfaces import IDataConnector, ITelemetryTable, IWorkspace
    from twin_stack.constructs.packaged_function import FunctionOptions
    from twin_stack.constructs.scene import Scene
    from twin_stack.definition.twin_definition import TwinDefinition

_TAGGED: Final = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
"""What holds data and has no name that is known in every environment."""
UNUSED_WARNING: Final = "twin-stack-argumentUnused"


class DigitalTwin(Construct):
    """Everything that a definition declares: workspace, connectors, component types, entities and scenes.

    Resources are created in the order that the service needs (SiteWise assets after their models,
    component types after their connectors and parents, entities after their parents, types and assets,
    scenes after their files) and deleted in the opposite order.

    Example:
        ```python
        from pathlib import Path
        from twin_stack import DigitalTwin, load

        DigitalTwin(self, "Twin", definition=load(Path("models/factory")))
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        definition: A checked definition, as ``load`` returns it.
        workspace_id: The id of the workspace, to deploy one definition more than once. Default: the
            definition's.
        data_name: The name that the names of table, bucket, log groups, topic rules and of the policy for
            devices begin with, as ``dataName`` in ``twin.yaml``. A twin whose workspace gets another id keeps
            its data with the former id as its data name. Default: the id of the workspace; the definition's
            data name if the workspace has the definition's id.
        stage: The name of the stage, which replaces ``${stage}`` in topics of ``ingest``. Default: none.
        workspace: An existing workspace, or one that is created elsewhere. Default: that of ``existing`` in
            the definition, else a new workspace with bucket and role.
        bucket: An existing bucket for a new workspace. Default: that of ``existing`` in the definition, else
            a new bucket.
        telemetry_table: The table that connectors of kind ``dynamodb`` read. Default: that of ``existing`` in
            the definition, else a new table if such a connector names no table of its own.
        connectors: Data connectors by the name that functions use; each replaces the connector of that
            name in ``twin.yaml``. Default: none.
        cors_origins: Web origins that may read scenes, such as ``https://grafana.example.com``. Default:
            none.
        alarm_topic: The topic that is notified when the state of an alarm of the definition changes.
            Default: that of ``existing`` in the definition, else no notification.
        alarm_lag: The delay of alarm states behind telemetry from which a CloudWatch alarm is raised.
            Default: 5 minutes.
        removal_policy: The removal policy of bucket, table, SiteWise models and assets, and logs. DESTROY
            takes effect only if the context flag ``twin-stack:allowDestroy`` is true as well. Default:
            RETAIN.
        log_retention: The retention of the connectors' logs. Default: three months.
        server_access_logs_bucket: The bucket for S3 access logs of a new workspace's bucket. Default: no
            access logs.
        encryption_key: The customer managed key of what the twin creates: bucket, table, dead-letter queues,
            logs, and environment variables. Grafana cannot show the scenes of such a bucket. Default: keys of
            the services.
        function_options: The options of all functions that the twin creates: VPC, tracing, and others, but
            neither ``function_name`` nor ``timeout``. Default: none.
        connector_options: Options of the functions of single connectors by their names in ``twin.yaml``, such
            as memory and reserved concurrency; each replaces the one of ``function_options``. Default: none.
        logical_id_prefix: The beginning of the twin's logical ids, 1 to 40 letters and digits. Logical ids do
            not depend on the construct's id and place, so the second twin of a stack needs a prefix. With
            another prefix, CloudFormation creates everything a second time. Default: none.

    Raises:
        ValueError: An argument violates a rule of the service, or the stack contains another twin with the
            same ``logical_id_prefix``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str | None = None,
        data_name: str | None = None,
        stage: str | None = None,
        workspace: IWorkspace | None = None,
        bucket: s3.IBucket | None = None,
        telemetry_table: ITelemetryTable | None = None,
        connectors: Mapping[str, IDataConnector] = {},
        cors_origins: Sequence[str] = (),
        alarm_topic: sns.ITopic | None = None,
        alarm_lag: Duration = LAG_ALARM,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        server_access_logs_bucket: s3.IBucket | None = None,
        encryption_key: kms.IKey | None = None,
        function_options: FunctionOptions | None = None,
        connector_options: Mapping[str, FunctionOptions] = {},
        logical_id_prefix: str = "",
    ) -> None:
        shared_options: FunctionOptions = {**(function_options or {})}
        if encryption_key is not None:
            shared_options.setdefault("encryption_key", encryption_key)
        options = TwinFunctionOptions(shared_options, connector_options)
        if workspace is not None and (workspace_id or bucket or cors_origins or server_access_logs_bucket):
            raise ValueError(
                "workspace_id, bucket, cors_origins and server_access_logs_bucket are of a new workspace; "
                "leave them out, or leave out workspace"
            )
        check_text(DATA_NAME, "data_name", data_name)
        super().__init__(scope, construct_id)
        self._logical_ids = LogicalIds(self, logical_id_prefix)
        self._definition = definition
        self._evaluated_alarms = evaluated_alarms(definition)
        self._removal_policy = removal_policy
        self._log_retention = log_retention
        self._encryption_key = encryption_key
        self._options = options
        existing = definition.twin.existing
        if telemetry_table is None and existing.telemetry_table is not None:
            telemetry_table = existing_telemetry_table(self, "Telemetry", existing.telemetry_table)
        self._telemetry_table = telemetry_table
        if alarm_topic is None and existing.alarm_topic is not None:
            alarm_topic = existing_topic(self, "AlarmTopic", existing.alarm_topic)
        name_of_data = data_name or default_data_name(definition, workspace_id, workspace)
        self._names = DataNames(name_of_data)
        # By this tag, what a deleted stack left is found (`twin orphans`).
        Tags.of(self).add(DATA_TAG, name_of_data, include_resource_types=list(_TAGGED))
        self._workspace = workspace or self._build_workspace(
            workspace_id or definition.workspace_id,
            bucket=bucket,
            cors_origins=cors_origins,
            server_access_logs_bucket=server_access_logs_bucket,
        )
        native_connectors = {
            name for name, connector in definition.connectors.items() if connector.kind == "sitewise-native"
        }
        _check_names(connectors, definition.connectors.keys() - native_connectors)
        options.check_names(definition, connectors)
        self._native_types = native_types(definition, native_connectors)
        self._sitewise_assets = self._build_sitewise_assets()
        self._connectors = self._build_connectors(connectors, native_connectors)
        self._ingest = self._build_ingest(stage)
        self._alarm_evaluator = self._build_alarm_evaluator(alarm_topic, alarm_lag)
        is_table_unused = telemetry_table is not None and not (
            self._ingest or self._alarm_evaluator or self._reads_telemetry_table(connectors)
        )
        self._component_types = TwinComponentTypes(
            self,
            "ComponentTypes",
            definition=definition,
            native_types=self._native_types,
            asset_models=self._sitewise_assets.models if self._sitewise_assets is not None else {},
            connectors=self._connectors,
            workspace=self._workspace,
        ).types
        allow_native_reads(self, self._workspace, definition, self._native_types, self._sitewise_assets)
        self._entities = self._build_entities()
        self._scenes = self._build_scenes()
        self._build_history_guard()
        keep_members(
            self,
            definition,
            native_types=self._native_types,
            connectors=self._connectors,
            workspace=self._workspace,
            data_name=self._names.data_name,
            logical_id_prefix=logical_id_prefix,
        )
        self._fix_logical_ids()
        if is_table_unused:
            Validations.of(self).add_warning(
                UNUSED_WARNING,
                "telemetry_table has no effect, because no connector, ingest or alarm uses it; leave it out",
            )
        if alarm_topic is not None and self._alarm_evaluator is None:
            Validations.of(self).add_warning(
                UNUSED_WARNING,
                "alarm_topic has no effect, because no component type has alarms; leave it out",
            )

    @property
    def workspace(self) -> IWorkspace:
        """The workspace."""
        return self._workspace

    @property
    def telemetry_table(self) -> ITelemetryTable | None:
        """The table that the twin's own DynamoDB connectors read; None if there is none."""
        return self._telemetry_table

    @property
    def connectors(self) -> Mapping[str, IDataConnector]:
        """The connectors by the name that functions use, without connectors that the service implements."""
        return self._connectors

    @property
    def sitewise_assets(self) -> SiteWiseAssets | None:
        """The SiteWise asset models and assets that the twin manages; None if it manages none."""
        return self._sitewise_assets

    @property
    def ingest(self) -> TwinIngest | None:
        """The topic rules that ingest telemetry; None if the definition has no ``ingest``."""
        return self._ingest

    @property
    def alarm_evaluator(self) -> AlarmEvaluator | None:
        """The evaluator of the definition's alarms; None if the definition has none."""
        return self._alarm_evaluator

    @property
    def component_types(self) -> Mapping[str, ComponentType]:
        """The component types by id."""
        return self._component_types

    @property
    def entities(self) -> Mapping[str, CfnEntity]:
        """The resources of the entities by entity id, as L1s.

        Raises:
            ValueError: The definition has ``engine: bulk``, so that entities are no resources.
        """
        if isinstance(self._entities, BulkEntities):
            raise ValueError(
                "entities of a definition with engine: bulk are no resources of the stack; refer to an "
                "entity by its id, and depend on bulk_entities"
            )
        return self._entities

    @property
    def bulk_entities(self) -> BulkEntities | None:
        """The entities of a definition with ``engine: bulk``; None with another engine."""
        return self._entities if isinstance(self._entities, BulkEntities) else None

    @property
    def scenes(self) -> Mapping[str, Scene]:
        """The scenes by id; those of former ids too."""
        return self._scenes

    def _build_workspace(
        self,
        workspace_id: str,
        *,
        bucket: s3.IBucket | None,
        cors_origins: Sequence[str],
        server_access_logs_bucket: s3.IBucket | None,
    ) -> IWorkspace:
        existing = self._definition.twin.existing
        if existing.workspace is not None:
            if bucket or cors_origins or server_access_logs_bucket:
                raise ValueError(
                    "bucket, cors_origins and server_access_logs_bucket are of a new workspace, but the "
                    "definition names an existing one; leave them out"
                )
            return existing_workspace(self, "Workspace", existing.workspace, workspace_id)
        if bucket is None and existing.bucket is not None:
            bucket = existing_bucket(self, "Bucket", existing.bucket)
        return Workspace(
            self,
            "Workspace",
            workspace_id=workspace_id,
            description=self._definition.twin.description,
            bucket=bucket,
            bucket_name=self._names.bucket(self) if bucket is None else None,
            cors_origins=cors_origins,
            removal_policy=self._removal_policy,
            tags=self._definition.twin.tags or None,
            server_access_logs_bucket=server_access_logs_bucket,
            encryption_key=self._encryption_key if bucket is None else None,
        )

    def _build_history_guard(self) -> None:
        """Refuse updates that would leave the twin without its history, before what holds it changes."""
        if self._names.data_name is None:
            return
        guard = HistoryGuard(
            self,
            "HistoryGuard",
            data_name=self._names.data_name,
            table_name=self._names.table() if self._owns_telemetry_table else None,
            readable_tables=existing_table_names(self._definition),
            attaches_table=self._telemetry_table is not None and not self._owns_telemetry_table,
            manages_assets=self._sitewise_assets is not None,
            removal_policy=self._removal_policy,
            log_retention=self._log_retention,
            log_group_name=self._names.log_group("history-guard"),
            **self._options.shared,
        )
        guard.precede(
            self._workspace,
            self._workspace.bucket,
            self._telemetry_table.table if self._telemetry_table is not None else None,
            # All resources of SiteWise wait for the function behind them.
            self._sitewise_assets.function if self._sitewise_assets is not None else None,
        )

    @property
    def _owns_telemetry_table(self) -> bool:
        return (
            self._telemetry_table is not None
            and self._telemetry_table.node.scope is self
            and isinstance(self._telemetry_table, TelemetryTable)
        )

    def _fix_logical_ids(self) -> None:
        """Make the logical ids independent of this construct's id and place."""
        fix = self._logical_ids.fix
        fix(self._workspace, "Workspace")
        if self._telemetry_table is not None:
            fix(self._telemetry_table.table, "Table")
        for type_id, component_type in self._component_types.items():
            fix(component_type, "ComponentType", type_id)
        for scene_id, scene in self._scenes.items():
            fix(scene, "Scene", scene_id)
        if self._ingest is not None:
            for name, rule in self._ingest.rules.items():
                fix(rule, "TopicRule", name)
            fix(self._ingest.device_policy, "DevicePolicy")
        included = self._entities.construct if isinstance(self._entities, TwinEntities) else None
        self._logical_ids.fix_rest(*(child for child in self.node.children if child is not included))

    def _build_entities(self) -> TwinEntities | BulkEntities:
        assets = self._sitewise_assets.assets if self._sitewise_assets is not None else {}
        bulk_assets = self._sitewise_assets.bulk_assets if self._sitewise_assets is not None else None
        if self._definition.twin.engine == "bulk":
            return BulkEntities(
                self,
                "Entities",
                definition=self._definition,
                workspace=self._workspace,
                component_types=self._component_types,
                native_types=self._native_types,
                assets=bulk_assets or assets,
                log_retention=self._log_retention,
                log_removal_policy=self._removal_policy,
                log_group_name=self._names.log_group("entities"),
                **self._options.shared,
            )
        return TwinEntities(
            self,
            "Entities",
            definition=self._definition,
            workspace_id=self._workspace.workspace_id,
            logical_ids=self._logical_ids,
            component_types=self._component_types,
            native_types=self._native_types,
            assets=assets,
        )

    def _build_sitewise_assets(self) -> SiteWiseAssets | None:
        derived = sitewise.sitewise_of(self._definition)
        if not derived.models:
            return None
        return SiteWiseAssets(
            self,
            "SiteWise",
            sitewise=derived,
            workspace_id=self._workspace.literal_workspace_id,
            data_name=self._names.data_name,
            bucket=bucket_of(self._workspace) if has_bulk_assets(self._definition) else None,
            removal_policy=self._removal_policy,
            log_retention=self._log_retention,
            log_group_name=self._names.log_group("sitewise"),
            **self._options.shared,
        )

    def _build_connectors(
        self, replacements: Mapping[str, IDataConnector], native_connectors: set[str]
    ) -> dict[str, IDataConnector]:
        scope = Construct(self, "Connectors")
        declared = {
            name: connector
            for name, connector in self._definition.connectors.items()
            if name not in native_connectors
        }
        if self._telemetry_table is None and self._reads_telemetry_table(replacements):
            self._telemetry_table = TelemetryTable(
                self,
                "Telemetry",
                table_name=self._names.table(),
                removal_policy=self._removal_policy,
                stream=bool(self._evaluated_alarms),
                encryption_key=self._encryption_key,
            )
        return {
            name: replacements[name]
            if name in replacements
            else build_connector(
                scope,
                name,
                definition=self._definition,
                workspace_id=self._workspace.literal_workspace_id,
                telemetry_table=self._telemetry_table,
                log_retention=self._log_retention,
                removal_policy=self._removal_policy,
                log_group_name=self._names.log_group(
                    f"connector/{first_connector_name(self._definition, name)}"
                ),
                options=self._options.of_connector(name),
            )
            for name in declared
        }

    def _reads_telemetry_table(self, replacements: Mapping[str, IDataConnector]) -> bool:
        return any(
            connector.reads_telemetry_table
            for name, connector in self._definition.connectors.items()
            if name not in replacements
        )

    def _build_ingest(self, stage: str | None) -> TwinIngest | None:
        if not self._definition.twin.ingest:
            return None
        return TwinIngest(
            self,
            "Ingest",
            definition=self._definition,
            workspace_id=self._workspace.literal_workspace_id,
            telemetry=self._telemetry_table,
            names=self._names,
            stage=stage,
            encryption_key=self._encryption_key,
        )

    def _build_alarm_evaluator(self, topic: sns.ITopic | None, lag: Duration) -> AlarmEvaluator | None:
        if not self._evaluated_alarms:
            return None
        if self._telemetry_table is None:
            raise ValueError(
                "the definition has alarms, which need the twin's telemetry table, but the connector that "
                "reads it is replaced by an argument; pass telemetry_table as well"
            )
        ingests = self._definition.twin.ingest.values()
        max_age = max((ingest.max_age_days for ingest in ingests), default=None)
        max_ahead = max((ingest.max_ahead_seconds for ingest in ingests), default=None)
        return AlarmEvaluator(
            self,
            "Alarms",
            telemetry=self._telemetry_table,
            alarms=self._evaluated_alarms,
            former_rows=former_rows_of_alarms(self._definition),
            max_age=Duration.days(max_age) if max_age is not None else defaults.MAX_MEASUREMENT_AGE,
            max_ahead=Duration.seconds(max_ahead)
            if max_ahead is not None
            else defaults.MAX_MEASUREMENT_AHEAD,
            topic=topic,
            lag_alarm=lag,
            log_retention=self._log_retention,
            log_removal_policy=self._removal_policy,
            log_group_name=self._names.log_group("alarms"),
            **self._options.shared,
        )

    def _build_scenes(self) -> dict[str, Scene]:
        if not self._definition.scenes:
            return {}
        scope = Construct(self, "Scenes")
        upload = SceneUpload.of(
            scope,
            self._workspace,
            removal_policy=self._removal_policy,
            log_retention=self._log_retention,
            log_group_name=self._names.log_group("scene-files"),
            options=self._options.of_upload(),
        )
        # A binding of a scene never has a target that does not exist yet.
        upload.files.node.add_dependency(*self._renamed())
        return build_scenes(scope, self._definition, self._workspace)

    def _renamed(self) -> list[IDependable]:
        """Return the renamed things that scenes may bind."""
        types: list[IDependable] = [
            self._component_types[type_id] for type_id in types_of_renamed_properties(self._definition)
        ]
        entity_ids = renamed_entities(self._definition)
        if isinstance(self._entities, BulkEntities):
            return [*types, *([self._entities.resource] if entity_ids else [])]
        return [*types, *(self._entities[entity_id] for entity_id in entity_ids)]


def _check_names(replacements: Mapping[str, IDataConnector], names: Collection[str]) -> None:
    """Check that each connector that is passed replaces one of the definition."""
    for name in replacements:
        if name not in names:
            raise ValueError(
                f'connectors names "{name}", which is no connector with a function in twin.yaml; '
                f"{did_you_mean(name, names)}"
            )
