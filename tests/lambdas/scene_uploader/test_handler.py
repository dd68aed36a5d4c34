"""What the uploader does for each event of CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scene_uploader import handler as module

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVENT = {
    "RequestType": "Create",
    "ResourceType": "Custom::TwinSceneFiles",
    "LogicalResourceId": "Files",
    "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/Plant/5f3a",
    "ResourceProperties": {"Bucket": "hall", "Sources": []},
}
CLEANUP = {
    **EVENT,
    "ResourceType": "Custom::TwinSceneFilesCleanup",
    "LogicalResourceId": "Cleanup",
    "ResourceProperties": {"Bucket": "hall", "Files": "Files"},
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Return what is called, with bucket and ledger."""
    made: list[tuple[object, ...]] = []

    def record(name: str) -> Callable[..., None]:
        return lambda store, *_, **__: made.append((name, *store))

    monkeypatch.setattr(module, "create_client", lambda: None)
    monkeypatch.setattr(module, "SceneBucket", lambda _client, bucket, ledger: (bucket, ledger))
    for name in ("clean_up", "remove_all", "upload"):
        monkeypatch.setattr(module, name, record(name))

    def serve(event: Mapping[str, Any], process: Callable[[Mapping[str, Any]], Any]) -> None:
        made.append(("answer", process(event).physical_id))

    monkeypatch.setattr(module, "serve", serve)
    return made


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (EVENT, [("upload", "hall", "Plant/Files"), ("answer", "Files")]),
        ({**EVENT, "RequestType": "Update"}, [("upload", "hall", "Plant/Files"), ("answer", "Files")]),
        ({**EVENT, "RequestType": "Delete"}, [("remove_all", "hall", "Plant/Files"), ("answer", "Files")]),
        (CLEANUP, [("answer", "Cleanup")]),
        ({**CLEANUP, "RequestType": "Update"}, [("answer", "Cleanup")]),
        ({**CLEANUP, "RequestType": "Delete"}, [("clean_up", "hall", "Plant/Files"), ("answer", "Cleanup")]),
    ],
)
def test_event_leads_to_its_work_on_the_ledger_of_stack_and_resource(
    calls: list[tuple[object, ...]], event: dict[str, Any], expected: list[tuple[object, ...]]
) -> None:
    module.handler(event, None)

    assert calls == expected
