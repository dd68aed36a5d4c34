"""The limit of requests per second."""

from __future__ import annotations

from typing import Any

import pytest


def test_requests_are_throttled_when_there_are_more_in_a_second(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(throttle=2)
    client = make_client("iottwinmaker")
    client.list_workspaces()
    client.list_workspaces()
    with pytest.raises(client.exceptions.ThrottlingException) as caught:
        client.list_workspaces()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    make_client("iotsitewise").list_asset_models()
    clock.now += 1
    client.list_workspaces()
