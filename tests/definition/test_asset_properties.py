"""Properties of asset models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.managed_models import held, model

if TYPE_CHECKING:
    from pathlib import Path


def test_names_in_expressions_become_those_sitewise_takes(tmp_path: Path) -> None:
    types = """
com.e.A:
  propertyDefinitions:
    oilTempC: {dataType: DOUBLE, isTimeSeries: true}
    min: {dataType: DOUBLE, isTimeSeries: true}
    Min: {dataType: DOUBLE, isTimeSeries: true}
    flow-rate: {dataType: DOUBLE, isTimeSeries: true}
    sum1: {expression: oilTempC + min + Min + flow, variables: {flow: {propertyName: flow-rate}}}
  functions: {dataReader: plant}
"""
    folder = model(tmp_path, types, "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}")
    computed = held(folder).models["com.e.A"].properties[-1]

    assert computed.expression == "oil_temp_c + p_min + p_min_2 + flow"
    assert [(one.name, one.property_name) for one in computed.inputs] == [
        ("oil_temp_c", "oilTempC"), ("p_min", "min"), ("p_min_2", "Min"), ("flow", "flow-rate")
    ]  # fmt: skip
