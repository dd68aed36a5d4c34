"""A data connector that reads AWS IoT SiteWise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.iam_patterns import template_pattern
from twin_stack.constructs.packaged_connector import PackagedConnector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from twin_stack.constructs.packaged_function import FunctionOptions

MAX_ASSETS: Final = 50
"""SiteWise assets that a policy names one by one, to stay well below the size limit of an inline policy."""

_SITEWISE_VALUES: Final = (
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:BatchGetAssetPropertyValueHistory",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
)

SITEWISE_READS: Final = (*_SITEWISE_VALUES, "iotsitewise:DescribeAssetProperty")
"""The connector's reads of assets; DescribeAssetProperty finds a property by its external id."""

_SITEWISE_WRITE: Final = "iotsitewise:BatchPutAssetPropertyValue"


class SiteWiseConnector(PackagedConnector):
    """A data connector that reads time series and attributes of AWS IoT SiteWise, and optionally writes them.

    The service has a native SiteWise connector (``com.amazon.iotsitewise.connector``), which needs no
    function. This connector is for component types that map or filter SiteWise data. A property refers to
    its SiteWise property in its configuration: by ``sitewisePropertyId`` or ``sitewisePropertyExternalId``
    (the asset is the value of the component's property ``sitewiseAssetId`` or ``sitewiseAssetExternalId``),
    or by ``sitewisePropertyAlias``. The function may read asset property values and write its own log, and
    nothing else.

    Example:
        ```python
        connector = SiteWiseConnector(
            self, "SiteWise", asset_ids=["5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"]
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        asset_ids: The ids of the assets that it may read, 1 to 50. Default: every asset of this account and
            region, because the existing assets are not known at synthesis; no asset if ``property_alias``
            is given.
        property_alias: A template of the alias of every property whose configuration does not refer to a
            SiteWise property, such as ``/plant/${entityId}/${propertyName}``. Placeholders are
            ``workspaceId``, ``entityId``, ``componentName``, ``propertyName`` and the names of the
            component's own properties; of a part of a composite component, ``componentName`` is its path, and
            ``partPath`` the same with a slash, empty for other components. The function may read only time
            series with such an alias: SiteWise authorizes access by alias on the time series (IoT SiteWise
            user guide, identity-based policies). Default: none.
        asset_model_ids: The ids of the asset models whose properties it may list, 1 to 50, for the function
            ``schemaInitializer`` of a component type. Default: no asset model.
        allow_writes: Whether it may also write values of these assets and time series, for the function
            ``dataWriter`` of a component type. Default: False.
        log_retention: The retention of the function's log. Default: three months.
        log_removal_policy: The removal policy of the log group. DESTROY takes effect only if the
            context flag ``twin-stack:allowDestroy`` is true as well. Default: RETAIN.
        log_group_name: The name of the log group. Default: CloudFormation generates it.
        **options: The options of the function, see ``FunctionOptions``: ``vpc``, ``memory_size``, ``timeout``
            (at most 30 seconds), ``encryption_key`` and others. Default: 1,024 MiB and 30 seconds.

    Raises:
        ValueError: The number of assets or asset models is not 1 to 50, the alias is empty, or the timeout
            is longer than 30 seconds.
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
        log_group_name: str | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        if asset_ids is not None and not 1 <= len(asset_ids) <= MAX_ASSETS:
            raise ValueError(
                f"asset_ids may contain 1 to {MAX_ASSETS} ids, got {len(asset_ids)}; "
                "omit it to read every asset of the account and region"
            )
        if asset_model_ids is not None and not 1 <= len(asset_model_ids) <= MAX_ASSETS:
            raise ValueError(
                f"asset_model_ids may contain 1 to {MAX_ASSETS} ids, got {len(asset_model_ids)}; "
                "omit it to list no properties"
            )
        if property_alias == "":
            raise ValueError("property_alias must not be empty; omit it to read no aliases")
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
            log_group_name=log_group_name,
            **options,
        )
        for arn, reason in wildcards.items():
            nag.acknowledge_wildcard_resource(self._role, arn, reason)


def _sitewise_grants(
    scope: Construct, asset_ids: Sequence[str] | None, property_alias: str | None, *, allow_writes: bool
) -> tuple[list[iam.PolicyStatement], dict[str, str]]:
    """Return the connector's permissions, and the reasons for its ARNs that end in ``*`` by ARN."""
    statements: list[iam.PolicyStatement] = []
    wildcards: dict[str, str] = {}
    writes = [_SITEWISE_WRITE] if allow_writes else []
    scope_note = "Values" if allow_writes else "Reads"
    if asset_ids is not None or property_alias is None:
        arns = _sitewise_arns(scope, "asset", asset_ids if asset_ids is not None else ["*"])
        statements.append(iam.PolicyStatement(actions=[*SITEWISE_READS, *writes], resources=arns))
        if asset_ids is None:
            wildcards[arns[0]] = (
                "The caller passed no asset_ids: which assets exist is decided in SiteWise, not in "
                f"this template. {scope_note} only, of this account and region; asset_ids narrows it."
            )
    if property_alias is not None:
        aliases = template_pattern(property_alias.replace("${partPath}", ""))  # "*" matches slashes as well
        series = _sitewise_arns(scope, "time-series", ["*"])
        statements.append(
            iam.PolicyStatement(
                actions=[*_SITEWISE_VALUES, *writes],
                resources=series,
                conditions={"StringLike": {"iotsitewise:propertyAlias": aliases}},
            )
        )
        wildcards[series[0]] = (
            "SiteWise generates the ids of time series; the condition allows only aliases that match "
            f"the template. {scope_note} only."
        )
    return statements, wildcards


def _sitewise_arns(scope: Construct, resource: str, names: Sequence[str]) -> list[str]:
    stack = Stack.of(scope)
    return [stack.format_arn(service="iotsitewise", resource=resource, resource_name=name) for name in names]
