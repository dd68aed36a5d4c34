"""The verbs that look at a deployed twin: each reads, and returns the text to print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from twin_stack.client import export, text
from twin_stack.client.access import make_client, resolve_workspace
from twin_stack.client.errors import translate_errors
from twin_stack.client.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

Form: TypeAlias = Literal["text", "json", "csv"]


def entities(
    *, workspace: str | None = None, form: Form = "text", width: int = 100, client: Any = None
) -> str:
    """Return the tree of entities.

    Args:
        workspace: Its id. Default: `TWIN_WORKSPACE`, else the account's only workspace.
        form: How to write it.
        width: Columns of the terminal.
        client: A boto3 client of `iottwinmaker`. Default: as boto3 is configured.

    Raises:
        TwinClientError: It could not be read; the message is one line.
    """
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_tree  # noqa: PLC0415 (needs botocore, which make_client looked for)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        found = read_tree(client, workspace_id)
    if form == "json":
        return export.tree_json(workspace_id, found)
    return export.tree_csv(found) if form == "csv" else text.tree_text(workspace_id, found, width=width)


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
        workspace: As in `entities`.
        form: How to write it.
        width: Columns of the terminal.
        client: As in `entities`.

    Raises:
        TwinClientError: It could not be read; the message is one line.
    """
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_entity  # noqa: PLC0415 (as above)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        found = read_entity(client, workspace_id, entity_id, component)
    if form == "json":
        return export.entity_json(found)
    return export.entity_csv(found) if form == "csv" else text.entity_text(found, width=width)


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
        last: How far back from now, such as `30m`, `6h` or `2d`.
        workspace: As in `entities`.
        form: How to write it.
        width: Columns of the terminal.
        client: As in `entities`.
        now: End of the time shown, with a zone. Default: the present.

    Raises:
        TwinError: It could not be read, or `last` is no duration; the message is one line.
    """
    end = now or datetime.now(UTC)
    start = end - parse_duration(last)
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_history  # noqa: PLC0415 (as above)

    workspace_id = resolve_workspace(client, workspace)
    names = list(dict.fromkeys(properties))
    with translate_errors():
        found = read_history(client, workspace_id, entity_id, component, names, start=start, end=end)
    if form == "json":
        return export.history_json(found)
    return export.history_csv(found) if form == "csv" else text.history_text(found, width=width)
