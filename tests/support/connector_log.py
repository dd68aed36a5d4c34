"""The log of the embedded AWS: one line for each request that a connector answered."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.local_factory import LocalFactory


class ConnectorLog:
    """The requests that the connector of a component type answers, from now on.

    Args:
        factory: The factory.
        component_type: Id of the type.
    """

    def __init__(self, factory: LocalFactory, component_type: str) -> None:
        twinmaker = factory.twin.client("iottwinmaker")
        details = twinmaker.get_component_type(
            workspaceId=factory.workspace_id, componentTypeId=component_type
        )
        reader = details["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"]
        function = factory.twin.client("lambda").get_function_configuration(FunctionName=reader)
        self._group = function["LoggingConfig"]["LogGroup"]
        self._logs = factory.twin.client("logs")
        self._since = self.now()

    @staticmethod
    def now() -> int:
        """Return the present time in milliseconds since 1970."""
        return int(time.time() * 1000)

    def restart(self) -> None:
        """Leave out the requests until now."""
        self._since = self.now()

    def requests(self, *, until: int | None = None) -> list[dict[str, Any]]:
        """Return the ids and the number of values of each request.

        Args:
            until: Leave out later requests, in milliseconds since 1970.
        """
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._group, startTime=self._since
        )
        events = [event for page in pages for event in page["events"]]
        texts = [event["message"] for event in events if until is None or event["timestamp"] < until]
        lines = [json.loads(text) for text in texts if text.startswith("{")]
        return [line for line in lines if line.get("function") == "history"]
