"""The app's settings: what ``cdk.json`` says of a stage, read once and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from twin_stack.definition.findings import Code, DefinitionError, Finding, Location, did_you_mean
from twin_stack.definition.schema import WorkspaceId  # noqa: TC001 (pydantic reads the annotations)
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.validation import validate

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT_KEY = "twin-stack"
"""The key of ``cdk.json``'s context under which the settings stand."""

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
"""The periods CloudWatch Logs offers, and the CDK's names for them (``aws_logs.RetentionDays``)."""


def _offered(days: int) -> int:
    if days not in RETENTION_DAYS:
        raise PydanticCustomError(
            Code.VALUE_NOT_ALLOWED.name,
            "{days} is not a period CloudWatch Logs offers: {offered}",
            {"days": days, "offered": ", ".join(map(str, RETENTION_DAYS))},
        )
    return days


class _Shape(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=to_camel, validate_by_name=True
    )


_TopicArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$")]
_Count = Annotated[int, Field(ge=1)]


class OperationsSettings(_Shape):
    """CloudWatch dashboard and alarms of a stage; what is absent is as `OperationsThresholds` has it.

    Attributes:
        enabled: Whether there are any.
        topic_arn: SNS topic that is told of the alarms. Absent: nobody is told.
        connector_errors: Failed invocations of one connector in five minutes.
        connector_throttles: Refused invocations of one connector in five minutes.
        connector_duration_percent: The slowest answers of a connector in percent of its timeout.
        cold_starts: Cold starts of one connector in five minutes.
        rule_failures: Failed actions of one topic rule in five minutes.
        twin_failures: Entities or component types in five minutes that could not be what they should.
        stream_lag_seconds: How far behind telemetry alarms are.
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

    @property
    def thresholds(self) -> dict[str, int]:
        """The thresholds that were given, by the names `OperationsThresholds` has for them."""
        return self.model_dump(exclude={"enabled", "topic_arn"}, exclude_none=True)


_PrincipalArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$")
]
_RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$")]


class GrafanaSettings(_Shape):
    """Whose Grafana reads the twin of a stage; exactly one of the three.

    Attributes:
        principal_arn: User or role that a Grafana of yours runs as; needs `external_id`.
        external_id: What its data source says as well.
        managed_role_arn: Role of an Amazon Managed Grafana workspace that exists.
        workspace: Whether an Amazon Managed Grafana workspace is made.
    """

    principal_arn: _PrincipalArn | None = None
    external_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$")] | None = None
    managed_role_arn: _RoleArn | None = None
    workspace: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [bool(self.principal_arn), bool(self.managed_role_arn), self.workspace]
        if sum(given) != 1:
            raise PydanticCustomError(
                Code.VALUE_NOT_ALLOWED.name,
                "{count} of principalArn, managedRoleArn and workspace are given, 1 is allowed",
                {"count": sum(given)},
            )
        if bool(self.principal_arn) != bool(self.external_id):
            raise PydanticCustomError(
                Code.VALUE_NOT_ALLOWED.name, "principalArn and externalId are given together", {}
            )
        return self


class TwinSettings(_Shape):
    """One stage.

    Attributes:
        model: Folder of the definition, from the app's folder.
        account: Twelve digits. Absent: the account of whoever deploys.
        region: Absent: the region of whoever deploys.
        workspace_id: In place of the definition's. Absent in another stage than the default one: the
            definition's with the stage's name behind it, so that stages do not collide in an account.
        cors_origins: Web origins that may read scenes.
        removal: What becomes of bucket, table and logs with the stack; ``destroy`` needs the context flag
            ``twin-stack:allowDestroy`` as well.
        log_retention_days: One of the periods CloudWatch Logs offers.
        alarm_topic_arn: SNS topic that is told when an alarm of the definition changes. Absent: nobody is.
        operations: CloudWatch dashboard and alarms.
        grafana: Whose Grafana reads the twin. Absent: nobody's.
    """

    model: Annotated[str, Field(min_length=1)]
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")] | None = None
    workspace_id: WorkspaceId | None = None
    cors_origins: list[Annotated[str, Field(pattern=r"^https?://[^/*]+$")]] = []
    removal: Literal["retain", "destroy"] = "retain"
    log_retention_days: Annotated[int, AfterValidator(_offered)] = 90
    alarm_topic_arn: _TopicArn | None = None
    operations: OperationsSettings = OperationsSettings()
    grafana: GrafanaSettings | None = None


class _Stages(_Shape):
    default_stage: str
    stages: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")], TwinSettings]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that was chosen.

    Attributes:
        name: Its name.
        settings: Its settings.
        is_default: Whether it is the one taken when none is named.
    """

    name: str
    settings: TwinSettings
    is_default: bool

    def workspace_id(self, defined: str) -> str:
        """Return the workspace id of this stage.

        Args:
            defined: The definition's workspace id.
        """
        if self.settings.workspace_id is not None:
            return self.settings.workspace_id
        return defined if self.is_default else f"{defined}-{self.name}"


def read_stage(raw: object, name: str | None, *, file: Path) -> Stage:
    """Return a stage of the app's settings.

    Args:
        raw: What the context holds under ``twin-stack``; a ``LocatedMap`` gives its mistakes places.
        name: The stage; None takes the default one.
        file: Where the context is written.

    Raises:
        DefinitionError: With every mistake of the settings.
    """
    nowhere = Location(file, 1, 1)
    if not isinstance(raw, dict):
        message = f'context has no "{CONTEXT_KEY}"'
        raise DefinitionError(
            [Finding(nowhere, Code.MISSING_KEY, message, 'add it with "defaultStage" and "stages"')]
        )
    source = raw if isinstance(raw, LocatedMap) else LocatedMap(file, (1, 1))
    findings: list[Finding] = []
    stages = validate(_Stages, raw, source, at(source), findings)
    if stages is None:
        raise DefinitionError(sorted(findings))
    chosen = name or stages.default_stage
    if chosen not in stages.stages:
        place = at(source, "stages" if name else "defaultStage")
        message = f'stage "{chosen}" is not defined'
        raise DefinitionError(
            [Finding(place, Code.VALUE_NOT_ALLOWED, message, did_you_mean(chosen, stages.stages))]
        )
    return Stage(chosen, stages.stages[chosen], is_default=chosen == stages.default_stage)
