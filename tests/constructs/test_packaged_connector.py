"""Connectors with code of this package: role, function, log and the code that they deploy."""

from __future__ import annotations

import pytest
from aws_cdk import Duration
from aws_cdk import aws_logs as logs

from tests.support.packaged_connectors import FUNCTION, LOGS, PACKAGED, ROLE
from tests.support.refusal import refusal
from tests.support.templates import ROOT, synthesize


@pytest.mark.parametrize("package", PACKAGED)
def test_role_trusts_lambda_alone_when_made(package: str) -> None:
    (statement,) = synthesize(PACKAGED[package]).properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]

    assert statement == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }


@pytest.mark.parametrize("package", PACKAGED)
def test_function_has_the_documented_defaults(package: str) -> None:
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
def test_function_has_the_options_that_are_given(package: str) -> None:
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
def test_asset_contains_only_the_connector_and_its_libraries(package: str) -> None:
    result = synthesize(PACKAGED[package], copies_files=True)

    asset = result.properties(FUNCTION)["Code"]["S3Key"].removesuffix(".zip")
    files = [path for path in (result.directory / f"asset.{asset}").rglob("*") if path.is_file()]
    packed = {
        str(path.relative_to(result.directory / f"asset.{asset}").parent).split("/")[0] for path in files
    }
    needed = {"former_ids"} if package == "dynamodb_connector" else set()
    assert packed == {"aws_client", "connector_kit", package} | needed
    assert {path.suffix for path in files} == {".py"}


@pytest.mark.parametrize("package", PACKAGED)
def test_asset_hash_ignores_bytecode(package: str) -> None:
    key = synthesize(PACKAGED[package]).properties(FUNCTION)["Code"]["S3Key"]
    leftover = ROOT / "lambdas" / "connector_kit" / "__pycache__" / f"{package}.leftover.pyc"
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"compiled")
    try:
        again = synthesize(PACKAGED[package]).properties(FUNCTION)["Code"]["S3Key"]
    finally:
        leftover.unlink()

    assert again == key


@pytest.mark.parametrize("package", PACKAGED)
def test_timeout_is_refused_when_longer_than_half_a_minute(package: str) -> None:
    assert refusal(lambda stack: PACKAGED[package](stack, timeout=Duration.seconds(31))) == (
        "timeout may be at most 30 seconds, because a user waits for the response, got 31 seconds; "
        "read less data per request"
    )
