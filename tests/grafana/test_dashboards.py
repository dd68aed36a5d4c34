"""Dashboards: what they ask is what the app understands, and what they name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog import runtime
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from twin_stack.definition import TwinDefinition, load
from twin_stack.definition.resolve import resolve
from twin_stack.definition.schema import Alarm, ComponentType
from twin_stack.errors import TwinError
from twin_stack.grafana import Settings, generate
from twin_stack.grafana.limits import Limit, limits, steps
from twin_stack.grafana.names import uid
from twin_stack.grafana.query import DATA_SOURCE, TwinMakerQuery, variant_config
from twin_stack.grafana.units import unit_id

ROOT = Path(__file__).parents[2]
MODELS = sorted(path.parent.name for path in ROOT.glob("models/*/twin.yaml"))
VERSIONS = ("12", "13.1")

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
# What each query needs, and where the app refuses it or asks the service in vain without.
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

Json = dict[str, Any]


@pytest.fixture(scope="module", params=[(model, version) for model in MODELS for version in VERSIONS])
def twin(request: pytest.FixtureRequest) -> tuple[TwinDefinition, dict[str, Json]]:
    model, version = request.param
    definition = load(ROOT / "models" / model)
    return definition, pages(generate(definition, Settings(version=version)))


def pages(files: dict[str, str]) -> dict[str, Json]:
    return {
        path.removeprefix("dashboards/"): json.loads(text)
        for path, text in files.items()
        if path.endswith(".json")
    }


def factory(**settings: Any) -> dict[str, str]:
    return generate(load(ROOT / "models" / "factory"), Settings(**settings))


def queries(page: Json) -> list[Json]:
    return [
        target
        for panel in page["panels"]
        for target in panel.get("targets", [])
        if target["datasource"]["type"] == DATA_SOURCE
    ]


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """The places where something that was there is gone or changed."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [one for key in before for one in lost(before[key], after.get(key), f"{place}.{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            one
            for index, pair in enumerate(zip(before, after, strict=True))
            for one in lost(*pair, f"{place}[{index}]")
        ]
    return [] if before == after else [place]


def panel_of(page: Json, title: str) -> Json:
    found: list[Json] = [panel for panel in page["panels"] if panel["title"] == title]
    (panel,) = found
    return panel


def choices(page: Json) -> dict[str, list[str]]:
    """The entity ids that each variable offers, read as Grafana reads a custom variable."""
    found = {}
    for variable in page.get("templating", {}).get("list", []):
        if variable["type"] == "custom":
            options = [re.fullmatch(r"\s*(.+)\s:\s(.+)", one) for one in variable["query"].split(",")]
            found[f"${{{variable['name']}}}"] = [match[2] for match in options if match]
            assert variable["current"]["value"] == found[f"${{{variable['name']}}}"][0]
    return found


def test_there_are_models_to_look_at() -> None:
    assert {"factory", "building", "minimal", "windfarm"} <= set(MODELS)


def test_dashboards_load_in_the_types_of_the_sdk(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    register_default_plugins()
    runtime.register_dataquery_variant(variant_config())
    for path, page in twin[1].items():
        loaded = Dashboard.from_json(page)
        targets = [one for panel in loaded.panels or [] for one in getattr(panel, "targets", None) or []]
        assert sum(isinstance(one, TwinMakerQuery) for one in targets) == len(queries(page)), path
        again = json.loads(json.dumps(loaded, cls=JSONEncoder))
        # Defaults may come, but a member that the types do not know would be gone.
        assert lost(page, again) == [], path


def test_queries_have_the_members_that_the_app_reads(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    for path, page in twin[1].items():
        for query in queries(page):
            needed, source = NEEDS[query["queryType"]]
            assert set(query) == ALWAYS | needed, (path, source)
            for name, value in query.items():
                kind, *where = MEMBERS[name]
                assert isinstance(value, kind), (path, where)
            assert query.get("order") in {None, "ASCENDING", "DESCENDING"}
            assert (
                query["datasource"]["uid"] == page["panels"][0].get("datasource", query["datasource"])["uid"]
            )


def test_all_that_is_named_exists(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    definition, found = twin
    known = resolve(definition.component_types)
    uids = {page["uid"] for page in found.values()}
    for page in found.values():
        offered = choices(page)
        for query in queries(page):
            if query["queryType"] == "ComponentHistory":
                assert query["componentTypeId"] in definition.component_types
                assert set(query["properties"]) <= known[query["componentTypeId"]].properties.keys()
            if "entityId" not in query or query["entityId"] == "${sel_entity}":
                continue
            assert offered[query["entityId"]]
            for entity_id in offered[query["entityId"]]:
                component = definition.entities[entity_id].components[query["componentName"]]
                assert component.component_type_id == page["title"]
                assert set(query["properties"]) <= known[component.component_type_id].properties.keys()
        for panel in page["panels"]:
            for target, variable, entity_id in re.findall(
                r"\(/d/([^?]+)\?var-(\w+)=([^)]+)\)", panel.get("options", {}).get("content", "")
            ):
                assert target in uids
                (linked,) = [one for one in found.values() if one["uid"] == target]
                assert entity_id in choices(linked)[f"${{{variable}}}"]
    assert {page["title"] for page in found.values()} == {"Overview"} | {
        component.component_type_id
        for entity in definition.entities.values()
        for component in entity.components.values()
    }


def test_every_component_of_every_entity_can_be_chosen(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    definition, found = twin
    shown = {
        (entity_id, query["componentName"])
        for page in found.values()
        for query in queries(page)
        for entity_id in choices(page).get(query.get("entityId", ""), [])
    }
    assert shown == {(one.entity_id, name) for one in definition.entities.values() for name in one.components}


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


def test_uids_are_what_grafana_takes_and_differ(twin: tuple[TwinDefinition, dict[str, Json]]) -> None:
    uids = [page["uid"] for page in twin[1].values()]
    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", one) for one in uids)
    assert uid("type", "a", "b") != uid("type", "ab", "")
    assert len(uid("type", "w" * 128, "x" * 256)) <= 40


def test_two_runs_give_the_same_bytes() -> None:
    assert factory() == factory()


def test_nodes_and_edges_are_the_entities_and_their_parents() -> None:
    page = pages(factory())["overview.json"]
    (target,) = panel_of(page, "Relationships as defined")["targets"]
    nodes, edges = target["snapshot"]
    assert [one["name"] for one in nodes["schema"]["fields"]][:2] == ["id", "title"]
    assert nodes["data"]["values"][0] == ["zone-a", "machine-001", "machine-002", "press-001"]
    assert [one["name"] for one in edges["schema"]["fields"]] == ["id", "source", "target", "mainstat"]
    assert list(zip(*edges["data"]["values"][1:], strict=True)) == [
        ("machine-001", "zone-a", "isChildOf"),
        ("machine-002", "zone-a", "isChildOf"),
        ("press-001", "zone-a", "isChildOf"),
    ]


def test_relationships_are_edges_and_components_of_other_names_have_their_own_variable(
    tmp_path: Path,
) -> None:
    twin = {
        "twin.yaml": {"workspaceId": "plant"},
        "component_types/pump.yaml": {
            "com.example.Pump": {
                "propertyDefinitions": {
                    "feeds": {"dataType": "RELATIONSHIP"},
                    "drains": {"dataType": {"type": "LIST", "nestedType": "RELATIONSHIP"}},
                    "model": "STRING",
                }
            },
            "com-example-Pump": {"propertyDefinitions": {"model": "STRING"}},
        },
        "entities/pumps.yaml": {
            name: {
                "entityName": f"Pump {name}",
                "components": {
                    component: {
                        "componentTypeId": "com.example.Pump",
                        "properties": {
                            "feeds": {"relationshipValue": {"targetEntityId": target}},
                            "drains": {"listValue": [{"relationshipValue": {"targetEntityId": name}}]},
                        },
                    },
                    "other": {"componentTypeId": "com-example-Pump"},
                },
            }
            for name, component, target in (("p-1", "pump", "p-2"), ("p-2", "spare", "p-1"))
        },
    }
    for path, document in twin.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(yaml.safe_dump(document), encoding="utf-8")

    found = pages(generate(load(tmp_path), Settings()))

    (target,) = panel_of(found["overview.json"], "Relationships as defined")["targets"]
    edges = list(zip(*target["snapshot"][1]["data"]["values"][1:], strict=True))
    assert edges == [
        ("p-1", "p-1", "drains"),
        ("p-1", "p-2", "feeds"),
        ("p-2", "p-1", "feeds"),
        ("p-2", "p-2", "drains"),
    ]
    assert len(found) == 3  # two types whose names differ in signs alone
    (page,) = [one for one in found.values() if one["title"] == "com.example.Pump"]
    assert choices(page) == {"${entity}": ["p-1"], "${entity_2}": ["p-2"]}
    asked = [(one["entityId"], one["componentName"], one["properties"]) for one in queries(page)]
    assert asked == [("${entity}", "pump", ["model"]), ("${entity_2}", "spare", ["model"])]


def test_alarms_are_listed_where_there_are_any() -> None:
    page = pages(factory())["overview.json"]
    assert panel_of(page, "Alarms")["targets"][0]["queryType"] == "GetAlarms"
    chosen = {one["name"]: one["current"]["value"] for one in page["templating"]["list"]}
    assert chosen == {"sel_entity": "machine-001", "sel_comp": "alarm"}
    minimal = pages(generate(load(ROOT / "models" / "minimal"), Settings()))["overview.json"]
    assert "Alarms" not in {panel["title"] for panel in minimal["panels"]}


@pytest.mark.parametrize("version", ["10.4", "12", "12.4.1", "13", "13.0"])
def test_scene_is_a_panel_below_grafana_13_1(version: str) -> None:
    panel = panel_of(pages(factory(version=version))["overview.json"], "factory-overview")
    assert panel["type"] == "grafana-iot-twinmaker-sceneviewer-panel"
    # src/panels/scene-viewer/types.ts PanelOptions
    assert panel["options"] == {
        "datasource": panel["datasource"]["uid"],
        "sceneId": "factory-overview",
        "customSelEntityVarName": "sel_entity",
        "customSelCompVarName": "sel_comp",
        "enableAutoQuery": True,
    }
    assert [one["componentTypeId"] for one in panel["targets"]] == ["com.example.EquipmentAlarm"]


@pytest.mark.parametrize("version", ["13.1", "13.2.4", "14"])
def test_page_shows_the_scene_from_grafana_13_1_on(version: str) -> None:
    made = factory(version=version, page="https://twin.example.com/")
    panel = panel_of(json.loads(made["dashboards/overview.json"]), "factory-overview")
    assert panel["type"] == "text"
    assert panel["options"]["mode"] == "html"
    address = "https://twin.example.com/#workspace=my-factory-twin&amp;scene=factory-overview"
    assert f'<iframe src="{address}" ' in panel["options"]["content"]
    assert f'<a href="{address}" ' in panel["options"]["content"], "what is left if frames are taken out"
    assert "sceneviewer" not in made["dashboards/overview.json"]
    (service,) = yaml.safe_load(made["compose.yaml"])["services"].values()
    assert "GF_PANELS_DISABLE_SANITIZE_HTML=true" in service["environment"]


def test_text_is_cleaned_by_grafana_where_no_page_is_shown() -> None:
    for made in (factory(), factory(version="12", page="https://twin.example.com/")):
        assert "SANITIZE" not in made["compose.yaml"]
    panel = panel_of(json.loads(factory()["dashboards/overview.json"]), "Scenes")
    assert "`factory-overview`" in panel["options"]["content"]


def test_series_have_unit_and_kind_of_their_property() -> None:
    page = pages(factory())["types/com-example-TemperatureSensor.json"]
    temperature = panel_of(page, "temperature")
    assert temperature["type"] == "timeseries"
    assert temperature["fieldConfig"]["defaults"]["unit"] == "celsius"
    alarm = pages(factory())["types/com-example-EquipmentAlarm.json"]
    assert panel_of(alarm, "alarm_status")["type"] == "state-timeline"
    assert [unit_id(unit) for unit in ("Percent", "mW", "MW", "widgets", None, "")] == [
        "percent",
        "mwatt",
        "megwatt",
        "suffix: widgets",
        None,
        None,
    ]


def test_limits_are_those_of_the_alarms_with_inherited_ones() -> None:
    base = ComponentType(
        component_type_id="base",
        alarms={
            "hot": Alarm(property="t", above=80),
            "gone": Alarm(property="t", missing_after_seconds=60),
            "warm": Alarm(property="t", severity="WARNING", above=60),
        },
    )
    sub = ComponentType(
        component_type_id="sub", extends_from=["base"], alarms={"hot": Alarm(property="t", below=9)}
    )
    assert limits({"sub": sub, "base": base}) == {
        "base": {"t": [Limit(80, True, "CRITICAL"), Limit(60, True, "WARNING")]},
        "sub": {"t": [Limit(9, False, "CRITICAL"), Limit(60, True, "WARNING")]},
    }


@pytest.mark.parametrize(
    ("found", "colors"),
    [
        ([], [(None, "green")]),
        (
            [Limit(70, True, "WARNING"), Limit(80, True, "CRITICAL")],
            [(None, "green"), (70, "orange"), (80, "red")],
        ),
        ([Limit(5, False, "CRITICAL")], [(None, "red"), (5, "green")]),
        (
            [Limit(5, False, "WARNING"), Limit(9, True, "CRITICAL")],
            [(None, "orange"), (5, "green"), (9, "red")],
        ),
        # A lower alarm that is worse wins wherever both are raised.
        ([Limit(5, True, "CRITICAL"), Limit(9, True, "WARNING")], [(None, "green"), (5, "red")]),
    ],
)
def test_colours_are_those_of_the_worst_alarm(
    found: list[Limit], colors: list[tuple[float | None, str]]
) -> None:
    assert [(one.value, one.color) for one in steps(found)] == colors


def test_thresholds_are_drawn_when_alarms_watch_a_property() -> None:
    page = pages(factory())["types/com-example-TemperatureSensor.json"]
    defaults = panel_of(page, "temperature")["fieldConfig"]["defaults"]
    assert [(one["value"], one["color"]) for one in defaults["thresholds"]["steps"]] == [
        (None, "green"),
        (70, "orange"),
        (80, "red"),
    ]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "line"}
    assert "thresholds" not in panel_of(page, "humidity")["fieldConfig"]["defaults"]


def test_data_source_is_provisioned_with_what_was_given_and_else_from_the_environment() -> None:
    def source(**settings: str) -> Json:
        files = factory(**settings)
        (one,) = yaml.safe_load(files["provisioning/datasources/twinmaker.yaml"])["datasources"]
        page = json.loads(files["dashboards/overview.json"])
        assert {query["datasource"]["uid"] for query in queries(page)} == {one["uid"]}
        assert one["type"] == DATA_SOURCE
        assert "secureJsonData" not in one
        members: Json = one["jsonData"]
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
    given = source(role_arn=role, external_id="plant-1", region="eu-west-1")
    assert [given[name] for name in ("assumeRoleArn", "externalId", "defaultRegion")] == [
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
    assert not any(one.startswith("AWS_REGION") for one in service["environment"])
    # A name alone is handed on: no credential stands in the file.
    assert "AWS_SECRET_ACCESS_KEY" in service["environment"]
    older = yaml.safe_load(factory(version="11.6")["compose.yaml"])["services"]["grafana"]
    assert "GF_INSTALL_PLUGINS=grafana-iot-twinmaker-app 2.1.7" in older["environment"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"version": "10.3"}, "not 10.4 or later"),
        ({"version": "latest"}, "not 10.4 or later"),
        ({"role_arn": "$SECRET"}, "not a valid role ARN"),
        ({"external_id": "a b"}, "not a valid external id"),
        ({"region": "Europe"}, "not a valid region"),
        ({"page": "javascript:alert(1)"}, "not the URL of a web page"),
        ({"page": "https://twin.example.com/) [x](https://evil.example"}, "not the URL of a web page"),
        ({"page": "https://[twin"}, "not the URL of a web page"),
    ],
)
def test_settings_that_are_wrong_are_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(TwinError, match=message):
        Settings(**settings)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(TwinError) as caught:
        Settings(version="9", role_arn="x", region="Europe", page="ftp://x")
    for what in ("10.4 or later", "not a valid role ARN", "not a valid region", "not the URL of a web page"):
        assert what in str(caught.value)


def test_another_workspace_has_another_data_source_and_dashboards() -> None:
    definition = load(ROOT / "models" / "factory")
    ours, theirs = (
        {page["uid"] for page in pages(generate(definition, Settings(), workspace_id=name)).values()}
        for name in ("my-factory-twin", "my-factory-twin-prod")
    )
    assert not ours & theirs
    with pytest.raises(TwinError, match="is not a workspace id"):
        generate(definition, Settings(), workspace_id="$x")
