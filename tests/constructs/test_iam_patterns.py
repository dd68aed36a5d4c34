"""Text in IAM's patterns."""

from __future__ import annotations

from aws_cdk import Aws

from twin_stack.constructs.iam_patterns import escape_wildcards


def test_wildcards_and_variables_are_escaped() -> None:
    assert escape_wildcards("/a*/b?/$c") == "/a${*}/b${?}/${$}c"


def test_tokens_are_kept() -> None:
    assert escape_wildcards(f"/{Aws.REGION}") == f"/{Aws.REGION}"
