"""Queries: what a dashboard contains, and back."""

from __future__ import annotations

import pytest
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from twin_stack.grafana.query import DATA_SOURCE, Target, TwinMakerQuery, variant_config

SOURCE = DataSourceRef(type_val=DATA_SOURCE, uid="twin")
ALARMS = TwinMakerQuery(datasource=SOURCE, query_type="GetAlarms")
HISTORY = TwinMakerQuery(
    datasource=SOURCE,
    query_type="EntityHistory",
    entity_id="${entity}",
    component_name="pump",
    properties=("flow", "level"),
    order="ASCENDING",
    property_display_names={"flow": "Flow"},
)


def test_members_have_the_names_of_the_app() -> None:
    assert HISTORY.to_json() == {
        "datasource": SOURCE,
        "queryType": "EntityHistory",
        "refId": "A",
        "entityId": "${entity}",
        "componentName": "pump",
        "properties": ("flow", "level"),
        "order": "ASCENDING",
        "grafanaLiveEnabled": True,
        "propertyDisplayNames": {"flow": "Flow"},
    }


def test_members_without_a_value_are_left_out_but_not_those_the_app_requires() -> None:
    assert ALARMS.to_json() == {
        "datasource": SOURCE,
        "queryType": "GetAlarms",
        "refId": "A",
        "grafanaLiveEnabled": True,
        "propertyDisplayNames": {},
    }


@pytest.mark.parametrize("query", [HISTORY, ALARMS])
def test_query_is_the_same_after_writing_and_reading(query: TwinMakerQuery) -> None:
    written = {**query.to_json(), "datasource": {"type": DATA_SOURCE, "uid": "twin"}}
    if query.properties is not None:
        written["properties"] = list(query.properties)  # as JSON has it

    read = TwinMakerQuery.from_json(written)

    assert (read.datasource.type_val, read.datasource.uid) == (DATA_SOURCE, "twin")
    assert {**read.to_json(), "datasource": SOURCE} == query.to_json()


def test_member_that_the_app_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="entityIds"):
        TwinMakerQuery.from_json({"datasource": {}, "queryType": "GetAlarms", "entityIds": []})


def test_sdk_reads_queries_of_the_data_source_with_this_class() -> None:
    config = variant_config()
    assert config.identifier == "grafana-iot-twinmaker-datasource"
    assert config.from_json_hook == TwinMakerQuery.from_json


def test_target_builds_its_query() -> None:
    assert Target(HISTORY).build() is HISTORY
