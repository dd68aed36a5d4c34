"""Entities and histories as JSON and CSV, for other programs. Pure."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from twin_stack.terminal_text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.client.model import Component, Entity, EntitySummary, History, Property

_FORMULA: Final = re.compile(r"(?![+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z)[=+\-@\t\n]")
"""Start of a text that a spreadsheet computes; a number is none (OWASP, "CSV Injection")."""


def tree_json(workspace_id: str, entities: Sequence[EntitySummary]) -> str:
    """Return the entities as a JSON object with a flat list, ordered by id."""
    ordered = sorted(entities, key=lambda item: item.id)
    return _dump({"workspaceId": workspace_id, "entities": [_entity(item) for item in ordered]})


def tree_csv(entities: Sequence[EntitySummary]) -> str:
    """Return the entities as CSV, ordered by id."""
    return _table(
        ("entityId", "entityName", "parentEntityId", "state"),
        ((e.id, e.name, e.parent_id, e.state) for e in sorted(entities, key=lambda item: item.id)),
    )


def entity_json(entity: Entity) -> str:
    """Return an entity with its components as a JSON object."""
    components = {component.path: _component(component) for component in entity.components}
    return _dump({**_entity(entity.summary), "components": components})


def entity_csv(entity: Entity) -> str:
    """Return the properties of an entity as CSV, one per line; a time series has no value."""
    return _table(
        ("entityId", "component", "componentTypeId", "property", "dataType", "unit", "value"),
        (
            (
                entity.summary.id,
                component.path,
                component.type_id,
                p.name,
                p.data_type,
                p.unit,
                _cell(p.value),
            )
            for component in entity.components
            for p in component.properties
        ),
    )


def history_json(history: History) -> str:
    """Return a history as a JSON object; times are as the service wrote them."""
    return _dump(
        {
            "workspaceId": history.workspace_id,
            "entityId": history.entity_id,
            "component": history.component,
            "startTime": history.start.isoformat(),
            "endTime": history.end.isoformat(),
            "properties": [
                {
                    **_describe(series.property),
                    "values": [{"time": point.text, "value": point.value} for point in series.points],
                }
                for series in history.series
            ],
        }
    )


def history_csv(history: History) -> str:
    """Return a history as CSV, one value per line, one property after the other."""
    return _table(
        ("time", "entityId", "component", "property", "unit", "value"),
        (
            (
                point.text,
                history.entity_id,
                history.component,
                series.property.name,
                series.property.unit,
                _cell(point.value),
            )
            for series in history.series
            for point in series.points
        ),
    )


def _entity(entity: EntitySummary) -> dict[str, str]:
    return {
        "entityId": entity.id,
        "entityName": entity.name,
        "parentEntityId": entity.parent_id,
        "state": entity.state,
        "description": entity.description,
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "componentTypeId": component.type_id,
        "state": component.state,
        "properties": {
            item.name: {
                **_describe(item),
                "isTimeSeries": item.is_time_series,
                "value": item.value,
                **({"problem": item.problem} if item.problem else {}),
            }
            for item in component.properties
        },
    }


def _describe(item: Property) -> dict[str, str]:
    return {"propertyName": item.name, "dataType": item.data_type, "unit": item.unit}


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list | bool) else value


def _inert(cell: object) -> object:
    """Return a cell, with an apostrophe before a text that a spreadsheet would compute."""
    if not isinstance(cell, str):
        return cell
    text = printable(cell, keep="\n\t")  # a carriage return would also end the line of some readers
    return f"'{text}" if _FORMULA.match(text) else text


def _dump(document: dict[str, Any]) -> str:
    return json_text(document) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue()
