"""The command ``logs`` without its command line."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError, Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLLOW_SECONDS = 1.0


@dataclass(frozen=True)
class LogLine:
    """One log line of a function.

    Attributes:
        time: When it was logged.
        function: Name of the function.
        message: The line.
    """

    time: datetime
    function: str
    message: str


def read_logs(
    app: Path, *, function: str | None = None, since: float = 600.0, follow: bool = False
) -> Iterator[LogLine]:
    """Yield what Lambda functions logged, oldest first.

    Args:
        app: Folder of the CDK app.
        function: Only functions with this in their name, in any case. Default: all.
        since: How many seconds to look back.
        follow: Go on with what is logged from now on, until interrupted.

    Raises:
        LocalError: The embedded AWS does not run, or there is no such function.
    """
    server = _require_server(StateFolder.of_app(app))
    groups = _functions_by_log_group(make_client(server.access, "lambda"))
    selected = {
        group: name for group, name in groups.items() if function is None or function.lower() in name.lower()
    }
    if function is not None and not selected:
        names = ", ".join(sorted(groups.values())) or "none"
        raise LocalError(f'no function has "{function}" in its name; there are {names}')
    client = make_client(server.access, "logs")
    start = int((time.time() - since) * 1000)
    seen: set[tuple[str, int, str]] = set()
    while True:
        lines: list[LogLine] = []
        for group, name in selected.items():
            for event in _read_events(client, group, start):
                # ministack gives events no id.
                key = (event["logStreamName"], event["timestamp"], event["message"])
                if key not in seen:
                    seen.add(key)
                    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                    lines.append(LogLine(moment, name, event["message"].rstrip("\n")))
        yield from sorted(lines, key=lambda line: line.time)
        if not follow:
            return
        time.sleep(_FOLLOW_SECONDS)


def _require_server(folder: StateFolder) -> Server:
    server = launcher.running(folder)
    if server is None:
        raise LocalError("the embedded AWS does not run; start it with `twin up`")
    return server


def _functions_by_log_group(client: Any) -> dict[str, str]:
    """Return the names of functions by the log groups that they write to."""
    pages = client.get_paginator("list_functions").paginate()
    functions = {item["FunctionName"]: item for page in pages for item in page["Functions"]}
    return {
        item.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}"): name
        for name, item in functions.items()
    }


def _read_events(client: Any, group: str, start: int) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
    try:
        for page in pages:
            yield from page["events"]
    except client.exceptions.ResourceNotFoundException:
        # A function that has not run yet has no log group.
        return
