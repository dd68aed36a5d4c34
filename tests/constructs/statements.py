"""IAM statements of a template in one flat form."""

from __future__ import annotations

import json
from typing import Any


def flat(value: Any) -> str:
    """A resource of a statement as one text: `<Bucket.Arn>/*`, `<AWS::Region>`."""
    match value:
        case str(text):
            return text.replace("${", "<").replace("}", ">")
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(flat(part) for part in parts)
        case {"Fn::Sub": text}:
            return flat(text)
        case _:
            return json.dumps(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(document: dict[str, Any]) -> dict[str, list[str]]:
    """Of a policy document that only allows, without conditions: resources by action."""
    by_action: dict[str, list[str]] = {}
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert set(statement) == {"Effect", "Action", "Resource"}
        for action in listed(statement["Action"]):
            by_action.setdefault(action, []).extend(map(flat, listed(statement["Resource"])))
    return {action: sorted(resources) for action, resources in sorted(by_action.items())}


def inline(role: dict[str, Any]) -> dict[str, list[str]]:
    """What the one inline policy of a role allows; no managed policy may be there."""
    properties = role["Properties"]
    assert "ManagedPolicyArns" not in properties
    (policy,) = properties["Policies"]
    return allowed(policy["PolicyDocument"])


def of_role(resources: dict[str, dict[str, Any]], role_id: str) -> dict[str, list[str]]:
    """What the inline policies of a role and the policies attached to it allow without conditions."""
    documents = [policy["PolicyDocument"] for policy in resources[role_id]["Properties"].get("Policies", [])]
    documents += [
        resource["Properties"]["PolicyDocument"]
        for resource in resources.values()
        if resource["Type"] == "AWS::IAM::Policy" and {"Ref": role_id} in resource["Properties"]["Roles"]
    ]
    statements = [
        statement
        for document in documents
        for statement in document["Statement"]
        if "Condition" not in statement
    ]
    return allowed({"Statement": statements})
