"""Resources and policies in a form that can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.constructs.statements import flat, listed
from tests.templates.security_contract.constants import ASSETS_BUCKET

if TYPE_CHECKING:
    from collections.abc import Iterator


Resource = dict[str, Any]

Statements = dict[str, list[str]]


def flatten_resource(value: Any) -> Any:
    """A resource with its references as texts and its allowing statements as resources by action."""
    match value:
        case {"Statement": list(statements)}:
            return {
                **value,
                "Statement": _resources_by_action([flatten_resource(statement) for statement in statements]),
            }
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return flat(value)
        case dict():
            return {key: flatten_resource(member) for key, member in value.items()}
        case list():
            return [flatten_resource(item) for item in value]
        case _:
            return value


def _resources_by_action(statements: list[Any]) -> Any:
    """Of statements that allow something, resources by action; others stay as they are.

    Only conditions on an alias, on the tag of the twin and on counts are allowed; they are appended to the
    resource.
    """
    by_action: dict[str, list[str]] = {}
    for statement in statements:
        match statement:
            case {"Action": actions, "Effect": "Allow", "Resource": resources, **more} if not more:
                suffix = ""
            case {
                "Action": actions,
                "Effect": "Allow",
                "Resource": resources,
                "Condition": {"StringLike": {"iotsitewise:propertyAlias": str(alias), **others}, **kinds},
                **more,
            } if not (more or others or kinds):
                suffix = f" as {alias}"
            case {
                "Action": actions,
                "Effect": "Allow",
                "Resource": resources,
                "Condition": {
                    "StringEquals": {"aws:ResourceTag/twin-stack:workspace": str(tag), **others},
                    **kinds,
                },
                **more,
            } if not (more or others or kinds):
                suffix = f" tagged {tag}"
            case {
                "Action": actions,
                "Effect": "Allow",
                "Resource": resources,
                "Condition": {"StringEquals": {"dynamodb:Select": "COUNT", **others}, **kinds},
                **more,
            } if not (more or others or kinds):
                suffix = " counted"
            case _:
                return statements
        for action in listed(actions):
            by_action.setdefault(action, []).extend(f"{resource}{suffix}" for resource in listed(resources))
    return {action: sorted(resources) for action, resources in by_action.items()}


def allowed_resources(resource: Resource) -> Iterator[tuple[str, list[str]]]:
    """What the statements of a role or policy allow."""
    properties = resource.get("Properties", {})
    for document in (properties, *properties.get("Policies", [])):
        statements = document.get("PolicyDocument", {}).get("Statement", {})
        if isinstance(statements, dict):
            yield from statements.items()


def allow_document(statements: Statements) -> Resource:
    by_action = {action: sorted(resources) for action, resources in statements.items()}
    return {"Statement": by_action, "Version": "2012-10-17"}


def policy_document(statement: Resource) -> Resource:
    return {"Statement": [statement], "Version": "2012-10-17"}


def asset_code(code: Any) -> Resource:
    """Code is an asset of the CDK, named by its hash."""
    key = (code or {}).get("S3Key")
    return {"S3Bucket": ASSETS_BUCKET, "S3Key": key if is_asset_key(key) else "an asset"}


def is_asset_key(key: Any) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}\.zip", str(key)) is not None


def logical_id_of(reference: Any) -> str:
    """The logical id in `<Role.Arn>` or `<Logs>`."""
    return str(reference).strip("<>").removesuffix(".Arn")


def only_name(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"one, not {len(names)}"


def differences_of(path: str, actual: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
    if actual == expected:
        return
    if isinstance(actual, dict) and isinstance(expected, dict):
        for key in sorted(actual.keys() | expected.keys()):
            yield from differences_of(
                f"{path}.{key}".lstrip("."), actual.get(key, "absent"), expected.get(key, "absent")
            )
    elif isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        for index, (actual_item, expected_item) in enumerate(zip(actual, expected, strict=True)):
            yield from differences_of(f"{path}.{index}", actual_item, expected_item)
    else:
        yield path, actual, expected
