"""The verbs that read a deployed twin: each returns the text to print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from twin_stack.client import export
from twin_stack.client.access import make_client, resolve_workspace
from twin_stack.client.errors import translate_errors
from twin_stack.client.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

Form: TypeAlias = Literal["text", "json", "csv"]


def entities(
    *,
    workspace: str | None = None,
    below: str | None = None,
    component_type: str | None = None,
    external_id: str | None = None,
    search: str | None = None,
    limit: int | None = None,
    form: Form = "text",
    width: int = 100,
    client: Any = None,
) -> str:
    """Return the entities as a tree.

    Args:
        below: Only this entity and those below it. Default: all.
        component_type: Only entities with a component of exactly this type. Default: all.
        external_id: Only entities with this external id. Default: all.
        search: Only entities with this text in their id or name. Default: all.
        limit: Most entities. Default: 1,000 as a tree, and all as JSON or CSV.
        workspace: Its id. Default: ``TWIN_WORKSPACE``, else the account's only workspace.
        form: Form of the output.
        width: Columns of the terminal.
        client: A boto3 client of ``iottwinmaker``. Default: as boto3 is configured.

    Raises:
        TwinClientError: AWS refused a call or could not be reached.
    """
    client = client or make_client("iottwinmaker")
    # It needs botocore, which make_client looked for.
    from twin_stack.client.entity_selection import DEFAULT_LIMIT, Selection, read_selected  # noqa: PLC0415

    workspace_id = resolve_workspace(client, workspace)
    if limit is None and form == "text":
        limit = DEFAULT_LIMIT
    with translate_errors():
        selected = read_selected(
            client, workspace_id, Selection(below, component_type, external_id, search, limit)
        )
    summaries = selected.entities
    if form == "json":
        return export.tree_json(workspace_id, summaries)
    if form == "csv":
        return export.tree_csv(summaries)
    from twin_stack.client.text import tree_text  # noqa: PLC0415 (rich, for text alone)

    return tree_text(workspace_id, summaries, is_complete=selected.is_complete, width=width)


def get(
    entity_id: str,
    component: str | None = None,
    *,
    workspace: str | None = None,
    form: Form = "text",
    width: int = 100,
    client: Any = None,
) -> str:
    """Return an entity with components and values.

    Args:
        entity_id: The entity.
        component: Name or path of the only component to show. Default: all.
        workspace: As in ``entities``.
        form: Form of the output.
        width: Columns of the terminal.
        client: As in ``entities``.

    Raises:
        TwinClientError: AWS refused a call or could not be reached.
    """
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_entity  # noqa: PLC0415 (as above)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        entity = read_entity(client, workspace_id, entity_id, component)
    if form == "json":
        return export.entity_json(entity)
    if form == "csv":
        return export.entity_csv(entity)
    from twin_stack.client.text import entity_text  # noqa: PLC0415 (rich, for text alone)

    return entity_text(entity, width=width)


def history(
    entity_id: str,
    component: str,
    properties: Sequence[str],
    *,
    last: str = "6h",
    workspace: str | None = None,
    form: Form = "text",
    width: int = 80,
    client: Any = None,
    now: datetime | None = None,
) -> str:
    """Return the history of properties, as charts or as data.

    Args:
        entity_id: The entity.
        component: Name or path of the component.
        properties: Names of time series, at least one.
        last: How far back from now, such as ``30m``, ``6h`` or ``2d``.
        workspace: As in ``entities``.
        form: Form of the output.
        width: Columns of the terminal.
        client: As in ``entities``.
        now: End of the time shown, with a zone. Default: the present.

    Raises:
        TwinError: AWS refused a call or could not be reached, or ``last`` is no duration.
    """
    end = now or datetime.now(UTC)
    start = end - parse_duration(last)
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_history  # noqa: PLC0415 (as above)

    workspace_id = resolve_workspace(client, workspace)
    names = list(dict.fromkeys(properties))
    with translate_errors():
        series = read_history(client, workspace_id, entity_id, component, names, start=start, end=end)
    if form == "json":
        return export.history_json(series)
    if form == "csv":
        return export.history_csv(series)
    from twin_stack.client.text import history_text  # noqa: PLC0415 (rich, for text alone)

    return history_text(series, width=width)
