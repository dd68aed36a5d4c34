from __future__ import annotations

import json
import re

from twin_stack.twinmaker.scenes import FACTS_FILE, Member, expected_values, problem_texts, scene_facts


def test_each_group_of_facts_names_its_source() -> None:
    facts = json.loads(FACTS_FILE.read_text(encoding="utf-8"))
    assert facts.keys() - {"about", "sources"} == facts["sources"].keys()


def test_members_have_type_and_required_flag() -> None:
    model = scene_facts().component_types["ModelRef"]
    assert model.members["uri"] == Member("uri", is_required=True, is_drawn=True)
    assert model.members["castShadow"] == Member("boolean", is_required=False, is_drawn=True)
    assert scene_facts().camera_members["zoom"] == Member("number", is_required=False, is_drawn=False)


def test_defaults_are_members_with_allowed_values() -> None:
    facts = scene_facts()
    assert facts.camera_defaults.keys() == facts.camera_members.keys()
    assert facts.camera_defaults["cameraType"] in facts.camera_types
    assert facts.document_defaults.keys() < facts.document_members.keys()
    assert facts.units[facts.document_defaults["unit"]] == 1
    assert facts.spec_version == "1.0"


def test_the_pattern_of_colours_takes_six_digits_alone() -> None:
    pattern = scene_facts().hex_color
    assert re.fullmatch(pattern, "#00ff00")
    assert not re.fullmatch(pattern, "#0f0")
    assert not re.fullmatch(pattern, "red")


def test_facts_are_read_once() -> None:
    assert scene_facts() is scene_facts()


def test_settings_are_properties_of_a_scene() -> None:
    facts = scene_facts()
    assert facts.setting_members.keys() == {"fogSettings", "sceneBackgroundSettings", "groundPlaneSettings"}
    assert facts.setting_members.keys() < facts.property_members.keys()
    assert facts.setting_members["groundPlaneSettings"]["textureUri"].type == "uri"


def test_each_member_has_a_type_with_words_and_a_known_part() -> None:
    facts = scene_facts()
    tables = [
        facts.document_members,
        facts.node_members,
        facts.property_members,
        *facts.parts.values(),
        *(component.members for component in facts.component_types.values()),
    ]
    members = [member for table in tables for member in table.values()]
    assert len(members) > 80
    assert {member.type for member in members} <= {*facts.names, *expected_values()}
    assert {member.part for member in members} - {None} <= {*facts.parts}
    assert {member.missing_level for member in members} == {"fatal", "error", "warning"}


def test_each_problem_has_a_level_a_rule_and_words() -> None:
    texts = problem_texts()
    assert {text.level for text in texts.values()} == {"fatal", "error", "warning"}
    for kind, text in texts.items():
        assert re.fullmatch(r"TWIN\d{3}", text.code), kind
        assert text.message
        assert text.remedy
