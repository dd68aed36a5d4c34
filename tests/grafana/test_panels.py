"""Panels, for each version of Grafana."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.support.grafana import ROOT, factory, pages, panel_of
from twin_stack.definition import load
from twin_stack.grafana import Settings, generate


def test_alarms_are_listed_where_there_are_any() -> None:
    page = pages(factory())["overview.json"]
    assert panel_of(page, "Alarms")["targets"][0]["queryType"] == "GetAlarms"
    chosen = {item["name"]: item["current"]["value"] for item in page["templating"]["list"]}
    assert chosen == {"sel_entity": "machine-001", "sel_comp": "alarm"}
    minimal = pages(generate(load(ROOT / "models" / "minimal"), Settings()))["overview.json"]
    assert "Alarms" not in {panel["title"] for panel in minimal["panels"]}


@pytest.mark.parametrize("version", ["10.4", "12", "12.4.1", "13", "13.0", "managed"])
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
    assert [item["componentTypeId"] for item in panel["targets"]] == ["com.example.EquipmentAlarm"]


@pytest.mark.parametrize("version", ["13.1", "13.2.4", "14"])
def test_page_shows_the_scene_from_grafana_13_1_on(version: str) -> None:
    dashboards = factory(version=version, page="https://twin.example.com/")
    panel = panel_of(json.loads(dashboards["dashboards/overview.json"]), "factory-overview")
    assert panel["type"] == "text"
    assert panel["options"]["mode"] == "html"
    address = "https://twin.example.com/#workspace=my-factory-twin&amp;scene=factory-overview"
    assert f'<iframe src="{address}" ' in panel["options"]["content"]
    assert f'<a href="{address}" ' in panel["options"]["content"], "what is left if frames are taken out"
    assert "sceneviewer" not in dashboards["dashboards/overview.json"]
    (service,) = yaml.safe_load(dashboards["compose.yaml"])["services"].values()
    assert "GF_PANELS_DISABLE_SANITIZE_HTML=true" in service["environment"]


def test_html_stays_sanitized_where_no_page_is_embedded() -> None:
    for dashboards in (factory(), factory(version="12", page="https://twin.example.com/")):
        assert "SANITIZE" not in dashboards["compose.yaml"]
    panel = panel_of(json.loads(factory()["dashboards/overview.json"]), "Scenes")
    assert "`factory-overview`" in panel["options"]["content"]


def test_series_have_unit_and_kind_of_their_property() -> None:
    page = pages(factory())["types/com-example-TemperatureSensor.json"]
    temperature = panel_of(page, "temperature")
    assert temperature["type"] == "timeseries"
    assert temperature["fieldConfig"]["defaults"]["unit"] == "celsius"
    alarm = pages(factory())["types/com-example-EquipmentAlarm.json"]
    assert panel_of(alarm, "alarm_status")["type"] == "state-timeline"


def test_thresholds_are_drawn_for_properties_with_alarms() -> None:
    page = pages(factory())["types/com-example-TemperatureSensor.json"]
    defaults = panel_of(page, "temperature")["fieldConfig"]["defaults"]
    assert [(item["value"], item["color"]) for item in defaults["thresholds"]["steps"]] == [
        (None, "green"),
        (70, "orange"),
        (80, "red"),
    ]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "line"}
    assert "thresholds" not in panel_of(page, "humidity")["fieldConfig"]["defaults"]
