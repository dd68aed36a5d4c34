"""Data connectors: least privilege, the code that travels, the settings it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from dynamodb_connector.environment import ENVIRONMENT_NAMES as DYNAMODB_NAMES
from sitewise_connector.environment import ENVIRONMENT_NAMES as SITEWISE_NAMES
from tests.constructs.examples import ASSET_ID, FUNCTION_ARN
from tests.constructs.statements import allowed, flat, inline
from tests.support.refusal import refusal
from tests.support.templates import ROOT, Synthesized, synthesize
from twin_stack.constructs import (
    DataConnector,
    DynamoDbConnector,
    IDataConnector,
    SiteWiseConnector,
    TableKeySchema,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"
LOGS = "AWS::Logs::LogGroup"
TABLE_ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/telemetry"
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


def existing_table(stack: Stack, **attributes: Any) -> dynamodb.ITable:
    return dynamodb.Table.from_table_attributes(stack, "Table", table_arn=TABLE_ARN, **attributes)


def dynamodb_connector(stack: Stack, **options: Any) -> DynamoDbConnector:
    return DynamoDbConnector(stack, "Connector", table=existing_table(stack), **options)


def sitewise_connector(stack: Stack, **options: Any) -> SiteWiseConnector:
    return SiteWiseConnector(stack, "Connector", **options)


PACKAGED: dict[str, Callable[..., IDataConnector]] = {
    "dynamodb_connector": dynamodb_connector,
    "sitewise_connector": sitewise_connector,
}


def log_permissions(result: Synthesized) -> dict[str, list[str]]:
    arn = f"<{result.id_of(LOGS)}.Arn>"
    return {"logs:CreateLogStream": [arn], "logs:PutLogEvents": [arn]}


# What they may do


def test_function_may_query_the_table_and_no_more_when_there_is_no_index() -> None:
    result = synthesize(dynamodb_connector)

    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        "dynamodb:Query": [TABLE_ARN],
    }
    assert result.all_of("AWS::IAM::Policy") == {}


def test_function_may_query_the_index_by_its_name_when_there_is_one() -> None:
    result = synthesize(lambda stack: dynamodb_connector(stack, component_type_index="by_type"))

    assert inline(result.one(ROLE)) == {
        **log_permissions(result),
        "dynamodb:Query": [TABLE_ARN, f"{TABLE_ARN}/index/by_type"],
    }


def test_function_may_decrypt_when_the_table_has_a_key_of_the_account() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
        DynamoDbConnector(stack, "Connector", table=existing_table(stack, encryption_key=key))

    assert inline(synthesize(build).one(ROLE))["kms:Decrypt"] == [KEY_ARN]


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


@pytest.mark.parametrize("package", PACKAGED)
def test_role_trusts_lambda_alone_when_made(package: str) -> None:
    (statement,) = synthesize(PACKAGED[package]).properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]

    assert statement == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }


# What they are


@pytest.mark.parametrize("package", PACKAGED)
def test_function_is_set_up_as_promised_when_nothing_is_chosen(package: str) -> None:
    result = synthesize(PACKAGED[package])

    properties = result.properties(FUNCTION)
    assert properties["Handler"] == f"{package}.handler.handler"
    assert properties["Runtime"] == "python3.14"
    assert properties["Architectures"] == ["arm64"]
    assert properties["MemorySize"] == 1024
    assert properties["Timeout"] == 30
    assert properties["Role"] == {"Fn::GetAtt": [result.id_of(ROLE), "Arn"]}
    assert properties["LoggingConfig"] == {
        "ApplicationLogLevel": "INFO",
        "LogFormat": "JSON",
        "LogGroup": {"Ref": result.id_of(LOGS)},
    }
    assert result.properties(LOGS) == {"RetentionInDays": 90}
    assert "FunctionName" not in properties


@pytest.mark.parametrize("package", PACKAGED)
def test_function_is_set_up_as_chosen_when_options_are_given(package: str) -> None:
    result = synthesize(
        lambda stack: PACKAGED[package](
            stack,
            log_retention=logs.RetentionDays.ONE_YEAR,
            memory_size=256,
            timeout=Duration.seconds(10),
        )
    )

    assert result.properties(LOGS)["RetentionInDays"] == 365
    assert result.properties(FUNCTION)["MemorySize"] == 256
    assert result.properties(FUNCTION)["Timeout"] == 10


@pytest.mark.parametrize("package", PACKAGED)
def test_only_the_connectors_own_code_travels_when_it_is_packed(package: str) -> None:
    result = synthesize(PACKAGED[package])

    asset = result.properties(FUNCTION)["Code"]["S3Key"].removesuffix(".zip")
    files = [path for path in (result.directory / f"asset.{asset}").rglob("*") if path.is_file()]
    packed = {
        str(path.relative_to(result.directory / f"asset.{asset}").parent).split("/")[0] for path in files
    }
    assert packed == {"aws_client", "connector_kit", package}
    assert {path.suffix for path in files} == {".py"}


@pytest.mark.parametrize("package", PACKAGED)
def test_hash_stays_when_the_code_was_run_before(package: str) -> None:
    key = synthesize(PACKAGED[package]).properties(FUNCTION)["Code"]["S3Key"]
    leftover = ROOT / "lambdas" / "connector_kit" / "__pycache__" / f"{package}.leftover.pyc"
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"compiled")
    try:
        again = synthesize(PACKAGED[package]).properties(FUNCTION)["Code"]["S3Key"]
    finally:
        leftover.unlink()

    assert again == key


# The settings the code reads: one vocabulary on both sides


def variables(result: Synthesized) -> dict[str, Any]:
    given: dict[str, Any] = result.properties(FUNCTION).get("Environment", {}).get("Variables", {})
    return given


def test_every_setting_of_the_code_is_given_when_every_option_is_used() -> None:
    result = synthesize(
        lambda stack: dynamodb_connector(
            stack,
            partition_key="pk",
            sort_key="sk",
            time_unit="s",
            key_property="telemetryId",
            component_type_index="by_type",
            key_schema=TableKeySchema(
                partition="${device}#${property}#${day}",
                value_attribute="v",
                device_attribute="device",
                property_attribute="name",
                first_bucket="2025-01-01T00:00:00Z",
            ),
        )
    )
    listed = synthesize(
        lambda stack: dynamodb_connector(
            stack,
            time_unit="iso",
            key_schema=TableKeySchema(sort_prefix="${property}#"),
            devices={"com.example.Pump": ["pump-1"]},
        )
    )

    given = variables(result)
    table_name = given.pop("TABLE_NAME")
    assert table_name == "telemetry"
    assert given == {
        "PARTITION_KEY": "pk",
        "SORT_KEY": "sk",
        "TIME_UNIT": "s",
        "KEY_PROPERTY": "telemetryId",
        "COMPONENT_TYPE_INDEX": "by_type",
        "PARTITION": "${device}#${property}#${day}",
        "VALUE_ATTRIBUTE": "v",
        "DEVICE_ATTRIBUTE": "device",
        "PROPERTY_ATTRIBUTE": "name",
        "FIRST_BUCKET": "2025-01-01T00:00:00Z",
    }
    more = {"SORT_PREFIX": "${property}#", "DEVICES": '{"com.example.Pump":["pump-1"]}'}
    assert variables(listed).items() >= more.items()
    assert {"TABLE_NAME", *given, *more} == set(DYNAMODB_NAMES)


def test_contradictory_key_schema_is_refused() -> None:
    key_schema = TableKeySchema(partition="${device}#${day}")
    with pytest.raises(
        ValueError, match="the first bucket is required where a partition holds a time bucket"
    ):
        synthesize(lambda stack: dynamodb_connector(stack, key_schema=key_schema))


def test_devices_that_do_not_fit_are_refused() -> None:
    devices = {"com.example.Pump": [f"pump-{number:04}" for number in range(300)]}
    with pytest.raises(
        ValueError, match="devices may take 3000 characters in the function's environment, got 3622"
    ):
        synthesize(lambda stack: dynamodb_connector(stack, devices=devices))


def test_writes_are_granted_when_asked_for() -> None:
    def actions(**options: Any) -> list[Any]:
        result = synthesize(lambda stack: dynamodb_connector(stack, **options))
        (role,) = result.all_of("AWS::IAM::Role").values()
        (policy,) = role["Properties"]["Policies"]
        return [one["Action"] for one in policy["PolicyDocument"]["Statement"]][1:]

    assert actions() == ["dynamodb:Query"]
    assert actions(allow_writes=True) == [["dynamodb:Query", "dynamodb:UpdateItem"]]


def test_only_settings_with_a_value_are_given_when_options_are_left_out() -> None:
    assert variables(synthesize(dynamodb_connector)) == {
        "TABLE_NAME": "telemetry",
        "PARTITION_KEY": "device_id",
        "SORT_KEY": "timestamp",
        "TIME_UNIT": "ms",
    }


def test_sitewise_code_gets_the_settings_it_reads_when_made() -> None:
    assert variables(synthesize(sitewise_connector)) == {}
    given = variables(synthesize(lambda stack: sitewise_connector(stack, property_alias="/a")))
    assert set(given) == set(SITEWISE_NAMES)


# Functions of others


def function_with_arn(stack: Stack, arn: str) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", arn)


def test_nothing_is_made_when_a_function_exists_already() -> None:
    result = synthesize(lambda stack: DataConnector.from_function_arn(stack, "It", FUNCTION_ARN))

    assert result.resources == {}


def test_arn_is_the_functions_when_wrapped_or_imported() -> None:
    stack = Stack(App(), "Test")

    wrapped = DataConnector(stack, "Wrapped", function=function_with_arn(stack, FUNCTION_ARN))
    imported = DataConnector.from_function_arn(stack, "Imported", FUNCTION_ARN)

    assert wrapped.function_arn == imported.function_arn == FUNCTION_ARN


def test_grantee_may_invoke_when_granted() -> None:
    def build(stack: Stack) -> None:
        connector = DataConnector.from_function_arn(stack, "It", FUNCTION_ARN)
        connector.grant_invoke(iam.User(stack, "User"))

    document = synthesize(build).properties("AWS::IAM::Policy")["PolicyDocument"]

    assert allowed(document) == {"lambda:InvokeFunction": [FUNCTION_ARN, f"{FUNCTION_ARN}:*"]}


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("metric_errors", "Errors"),
        ("metric_throttles", "Throttles"),
        ("metric_duration", "Duration"),
        ("metric_invocations", "Invocations"),
    ],
)
def test_metric_is_the_functions_when_asked_for(method: str, name: str) -> None:
    connector = DataConnector.from_function_arn(Stack(App(), "Test"), "It", FUNCTION_ARN)
    metric = getattr(connector, method)(period=Duration.minutes(1), statistic="Maximum")

    assert (metric.namespace, metric.metric_name, metric.statistic, metric.dimensions) == (
        "AWS/Lambda",
        name,
        "Maximum",
        {"FunctionName": "historian"},
    )
    assert metric.period.to_minutes() == 1


@pytest.mark.parametrize(
    "arn",
    [
        f"{FUNCTION_ARN}:live",
        "arn:aws-iso:lambda:us-iso-east-1:111122223333:function:historian",
        "arn:aws:lambda:us-east-1:111122223333:layer:historian",
    ],
)
def test_arn_is_refused_when_it_is_not_of_a_plain_function(arn: str) -> None:
    message = (
        'the function\'s ARN must read "arn:aws:lambda:REGION:ACCOUNT:function:NAME", without '
        f'version or alias, got "{arn}"; pass the function itself'
    )

    assert refusal(lambda stack: DataConnector.from_function_arn(stack, "It", arn)) == message


def test_arn_is_refused_when_longer_than_cloudformation_takes() -> None:
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:{'n' * 82}"
    message = (
        f'the function\'s ARN may have 128 characters, got 129 in "{arn}"; give the function a shorter name'
    )

    assert refusal(lambda stack: DataConnector.from_function_arn(stack, "It", arn)) == message
    assert (
        refusal(lambda stack: DataConnector(stack, "It", function=function_with_arn(stack, arn))) == message
    )
    DataConnector.from_function_arn(Stack(App(), "Test"), "It", arn[:-1])


def aliased(stack: Stack) -> lambda_.Alias:
    function = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )
    return lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)


def test_alias_is_refused_when_not_asked_for() -> None:
    assert refusal(lambda stack: DataConnector(stack, "It", function=aliased(stack))) == (
        "function must not be a version or an alias, which the service's pattern of ARNs excludes, "
        'got "Test/Live"; pass the function itself'
    )


def test_alias_is_taken_when_asked_for() -> None:
    stack = Stack(App(), "Test")
    alias = aliased(stack)

    assert DataConnector(stack, "It", function=alias, allow_qualified=True).function is alias


# Mistakes in options


@pytest.mark.parametrize("package", PACKAGED)
def test_timeout_is_refused_when_longer_than_half_a_minute(package: str) -> None:
    assert refusal(lambda stack: PACKAGED[package](stack, timeout=Duration.seconds(31))) == (
        "timeout may be at most 30 seconds, because a user waits for the response, got 31 seconds; "
        "read less data per request"
    )


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
