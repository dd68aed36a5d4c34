"""Data connectors: the Lambda functions that answer for values stored outside the service."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, Literal

from aws_cdk import Duration, RemovalPolicy, Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.packaged_function import packaged_function
from twin_stack.definition.devices import MAX_LISTED
from twin_stack.definition.table_key_schema import TableKeySchema, key_schema_problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_FUNCTION_ARN: Final = 128
"""In characters. CloudFormation's limit; the API alone would take 2,048."""

MOST_ASSETS: Final = 50
"""Assets a SiteWise connector names one by one, to stay far below the size of an inline policy."""

_UNQUALIFIED_ARN: Final = re.compile(
    r"arn:(aws|aws-cn|aws-us-gov):lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+"
)
_QUALIFIED_ARN: Final = re.compile(rf"{_UNQUALIFIED_ARN.pattern}:[a-zA-Z0-9$_-]+")

_SITEWISE_VALUES: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:BatchGetAssetPropertyValueHistory",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)
SITEWISE_READS: Final = (*_SITEWISE_VALUES, "iotsitewise:DescribeAssetProperty")
"""What the connector reads of assets; the last finds a property by its external id."""

_SITEWISE_WRITE: Final = "iotsitewise:BatchPutAssetPropertyValue"
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")


class IDataConnector(Construct):
    """A function that answers the service's data connector requests.

    Take this type in a construct that needs a connector.
    """

    @property
    @abstractmethod
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""

    @property
    def function_arn(self) -> str:
        """The function's ARN, as a component type names it."""
        return self.function.function_arn

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` invoke the connector.

        A workspace need not be granted: `ComponentType` sees to it.
        """
        return self.function.grant_invoke(grantee)

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How many invocations failed. Callers of the service see ConnectorFailureException."""
        return self.function.metric_errors(period=period, statistic=statistic)

    def metric_throttles(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How many invocations were refused for lack of concurrency."""
        return self.function.metric_throttles(period=period, statistic=statistic)

    def metric_duration(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How long invocations took, in milliseconds."""
        return self.function.metric_duration(period=period, statistic=statistic)

    def metric_invocations(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How often the connector was invoked."""
        return self.function.metric_invocations(period=period, statistic=statistic)


class DataConnector(IDataConnector):
    """Any Lambda function as a data connector.

    Example:
        ```python
        historian = DataConnector(self, "Historian", function=my_function)
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        function: a function that answers in the service's shapes.
        allow_qualified: take a version or an alias too. The service's pattern of the ARN has no
            place for a qualifier, though it is not anchored; what the service does with one is
            not documented. Untested. Default: False.

    Raises:
        ValueError: the ARN is longer than CloudFormation takes (128 characters), is not the ARN of
            a function, or is qualified.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        allow_qualified: bool = False,
    ) -> None:
        _check_function(function, allow_qualified=allow_qualified)
        super().__init__(scope, construct_id)
        self._function = function

    @staticmethod
    def from_function_arn(scope: Construct, construct_id: str, function_arn: str) -> IDataConnector:
        """A function that exists already.

        Args:
            scope: parent construct.
            construct_id: id of the connector in its parent.
            function_arn: without version or alias, up to 128 characters.

        Raises:
            ValueError: the ARN is too long, not of a function, or qualified.
        """
        if not Token.is_unresolved(function_arn):
            _check_arn(function_arn, allow_qualified=False)
        return _ImportedConnector(scope, construct_id, function_arn=function_arn)

    @property
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""
        return self._function


class _ImportedConnector(IDataConnector):
    """A function that exists already."""

    def __init__(self, scope: Construct, construct_id: str, *, function_arn: str) -> None:
        super().__init__(scope, construct_id)
        self._function = lambda_.Function.from_function_attributes(
            self,
            "Function",
            function_arn=function_arn,
            # Grants go to who invokes; the function's own policy is not ours to change.
            skip_permissions=True,
        )

    @property
    def function(self) -> lambda_.IFunction:
        return self._function


class _PackagedConnector(IDataConnector):
    """A connector whose code comes with this package, in `lambdas/`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        description: str,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        log_retention: logs.RetentionDays,
        log_removal_policy: RemovalPolicy,
        memory_size: int,
        timeout: Duration,
    ) -> None:
        _check_timeout(timeout)
        super().__init__(scope, construct_id)
        self._function, self._role = packaged_function(
            self,
            packages=["aws_client", "connector_kit", package],
            description=description,
            environment=environment,
            policy="Connector",
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=timeout,
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function


class DynamoDbConnector(_PackagedConnector):
    """Reads time series from a DynamoDB table, and writes them if it may.

    The table has a string partition key that names the device and a number sort key that holds the
    time; every other attribute is a property, by its name or by `attribute` in the property's
    configuration. The function may Query that table and write its own log, nothing more. Implements
    `dataReader`, `dataReaderByEntity`, `dataReaderByComponentType`,
    `attributePropertyValueReaderByEntity` and `schemaInitializer`, and with `allow_writes` `dataWriter`.

    Example:
        ```python
        telemetry = TelemetryTable(self, "Telemetry")
        connector = DynamoDbConnector(
            self,
            "Connector",
            table=telemetry.table,
            component_type_index=telemetry.component_type_index,
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        table: the table to read; an imported one as well. If it is encrypted with a key of the
            account, the function may decrypt with that key, as far as the key's policy leaves it
            to IAM.
        partition_key: name of the key attribute that names the device. Default: `device_id`.
        sort_key: name of the key attribute that holds the time. Default: `timestamp`.
        time_unit: what the sort key counts since 1970, UTC: `s`, `ms` or `us`; or `iso`, RFC 3339 text
            in UTC, all of one precision. Default: `ms`.
        key_property: name of the component property whose value names the device. Default: the
            component's external id.
        component_type_index: name of an index with partition key `component_type_id` and the
            table's sort key; without it and `devices` a request by component type is answered for
            one device only. Default: none.
        layout: how rows are keyed, where a device's rows are not one partition of wide rows.
            Default: they are.
        devices: devices by component type id, for a table without such an index. Default: none.
        allow_writes: let the function update rows too, for types that have it as `dataWriter`.
            Default: False.
        log_retention: how long log entries are kept. Default: three months.
        log_removal_policy: of the log group. DESTROY needs the context flag
            `twin-stack:allowDestroy` as well. Default: RETAIN.
        memory_size: in MiB. Default: 1,024.
        timeout: at most 30 seconds. Default: 30 seconds.

    Raises:
        ValueError: the timeout is longer than 30 seconds, the list of devices longer than a function
            can be given, or the layout cannot be.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: dynamodb.ITable,
        partition_key: str = "device_id",
        sort_key: str = "timestamp",
        time_unit: Literal["s", "ms", "us", "iso"] = "ms",
        key_property: str | None = None,
        component_type_index: str | None = None,
        layout: TableKeySchema | None = None,
        devices: Mapping[str, Sequence[str]] | None = None,
        allow_writes: bool = False,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        memory_size: int = defaults.CONNECTOR_MEMORY_MIB,
        timeout: Duration = defaults.CONNECTOR_TIMEOUT,
    ) -> None:
        environment = {
            "TABLE_NAME": table.table_name,
            "PARTITION_KEY": partition_key,
            "SORT_KEY": sort_key,
            "TIME_UNIT": time_unit,
        }
        if key_property is not None:
            environment["KEY_PROPERTY"] = key_property
        layout = layout or TableKeySchema()
        problem = key_schema_problem(layout, time_unit, component_type_index)
        if problem is not None:
            raise ValueError(problem)
        environment |= _layout_environment(layout)
        if devices is not None:
            environment["DEVICES"] = _devices_text(devices)
        queried = [table.table_arn]
        if component_type_index is not None:
            environment["COMPONENT_TYPE_INDEX"] = component_type_index
            queried.append(f"{table.table_arn}/index/{component_type_index}")
        statements = [iam.PolicyStatement(actions=["dynamodb:Query"], resources=queried)]
        if allow_writes:
            statements.append(
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[table.table_arn])
            )
        if table.encryption_key is not None:
            writes = ["kms:Encrypt", "kms:GenerateDataKey"] if allow_writes else []
            statements.append(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", *writes], resources=[table.encryption_key.key_arn]
                )
            )
        super().__init__(
            scope,
            construct_id,
            package="dynamodb_connector",
            description="Answers AWS IoT TwinMaker from a DynamoDB table",
            environment=environment,
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=timeout,
        )


class SiteWiseConnector(_PackagedConnector):
    """Reads time series and attributes of AWS IoT SiteWise, and writes them if allowed.

    The service has a native SiteWise connector (`com.amazon.iotsitewise.connector`), which needs
    no function. This one is for types that map or filter what SiteWise holds. A property names its
    SiteWise property in its configuration: `sitewisePropertyId` or `sitewisePropertyExternalId`
    (the asset is the value of the component's property `sitewiseAssetId` or
    `sitewiseAssetExternalId`), or `sitewisePropertyAlias`. The function may do the reads of asset
    property values and write its own log, nothing more.

    Example:
        ```python
        connector = SiteWiseConnector(
            self, "SiteWise", asset_ids=["5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"]
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        asset_ids: ids of the assets it may read, 1 to 50. Default: every asset of this account and
            region, for assets come and go with the plant and are not known to the template; none
            where `property_alias` is given.
        property_alias: template of the alias of every property whose configuration names no
            SiteWise property, such as `/plant/${entityId}/${propertyName}`. Placeholders are
            `workspaceId`, `entityId`, `componentName`, `propertyName` and the names of the
            component's own properties. The function may read time series with such an alias, and
            only with one: SiteWise authorizes the time series where a property is named by its
            alias (IoT SiteWise user guide, identity-based policies). Default: none.
        asset_model_ids: ids of the asset models whose properties it may list, 1 to 50, as the
            function `schemaInitializer` of a component type does. Default: none, so it may not.
        allow_writes: let it write values too, as the function `dataWriter` of a component type
            does: of the same assets, and of time series with such an alias. Default: False.
        log_retention: how long log entries are kept. Default: three months.
        log_removal_policy: of the log group. DESTROY needs the context flag
            `twin-stack:allowDestroy` as well. Default: RETAIN.
        memory_size: in MiB. Default: 1,024.
        timeout: at most 30 seconds. Default: 30 seconds.

    Raises:
        ValueError: there are too many assets or asset models, or none; the alias is empty; or the
            timeout is longer than 30 seconds.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        asset_ids: Sequence[str] | None = None,
        property_alias: str | None = None,
        asset_model_ids: Sequence[str] | None = None,
        allow_writes: bool = False,
        log_retention: logs.RetentionDays = defaults.LOG_RETENTION,
        log_removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        memory_size: int = defaults.CONNECTOR_MEMORY_MIB,
        timeout: Duration = defaults.CONNECTOR_TIMEOUT,
    ) -> None:
        if asset_ids is not None and not 1 <= len(asset_ids) <= MOST_ASSETS:
            raise ValueError(
                f"asset_ids may name 1 to {MOST_ASSETS} assets, got {len(asset_ids)}; "
                "leave it out to read every asset of the account and region"
            )
        if asset_model_ids is not None and not 1 <= len(asset_model_ids) <= MOST_ASSETS:
            raise ValueError(
                f"asset_model_ids may name 1 to {MOST_ASSETS} asset models, got "
                f"{len(asset_model_ids)}; leave it out to list the properties of none"
            )
        if property_alias == "":
            raise ValueError("property_alias must not be empty; leave it out to read no aliases")
        statements, wildcards = _sitewise_grants(scope, asset_ids, property_alias, allow_writes=allow_writes)
        if asset_model_ids is not None:
            models = _sitewise_arns(scope, "asset-model", asset_model_ids)
            statements.append(
                iam.PolicyStatement(actions=["iotsitewise:ListAssetModelProperties"], resources=models)
            )
        super().__init__(
            scope,
            construct_id,
            package="sitewise_connector",
            description="Answers AWS IoT TwinMaker from AWS IoT SiteWise",
            environment={"PROPERTY_ALIAS": property_alias} if property_alias is not None else {},
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=timeout,
        )
        for arn, reason in wildcards.items():
            nag.acknowledge_wildcard_resource(self._role, arn, reason)


def _sitewise_grants(
    scope: Construct, asset_ids: Sequence[str] | None, property_alias: str | None, *, allow_writes: bool
) -> tuple[list[iam.PolicyStatement], dict[str, str]]:
    """Return what a SiteWise connector may do, and why by the ARNs that end in `*`."""
    statements: list[iam.PolicyStatement] = []
    wildcards: dict[str, str] = {}
    writes = [_SITEWISE_WRITE] if allow_writes else []
    only = "Values" if allow_writes else "Reads"
    if asset_ids is not None or property_alias is None:
        arns = _sitewise_arns(scope, "asset", asset_ids if asset_ids is not None else ["*"])
        statements.append(iam.PolicyStatement(actions=[*SITEWISE_READS, *writes], resources=arns))
        if asset_ids is None:
            wildcards[arns[0]] = (
                "The caller named no assets: which ones there are is decided in SiteWise, not in "
                f"this template. {only} only, of this account and region; asset_ids narrows it."
            )
    if property_alias is not None:
        series = _sitewise_arns(scope, "time-series", ["*"])
        statements.append(
            iam.PolicyStatement(
                actions=[*_SITEWISE_VALUES, *writes],
                resources=series,
                conditions={"StringLike": {"iotsitewise:propertyAlias": _alias_pattern(property_alias)}},
            )
        )
        wildcards[series[0]] = (
            "SiteWise makes up the ids of time series; the condition lets in those with an alias of "
            f"the template alone. {only} only."
        )
    return statements, wildcards


def _sitewise_arns(scope: Construct, resource: str, names: Sequence[str]) -> list[str]:
    stack = Stack.of(scope)
    return [stack.format_arn(service="iotsitewise", resource=resource, resource_name=name) for name in names]


def _alias_pattern(template: str) -> str:
    """What IAM's StringLike matches every alias of a template with."""
    literals = (re.sub(r"[*?$]", r"${\g<0>}", text) for text in _PLACEHOLDER.split(template))
    return "*".join(literals)


def _check_timeout(timeout: Duration) -> None:
    longest = defaults.CONNECTOR_TIMEOUT
    if timeout.to_milliseconds() > longest.to_milliseconds():
        raise ValueError(
            f"timeout may be {longest.to_human_string()} at most, since someone waits for the "
            f"answer, got {timeout.to_human_string()}; ask the connector for less at once"
        )


def _check_function(function: lambda_.IFunction, *, allow_qualified: bool) -> None:
    if isinstance(function, (lambda_.Alias, lambda_.Version)) and not allow_qualified:
        raise ValueError(
            "function must not be a version or an alias, for the service's pattern has no place "
            f'for one, got "{function.node.path}"; pass the function itself'
        )
    if not Token.is_unresolved(function.function_arn):
        _check_arn(function.function_arn, allow_qualified=allow_qualified)


def _layout_environment(layout: TableKeySchema) -> dict[str, str]:
    """The variables of what is not the connector's default."""
    given, usual = asdict(layout), asdict(TableKeySchema())
    return {name.upper(): text for name, text in given.items() if text != usual[name]}


def _devices_text(devices: Mapping[str, Sequence[str]]) -> str:
    text = json.dumps({type_id: list(listed) for type_id, listed in devices.items()}, separators=(",", ":"))
    if len(text) > MAX_LISTED:
        raise ValueError(
            f"devices take {len(text)} characters, {MAX_LISTED} fit into the function's environment; "
            "give the table an index and name it in component_type_index"
        )
    return text


def _check_arn(arn: str, *, allow_qualified: bool) -> None:
    if len(arn) > LONGEST_FUNCTION_ARN:
        raise ValueError(
            f"the function's ARN may have {LONGEST_FUNCTION_ARN} characters, got {len(arn)} in "
            f'"{arn}"; give the function a shorter name'
        )
    if _UNQUALIFIED_ARN.fullmatch(arn) or (allow_qualified and _QUALIFIED_ARN.fullmatch(arn)):
        return
    raise ValueError(
        'the function\'s ARN must read "arn:aws:lambda:REGION:ACCOUNT:function:NAME", without '
        f'version or alias, got "{arn}"; pass the function itself'
    )
