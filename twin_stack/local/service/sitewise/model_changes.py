"""Changes of an asset model that SiteWise refuses, because its assets have data already.

Source: SiteWise user guide, "Update asset models", and API reference, UpdateAssetModel. The type and the data
type of an existing property and the window of an existing metric cannot be changed. A property that takes the
name of a removed one needs two requests; that one request is refused is how we read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.sitewise.context import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.local.service.sitewise.context import Json


def check_change(before: Iterable[Json], after: Iterable[Json]) -> None:
    """Check that existing properties of a model, or of a composite model, may change as requested.

    Args:
        before: The properties now, with ids.
        after: The properties that the request gives, with ids.

    Raises:
        ServiceError: A change is refused; the message names every property.
    """
    existing = {item["id"]: item for item in before}
    requested = {item["id"]: item for item in after}
    removed_names = {item["name"] for item in existing.values() if item["id"] not in requested}
    problems = []
    for property_id, item in requested.items():
        name = item["name"]
        old = existing.get(property_id)
        if old is not None:
            problems += [f"property {name!r}: {change}" for change in _refused_changes(old, item)]
        elif name in removed_names:
            problems.append(
                f"property {name!r} replaces one of the same name; remove that in a request of its own first"
            )
    if problems:
        raise invalid("; ".join(problems))


def _refused_changes(old: Json, new: Json) -> list[str]:
    """Return what of a property cannot be changed, with both values."""
    pairs = {
        "the type": (_kind(old), _kind(new)),
        "the data type": (old["dataType"], new["dataType"]),
    }
    if _kind(old) == _kind(new) == "metric":
        pairs["the window"] = (_window(old), _window(new))
    return [
        f"{what} of an existing property cannot be changed from {current} to {requested}; remove the "
        "property, which deletes its data, and add another one"
        for what, (current, requested) in pairs.items()
        if current != requested
    ]


def _kind(item: Json) -> str:
    return str(next(iter(item["type"])))


def _window(item: Json) -> str:
    tumbling = item["type"]["metric"]["window"].get("tumbling", {})
    offset = f" with offset {tumbling['offset']}" if tumbling.get("offset") else ""
    return f"{tumbling.get('interval')}{offset}"
