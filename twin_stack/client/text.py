"""Entities and histories as text for a terminal. Pure."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from twin_stack.client.chart import Frame, line_chart, number, state_chart
from twin_stack.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from twin_stack.client.model import Entity, EntitySummary, History, Property, Series


def tree_text(
    workspace_id: str, entities: Sequence[EntitySummary], *, is_complete: bool = True, width: int = 100
) -> str:
    """Draw the entities of a workspace as a tree, children ordered by name.

    Args:
        workspace_id: The workspace.
        entities: The entities.
        is_complete: Whether they are all that were asked for.
        width: Columns of the terminal.
    """
    children: dict[str, list[EntitySummary]] = defaultdict(list)
    ids = {entity.id for entity in entities}
    for entity in sorted(entities, key=lambda item: (item.name, item.id)):
        # An entity whose parent was deleted or is not readable is shown at the top.
        children[entity.parent_id if entity.parent_id in ids else ""].append(entity)
    counted = _count(len(entities), "entity", "entities")
    first = "" if is_complete else "the first "
    tree = Tree(Text(f"{printable(workspace_id)} ({first}{counted})"))
    # Without recursion: a hierarchy may be deeper than Python's stack.
    queue = deque((tree, entity) for entity in children[""])
    while queue:
        parent, entity = queue.popleft()
        node = parent.add(Text(_entity_line(entity)))
        queue.extend((node, child) for child in children[entity.id])
        if not is_complete and entity.has_children and not children[entity.id]:
            node.add(Text("…"))
    more = "" if is_complete else "there are more; see --below, --type, --search and --limit\n"
    return _render(tree, width) + more


def entity_text(entity: Entity, *, width: int = 100) -> str:
    """Draw an entity: a line, and a table of properties for each component."""
    parts = [_entity_line(entity.summary)]
    if entity.summary.description:
        parts.append(printable(entity.summary.description))
    for component in entity.components:
        state = "" if component.state == "ACTIVE" else f" {printable(component.state)}"
        parts.append(f"\n{printable(component.path)} ({printable(component.type_id)}){state}")
        table = Table("property", "value", "type", box=None, header_style="", pad_edge=True)
        for item in component.properties:
            table.add_row(*(Text(printable(cell)) for cell in (item.name, _value(item), _type(item))))
        parts.append(_render(table, width).rstrip("\n"))
    if not entity.components:
        parts.append("\nno components")
    return "\n".join(parts) + "\n"


def history_text(history: History, *, width: int = 80, height: int = 10) -> str:
    """Draw a chart for each property; a property without points gets a line that says so."""
    frame = Frame(history.start, history.end, width, height)
    return "\n".join(_series(history, series, frame) for series in history.series)


def _series(history: History, series: Series, frame: Frame) -> str:
    points = series.points
    unit = f" [{printable(series.property.unit)}]" if series.property.unit else ""
    names = (history.entity_id, history.component, series.property.name)
    title = f"{' '.join(map(printable, names))}{unit}"
    if not points:
        return f"{title}: no values between {history.start:%Y-%m-%d %H:%M} and {history.end:%Y-%m-%d %H:%M}\n"
    counted = _count(len(points), "value", "values")
    if not all(isinstance(p.value, int | float) and not isinstance(p.value, bool) for p in points):
        title += f": {counted}, last {printable(str(points[-1].value))}"
        return "\n".join([title, *map(printable, state_chart(points, frame))]) + "\n"
    values = [float(str(point.value)) for point in points]
    title += f": {counted}, min {number(min(values))}, max {number(max(values))}, last {number(values[-1])}"
    return "\n".join([title, *line_chart(points, frame)]) + "\n"


def _entity_line(entity: EntitySummary) -> str:
    state = "" if entity.state == "ACTIVE" else f" {entity.state}"
    return printable(f"{entity.name} ({entity.id}){state}" if entity.name != entity.id else entity.id + state)


def _value(item: Property) -> str:
    if item.is_time_series:
        return "(time series)"
    if item.problem:
        return f"({item.problem})"
    if item.value is None:
        return "-"
    return item.value if isinstance(item.value, str) else json.dumps(item.value, ensure_ascii=False)


def _type(item: Property) -> str:
    return f"{item.data_type} {item.unit}".rstrip()


def _count(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


def _render(renderable: RenderableType, width: int) -> str:
    # Without colours, so that the text is the same in a terminal, in a file and in a pipe.
    console = Console(
        file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False
    )
    with console.capture() as captured:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
