"""The thin part of every handler: parse, read, answer, and one line in the log."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from connector_kit.errors import ConnectorError
from connector_kit.history import Source, Tally, answer
from connector_kit.request import Request, describe, parse_event

_logger = logging.getLogger("connector")
_cold_start = True


def serve(event: object, sources: Callable[[Request], Sequence[Source]]) -> dict[str, Any]:
    """Answer one event of the service.

    The service does not put its data operations into CloudTrail, so the log line is the only trace
    of a read: ids, counts and duration, never a value. Lambda's JSON log format makes members of
    the line out of the record's extra fields.

    Args:
        event: What Lambda hands to the handler.
        sources: Gives the places to read from for a request.

    Returns:
        The answer in the shape of the function that was called.

    Raises:
        ConnectorError: With the request in its message; so that the caller sees
            ``ConnectorFailureException`` and never an empty answer for a failure.
    """
    global _cold_start  # noqa: PLW0603 - one process serves one cold start
    started = time.perf_counter()
    tally = Tally()
    line: dict[str, Any] = {"coldStart": _cold_start, **_ids(event)}
    _cold_start = False
    try:
        request = parse_event(event)
        result = answer(request, sources(request), tally)
    except Exception as error:
        if isinstance(error, ConnectorError):
            error.asked = describe(event)
        _log(logging.ERROR, "read failed", line, tally, started, error=type(error).__name__)
        raise
    _log(
        logging.INFO,
        "read answered",
        line,
        tally,
        started,
        function="history" if request.is_history else "attribute",
        hasNextPage=result.get("nextToken") is not None,
    )
    return result


def _ids(event: object) -> dict[str, Any]:
    members = (
        "workspaceId",
        "entityId",
        "componentName",
        "componentTypeId",
        "selectedProperties",
        "orderByTime",
        "maxResults",
    )
    return {name: event[name] for name in members if isinstance(event, dict) and name in event}


def _log(
    level: int, message: str, line: dict[str, Any], tally: Tally, started: float, **more: object
) -> None:
    counts = {
        "batches": tally.batches,
        "rows": tally.rows,
        "points": tally.points,
        "skipped": tally.skipped,
        "durationMs": round((time.perf_counter() - started) * 1000, 3),
    }
    _logger.log(level, message, extra=line | counts | more)
