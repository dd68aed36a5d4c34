"""A data connector that reads AWS IoT SiteWise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from twin_stack.constructs import defaults, nag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct
from twin_stack.constructs.packaged_connector import PackagedConnector

MAX_ASSETS: Final = 50
"""Assets a SiteWise connector names one by one, to stay far below the size of an inline policy."""

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


class SiteWiseConnector(PackagedConnector):
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
        if asset_ids is not None and not 1 <= len(asset_ids) <= MAX_ASSETS:
            raise ValueError(
                f"asset_ids may name 1 to {MAX_ASSETS} assets, got {len(asset_ids)}; "
                "leave it out to read every asset of the account and region"
            )
        if asset_model_ids is not None and not 1 <= len(asset_model_ids) <= MAX_ASSETS:
            raise ValueError(
                f"asset_model_ids may name 1 to {MAX_ASSETS} asset models, got "
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
