"""Lambda functions of the embedded AWS run as the user: no setting of the user leads them to AWS itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.stacks import make_function
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """A state folder in a home with a configuration of AWS."""
    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text(CONFIG, encoding="utf-8")
    return StateFolder(tmp_path / "twin")


def test_function_calls_the_embedded_aws_whatever_the_user_has_configured(folder: StateFolder) -> None:
    with folder.locked():
        server = launcher.start(folder, port=0)
    try:
        client = make_client(server.access, "lambda")
        make_function(client, "caller", CODE)
        # Functions have no HOME, and find that of the user in the list of users.
        home = {"Variables": {"HOME": str(folder.path.parent)}}
        client.update_function_configuration(FunctionName="caller", Environment=home)

        answer = json.loads(client.invoke(FunctionName="caller")["Payload"].read())
    finally:
        launcher.stop(folder, grace=5)

    assert answer == ["000000000000", server.endpoint, "us-east-1", [], 0]
