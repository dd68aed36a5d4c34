"""The wind farm: its register, its scene, its alarms and its 3D models belong together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.gltf import GltfModel
from twin_stack.constructs.twin_alarms import evaluated_alarms
from twin_stack.definition import TwinDefinition, load

if TYPE_CHECKING:
    from tests.support.templates import Synthesized

WINDFARM = Path(__file__).parents[2] / "models" / "windfarm"


@pytest.fixture(scope="module")
def twin() -> TwinDefinition:
    return load(WINDFARM)


@pytest.fixture(scope="module")
def nodes(twin: TwinDefinition) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = twin.scenes["windfarm-overview"].document["nodes"]
    return nodes


def of_kind(nodes: list[dict[str, Any]], kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (node, component)
        for node in nodes
        for component in node.get("components", ())
        if component["type"] == kind
    ]


def test_turbines_are_on_a_grid(nodes: list[dict[str, Any]]) -> None:
    turbines = [node for node, component in of_kind(nodes, "ModelRef") if component["uri"] == "turbine.glb"]

    places = [tuple(node["transform"]["position"]) for node in turbines]
    assert places == [(300.0 * column, 0.0, 300.0 * row) for row in range(3) for column in range(4)]
    assert [node["name"] for node in turbines][:5] == [
        f"Turbine {name}" for name in ("A1", "A2", "A3", "A4", "B1")
    ]


def test_indicator_lies_on_the_rotor_and_turns_with_it(
    nodes: list[dict[str, Any]], twin: TwinDefinition
) -> None:
    (statement,) = twin.scenes["windfarm-overview"].document["rules"]["rotorMotion"]["statements"]
    turning = statement["expression"]
    rotor = GltfModel((WINDFARM / "assets" / "turbine.glb").read_bytes())
    indicators = of_kind(nodes, "MotionIndicator")

    assert len(indicators) == 12
    for number, (node, indicator) in enumerate(indicators, 1):
        hub = rotor.nodes["Rotor"]["translation"]
        assert node["transform"]["position"][:2] == hub[:2]
        front = max(z for _, _, z in rotor.points("Rotor"))
        assert node["transform"]["position"][2] == pytest.approx(front, abs=0.01)
        binding = indicator["valueDataBindings"]["speed"]["valueDataBinding"]["dataBindingContext"]
        assert binding == {
            "entityId": f"turbine-{number:02}",
            "componentName": "turbine",
            "propertyName": "rotorSpeed",
        }
        # A ring turns as often in a second as its speed is times its width.
        assert turning == f"rotorSpeed / 60 * {node['transform']['scale'][0]}"


def test_tag_and_colour_follow_output_and_alarm(nodes: list[dict[str, Any]]) -> None:
    bound = {
        (component["type"], binding["componentName"], binding["propertyName"])
        for kind in ("Tag", "ModelShader")
        for _, component in of_kind(nodes, kind)
        for binding in [component["valueDataBinding"]["dataBindingContext"]]
    }
    assert bound == {("Tag", "turbine", "output"), ("ModelShader", "alarm", "alarmStatus")}


def test_each_turbine_shows_its_alarms_when_they_are_evaluated(twin: TwinDefinition) -> None:
    (alarm,) = evaluated_alarms(twin)

    assert [rule.name for rule in alarm.rules] == ["lowOutput", "noOutput"]
    assert (alarm.level_attribute, alarm.message_attribute) == ("alarmStatus", "alarmMessage")
    turbines = [entity for entity in twin.entities.values() if "turbine" in entity.components]
    assert len(turbines) == 12
    for turbine in turbines:
        key = turbine.components["alarm"].properties["alarm_key"].value
        assert key == {"stringValue": alarm.alarm_key.replace("${device}", turbine.entity_id)}


def test_stack_has_every_turbine_and_one_rule_when_synthesized(windfarm: Synthesized) -> None:
    assert len(windfarm.all_of("AWS::IoTTwinMaker::Entity")) == 13
    sql = windfarm.properties("AWS::IoT::TopicRule")["TopicRulePayload"]["Sql"]
    assert "scada.kw AS output, scada.wind AS windSpeed" in sql
