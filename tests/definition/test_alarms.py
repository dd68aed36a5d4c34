"""Alarms of component types, with what they inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.message_models import TWIN, TYPES
from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.alarms import AlarmBinding, alarm_binding, alarm_types, inherited_alarms
from twin_stack.definition.resolve import resolve
from twin_stack.definition.schema import ComponentType
from twin_stack.twinmaker.names import BASIC_ALARM

if TYPE_CHECKING:
    from pathlib import Path


def test_subtype_has_the_alarms_of_its_parents(tmp_path: Path) -> None:
    from twin_stack.constructs.twin_alarms import evaluated_alarms  # noqa: PLC0415 (starts jsii)

    more = "com.e.T: {extendsFrom: [com.e.S], alarms: {hot: {property: t, above: 5}, cold: {property: t, below: 0}}}\n"
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", "") + more,
    }
    alarms = {alarm.component_type_id: alarm for alarm in evaluated_alarms(load(write(tmp_path, files)))}
    limits = {
        type_id: [(rule.name, rule.above, rule.below) for rule in alarm.rules]
        for type_id, alarm in alarms.items()
    }
    assert limits == {"com.e.S": [("hot", 1.0, None)], "com.e.T": [("hot", 5.0, None), ("cold", None, 0.0)]}


def alarm_limits(types: str, folder: Path) -> dict[str, dict[str, float | None]]:
    """The upper limits of the alarms of types with one time series, by type and name."""
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN % "",
        "component_types/t.yaml": TYPES % ("telemetry", "") + types,
    }
    declared = load(write(folder, files)).component_types
    return {
        type_id: {name: alarm.above for name, alarm in alarms.items()}
        for type_id, alarms in inherited_alarms(declared).items()
    }


def test_later_parent_wins_where_two_have_an_alarm_of_one_name(tmp_path: Path) -> None:
    limits = alarm_limits(
        "com.e.T: {extendsFrom: [com.e.S], alarms: {hot: {property: t, above: 5}}}\n"
        "com.e.U: {extendsFrom: [com.e.S], alarms: {hot: {property: t, above: 6}, wet: {property: t, above: 7}}}\n"
        "com.e.TU: {extendsFrom: [com.e.T, com.e.U]}\n"
        "com.e.UT: {extendsFrom: [com.e.U, com.e.T]}\n",
        tmp_path,
    )
    assert limits["com.e.TU"] == {"hot": 6.0, "wet": 7.0}
    assert limits["com.e.UT"] == {"hot": 5.0, "wet": 7.0}


def test_own_alarm_wins_over_those_of_all_parents(tmp_path: Path) -> None:
    limits = alarm_limits(
        "com.e.T: {extendsFrom: [com.e.S], alarms: {hot: {property: t, above: 5}}}\n"
        "com.e.U: {extendsFrom: [com.e.S, com.e.T], alarms: {hot: {property: t, above: 9}}}\n",
        tmp_path,
    )
    assert limits["com.e.U"] == {"hot": 9.0}
    assert limits["com.e.S"] == {"hot": 1.0}, "a subtype changes nothing of its parent"


def test_type_without_alarms_is_left_out(tmp_path: Path) -> None:
    assert list(alarm_limits("", tmp_path)) == ["com.e.S"]


def test_levels_and_message_of_an_alarm_type_are_found_by_their_values_and_a_note_is_no_message() -> None:
    series = {"isTimeSeries": True}
    levels = [{"stringValue": level} for level in ("NORMAL", "WARNING", "CRITICAL", "ACKNOWLEDGED")]
    own = ComponentType.model_validate(
        {
            "componentTypeId": "com.e.A",
            "extendsFrom": [BASIC_ALARM],
            "propertyDefinitions": {
                "alarm_status": {"configuration": {"attribute": "state"}},
                "limit": {"dataType": "DOUBLE", **series},
                "severity": {
                    "dataType": {"type": "STRING", "allowedValues": levels},
                    **series,
                },
                "note": {"dataType": "STRING"},
                "alarmNote": {"dataType": "STRING", **series},
                "text": {"dataType": "STRING", **series},
            },
        }
    )
    binding = alarm_binding(resolve({"com.e.A": own})["com.e.A"])
    assert binding == AlarmBinding("com.e.A", "state", "severity", "text")


def test_only_types_that_extend_the_alarm_of_aws_themselves_are_alarm_types() -> None:
    types = {
        "com.e.A": ComponentType.model_validate({"componentTypeId": "com.e.A", "extendsFrom": [BASIC_ALARM]}),
        "com.e.B": ComponentType.model_validate({"componentTypeId": "com.e.B", "extendsFrom": ["com.e.A"]}),
    }
    assert alarm_types(types) == ["com.e.A"]
