"""The app's settings: the stages in ``cdk.json``, read once and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from twin_stack.definition.attach import attach
from twin_stack.definition.checks.existing import existing_unfit
from twin_stack.definition.checks.regions import existing_functions, functions_of_several_regions
from twin_stack.definition.files import read
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.ingest import topic_in_stage
from twin_stack.definition.phases.read import TWIN_FILES
from twin_stack.definition.rules.members import MISSING_KEY, VALUE_NOT_ALLOWED
from twin_stack.definition.rules.web_app import WEB_APP_ELSEWHERE
from twin_stack.definition.schema import (
    DataName,
    KeyArn,
    StageConnector,
    StageExisting,
    StageGrafana,
    StageVpc,
    StageWebApp,
    Tags,
    WorkspaceId,
)
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.stage_functions import check_key_region
from twin_stack.definition.source import LocatedMap, at, locate
from twin_stack.definition.stages import (
    StageIdentity,
    StageTopic,
    compare_stages,
    stack_name,
)
from twin_stack.definition.validation import validate
from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.patterns import TOPIC_ARN
from twin_stack.twinmaker.quotas import MAX_STACK_NAME, MAX_STACK_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.definition.twin_definition import TwinDefinition

CONTEXT_KEY = "twin-stack"
"""The key of the settings in the context of ``cdk.json``."""

RETENTION_DAYS = {
    1: "ONE_DAY",
    3: "THREE_DAYS",
    5: "FIVE_DAYS",
    7: "ONE_WEEK",
    14: "TWO_WEEKS",
    30: "ONE_MONTH",
    60: "TWO_MONTHS",
    90: "THREE_MONTHS",
    120: "FOUR_MONTHS",
    150: "FIVE_MONTHS",
    180: "SIX_MONTHS",
    365: "ONE_YEAR",
    400: "THIRTEEN_MONTHS",
    545: "EIGHTEEN_MONTHS",
    731: "TWO_YEARS",
    1096: "THREE_YEARS",
    1827: "FIVE_YEARS",
    2192: "SIX_YEARS",
    2557: "SEVEN_YEARS",
    2922: "EIGHT_YEARS",
    3288: "NINE_YEARS",
    3653: "TEN_YEARS",
}
"""The retention periods of CloudWatch Logs in days, with the names of ``aws_logs.RetentionDays``."""


def _check_retention_days(days: int) -> int:
    if days not in RETENTION_DAYS:
        raise refusal(
            VALUE_NOT_ALLOWED,
            "{days} is not a retention period of CloudWatch Logs: {offered}",
            days=days,
            offered=", ".join(map(str, RETENTION_DAYS)),
        )
    return days


class _Shape(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=to_camel, validate_by_name=True
    )


_TopicArn = Annotated[str, Field(pattern=f"^{TOPIC_ARN.pattern}$")]
_Count = Annotated[int, Field(ge=1)]


class OperationsSettings(_Shape):
    """The CloudWatch dashboard and alarms of a stage.

    Thresholds that are absent have the defaults of ``OperationsThresholds``.

    Attributes:
        enabled: Whether there are a dashboard and alarms.
        topic_arn: The SNS topic that is notified of the alarms. Default: no notification.
        connector_errors: Failed invocations of one connector in five minutes.
        connector_throttles: Rejected invocations of one connector in five minutes.
        connector_duration_percent: The 99th percentile of a connector's duration in percent of its timeout.
        cold_starts: Cold starts of one connector in five minutes.
        rule_failures: Failed actions of one topic rule in five minutes.
        twin_failures: Failed changes of entities or component types in five minutes.
        stream_lag_seconds: The delay of alarm states behind telemetry.
    """

    enabled: bool = True
    topic_arn: _TopicArn | None = None
    connector_errors: _Count | None = None
    connector_throttles: _Count | None = None
    connector_duration_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    cold_starts: _Count | None = None
    rule_failures: _Count | None = None
    twin_failures: _Count | None = None
    stream_lag_seconds: Annotated[int, Field(ge=60)] | None = None

    @model_validator(mode="after")
    def _check_effect(self) -> Self:
        without_effect = self.model_fields_set - {"enabled"}
        if not self.enabled and without_effect:
            names = ", ".join(sorted(map(to_camel, without_effect)))
            raise refusal(
                VALUE_NOT_ALLOWED,
                "enabled is false, so {names} would have no effect; leave out one",
                names=names,
            )
        return self

    @property
    def thresholds(self) -> dict[str, int]:
        """The thresholds that were given, by their names in ``OperationsThresholds``."""
        return self.model_dump(exclude={"enabled", "topic_arn"}, exclude_none=True)


_PolicyArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$")
]
_BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]


_StackName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=MAX_STACK_NAME)]


class TwinSettings(_Shape):
    """The settings of a stage.

    Attributes:
        model: The folder of the definition, relative to the app's folder.
        account: The account, twelve digits. Default: the account of the deploying credentials.
        region: The region. Default: the region of the deploying credentials.
        workspace_id: The id of the workspace. Default: the definition's. Stages of one account and region
            have different ones.
        stack_name: The name of the stack. Default: the id of the workspace, with a hash if it has characters
            that CloudFormation does not allow.
        data_name: The name that the names of table, bucket, log groups and topic rules begin with. Default:
            the id of the workspace; the definition's data name if the workspace has the definition's id.
        cors_origins: Web origins that may read scenes.
        removal: The removal policy of bucket, table and logs; ``destroy`` takes effect only if the context
            flag ``twin-stack:allowDestroy`` is true as well.
        log_retention_days: One of the retention periods of CloudWatch Logs.
        alarm_topic_arn: The SNS topic that is notified when the state of an alarm of the definition changes.
            Default: no notification.
        operations: The CloudWatch dashboard and alarms.
        grafana: The Grafana that may read the twin. Default: none.
        web_app: The page of the twin, hosted in AWS. Default: none.
        termination_protection: Whether CloudFormation refuses to delete the stack.
        tags: The tags of the stack, at most 49; CloudFormation gives them to its resources. Default: none.
        permissions_boundary_arn: The policy that is the permissions boundary of every role. Default: none.
        access_logs_bucket: The name of the bucket that gets the access logs of the twin's bucket. It must
            allow S3's log delivery. Default: no access logs.
        existing: What exists in the account and region of the stage and is attached; each member replaces
            that of ``twin.yaml``.
        kms_key_arn: The customer managed key of everything that the twin creates and that can have one.
            Default: keys of the services.
        vpc: The VPC of all functions. Default: none.
        tracing: Whether AWS X-Ray traces all functions.
        connectors: The limits of the functions of connectors, by the names in ``twin.yaml``.
    """

    model: Annotated[str, Field(min_length=1)]
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")] | None = None
    workspace_id: WorkspaceId | None = None
    stack_name: _StackName | None = None
    data_name: DataName | None = None
    cors_origins: list[Annotated[str, Field(pattern=r"^https?://[^/*]+$")]] = []
    removal: Literal["retain", "destroy"] = "retain"
    log_retention_days: Annotated[int, AfterValidator(_check_retention_days)] = 90
    alarm_topic_arn: _TopicArn | None = None
    operations: OperationsSettings = OperationsSettings()
    grafana: StageGrafana | None = None
    web_app: StageWebApp | None = None
    termination_protection: bool = False
    tags: Tags = Field(default={}, max_length=MAX_STACK_TAGS)
    permissions_boundary_arn: _PolicyArn | None = None
    access_logs_bucket: _BucketName | None = None
    existing: StageExisting = StageExisting()
    kms_key_arn: KeyArn | None = None
    vpc: StageVpc | None = None
    tracing: bool = False
    connectors: dict[str, StageConnector] = {}

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.alarm_topic_arn is not None and self.existing.alarm_topic is not None:
            raise refusal(
                VALUE_NOT_ALLOWED, "alarmTopicArn and existing.alarmTopic exclude each other; give one"
            )
        check_key_region(self.kms_key_arn, self.region)
        return self


class _Stages(_Shape):
    default_stage: str
    stages: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")], TwinSettings]


@dataclass(frozen=True, slots=True)
class Stage:
    """The selected stage.

    Attributes:
        name: The name of the stage.
        settings: The settings of the stage.
        source: The settings as they were read.
        stages: The settings of all stages by name.
        document: The settings of all stages as they were read.
    """

    name: str
    settings: TwinSettings
    source: LocatedMap
    stages: Mapping[str, TwinSettings]
    document: LocatedMap

    def attach(self, definition: TwinDefinition) -> TwinDefinition:
        """Return the definition with what exists in this stage.

        Args:
            definition: A checked definition.

        Raises:
            DefinitionError: What exists does not fit the definition or the settings; lists all findings.
        """
        settings = self.settings
        attached = attach(
            definition, settings.existing, self.source, account=settings.account, region=settings.region
        )
        existing = attached.twin.existing
        owner = "workspace" if existing.workspace is not None else "bucket"
        written = {"corsOrigins": settings.cors_origins, "accessLogsBucket": settings.access_logs_bucket}
        findings = [
            existing_unfit.finding(
                at(self.source, name, of_key=True),
                f"{name} is a setting of a new bucket, but the {owner} exists",
                "remove it, and configure the existing bucket",
            )
            for name, value in written.items()
            if value and (existing.workspace is not None or existing.bucket is not None)
        ]
        if settings.web_app is not None and existing.workspace and existing.workspace.s3_location is None:
            message = (
                "webApp shows scenes of the workspace's bucket, and s3Location of the workspace is not given"
            )
            place = at(self.source, "webApp", of_key=True)
            findings.append(existing_unfit.finding(place, message, "add s3Location to existing.workspace"))
        findings += self._unknown_connectors(definition)
        findings += self._functions_elsewhere(definition)
        findings += self._user_pool_elsewhere()
        if findings:
            raise DefinitionError(findings)
        return attached

    def _unknown_connectors(self, definition: TwinDefinition) -> Iterator[Finding]:
        """Report limits of connectors whose functions the twin does not create."""
        names = definition.created_connectors
        written = self.source.get("connectors")
        for name in self.settings.connectors:
            if name not in names:
                yield VALUE_NOT_ALLOWED.finding(
                    at(written, name, of_key=True) if isinstance(written, LocatedMap) else at(self.source),
                    f'connectors names "{name}", which is no connector whose function the twin creates',
                    did_you_mean(name, names),
                )

    def _functions_elsewhere(self, definition: TwinDefinition) -> Iterator[Finding]:
        """Report functions of connectors of another region than the stage's."""
        for function in existing_functions(definition.connectors, definition.component_types):
            if self.settings.region not in (None, function.region):
                yield functions_of_several_regions.finding(
                    at(self.source, "region"),
                    f"region is {self.settings.region}, but the function of {function.owner} is in "
                    f"{function.region}",
                    "deploy the function in the region of the stage",
                )

    def _user_pool_elsewhere(self) -> Iterator[Finding]:
        """Report an existing user pool of another region than the stage's, where its client is created."""
        page, region = self.settings.web_app, self.settings.region
        pool = page.user_pool if page is not None else None
        if pool is None or region is None or pool.id.startswith(f"{region}_"):
            return
        yield WEB_APP_ELSEWHERE.finding(
            locate(self.source, ("webApp", "userPool", "id")),
            f'userPool is "{pool.id}", which is not in {region}, the region of the stage',
            "name a pool of the region of the stage, or leave it out for a new one",
        )

    def workspace_id(self, defined: str) -> str:
        """Return the workspace id of this stage.

        Args:
            defined: The workspace id of the definition.
        """
        return self.settings.workspace_id or defined

    def findings(self, root: Path, *, account: str | None, region: str | None) -> list[Finding]:
        """Return what this stage shares with other stages of its account and region.

        Args:
            root: The folder that the models of stages are relative to.
            account: The account of the deploying credentials, for stages that name none; None if unknown.
            region: The region of the deploying credentials, for stages that name none; None if unknown.
        """
        identities = {}
        for name, settings in self.stages.items():
            twin_file = _read_twin_file(root / settings.model)
            if twin_file is not None:
                place = locate(self.document, ("stages", name))
                identity = _identity(name, settings, twin_file, place)
                identities[name] = replace(
                    identity, account=identity.account or account, region=identity.region or region
                )
        selected = identities.pop(self.name, None)
        return [] if selected is None else compare_stages(selected, identities.values())


def _read_twin_file(folder: Path) -> LocatedMap | None:
    """Return the twin file of a stage; None if it has mistakes, which its own deployment reports."""
    for name in TWIN_FILES:
        if (folder / name).is_file():
            try:
                content = read(folder / name, findings=[])
            except DefinitionError:
                return None
            return content if isinstance(content, LocatedMap) else None
    return None


def _identity(name: str, settings: TwinSettings, twin_file: LocatedMap, place: Location) -> StageIdentity:
    defined = str(twin_file.get("workspaceId"))
    workspace_id = settings.workspace_id or defined
    own_name = twin_file.get("dataName") if workspace_id == defined else None
    data_name = settings.data_name or own_name or workspace_id
    ingests = twin_file.get("ingest")
    return StageIdentity(
        name=name,
        account=settings.account,
        region=settings.region,
        stack=settings.stack_name or stack_name(workspace_id),
        workspace_id=workspace_id,
        data_name=str(data_name),
        topics=[
            StageTopic(
                ingest,
                topic_in_stage(entry["topic"], name),
                basic_ingest=entry.get("basicIngest") is True,
                is_shared=entry.get("sharedTopics") is True,
                place=locate(twin_file, ("ingest", ingest, "topic")),
            )
            for ingest, entry in (ingests.items() if isinstance(ingests, dict) else ())
            if isinstance(entry, dict) and isinstance(entry.get("topic"), str)
        ],
        place=place,
    )


def read_stage(raw: object, name: str | None, *, file: Path) -> Stage:
    """Return a stage of the app's settings.

    Args:
        raw: The value of ``twin-stack`` in the context; a ``LocatedMap`` gives findings a line and column.
        name: The name of the stage, or None for the default stage.
        file: The file that contains the context.

    Raises:
        DefinitionError: The settings have mistakes; lists all of them.
    """
    start_of_file = Location(file, 1, 1)
    if not isinstance(raw, dict):
        message = f'context has no "{CONTEXT_KEY}"'
        raise DefinitionError(
            [MISSING_KEY.finding(start_of_file, message, 'add it with "defaultStage" and "stages"')]
        )
    source = raw if isinstance(raw, LocatedMap) else LocatedMap(file, (1, 1))
    findings: list[Finding] = []
    stages = validate(_Stages, raw, source, at(source), findings)
    if stages is None:
        raise DefinitionError(sorted(findings))
    stage_name = name or stages.default_stage
    if stage_name not in stages.stages:
        location = at(source, "stages" if name else "defaultStage")
        message = f'stage "{stage_name}" is not defined'
        raise DefinitionError(
            [VALUE_NOT_ALLOWED.finding(location, message, did_you_mean(stage_name, stages.stages))]
        )
    written = raw["stages"][stage_name]
    return Stage(
        stage_name,
        stages.stages[stage_name],
        source=written if isinstance(written, LocatedMap) else LocatedMap(file, (1, 1)),
        stages=stages.stages,
        document=source,
    )
