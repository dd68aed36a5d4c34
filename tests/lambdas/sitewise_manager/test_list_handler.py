"""The calls of the provider framework for a list of assets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sitewise_manager import list_handler

if TYPE_CHECKING:
    import pytest


def test_calls_share_one_client_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Any] = []
    monkeypatch.setattr(list_handler, "create_client", lambda *_, **__: object())
    monkeypatch.setattr(list_handler, "BucketStore", lambda client, *_: used.append(client))
    monkeypatch.setattr(list_handler, "parse_list_request", lambda event: event)
    monkeypatch.setattr(list_handler, "begin", lambda *_: "assets")
    event = {"ResourceProperties": {"BucketName": "bucket", "StatePrefix": "assets"}}
    list_handler._s3.cache_clear()
    clients: Any = None
    try:
        for _ in range(2):
            assert list_handler.handle_list(event, clients, lambda: 60.0)["PhysicalResourceId"] == "assets"
    finally:
        list_handler._s3.cache_clear()

    assert used[0] is used[1]
