"""cfn-lint, imported when a test uses it: it takes seconds, and most runs of tests do not need it."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

# ruff: noqa: PLC0415

Json = dict[str, Any]

_WITHOUT_COMPLAINTS: Final = Path(__file__).parents[2] / ".pytest_cache" / "d" / "cfn-lint"
"""Files named by the digest of a template that has no findings. Linting takes longer than synthesizing."""

_ASSET_HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


def complaints(template: Json) -> list[str]:
    """Return cfn-lint's findings on a template, one line each.

    A template that had none is not linted again by the same version of cfn-lint.

    Args:
        template: A CloudFormation template.

    Returns:
        Rule, message and path. Left out is W3005 on functions and state machines: the CDK's depend on
        their role by reference and by ``DependsOn``.
    """
    text = json.dumps(template)
    linted = f"{version('cfn-lint')} {_ASSET_HASH.sub('HASH', text)}"
    marker = _WITHOUT_COMPLAINTS / hashlib.sha256(linted.encode()).hexdigest()
    if marker.exists():
        return []
    collects = gc.isenabled()
    gc.disable()  # Collections free little of what a run makes, and take an eighth of its time.
    try:
        lines = _lint(text, template["Resources"])
    finally:
        if collects:
            gc.enable()
    if not lines:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    return lines


def _lint(text: str, resources: Json) -> list[str]:
    from cfnlint.decode.decode import decode_str  # type: ignore[import-untyped]

    decoded, errors = decode_str(text)
    assert errors == []
    return [
        f"{match.rule.id} {match.message} at {match.path}"
        for match in _runner().validate_template(decoded)
        if match.rule.id != "W3005" or resources[str(match.path[1])]["Type"] not in _DEPEND_ON_ROLE
    ]


_DEPEND_ON_ROLE = {"AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"}


@cache
def _runner() -> Any:
    """Return a linter, whose rules take a third of the time of a small template to load."""
    from cfnlint.config import ConfigMixIn, ManualArgs  # type: ignore[import-untyped]
    from cfnlint.runner import Runner  # type: ignore[import-untyped]

    return Runner(ConfigMixIn(**ManualArgs(regions=["us-east-1"])))


def resource_schema(type_name: str) -> Json:
    """Return CloudFormation's schema of a resource type, as cfn-lint ships it.

    Args:
        type_name: Such as ``AWS::IoTTwinMaker::Entity``.
    """
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

    schema: Json = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema
    return schema
