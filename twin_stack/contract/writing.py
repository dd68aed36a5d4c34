"""Answers of data writers: what could not be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.contract.breaches import Code, Json, Report, shown
from twin_stack.contract.values import STRING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_writer(report: Report, answer: object) -> Json | None:
    """Read the answer of a data writer.

    Args:
        report: Takes the breaches.
        answer: The answer.

    Returns:
        ``{"errorEntries": ...}``; None if it cannot be read.
    """
    if not report.expect(answer, dict, "$", "return the answer itself"):
        return None
    report.unknown(answer, frozenset({"errorEntries"}), "$")
    groups = answer.get("errorEntries")
    if not report.expect(groups, list, "$.errorEntries", "give a list, empty where all was written"):
        return None
    result = []
    for index, group in enumerate(groups or ()):
        path = f"$.errorEntries[{index}]"
        if not report.expect(group, dict, path, 'give {"errors": [...]}'):
            continue
        report.unknown(group, frozenset({"errors"}), path)
        errors = group.get("errors")
        if not report.expect(errors, list, f"{path}.errors", "list the errors of an entry"):
            continue
        for number, error in enumerate(errors):
            _error(report, error, f"{path}.errors[{number}]")
        result.append({"errors": errors})
    return {"errorEntries": result}


def check_writer(report: Report, event: Mapping[str, Any], document: Json | None) -> None:
    """Hold a writer's answer against its event: errors are of entries that were to be written.

    Args:
        report: Takes the breaches.
        event: The event.
        document: What could be read of the answer.
    """
    asked = event.get("entries") or []
    known = [_identity(entry) for entry in asked if isinstance(entry, dict)]
    for index, group in enumerate((document or {"errorEntries": []})["errorEntries"]):
        for number, error in enumerate(group["errors"]):
            entry = error.get("entry") if isinstance(error, dict) else None
            if isinstance(entry, dict) and _identity(entry) not in known:
                report.add(
                    Code.OTHER_ENTRY,
                    f"$.errorEntries[{index}].errors[{number}].entry",
                    shown(entry),
                    "an entry of the event, with its entryId and entityPropertyReference",
                    "give back the entry that was not written",
                )


def _identity(entry: Json) -> tuple[object, object]:
    return entry.get("entryId"), entry.get("entityPropertyReference")


def _error(report: Report, error: object, path: str) -> None:
    if not report.expect(error, dict, path, "give {errorCode, errorMessage, entry}"):
        return
    report.unknown(error, frozenset({"errorCode", "errorMessage", "entry"}), path)
    for name in ("errorCode", "errorMessage"):
        text = error.get(name)
        where = f"{path}.{name}"
        if report.expect(text, str, where, "say in words what failed") and not 1 <= len(text) <= STRING_LIMIT:
            report.add(Code.TEXT_LENGTH, where, shown(text), f"1 to {STRING_LIMIT} characters", "shorten it")
    entry = error.get("entry")
    if report.expect(entry, dict, f"{path}.entry", "give back the entry that was not written"):
        report.expect(
            entry.get("entityPropertyReference"),
            dict,
            f"{path}.entry.entityPropertyReference",
            "give back the whole entry",
        )
