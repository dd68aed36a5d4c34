"""Targets: connectors of the definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.invocations import EVENT, twin

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_connector_of_the_definition_is_invoked_by_name(factory: Path) -> None:
    # There is no table: the connector's own error names the request.
    result = twin(
        "telemetry", "--model", str(factory), "--entity", "machine-001", "--component", "temperatureSensor",
        "--property", "temperature", "--env", "TABLE_NAME=nothing", "--env", "AWS_DEFAULT_REGION=us-east-1",
        "--env", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "--env", "AWS_ACCESS_KEY_ID=x",
        "--env", "AWS_SECRET_ACCESS_KEY=x", "--quiet", "--timeout", "6",
    )  # fmt: skip
    assert result.exit_code == 1
    assert result.stderr.startswith(
        'ConnectorFailureException: StoreError: dynamodb:Query on table "nothing" failed'
    )


def test_connector_of_the_service_itself_is_not_invoked(factory: Path) -> None:
    settings = factory / "twin.yaml"
    text = settings.read_text(encoding="utf-8")
    more = "connectors:\n  native: {kind: sitewise-native}\n"
    settings.write_text(text.replace("connectors:\n", more, 1), encoding="utf-8")
    result = twin("native", "--model", str(factory), "--event", EVENT)
    assert result.stderr.startswith('error: "native" is part of AWS IoT TwinMaker itself')
