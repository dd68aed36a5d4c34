"""Dashboards of component types: properties of entities' own, parts, and what has no panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.definition.models import write
from tests.support.grafana import MODELS_AND_VERSIONS, Json, choices, pages, pages_of, panel_of, queries
from twin_stack.definition import load
from twin_stack.grafana import Settings, generate
from twin_stack.grafana.type_pages import MAX_OWN_GROUPS

if TYPE_CHECKING:
    from pathlib import Path

MIXER = """
com.e.Mixer:
  propertyDefinitions:
    serial: STRING
    rpm: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
"""
OWN = "{definition: {dataType: {type: DOUBLE, unitOfMeasure: Hz}, isTimeSeries: true}}"
NOTE = "{definition: {dataType: {type: STRING}}, value: {stringValue: a}}"


def mixer(number: int, **properties: str) -> str:
    values = ", ".join(f"{name}: {text}" for name, text in properties.items())
    component = f"{{componentTypeId: com.e.Mixer, properties: {{{values}}}}}"
    return f"m-{number}: {{entityName: M {number}, components: {{mixer: {component}}}}}\n"


def dashboards(folder: Path, types: str, entities: str, **files: str) -> dict[str, Json]:
    written = {"component_types/t.yaml": types, "entities/e.yaml": entities}
    return pages(generate(load(write(folder, written | files)), Settings()))


def left_out(page: Json) -> str:
    return str(panel_of(page, "Without a panel")["options"]["content"])


def test_property_of_some_entities_has_a_panel_and_a_choice_of_them(tmp_path: Path) -> None:
    entities = mixer(1, vibration=OWN, note=NOTE) + mixer(2) + mixer(3, vibration=OWN, note=NOTE)
    page = dashboards(tmp_path, MIXER, entities)["types/com-e-Mixer.json"]

    assert choices(page) == {"${entity}": ["m-1", "m-2", "m-3"], "${entity_own_1}": ["m-1", "m-3"]}
    asked = {(query["entityId"], *query["properties"]) for query in queries(page)}
    assert asked == {
        ("${entity}", "serial"),
        ("${entity}", "rpm"),
        ("${entity_own_1}", "note"),
        ("${entity_own_1}", "vibration"),
    }
    assert panel_of(page, "vibration")["fieldConfig"]["defaults"]["unit"] == "rothz"


def test_id_is_typed_where_a_list_would_be_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.grafana.type_pages.MAX_OPTIONS", 2)
    listed = dashboards(tmp_path / "two", MIXER, mixer(1) + mixer(2))["types/com-e-Mixer.json"]
    assert choices(listed) == {"${entity}": ["m-1", "m-2"]}

    page = dashboards(tmp_path / "three", MIXER, mixer(1) + mixer(2) + mixer(3))["types/com-e-Mixer.json"]
    (variable,) = page["templating"]["list"]
    assert (variable["type"], variable["name"], variable["label"]) == ("textbox", "entity", "Entity (id)")
    assert variable["query"] == variable["current"]["value"] == "m-1"
    assert {query["entityId"] for query in queries(page)} == {"${entity}"}


def test_property_of_all_entities_needs_no_other_choice(tmp_path: Path) -> None:
    entities = mixer(1, vibration=OWN) + mixer(2, vibration=OWN)
    page = dashboards(tmp_path, MIXER, entities)["types/com-e-Mixer.json"]
    assert choices(page) == {"${entity}": ["m-1", "m-2"]}
    assert ["vibration"] in [query["properties"] for query in queries(page)]


def test_entities_that_differ_too_much_are_named(tmp_path: Path) -> None:
    count = MAX_OWN_GROUPS + 2
    entities = "".join(mixer(number, **{f"p{number}": OWN}) for number in range(count))
    page = dashboards(tmp_path, MIXER, entities)["types/com-e-Mixer.json"]
    assert len(choices(page)) == 1 + MAX_OWN_GROUPS
    assert left_out(page).splitlines() == [
        f"- `p{number}` of `m-{number}`: too many entities have properties of their own"
        for number in range(MAX_OWN_GROUPS, count)
    ]


def test_what_grafana_cannot_show_is_listed(tmp_path: Path) -> None:
    types = MIXER.replace(
        "serial: STRING",
        "tags: {dataType: {type: LIST, nestedType: {type: STRING}}}\n"
        "    state: {dataType: {type: MAP, nestedType: {type: DOUBLE}}, isTimeSeries: true}",
    )
    page = dashboards(tmp_path, types, mixer(1))["types/com-e-Mixer.json"]
    assert [query["properties"] for query in queries(page)] == [["rpm"]]
    assert left_out(page).splitlines() == [
        "- `tags`: Grafana shows no LIST",
        "- `state`: Grafana shows no series of MAP",
    ]


def test_type_without_properties_has_no_dashboard_and_no_link(tmp_path: Path) -> None:
    types = f"{MIXER}com.e.Plate: {{}}\n"
    entities = mixer(1).replace("mixer:", "plate: {componentTypeId: com.e.Plate}, mixer:")
    pages_by_name = dashboards(tmp_path, types, entities)
    assert pages_by_name.keys() == {"overview.json", "types/com-e-Mixer.json"}
    tree = panel_of(pages_by_name["overview.json"], "Entities as defined")["options"]["content"]
    assert "M 1 (`m-1`) · plate · [mixer](/d/" in tree


PARTS = """
com.e.Motor:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    speed: {dataType: {type: DOUBLE, unitOfMeasure: rpm}, isTimeSeries: true}
  functions: {dataReader: telemetry}
com.e.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  compositeComponentTypes: {motor: {componentTypeId: com.e.Motor}}
"""


def pump(number: int, tag: str | None) -> str:
    values = f", compositeComponents: {{pump/motor: {{properties: {{tag: {tag}}}}}}}" if tag else ""
    components = "{pump: {componentTypeId: com.e.Pump}}"
    return f"p-{number}: {{entityName: P {number}, components: {components}{values}}}\n"


def test_series_of_parts_are_read_by_component_type(tmp_path: Path) -> None:
    pages_by_name = dashboards(tmp_path, PARTS, pump(1, "a") + pump(2, None))
    page = pages_by_name["types/com-e-Motor.json"]
    (query,) = queries(page)
    assert (query["queryType"], query["componentTypeId"]) == ("ComponentHistory", "com.e.Motor")
    assert query["properties"] == ["speed"]
    assert panel_of(page, "speed of all components")["fieldConfig"]["defaults"]["unit"] == "rotrpm"
    assert left_out(page) == "- `speed` of `p-2 pump/motor`: the part has no external id"
    tree = panel_of(pages_by_name["overview.json"], "Entities as defined")["options"]["content"]
    assert f"[pump/motor](/d/{page['uid']})" in tree


@pytest.mark.parametrize("connector", ["{kind: sitewise, assets: managed}", "{kind: sitewise-native}"])
def test_parts_with_an_asset_are_read_from_sitewise(connector: str, tmp_path: Path) -> None:
    files = {
        "twin.yaml": f"workspaceId: my-twin\nconnectors: {{telemetry: {connector}}}\n",
        "component_types/t.yaml": PARTS,
        "entities/e.yaml": pump(1, None) + pump(2, None),
    }
    generated = generate(load(write(tmp_path, files)), Settings(), workspace_id="plant-test")
    page = pages(generated)["types/com-e-Motor.json"]

    panel = panel_of(page, "pump/motor speed")
    assert panel["fieldConfig"]["defaults"]["unit"] == "rotrpm"
    (target,) = panel["targets"]
    source = yaml.safe_load(generated["provisioning/datasources/sitewise.yaml"])["datasources"][0]
    assert target == {
        "datasource": {"type": source["type"], "uid": source["uid"]},
        "refId": "A",
        "queryType": "PropertyValueHistory",
        "propertyAliases": ["/plant-test/${part_1}/pump/motor/speed"],
        "quality": "GOOD",
        "responseFormat": "timeseries",
        "timeOrdering": "ASCENDING",
    }
    assert panel["datasource"] == target["datasource"]
    assert choices(page) == {"${part_1}": ["p-1", "p-2"]}
    assert "grafana-iot-sitewise-datasource@" in generated["compose.yaml"]
    assert source["jsonData"].keys() == {"authType", "defaultRegion", "assumeRoleArn", "externalId"}


def test_twin_without_such_parts_needs_no_other_plugin(tmp_path: Path) -> None:
    files = {"component_types/t.yaml": PARTS, "entities/e.yaml": pump(1, "a")}
    generated = generate(load(write(tmp_path, files)), Settings())
    assert "provisioning/datasources/sitewise.yaml" not in generated
    assert "sitewise" not in generated["compose.yaml"]


def test_parts_of_existing_assets_are_listed_without_a_panel(tmp_path: Path) -> None:
    connector = "{kind: sitewise, propertyAlias: '/a/${componentName}/${propertyName}'}"
    twin = f"workspaceId: my-twin\nconnectors: {{telemetry: {connector}}}\n"
    pages_by_name = dashboards(tmp_path, PARTS, pump(1, None), **{"twin.yaml": twin})
    page = pages_by_name["types/com-e-Motor.json"]
    assert queries(page) == []
    assert left_out(page).startswith("- `speed` of `p-1 pump/motor`: Grafana's app reads parts of")


@pytest.mark.parametrize(("model", "version"), MODELS_AND_VERSIONS)
def test_each_dashboard_has_panels_and_each_panel_the_source_of_its_queries(model: str, version: str) -> None:
    checked = 0
    for page in pages_of(model, version).values():
        assert [panel for panel in page["panels"] if panel["type"] != "row"]
        for panel in page["panels"]:
            sources = {target["datasource"]["uid"] for target in panel.get("targets", [])}
            expected = sources if len(sources) < 2 else {"-- Mixed --"}
            assert not sources or {panel["datasource"]["uid"]} == expected
            checked += bool(sources)
    assert checked
