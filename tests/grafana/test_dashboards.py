"""Dashboards: the app supports their queries, and all references exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from grafana_foundation_sdk.cog import runtime
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.support.grafana import MODELS, MODELS_AND_VERSIONS, Json, choices, definition_of, pages_of, queries
from twin_stack.definition.resolve import resolve
from twin_stack.grafana.query import TwinMakerQuery, variant_config

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition

GO, TS = "pkg/models/query.go", "src/common/manager.ts"

# Member of a query: its JSON type, where the app declares it, and as what. grafana-iot-twinmaker-app 2.1.7.
MEMBERS: dict[str, tuple[type, str, str]] = {
    "datasource": (dict, TS, "DataQuery.datasource of @grafana/schema"),
    "refId": (str, TS, "DataQuery.refId of @grafana/schema"),
    "queryType": (str, TS, "TwinMakerQuery.queryType: TwinMakerQueryType"),
    "entityId": (str, GO, 'TwinMakerQuery.EntityId string `json:"entityId,omitempty"`'),
    "componentName": (str, GO, 'TwinMakerQuery.ComponentName string `json:"componentName,omitempty"`'),
    "componentTypeId": (str, GO, 'TwinMakerQuery.ComponentTypeId string `json:"componentTypeId,omitempty"`'),
    "properties": (list, GO, 'TwinMakerQuery.Properties []string `json:"properties,omitempty"`'),
    "order": (str, GO, 'TwinMakerQuery.Order types.OrderByTime `json:"order,omitempty"`'),
    "grafanaLiveEnabled": (bool, GO, 'TwinMakerQuery.GrafanaLiveEnabled bool `json:"grafanaLiveEnabled"`'),
    "propertyDisplayNames": (dict, GO, "TwinMakerQuery.PropertyDisplayNames map[string]string"),
}

ALWAYS = {"datasource", "refId", "queryType", "grafanaLiveEnabled", "propertyDisplayNames"}  # not "?" in TS

# Members that a query needs: without them, the app refuses it or the service returns an error.
NEEDS: dict[str, tuple[set[str], str]] = {
    "GetAlarms": (set(), "pkg/plugin/twinmaker/handler.go GetAlarms"),
    "ListEntities": (set(), "pkg/plugin/twinmaker/client.go ListEntities"),
    "GetPropertyValue": (
        {"entityId", "componentName", "properties"},
        "pkg/plugin/twinmaker/client.go GetPropertyValue",
    ),
    "EntityHistory": (
        {"entityId", "componentName", "properties", "order"},
        "pkg/plugin/twinmaker/client.go GetPropertyValueHistory",
    ),
    "ComponentHistory": (
        {"componentTypeId", "properties", "order"},
        "pkg/plugin/twinmaker/handler.go GetComponentHistory",
    ),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(item.values, marks=item.marks, id=item.id) for item in MODELS_AND_VERSIONS],
)
def twin(request: pytest.FixtureRequest) -> tuple[TwinDefinition, dict[str, Json]]:
    model, version = request.param
    return definition_of(model), pages_of(model, version)


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """The places where something that was there is gone or changed."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            difference for key in before for difference in lost(before[key], after.get(key), f"{place}.{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            difference
            for index, pair in enumerate(zip(before, after, strict=True))
            for difference in lost(*pair, f"{place}[{index}]")
        ]
    return [] if before == after else [place]


def test_models_exist() -> None:
    assert {"factory", "building", "minimal", "windfarm"} <= set(MODELS)


def test_dashboards_load_in_the_types_of_the_sdk(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    register_default_plugins()
    runtime.register_dataquery_variant(variant_config())
    for path, page in twin[1].items():
        loaded = Dashboard.from_json(page)
        targets = [
            target for panel in loaded.panels or [] for target in getattr(panel, "targets", None) or []
        ]
        assert sum(isinstance(target, TwinMakerQuery) for target in targets) == len(queries(page)), path
        again = json.loads(json.dumps(loaded, cls=JSONEncoder))
        # The types may add defaults, but drop members that they do not declare.
        assert lost(page, again) == [], path


def test_queries_have_the_members_that_the_app_reads(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    checked = 0
    for path, page in twin[1].items():
        for query in queries(page):
            checked += 1
            needed, source = NEEDS[query["queryType"]]
            assert set(query) == ALWAYS | needed, (path, source)
            for name, value in query.items():
                kind, *where = MEMBERS[name]
                assert isinstance(value, kind), (path, where)
            assert query.get("order") in {None, "ASCENDING", "DESCENDING"}
            assert (
                query["datasource"]["uid"] == page["panels"][0].get("datasource", query["datasource"])["uid"]
            )
    assert checked


def takes_any_id(page: Json) -> bool:
    """Whether the id of the entity is typed, because there are too many to list."""
    variables = page.get("templating", {}).get("list", [])
    return any(item["type"] == "textbox" and not item.get("hide") for item in variables)


def test_queries_refer_to_existing_entities_components_and_properties(
    twin: tuple[TwinDefinition, dict[str, Json]],
) -> None:
    definition, dashboards = twin
    resolved = resolve(definition.component_types)
    uids = {page["uid"] for page in dashboards.values()}
    for page in dashboards.values():
        offered = choices(page)
        for query in queries(page):
            if query["queryType"] == "ComponentHistory":
                assert query["componentTypeId"] in definition.component_types
                assert set(query["properties"]) <= resolved[query["componentTypeId"]].properties.keys()
            if "entityId" not in query or query["entityId"] == "${sel_entity}":
                continue
            assert offered[query["entityId"]]
            for entity_id in offered[query["entityId"]]:
                component = definition.entities[entity_id].components[query["componentName"]]
                assert component.component_type_id == page["title"]
                assert set(query["properties"]) <= resolved[component.component_type_id].properties.keys()
        for panel in page["panels"]:
            for target, variable, entity_id in re.findall(
                r"\(/d/([^?]+)\?var-(\w+)=([^)]+)\)", panel.get("options", {}).get("content", "")
            ):
                assert target in uids
                (linked,) = [dashboard for dashboard in dashboards.values() if dashboard["uid"] == target]
                assert entity_id in choices(linked)[f"${{{variable}}}"] or takes_any_id(linked)
    assert {page["title"] for page in dashboards.values()} == {"Overview"} | {
        component.component_type_id
        for entity in definition.entities.values()
        for component in entity.components.values()
    }


def test_every_component_of_every_entity_can_be_chosen(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    definition, dashboards = twin
    shown = {
        (entity_id, query["componentName"])
        for page in dashboards.values()
        for query in queries(page)
        for entity_id in choices(page).get(query.get("entityId", ""), [])
    }
    components = {
        (entity.entity_id, name): component.component_type_id
        for entity in definition.entities.values()
        for name, component in entity.components.items()
    }
    typed = {page["title"] for page in dashboards.values() if takes_any_id(page)}
    assert shown <= components.keys()
    assert components.keys() - shown == {
        key for key, type_id in components.items() if type_id in typed and key not in shown
    }


def test_panels_stand_side_by_side_on_the_grid(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    for page in twin[1].values():
        taken: set[tuple[int, int]] = set()
        assert [panel["id"] for panel in page["panels"]] == list(range(1, len(page["panels"]) + 1))
        for panel in page["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert max(x for x, _ in cells) < 24
            assert not cells & taken
            taken |= cells


def test_uids_are_valid_and_unique(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    uids = [page["uid"] for page in twin[1].values()]
    assert uids
    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", dashboard_uid) for dashboard_uid in uids)
