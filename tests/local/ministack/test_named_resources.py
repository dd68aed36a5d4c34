"""Names that exist already: imported if the change set says so, refused otherwise."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy


def run(twin: LocalTwin, resource: dict[str, Any], *, imports: bool) -> str:
    """Create a stack of one resource and return its state."""
    client: Any = twin.client("cloudformation")
    name = f"named-{uuid.uuid4().hex[:8]}"
    change_set = client.create_change_set(
        StackName=name,
        ChangeSetName="create",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Named": resource}}),
        ImportExistingResources=imports,
    )
    client.execute_change_set(ChangeSetName=change_set["Id"])
    while True:
        status: str = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(0.05)


def test_bucket_that_exists_is_imported_on_demand_only(local_twin: LocalTwin) -> None:
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    s3: Any = local_twin.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="kept", Body=b"kept")
    resource = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": {"BucketName": bucket},
    }

    assert run(local_twin, resource, imports=False) == "ROLLBACK_COMPLETE"
    assert run(local_twin, resource, imports=True) == "CREATE_COMPLETE"
    assert s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"


def test_topic_rule_that_exists_is_not_replaced(local_twin: LocalTwin) -> None:
    rule = f"rule_{uuid.uuid4().hex[:8]}"
    resource = {
        "Type": "AWS::IoT::TopicRule",
        "Properties": {
            "RuleName": rule,
            "TopicRulePayload": {"Sql": "SELECT * FROM 'a/b'", "Actions": [], "RuleDisabled": True},
        },
    }

    assert run(local_twin, resource, imports=False) == "CREATE_COMPLETE"
    assert run(local_twin, resource, imports=False) == "ROLLBACK_COMPLETE"
    assert local_twin.client("iot").get_topic_rule(ruleName=rule)["rule"]["sql"] == "SELECT * FROM 'a/b'"
