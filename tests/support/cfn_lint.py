"""cfn-lint, imported when a test uses it: it takes seconds, and most runs of tests do not need it."""

from __future__ import annotations

import json
from typing import Any

# ruff: noqa: PLC0415

Json = dict[str, Any]


def complaints(template: Json) -> list[str]:
    """Return cfn-lint's findings on a template, one line each.

    Args:
        template: A CloudFormation template.

    Returns:
        Rule, message and path. Left out is W3005 on functions: the CDK's ``Function`` depends on its role
        by reference and by ``DependsOn``.
    """
    from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]

    resources = template["Resources"]
    return [
        f"{match.rule.id} {match.message} at {match.path}"
        for match in lint(json.dumps(template), config=ManualArgs(regions=["us-east-1"]))
        if not (match.rule.id == "W3005" and resources[str(match.path[1])]["Type"] == "AWS::Lambda::Function")
    ]


def resource_schema(type_name: str) -> Json:
    """Return CloudFormation's schema of a resource type, as cfn-lint ships it.

    Args:
        type_name: Such as ``AWS::IoTTwinMaker::Entity``.
    """
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

    schema: Json = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema
    return schema
