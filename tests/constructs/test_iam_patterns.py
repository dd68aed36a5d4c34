"""Text in IAM's patterns."""

from __future__ import annotations

from aws_cdk import Aws

from twin_stack.constructs.iam_patterns import escape_wildcards, template_pattern


def test_wildcards_and_variables_are_escaped() -> None:
    assert escape_wildcards("/a*/b?/$c") == "/a${*}/b${?}/${$}c"


def test_tokens_are_kept() -> None:
    assert escape_wildcards(f"/{Aws.REGION}") == f"/{Aws.REGION}"
    assert escape_wildcards(f"/*/{Aws.REGION}?") == f"/${{*}}/{Aws.REGION}${{?}}"


def test_placeholders_of_a_template_match_anything() -> None:
    assert template_pattern("/${line}/a*/${property}") == "/*/a${*}/*"


def test_token_in_a_template_is_no_placeholder() -> None:
    assert template_pattern(f"/{Aws.REGION}/${{entityId}}") == f"/{Aws.REGION}/*"
