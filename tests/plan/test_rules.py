"""The rules of risk: the example of each, and that all are documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.soak import sample
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.changes import Kind
from twin_stack.plan.documentation import FILE, documentation_of, risks_page
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.plan.rule import RiskRule

RULES = list(risk_rules().values())


@pytest.mark.parametrize("rule", sample(RULES), ids=lambda rule: rule.code)
def test_example_has_exactly_the_documented_risk_and_without_its_change_none(
    rule: RiskRule, tmp_path: Path
) -> None:
    example = documentation_of(rule)
    before = load(write(tmp_path / "before", example.files_before()))
    after = load(write(tmp_path / "after", example.files_after()))
    templates = example.templates()
    plan = make_plan(before, after, templates=templates)
    assert [f"{risk.code} {risk.level.name.lower()}: {risk.message}" for risk in plan.risks] == [example.risk]
    assert plan.risks[0].remedy
    assert plan.risks[0].location is not None or plan.risks[0].kind is Kind.RESOURCE

    assert make_plan(after, after).changes == ()
    same = (templates[1], templates[1]) if templates is not None else None
    assert make_plan(after, after, templates=same).risks == ()


def test_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == risks_page(), "run `make snapshots`"


def test_codes_are_kept() -> None:
    assert list(risk_rules()) == [
        "PLAN010", "PLAN011", "PLAN012", "PLAN013", "PLAN014",
        "PLAN020", "PLAN021", "PLAN022", "PLAN023", "PLAN024", "PLAN025", "PLAN026", "PLAN027", "PLAN028",
        "PLAN029",
        "PLAN040", "PLAN041", "PLAN042", "PLAN043", "PLAN044", "PLAN045", "PLAN046",
        "PLAN047", "PLAN048",
        "PLAN060", "PLAN070", "PLAN071",
        "PLAN080", "PLAN081", "PLAN082", "PLAN083", "PLAN084", "PLAN085",
    ]  # fmt: skip


def breaking_codes(before: dict[str, str], after: dict[str, str], folder: Path) -> list[str]:
    """Return the codes of the breaking risks of a change."""
    sides = [load(write(folder / name, files)) for name, files in (("before", before), ("after", after))]
    return [risk.code for risk in make_plan(*sides).risks if risk.is_breaking]


TYPES = "component_types/t.yaml"
ENTITIES = "entities/e.yaml"
PUMP = {ENTITIES: "pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}"}


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {serial: STRING, maker: STRING}}",
            "com.example.Pump: {propertyDefinitions: {serial: STRING}}",
            ["PLAN021"],
            id="property goes",
        ),
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {stages: INTEGER}}",
            "com.example.Pump: {propertyDefinitions: {stages: STRING}}",
            ["PLAN022"],
            id="value does not fit its data type",
        ),
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {mode: STRING}}",
            "com.example.Pump: {propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [a]}}}}",
            ["PLAN029"],
            id="value is not allowed",
        ),
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [a]}}}}",
            "com.example.Pump: {propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [a, b]}}}}",  # noqa: E501
            [],
            id="one more value is allowed",
        ),
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {limit: {dataType: DOUBLE, defaultValue: 1}}}",
            "com.example.Pump: {propertyDefinitions: {limit: {dataType: DOUBLE, defaultValue: 2}}}",
            [],
            id="another default value",
        ),
        pytest.param(
            "com.example.Base: {propertyDefinitions: {a: STRING}}\n"
            "com.example.Pump: {extendsFrom: [com.example.Base]}",
            "com.example.Base: {propertyDefinitions: {a: STRING}}\n"
            "com.example.Pump: {propertyDefinitions: {b: STRING}}",
            ["PLAN026"],
            id="inherited property goes",
        ),
        pytest.param(
            "com.example.Pump: {propertyDefinitions: {b: STRING}}",
            "com.example.Base: {propertyDefinitions: {a: STRING}}\n"
            "com.example.Pump: {extendsFrom: [com.example.Base], propertyDefinitions: {b: STRING}}",
            [],
            id="inherited property comes",
        ),
    ],
)
def test_breaking_change_of_a_type(before: str, after: str, codes: list[str], tmp_path: Path) -> None:
    assert breaking_codes({TYPES: before, **PUMP}, {TYPES: after, **PUMP}, tmp_path) == codes


def test_connector_that_no_ingest_feeds_is_named(tmp_path: Path) -> None:
    text = (
        "workspaceId: plant\nconnectors: {telemetry: {kind: dynamodb}}\n"
        "ingest:\n  flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}\n"
    )
    again = "  more: {topic: plant/+/more, deviceId: topic(2), componentTypeId: com.example.Pump}\n"
    types = {
        TYPES: "com.example.Pump:\n  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: {connector: telemetry}}\n"
    }
    single, both = ({**types, "twin.yaml": content} for content in (text, text + again))
    none = {**types, "twin.yaml": text.partition("ingest")[0]}
    messages = [
        make_plan(load(write(tmp_path / name, before)), load(write(tmp_path / f"{name}-after", after))).risks
        for name, before, after in (("last", single, none), ("one-of-two", both, single))
    ]
    assert [[risk.message.partition("; ")[2] for risk in risks] for risks in messages] == [
        [
            "messages that devices publish to plant/+/flow are not received; "
            'no ingest feeds connector "telemetry" now'
        ],
        ["messages that devices publish to plant/+/more are not received"],
    ]


@pytest.mark.parametrize("is_added", [True, False])
@pytest.mark.parametrize(("device", "has_risk"), [("pump-1", False), ("D-1", True)])
def test_external_id_that_is_the_entity_id_keeps_the_rows(
    device: str, has_risk: bool, is_added: bool, tmp_path: Path
) -> None:
    without = {
        TYPES: "com.example.Pump:\n  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: {connector: telemetry}}\n",
        **PUMP,
    }
    with_id = {
        TYPES: without[TYPES].replace("{flow", "{device: {dataType: STRING, isExternalId: true}, flow"),
        ENTITIES: PUMP[ENTITIES].replace("Pump}", f"Pump, properties: {{device: {device}}}}}"),
    }
    sides = [load(write(tmp_path / name, files)) for name, files in (("a", without), ("b", with_id))]
    plan = make_plan(*(sides if is_added else reversed(sides)))
    assert ("PLAN014" in [risk.code for risk in plan.risks]) == has_risk
