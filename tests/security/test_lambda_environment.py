"""Lambda functions of the embedded AWS run as the user: no setting of the user leads them to AWS itself."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.support.stacks import make_function

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy

# As in ~/.aws/config of a developer: the embedded AWS would be ignored, and calls would go to an account.
CONFIG = """
[default]
region = eu-west-1
ignore_configured_endpoint_urls = true
aws_access_key_id = AKIDREAL
aws_secret_access_key = real
"""
CODE = """
import boto3

def handler(event, context):
    session = boto3.Session()
    keys = session.get_credentials()
    client = session.client("iottwinmaker")
    summaries = client.list_workspaces()["workspaceSummaries"]
    return [keys.access_key, client.meta.endpoint_url, client.meta.region_name, session.available_profiles,
            len(summaries)]
"""


def test_function_calls_the_embedded_aws_whatever_the_user_has_configured(
    local_twin: LocalTwin, tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    for file in ("config", "credentials"):
        (tmp_path / ".aws" / file).write_text(CONFIG, encoding="utf-8")
    client, name = local_twin.client("lambda"), f"caller-{uuid.uuid4().hex[:8]}"
    make_function(client, name, CODE)
    # Functions have no HOME, and find that of the user in the list of users.
    client.update_function_configuration(
        FunctionName=name, Environment={"Variables": {"HOME": str(tmp_path)}}
    )

    answer = json.loads(client.invoke(FunctionName=name)["Payload"].read())

    summaries = local_twin.client("iottwinmaker").list_workspaces()["workspaceSummaries"]
    assert answer == ["000000000000", local_twin.endpoint, "us-east-1", [], len(summaries)]
