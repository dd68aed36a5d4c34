"""Dispatch of an event to the function that it is for, with one log line an event."""

import gc
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connector_kit.errors import ConnectorError, RequestError, UnsupportedError
from connector_kit.history import Tally, read_page
from connector_kit.request import TIME_MEMBERS, Request, describe, parse_event
from connector_kit.source import Source

if TYPE_CHECKING:
    from connector_kit.component import Component
    from connector_kit.schema import Definition
    from connector_kit.writing import Writer

READS = "dataReader, dataReaderByEntity, dataReaderByComponentType and attributePropertyValueReaderByEntity"

_logger = logging.getLogger("connector")
_cold_start = True


def serve(
    event: object,
    sources: Callable[[Request], Sequence[Source]],
    *,
    schema: "Callable[[Component], Mapping[str, Definition]] | None" = None,
    writer: "Writer | None" = None,
) -> dict[str, Any]:
    """Answer one event of the service.

    The event does not name its function; the function follows from its members. CloudTrail has no
    data operations of the service, so the log line is the only trace of a read: ids, counts and
    duration, never a value. Lambda's JSON log format turns the record's extra fields into members of
    the line.

    Args:
        event: The event that Lambda passes to the handler.
        sources: Returns the sources of a request.
        schema: Returns the definitions of a component's properties, for ``schemaInitializer``.
        writer: Writes values, for ``dataWriter``.

    Returns:
        The answer in the shape of the event's function.

    Raises:
        ConnectorError: If the event cannot be answered; the message has the request. The caller gets
            ``ConnectorFailureException``, never an empty answer for a failure.
    """
    global _cold_start  # noqa: PLW0603 - one process serves one cold start
    started = time.perf_counter()
    line: dict[str, Any] = {"coldStart": _cold_start, **_ids(event)}
    _cold_start = False
    tally = Tally()
    # An answer is thousands of small objects without cycles; collecting garbage takes a sixth of the time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        result, counts = _dispatch(event, sources, schema, writer, tally)
    except Exception as error:
        if isinstance(error, ConnectorError):
            error.request = describe(event)
        failure = {"error": type(error).__name__, **tally.counts(), **_duration(started)}
        _logger.error("failed", extra=line | failure)
        raise
    finally:
        if was_enabled:
            # freeze() then unfreeze() moves new objects into the oldest generation, so the next
            # collection skips them.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
    _logger.info("answered", extra=line | counts | _duration(started))
    return result


def _dispatch(
    event: object,
    sources: Callable[[Request], Sequence[Source]],
    schema: "Callable[[Component], Mapping[str, Definition]] | None",
    writer: "Writer | None",
    tally: Tally,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the answer, and the members of its log line."""
    if not isinstance(event, Mapping):
        raise RequestError(f"the event must be a JSON object, got {type(event).__name__}")
    served = ", ".join(
        [READS, *(["schemaInitializer"] if schema else []), *(["dataWriter"] if writer else [])]
    )
    if "entries" in event:
        if writer is None:
            raise UnsupportedError(
                f'the event has "entries", as dataWriter does; this connector serves {served}'
            )
        # Imported here because a read does not need it and starts sooner without; likewise below.
        from connector_kit.writing import write  # noqa: PLC0415

        result, written = write(event, writer)
        return result, {"function": "dataWriter", "written": written, "failed": len(result["errorEntries"])}
    if "properties" in event and not any(name in event for name in ("selectedProperties", *TIME_MEMBERS)):
        if schema is None:
            raise UnsupportedError(
                'the event has "properties" but no "selectedProperties", as schemaInitializer does; '
                f"this connector serves {served}"
            )
        from connector_kit.schema import parse_schema_event, schema_answer  # noqa: PLC0415

        component = parse_schema_event(event)
        result, left_out = schema_answer(component, schema(component))
        return result, {
            "function": "schemaInitializer",
            "properties": len(result["properties"]),
            "leftOut": left_out,
        }
    request = parse_event(event)
    result = read_page(request, sources(request), tally)
    return result, {
        "function": "history" if request.is_history else "attribute",
        "hasNextPage": result.get("nextToken") is not None,
        **tally.counts(),
    }


def _ids(event: object) -> dict[str, Any]:
    members = (
        "workspaceId",
        "entityId",
        "componentName",
        "componentPath",
        "componentTypeId",
        "selectedProperties",
        "orderByTime",
        "maxResults",
    )
    return {name: event[name] for name in members if isinstance(event, dict) and name in event}


def _duration(started: float) -> dict[str, Any]:
    return {"durationMs": round((time.perf_counter() - started) * 1000, 3)}
