"""Errors as the clients of AWS's services read them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.parsers import create_parser

from twin_stack.local.aws_errors import ErrorCodes, format_error

CODES = ErrorCodes("JsonCode", "QueryCode", "S3Code")
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "headers", "code"),
    [
        ("iottwinmaker", {}, "JsonCode"),
        ("dynamodb", {"content-type": "application/x-amz-json-1.0"}, "JsonCode"),
        ("cloudformation", FORM, "QueryCode"),
        ("ec2", FORM, "QueryCode"),
        ("route53", {}, "QueryCode"),
        ("cloudfront", {}, "QueryCode"),
        ("s3", {}, "S3Code"),
    ],
)
def test_botocore_reads_code_and_message(service: str, headers: dict[str, str], code: str) -> None:
    signed = {**headers, "authorization": f"AWS4 Credential=1/2/us-east-1/{service}/aws4_request, x"}

    fields, body = format_error(signed, "", CODES, 'a "name" is < & wrong')

    protocol = botocore.session.Session().get_service_model(service).resolved_protocol
    parser: Any = create_parser(protocol)
    parsed = parser.parse({"status_code": 403, "headers": fields, "body": body}, None)
    assert parsed["Error"]["Code"] == code
    assert parsed["Error"]["Message"] == 'a "name" is < & wrong'


def test_botocore_reads_an_error_in_cbor() -> None:
    fields, body = format_error({"smithy-protocol": "rpc-v2-cbor"}, "", CODES, "wrong: ü" + "x" * 300)

    parser: Any = create_parser("smithy-rpc-v2-cbor")
    parsed = parser.parse({"status_code": 403, "headers": fields, "body": body}, None)
    assert parsed["Error"]["Code"] == "JsonCode"
    assert parsed["Error"]["Message"] == "wrong: ü" + "x" * 300


@pytest.mark.parametrize(
    "query", ["X-Amz-Credential=1%2F2%2Fus-east-1%2Fs3%2Faws4_request", "AWSAccessKeyId=1&Signature=2"]
)
def test_error_of_a_presigned_url_is_that_of_s3(query: str) -> None:
    assert b"<Code>S3Code</Code>" in format_error({}, query, CODES, "wrong")[1]
