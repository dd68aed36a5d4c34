"""A description of a change set warns that it has no values of properties."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.assemblies import plant

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

WARNING = "[WARN] --include-property-values option can return incomplete ChangeSet data"
CLI = Path(__file__).parents[3] / "node_modules" / "aws-cdk" / "lib" / "index.js"


def description(client: Any, change_set: str, **options: bool) -> dict[str, Any]:
    described: dict[str, Any] = client.describe_change_set(ChangeSetName=change_set, **options)
    return described


@pytest.mark.slow
def test_values_that_are_asked_for_are_said_to_be_incomplete(local_twin: LocalTwin) -> None:
    client = local_twin.client("cloudformation")
    name = f"plant-{uuid.uuid4().hex[:8]}"
    request = {"StackName": name, "ChangeSetName": "first"}
    change_set = client.create_change_set(
        **request, ChangeSetType="CREATE", TemplateBody=json.dumps(plant(name, "pump"))
    )["Id"]
    client.get_waiter("change_set_create_complete").wait(
        ChangeSetName=change_set, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )

    plain = description(client, change_set)
    detailed = description(client, change_set, IncludePropertyValues=True)

    assert detailed["StatusReason"].startswith(WARNING)
    assert not plain.get("StatusReason")
    assert detailed["Changes"] == plain["Changes"]
    assert {change["ResourceChange"]["LogicalResourceId"] for change in plain["Changes"]} == {
        "Workspace",
        "pump",
    }
    client.delete_stack(StackName=name)


@pytest.mark.skipif(not CLI.exists(), reason="needs the CDK CLI: npm ci")
def test_cli_reads_the_warning() -> None:
    assert WARNING in CLI.read_text(encoding="utf-8")
