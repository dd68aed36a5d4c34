"""The configuration of Grafana besides the dashboards: data source, dashboard folder and compose file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from twin_stack.grafana.query import DATA_SOURCE, SITEWISE_DATA_SOURCE

if TYPE_CHECKING:
    from twin_stack.grafana.settings import Settings

PLUGIN, PLUGIN_VERSION = "grafana-iot-twinmaker-app", "2.1.7"
SITEWISE_VERSION = "2.6.1"
_DASHBOARDS = "/var/lib/grafana/dashboards"
_ROLE, _EXTERNAL_ID, _REGION = "TWINMAKER_ROLE_ARN", "TWINMAKER_EXTERNAL_ID", "AWS_REGION"
_PREINSTALLS = (12, 1)
"""The first version of Grafana that installs plugins before it starts (``plugins.preinstall_sync``,
grafana/grafana #105292); earlier images install them (``GF_INSTALL_PLUGINS``).
"""


def data_source(settings: Settings, *, uid: str, workspace_id: str) -> str:
    """Return the provisioning of the data source. Grafana replaces ``$NAME`` by its environment variables.

    Source of the members of jsonData: ``src/datasource/types.ts`` of the app, and the AWS settings that all
    data sources share (``AwsAuthDataSourceJsonData`` of ``@grafana/aws-sdk``). There are no secrets: Grafana
    takes the credentials from its environment.

    Args:
        settings: The settings for Grafana.
        uid: The uid of the data source.
        workspace_id: The id of the workspace.
    """
    name = f"AWS IoT TwinMaker {workspace_id}"
    return _data_source(settings, name, uid, DATA_SOURCE, workspaceId=workspace_id)


def sitewise_data_source(settings: Settings, *, uid: str, workspace_id: str) -> str:
    """Return the provisioning of the data source for SiteWise, which assumes the same role.

    Source of the members of jsonData: ``pkg/models/setting.go`` of the plugin.

    Args:
        settings: The settings for Grafana.
        uid: The uid of the data source.
        workspace_id: The id of the workspace.
    """
    return _data_source(settings, f"AWS IoT SiteWise {workspace_id}", uid, SITEWISE_DATA_SOURCE)


def _data_source(settings: Settings, name: str, uid: str, plugin: str, **more: str) -> str:
    options = {
        "authType": "default",
        "defaultRegion": settings.region or f"${_REGION}",
        "assumeRoleArn": settings.role_arn or f"${_ROLE}",
        "externalId": settings.external_id or f"${_EXTERNAL_ID}",
        **more,
    }
    source = {"name": name, "uid": uid, "type": plugin, "access": "proxy", "jsonData": options}
    return _yaml({"apiVersion": 1, "datasources": [source]})


def dashboards(workspace_id: str) -> str:
    """Return the provisioning of the dashboards in one folder of Grafana.

    Args:
        workspace_id: The id of the workspace, which names the folder.
    """
    provider = {
        "name": workspace_id,
        "folder": workspace_id,
        "type": "file",
        "allowUiUpdates": False,
        "options": {"path": _DASHBOARDS},
    }
    return _yaml({"apiVersion": 1, "providers": [provider]})


def compose(settings: Settings, *, reads_sitewise: bool = False) -> str:
    """Return a compose file that starts Grafana with the app, the data source and the dashboards.

    Args:
        settings: The settings for Grafana.
        reads_sitewise: Whether dashboards use the data source for SiteWise.
    """
    plugins = {PLUGIN: PLUGIN_VERSION, **({SITEWISE_DATA_SOURCE: SITEWISE_VERSION} if reads_sitewise else {})}
    preinstalls = settings.grafana >= _PREINSTALLS
    separator = "@" if preinstalls else " "
    names = ",".join(f"{plugin}{separator}{version}" for plugin, version in plugins.items())
    install = f"{'GF_PLUGINS_PREINSTALL_SYNC' if preinstalls else 'GF_INSTALL_PLUGINS'}={names}"
    # Allows iframes in text panels. Editors of dashboards can then also add scripts.
    frames = ["GF_PANELS_DISABLE_SANITIZE_HTML=true"] if settings.embeds_page else []
    required_variables = [
        f"{name}=${{{name}:?{label}}}"
        for name, label, value in (
            (_ROLE, "ARN of the dashboard role", settings.role_arn),
            (_REGION, "region of the workspace", settings.region),
        )
        if not value
    ]
    # Names without a value: compose passes them from its own environment if they are set.
    passed_variables = [
        *([] if settings.external_id else [_EXTERNAL_ID]),
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ]
    grafana = {
        "image": f"grafana/grafana:${{GRAFANA_VERSION:-{settings.image_tag}}}",
        "ports": ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"],
        "environment": [install, *frames, *required_variables, *passed_variables],
        "volumes": [
            "./provisioning:/etc/grafana/provisioning:ro",
            f"./dashboards:{_DASHBOARDS}:ro",
        ],
    }
    return _yaml({"services": {"grafana": grafana}})


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, width=110, allow_unicode=True)
