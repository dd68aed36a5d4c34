"""Parsing and checks of data writers' answers: the entries that were not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.contract.violations import Code, Json, Report, quote_value
from twin_stack.twinmaker.data_types import MAX_STRING

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_writer(report: Report, answer: object) -> Json | None:
    """Parse the answer of a data writer.

    Args:
        report: Collects the violations.
        answer: The answer.

    Returns:
        ``{"errorEntries": ...}``; None if it cannot be read.
    """
    if not report.expect(answer, dict, "$", "return the answer itself"):
        return None
    report.report_unknown_members(answer, frozenset({"errorEntries"}), "$")
    groups = answer.get("errorEntries")
    if not report.expect(groups, list, "$.errorEntries", "give a list, empty where all was written"):
        return None
    result = []
    for index, group in enumerate(groups or ()):
        path = f"$.errorEntries[{index}]"
        if not report.expect(group, dict, path, 'give {"errors": [...]}'):
            continue
        report.report_unknown_members(group, frozenset({"errors"}), path)
        errors = group.get("errors")
        if not report.expect(errors, list, f"{path}.errors", "list the errors of an entry"):
            continue
        for number, error in enumerate(errors):
            _error(report, error, f"{path}.errors[{number}]")
        result.append({"errors": errors})
    return {"errorEntries": result}


def check_writer(report: Report, event: Mapping[str, Any], document: Json | None) -> None:
    """Check that each error of a writer's answer is about an entry of the event.

    Args:
        report: Collects the violations.
        event: The event.
        document: The readable part of the answer.
    """
    entries = event.get("entries") or []
    identities = [_identity(entry) for entry in entries if isinstance(entry, dict)]
    for index, group in enumerate((document or {"errorEntries": []})["errorEntries"]):
        for number, error in enumerate(group["errors"]):
            entry = error.get("entry") if isinstance(error, dict) else None
            if isinstance(entry, dict) and _identity(entry) not in identities:
                report.add(
                    Code.OTHER_ENTRY,
                    f"$.errorEntries[{index}].errors[{number}].entry",
                    quote_value(entry),
                    "an entry of the event, with its entryId and entityPropertyReference",
                    "give back the entry that was not written",
                )


def _identity(entry: Json) -> tuple[object, object]:
    return entry.get("entryId"), entry.get("entityPropertyReference")


def _error(report: Report, error: object, path: str) -> None:
    if not report.expect(error, dict, path, "give {errorCode, errorMessage, entry}"):
        return
    report.report_unknown_members(error, frozenset({"errorCode", "errorMessage", "entry"}), path)
    for name in ("errorCode", "errorMessage"):
        text = error.get(name)
        where = f"{path}.{name}"
        if report.expect(text, str, where, "describe what failed") and not 1 <= len(text) <= MAX_STRING:
            report.add(
                Code.TEXT_LENGTH,
                where,
                quote_value(text),
                f"1 to {MAX_STRING} characters",
                "shorten it",
            )
    entry = error.get("entry")
    if report.expect(entry, dict, f"{path}.entry", "give back the entry that was not written"):
        report.expect(
            entry.get("entityPropertyReference"),
            dict,
            f"{path}.entry.entityPropertyReference",
            "give back the whole entry",
        )
