"""The data source, the dashboard folder and the compose file."""

from __future__ import annotations

import json

import yaml

from tests.support.grafana import Json, factory, queries
from twin_stack.grafana.query import DATA_SOURCE


def test_data_source_has_the_options_or_else_variables_of_the_environment() -> None:
    def source(**settings: str) -> Json:
        files = factory(**settings)
        (data_source,) = yaml.safe_load(files["provisioning/datasources/twinmaker.yaml"])["datasources"]
        page = json.loads(files["dashboards/overview.json"])
        assert {query["datasource"]["uid"] for query in queries(page)} == {data_source["uid"]}
        assert data_source["type"] == DATA_SOURCE
        assert "secureJsonData" not in data_source
        members: Json = data_source["jsonData"]
        return members

    # src/datasource/types.ts, pkg/models/settings.go
    assert source() == {
        "authType": "default",
        "defaultRegion": "$AWS_REGION",
        "assumeRoleArn": "$TWINMAKER_ROLE_ARN",
        "externalId": "$TWINMAKER_EXTERNAL_ID",
        "workspaceId": "my-factory-twin",
    }
    role = "arn:aws:iam::111122223333:role/grafana"
    options = source(role_arn=role, external_id="plant-1", region="eu-west-1")
    assert [options[name] for name in ("assumeRoleArn", "externalId", "defaultRegion")] == [
        role,
        "plant-1",
        "eu-west-1",
    ]


def test_compose_file_starts_grafana_on_the_loopback_with_the_app() -> None:
    service = yaml.safe_load(factory(version="12.4", region="eu-west-1")["compose.yaml"])["services"][
        "grafana"
    ]
    assert service["image"] == "grafana/grafana:${GRAFANA_VERSION:-12.4.0}"
    assert service["ports"] == ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"]
    assert "GF_PLUGINS_PREINSTALL_SYNC=grafana-iot-twinmaker-app@2.1.7" in service["environment"]
    assert not any(variable.startswith("AWS_REGION") for variable in service["environment"])
    # Only the variable's name is in the file, never a credential.
    assert "AWS_SECRET_ACCESS_KEY" in service["environment"]
    older = yaml.safe_load(factory(version="11.6")["compose.yaml"])["services"]["grafana"]
    assert "GF_INSTALL_PLUGINS=grafana-iot-twinmaker-app 2.1.7" in older["environment"]
