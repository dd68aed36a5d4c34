"""The page imports nothing of the package; facts that it repeats must be equal."""

from __future__ import annotations

import re
from pathlib import Path

from twin_stack.definition import dynamic_scene, model_reader
from twin_stack.twinmaker import data_types, dynamic_scene_types, names, quotas

SOURCE = Path(__file__).parents[2] / "viewer" / "src"


def constant(file: str, name: str) -> str:
    """Return the text or number of a constant."""
    text = (SOURCE / file).read_text(encoding="utf-8")
    value: str
    (value,) = re.findall(rf"^(?:export )?const {name} = (.+)$", text, re.MULTILINE)
    return value.strip("'") if value.startswith("'") else value.replace("_", "")


def test_names_of_the_services_are_equal() -> None:
    assert constant("api/api.ts", "ROOT") == names.ROOT
    assert constant("data/alarm_type.ts", "BASE_ALARM_TYPE") == names.BASIC_ALARM
    assert constant("data/alarm_type.ts", "ALARM_STATUS") == names.ALARM_STATUS
    assert constant("data/alarm_type.ts", "ALARM_NOTE") == names.ALARM_NOTE
    assert constant("data/acknowledgement.ts", "ACKNOWLEDGED") == names.ALARM_ACKNOWLEDGED
    assert constant("scene/entity_nodes.ts", "NODE_TYPE") == dynamic_scene_types.SCENE_NODE
    assert constant("scene/entity_nodes.ts", "COMPONENT_PREFIX") == dynamic_scene_types.SCENE_COMPONENT_PREFIX


def test_states_of_alarms_are_those_of_the_service() -> None:
    text = (SOURCE / "data" / "alarm_state.ts").read_text(encoding="utf-8")
    (function,) = re.findall(r"export function asStatus\(.*?^}", text, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"'([A-Z_]+)'", function)) == set(names.ALARM_STATES)


def test_limits_of_requests_are_equal() -> None:
    assert constant("api/api.ts", "MAX_PROPERTIES") == str(quotas.MAX_SELECTED_PROPERTIES)
    assert constant("api/api.ts", "MAX_VALUES") == str(quotas.MAX_PAGE)
    assert constant("api/aws.ts", "PAGE_SIZE") == str(quotas.MAX_PAGE)
    assert constant("data/acknowledgement.ts", "MAX_NOTE_LENGTH") == str(data_types.MAX_STRING)


def test_limits_of_scenes_and_models_are_equal() -> None:
    assert constant("data/dynamic_scene.ts", "MAX_LEVELS") == str(dynamic_scene.MAX_LEVELS)
    assert constant("scene/entity_nodes.ts", "MAX_CONTENT_PARTS") == str(dynamic_scene._MAX_CONTENT_PARTS)
    assert constant("scene/entity_nodes.ts", "NO_COLOR") == dynamic_scene._NO_COLOR
    assert constant("scene/gltf.ts", "START_BYTES") == str(model_reader.START_BYTES)
    assert constant("scene/gltf.ts", "MAX_CHUNKS") == str(model_reader._MAX_CHUNKS)
