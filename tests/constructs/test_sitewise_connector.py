"""The SiteWise connector: its permissions and the environment of its function."""

from __future__ import annotations

import pytest

from sitewise_connector.environment import ENVIRONMENT_NAMES as SITEWISE_NAMES
from tests.constructs.examples import ASSET_ID
from tests.constructs.statements import flat, inline
from tests.support.packaged_connectors import ROLE, log_permissions, sitewise_connector, variables
from tests.support.refusal import refusal
from tests.support.templates import synthesize

VALUES = [
    "iotsitewise:BatchGetAssetPropertyValue",
    "iotsitewise:BatchGetAssetPropertyValueHistory",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetAssetPropertyValueHistory",
]

READS = [*VALUES, "iotsitewise:DescribeAssetProperty"]

WRITE = "iotsitewise:BatchPutAssetPropertyValue"

SITEWISE = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"


@pytest.mark.parametrize(("asset_ids", "named"), [([ASSET_ID], [ASSET_ID]), (None, ["*"])])
def test_function_may_do_the_five_reads_when_assets_are_named_or_not(
    asset_ids: list[str] | None, named: list[str]
) -> None:
    result = synthesize(lambda stack: sitewise_connector(stack, asset_ids=asset_ids))

    arns = [f"{SITEWISE}:asset/{name}" for name in named]
    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        **dict.fromkeys(READS, arns),
    }
    assert result.all_of("AWS::IAM::Policy") == {}


@pytest.mark.parametrize(
    ("template", "pattern"),
    [
        ("/plant/${entityId}/${propertyName}", "/plant/*/*"),
        ("${line}/a*?$", "*/a${*}${?}${$}"),
        ("/one", "/one"),
    ],
)
@pytest.mark.parametrize(("allow_writes", "actions"), [(False, VALUES), (True, sorted([*VALUES, WRITE]))])
def test_function_may_use_time_series_of_such_aliases_only_when_it_has_one(
    template: str, pattern: str, *, allow_writes: bool, actions: list[str]
) -> None:
    result = synthesize(
        lambda stack: sitewise_connector(stack, property_alias=template, allow_writes=allow_writes)
    )

    (policy,) = result.one(ROLE)["Properties"]["Policies"]
    _, statement = policy["PolicyDocument"]["Statement"]
    assert sorted(statement["Action"]) == actions
    assert flat(statement["Resource"]) == f"{SITEWISE}:time-series/*"
    assert statement["Condition"] == {"StringLike": {"iotsitewise:propertyAlias": pattern}}
    assert variables(result) == {"PROPERTY_ALIAS": template}


def test_function_may_read_assets_too_when_they_are_named_beside_an_alias() -> None:
    result = synthesize(
        lambda stack: sitewise_connector(stack, asset_ids=[ASSET_ID], property_alias="/plant/${entityId}")
    )

    (policy,) = result.one(ROLE)["Properties"]["Policies"]
    _, of_assets, of_series = policy["PolicyDocument"]["Statement"]
    assert sorted(of_assets["Action"]) == sorted(READS)
    assert flat(of_assets["Resource"]) == f"{SITEWISE}:asset/{ASSET_ID}"
    assert "Condition" in of_series


def test_function_may_write_the_same_assets_when_allowed() -> None:
    result = synthesize(lambda stack: sitewise_connector(stack, asset_ids=[ASSET_ID], allow_writes=True))

    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        **{action: [f"{SITEWISE}:asset/{ASSET_ID}"] for action in [*READS, WRITE]},
    }


def test_function_may_list_properties_of_the_models_that_are_named() -> None:
    result = synthesize(
        lambda stack: sitewise_connector(stack, asset_ids=[ASSET_ID], asset_model_ids=[ASSET_ID])
    )

    listing = inline(result.one(ROLE))["iotsitewise:ListAssetModelProperties"]
    assert listing == [f"{SITEWISE}:asset-model/{ASSET_ID}"]


def test_function_gets_the_variables_that_its_code_reads() -> None:
    assert variables(synthesize(sitewise_connector)) == {}
    variables_of_function = variables(
        synthesize(lambda stack: sitewise_connector(stack, property_alias="/a"))
    )
    assert set(variables_of_function) == set(SITEWISE_NAMES)


@pytest.mark.parametrize("count", [0, 51])
def test_assets_are_refused_when_none_or_too_many_are_named(count: int) -> None:
    assert refusal(lambda stack: sitewise_connector(stack, asset_ids=[ASSET_ID] * count)) == (
        f"asset_ids may contain 1 to 50 ids, got {count}; omit it to read every asset of the account "
        "and region"
    )


@pytest.mark.parametrize("count", [0, 51])
def test_asset_models_are_refused_when_none_or_too_many_are_named(count: int) -> None:
    assert refusal(lambda stack: sitewise_connector(stack, asset_model_ids=[ASSET_ID] * count)) == (
        f"asset_model_ids may contain 1 to 50 ids, got {count}; omit it to list no properties"
    )


def test_alias_is_refused_when_it_is_empty() -> None:
    assert refusal(lambda stack: sitewise_connector(stack, property_alias="")) == (
        "property_alias must not be empty; omit it to read no aliases"
    )
