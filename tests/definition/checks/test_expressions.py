"""Expressions that SiteWise would not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.managed_models import below, model, of
from tests.definition.models import finding_lines

if TYPE_CHECKING:
    from pathlib import Path


FAULTS: dict[str, tuple[str, str]] = {
    "unknown name": (
        of('r: {expression: "2 * pp"}'),
        '4:21 TWIN063 "pp" at character 5 is not a property that the expression can use; did you mean "p"?',
    ),
    "itself": (
        of('r: {expression: "p + r"}'),
        '4:21 TWIN063 "r" at character 5 is not a property that the expression can use; use one of: p',
    ),
    "each other": (
        of("r: {expression: p + s}", "s: {expression: p + r}"),
        "4:21 TWIN063 properties are computed from each other: r -> s -> r; take one of them out of the cycle",
    ),
    "each other, under another name": (
        of("r: {expression: p + x, variables: {x: {propertyName: r}}}"),
        "4:21 TWIN063 properties are computed from each other: r -> r; take one of them out of the cycle",
    ),
    "aggregate without a window": (
        of("r: {expression: avg(p)}"),
        '4:21 TWIN063 "avg" at character 1 is computed over a window; add window, such as 5m',
    ),
    "window of a month": (
        of("r: {expression: avg(p), window: 5w}"),
        '4:37 TWIN063 window "5w" is longer than a week; write 1m to 1w',
    ),
    "window alone": (
        of("r: {dataType: DOUBLE, isTimeSeries: true, window: 5m}"),
        '4:55 TWIN063 "window" belongs to an expression, and "r" has none; add the expression',
    ),
    "attributes alone": (
        of("k: {dataType: DOUBLE, defaultValue: 2}", "r: {expression: k * 2}"),
        '5:21 TWIN063 "r" uses no time series, so SiteWise would never compute it; use one',
    ),
    "attribute without a value": (
        of("k: DOUBLE", "r: {expression: k * p}"),
        '5:21 TWIN063 SiteWise has no value for "k": assets take the default of the type; give "k" a defaultValue',
    ),
    "two windows": (
        of("r: {expression: avg(p), window: 5m}", "s: {expression: max(r), window: 1h}"),
        '5:21 TWIN063 "s" is computed over 1h, "r" over 5m; give both the same window',
    ),
    "state of a metric": (
        of("r: {expression: avg(p), window: 5m}", "s: {expression: statetime(r), window: 5m}"),
        '5:21 TWIN063 statetime cannot read "r", which is a metric; use the properties that the metric is computed from',
    ),
    "unused variable": (
        of("r: {expression: p * 2, variables: {x: {propertyName: p}}}"),
        '4:43 TWIN063 variable "x" is not used; use it in the expression, or remove it',
    ),
    "variable of an unknown property": (
        of("r: {expression: x * 2, variables: {x: {propertyName: pp}}}"),
        '4:58 TWIN019 component type "com.e.A" has no property "pp"; did you mean "p"?',
    ),
    "unknown type below": (
        of(f"r: {{expression: sum(b), window: 5m, {below('com.e.C', 'q')}}}"),
        '4:74 TWIN063 component type "com.e.C" has no managed assets; use one of: com.e.A, com.e.B',
    ),
    "unknown property below": (
        of(f"r: {{expression: sum(b), window: 5m, {below('com.e.B', 'qq')}}}"),
        '4:97 TWIN019 component type "com.e.B" has no property "qq"; did you mean "q"?',
    ),
    "another window below": (
        of(f"r: {{expression: sum(b), window: 5m, {below('com.e.B', 'hourly')}}}"),
        '4:21 TWIN063 "r" is computed over 5m, "b" over 1h; give both the same window',
    ),
    "below without a window": (
        of(f"r: {{expression: p + b, {below('com.e.B', 'q')}}}"),
        '4:21 TWIN063 "b" is of entities below, which are computed over a window only; add window, such as 5m',
    ),
    "time below": (
        of(f"r: {{expression: latest(b), window: 5m, {below('com.e.B', 'q')}}}"),
        '4:21 TWIN063 "b" is of entities below, which a function of time cannot read; compute it in a property of theirs',
    ),
    "not computed": (
        of() + "com.e.C: {propertyDefinitions: {r: {expression: p}}}\n",
        '10:49 TWIN062 "r" is not computed: no connector that manages assets reads this type; read it through a '
        "connector of kind sitewise with assets: managed",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_a_type_is_reported_alone(name: str, tmp_path: Path) -> None:
    types, expected = FAULTS[name]
    entities = "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}"
    assert finding_lines(model(tmp_path, types, entities)) == [f"component_types/t.yaml:{expected}"]


def test_fault_in_a_parent_is_reported_once_and_there(tmp_path: Path) -> None:
    types = (
        'com.e.Base: {propertyDefinitions: {p: {dataType: DOUBLE, isTimeSeries: true}, r: {expression: "p +"}}}\n'
        "com.e.A: {extendsFrom: [com.e.Base], functions: {dataReader: plant}}\n"
        "com.e.B: {extendsFrom: [com.e.Base], functions: {dataReader: plant}}\n"
    )
    assert finding_lines(model(tmp_path, types, "")) == [
        "component_types/t.yaml:1:95 TWIN063 expected a value, got the end of the expression; correct the expression"
    ]


def test_every_wrong_expression_of_a_type_is_reported_at_its_place(tmp_path: Path) -> None:
    types = of(
        "a: {expression: pp * 2}",
        "b: {expression: avg(p)}",
        "c: {expression: p * 3}",
        "d: {expression: avrg(p), window: 5m}",
    )
    assert [line.split(";")[0] for line in finding_lines(model(tmp_path, types, ""))] == [
        'component_types/t.yaml:4:21 TWIN063 "pp" at character 1 is not a property that the expression can use',
        'component_types/t.yaml:5:21 TWIN063 "avg" at character 1 is computed over a window',
        'component_types/t.yaml:7:21 TWIN063 "avrg" at character 1 is not a function of SiteWise',
    ]


def test_longest_window_is_a_week_in_any_unit(tmp_path: Path) -> None:
    windows = {
        "1w": True,
        "7d": True,
        "8d": False,
        "168h": True,
        "169h": False,
        "10080m": True,
        "10081m": False,
    }
    types = of(
        *(f"r{index}: {{expression: avg(p), window: {window}}}" for index, window in enumerate(windows))
    )
    refused = [line.split('"')[1] for line in finding_lines(model(tmp_path, types, ""))]
    assert refused == [window for window, is_allowed in windows.items() if not is_allowed]


def test_variables_without_an_expression_are_reported_unless_a_parent_has_it(tmp_path: Path) -> None:
    types = (
        of("r: {expression: x * 2, variables: {x: {propertyName: p}}}")
        + "com.e.C: {extendsFrom: [com.e.A], propertyDefinitions: {r: {variables: {x: {propertyName: p}}}}}\n"
        + "com.e.D: {propertyDefinitions: {s: {dataType: LONG, variables: {x: {propertyName: s}}}}}\n"
    )
    assert finding_lines(model(tmp_path, types, "")) == [
        'component_types/t.yaml:12:64 TWIN063 "variables" belongs to an expression, and "s" has none; add the expression'
    ]


def test_expression_of_a_subtype_is_computed_where_its_own_reader_manages_assets(tmp_path: Path) -> None:
    types = (
        "com.e.Base: {propertyDefinitions: {p: {dataType: DOUBLE, isTimeSeries: true}, r: {expression: p * 2}}}\n"
        "com.e.A: {extendsFrom: [com.e.Base], functions: {dataReader: plant}}\n"
    )
    assert finding_lines(model(tmp_path / "read", types, "")) == []
    (finding,) = finding_lines(model(tmp_path / "unread", types.replace("plant", "other"), ""))
    assert finding.startswith('component_types/t.yaml:1:95 TWIN062 "r" is not computed')
