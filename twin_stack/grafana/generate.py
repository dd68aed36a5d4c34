"""All files for Grafana, from a definition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from twin_stack.definition.schema import WORKSPACE_ID
from twin_stack.errors import TwinError
from twin_stack.grafana import provisioning
from twin_stack.grafana.dashboards import dashboards
from twin_stack.grafana.type_pages import Sources, parts_in_sitewise

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition
    from twin_stack.grafana.settings import Settings


def generate(
    definition: TwinDefinition, settings: Settings, *, workspace_id: str | None = None
) -> dict[str, str]:
    """Return all files by their path in the folder; the same bytes in every run.

    Args:
        definition: The twin.
        settings: The settings for Grafana.
        workspace_id: The id of the deployed workspace, which differs in stages other than the default stage.
            Default: the definition's.

    Raises:
        TwinError: The workspace id violates the rule of the service.
    """
    workspace_id = definition.workspace_id if workspace_id is None else workspace_id
    if not WORKSPACE_ID.fits(workspace_id):
        raise TwinError(f'"{workspace_id}" is not a workspace id: {WORKSPACE_ID.allowed}')
    sources = Sources(workspace_id)
    has_parts = parts_in_sitewise(definition)
    files = {
        f"dashboards/{name}": json.dumps(page, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False)
        for name, page in dashboards(definition, settings, workspace_id).items()
    }
    data_source = provisioning.data_source(
        settings, uid=sources.twinmaker.uid or "", workspace_id=workspace_id
    )
    sitewise = provisioning.sitewise_data_source(
        settings, uid=sources.sitewise.uid or "", workspace_id=workspace_id
    )
    return {
        "compose.yaml": provisioning.compose(settings, reads_sitewise=has_parts),
        "provisioning/datasources/twinmaker.yaml": data_source,
        **({"provisioning/datasources/sitewise.yaml": sitewise} if has_parts else {}),
        "provisioning/dashboards/twin.yaml": provisioning.dashboards(workspace_id),
        **{path: f"{text}\n" for path, text in files.items()},
    }
