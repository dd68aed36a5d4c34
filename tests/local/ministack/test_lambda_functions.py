"""The environment and the logs of functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.stacks import make_function
from twin_stack.local import launcher
from twin_stack.local.clients import make_client

if TYPE_CHECKING:
    from twin_stack.local.state import Server, StateFolder
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy


def start(folder: StateFolder) -> Server:
    with folder.locked():
        return launcher.start(folder, port=0)


@pytest.mark.usefixtures("forked_starts")
def test_function_has_lambdas_variables_and_none_of_the_caller(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "secret")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    server = start(folder)
    client = make_client(server.access, "lambda")
    make_function(client, "env", "import os\ndef handler(event, context):\n    return dict(os.environ)\n")

    seen = json.loads(client.invoke(FunctionName="env")["Payload"].read())

    assert seen["MINE"] == "1"
    assert seen["AWS_ENDPOINT_URL"] == server.endpoint
    assert seen["AWS_SECRET_ACCESS_KEY"] == server.secret
    assert seen["AWS_CONFIG_FILE"] == seen["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == "/logs/env"
    assert not seen["AWS_SESSION_TOKEN"]
    # Names with AWS_LAMBDA_, and what Python itself adds for its locale.
    rest = {name for name in seen if not name.startswith(("AWS_LAMBDA_", "_", "LC_CTYPE"))}
    assert rest <= {
        "AWS_ACCESS_KEY_ID",
        "AWS_CONFIG_FILE",
        "AWS_DEFAULT_REGION",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SHARED_CREDENTIALS_FILE",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "MINE",
        "PATH",
        "PYTHONPATH",
        "TZ",
    }


def test_log_lines_are_as_lambda_writes_them_when_the_format_is_json(local_twin: LocalTwin) -> None:
    code = (
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger('mine').info('read %s', 'it', extra={'rows': 3})\n"
        "    logging.getLogger('mine').debug('never')\n"
    )
    client = local_twin.client("lambda")
    make_function(client, "logger", code)

    client.invoke(FunctionName="logger")

    events = local_twin.client("logs").filter_log_events(logGroupName="/logs/logger")["events"]
    (line,) = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    assert (line["level"], line["message"], line["logger"], line["rows"]) == ("INFO", "read it", "mine", 3)
