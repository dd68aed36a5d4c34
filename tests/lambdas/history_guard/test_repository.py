"""What the guard reads in AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from history_guard import repository
from history_guard.decision import HistoryLossError
from history_guard.repository import Repository


class Client:
    """A client with prepared answers."""

    def __init__(
        self, *, count: int = 0, error: str | None = None, status: str = "UPDATE_IN_PROGRESS"
    ) -> None:
        self._count = count
        self._error = error
        self._status = status
        self.request: dict[str, Any] = {}

    def scan(self, **request: Any) -> dict[str, Any]:
        self.request = request
        if self._error is not None:
            raise ClientError({"Error": {"Code": self._error, "Message": "no"}}, "Scan")
        return {"Count": self._count}

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        self.request = request
        return {"Stacks": [{"StackStatus": self._status}]}


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(client: Client) -> Client:
        monkeypatch.setattr(repository, "create_client", lambda _service, **_options: client)
        return client

    return use


@pytest.mark.parametrize("count", [0, 1])
def test_rows_are_counted_and_not_read(use: Any, count: int) -> None:
    client = use(Client(count=count))

    assert Repository().has_rows("rows") is bool(count)
    assert client.request == {"TableName": "rows", "Select": "COUNT", "Limit": 1}


def test_table_that_does_not_exist_has_no_rows(use: Any) -> None:
    use(Client(error="ResourceNotFoundException"))

    assert Repository().has_rows("rows") is False


def test_table_that_cannot_be_read_may_have_rows(use: Any) -> None:
    use(Client(error="AccessDeniedException"))

    with pytest.raises(HistoryLossError, match="whether it contains rows is not known"):
        Repository().has_rows("rows")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("UPDATE_IN_PROGRESS", False), ("UPDATE_ROLLBACK_IN_PROGRESS", True), ("ROLLBACK_IN_PROGRESS", True)],
)
def test_state_of_the_stack_says_whether_it_rolls_back(use: Any, status: str, expected: bool) -> None:
    client = use(Client(status=status))

    assert Repository().is_rolling_back("arn:stack") is expected
    assert client.request == {"StackName": "arn:stack"}
