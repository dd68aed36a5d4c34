"""What SiteWise holds of a twin, and what it could not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import found, write
from twin_stack.definition import load
from twin_stack.definition.asset_properties import AssetProperty, Input
from twin_stack.definition.resolve import resolve
from twin_stack.definition.sitewise import (
    Asset,
    AssetModel,
    SiteWise,
    native_type,
    property_alias,
    sitewise_of,
)
from twin_stack.twinmaker.names import SITEWISE_CONNECTOR

if TYPE_CHECKING:
    from pathlib import Path

TWIN = "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\n  other: {kind: dynamodb}\n"
NATIVE_TWIN = TWIN.replace("kind: sitewise, assets: managed", "kind: sitewise-native")
TYPES = """
com.e.Light:
  propertyDefinitions:
    brand: STRING
    rated: {dataType: {type: DOUBLE, unitOfMeasure: W}, defaultValue: 40}
    power: {dataType: {type: DOUBLE, unitOfMeasure: W}, isTimeSeries: true}
    isOn: {dataType: BOOLEAN, isTimeSeries: true}
    tags: {dataType: {type: LIST, nestedType: STRING}}
    loadPercent: {expression: power / rated * 100}
    meanPower: {expression: avg(power), window: 5m}
  functions: {dataReader: plant}
com.e.Spot: {extendsFrom: [com.e.Light]}
com.e.Floor:
  propertyDefinitions:
    power:
      expression: sum(lights)
      window: 5m
      variables: {lights: {componentTypeId: com.e.Light, propertyName: meanPower}}
  functions: {dataReader: plant}
com.e.Plain: {propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}, functions: {dataReader: other}}
"""
ENTITIES = """
site:
  entityName: Site
  children:
    floor-1:
      entityName: Floor 1
      components: {floor: {componentTypeId: com.e.Floor}, plain: {componentTypeId: com.e.Plain}}
      children:
        light-1: {entityName: Light 1, components: {light: {componentTypeId: com.e.Light, properties: {brand: A}}}}
        spot-1: {entityName: Spot 1, components: {light: {componentTypeId: com.e.Spot}}}
        group:
          entityName: Group
          children: {light-2: {entityName: Light 2, components: {light: {componentTypeId: com.e.Light}}}}
"""


def model(folder: Path, types: str = TYPES, entities: str = ENTITIES, twin: str = TWIN) -> Path:
    return write(folder, {"twin.yaml": twin, "component_types/t.yaml": types, "entities/e.yaml": entities})


def held(folder: Path) -> SiteWise:
    assert found(folder) == []
    return sitewise_of(load(folder))


def test_type_read_through_managed_assets_becomes_a_model(tmp_path: Path) -> None:
    models = held(model(tmp_path)).models

    # Children first, for CloudFormation creates what others refer to before them.
    assert list(models) == ["com.e.Light", "com.e.Spot", "com.e.Floor"]
    assert models["com.e.Light"] == AssetModel(
        "com.e.Light",
        (
            AssetProperty("brand", "STRING", None, "Attribute"),
            AssetProperty("rated", "DOUBLE", "W", "Attribute", default_value="40"),
            AssetProperty("power", "DOUBLE", "W", "Measurement"),
            AssetProperty("isOn", "BOOLEAN", None, "Measurement"),
            AssetProperty(
                "loadPercent",
                "DOUBLE",
                None,
                "Transform",
                expression="power / rated * 100",
                inputs=(Input("power", "power", None), Input("rated", "rated", None)),
            ),
            AssetProperty(
                "meanPower",
                "DOUBLE",
                None,
                "Metric",
                expression="avg(power)",
                inputs=(Input("power", "power", None),),
                window="5m",
            ),
        ),
        (),
    )
    assert [one.name for one in models["com.e.Spot"].properties] == [
        one.name for one in models["com.e.Light"].properties
    ]
    assert models["com.e.Floor"].children == ("com.e.Light", "com.e.Spot")
    (power,) = models["com.e.Floor"].properties
    assert power.inputs == (Input("lights", "meanPower", "com.e.Light"),)


def test_components_become_assets_in_the_tree_of_the_entities(tmp_path: Path) -> None:
    assets = held(model(tmp_path)).assets

    assert list(assets) == [
        ("light-2", "light"),
        ("light-1", "light"),
        ("spot-1", "light"),
        ("floor-1", "floor"),
    ]
    # An entity without an asset between two others parts them.
    assert assets["floor-1", "floor"] == Asset(
        ("floor-1", "floor"),
        "com.e.Floor",
        (("com.e.Light", ("light-1", "light")), ("com.e.Spot", ("spot-1", "light"))),
    )
    assert property_alias("my-twin", "light-1", "power") == "/my-twin/light-1/power"


@pytest.mark.parametrize("connector", ["{kind: sitewise}", "{kind: sitewise, assets: existing}"])
def test_nothing_is_made_where_assets_exist(connector: str, tmp_path: Path) -> None:
    twin = f"workspaceId: my-twin\nconnectors: {{plant: {connector}}}\n"
    types = "com.e.A: {propertyDefinitions: {p: {dataType: LONG, isTimeSeries: true}}, functions: {dataReader: plant}}"
    entities = "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}"
    assert held(model(tmp_path, types, entities, twin)) == SiteWise({}, {})


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


def test_service_reads_what_it_imports_where_it_is_the_connector(tmp_path: Path) -> None:
    folder = model(tmp_path, twin=NATIVE_TWIN)
    models = held(folder).models
    types = load(folder).component_types
    deployed = {
        type_id: native_type(types[type_id], resolve(types)[type_id], {"plant"}) for type_id in models
    }

    assert deployed["com.e.Light"].extends_from == [SITEWISE_CONNECTOR]
    assert deployed["com.e.Spot"].extends_from == ["com.e.Light"]
    assert deployed["com.e.Light"].functions == {}
    # What no expression uses stays TwinMaker's own, with values of entities.
    assert list(deployed["com.e.Light"].property_definitions) == ["brand", "tags"]
    assert [one.name for one in models["com.e.Light"].properties] == [
        "rated", "power", "isOn", "loadPercent", "meanPower"
    ]  # fmt: skip


MANAGED = "  functions: {dataReader: plant}\n"


def of(*properties: str) -> str:
    """A type A with these properties, and a type B of what may be below."""
    own = "".join(f"    {one}\n" for one in properties)
    return (
        f"com.e.A:\n  propertyDefinitions:\n    p: {{dataType: DOUBLE, isTimeSeries: true}}\n{own}{MANAGED}"
        "com.e.B:\n  propertyDefinitions:\n    q: {dataType: DOUBLE, isTimeSeries: true}\n"
        f"    hourly: {{expression: avg(q), window: 1h}}\n{MANAGED}"
    )


def below(type_id: str, name: str) -> str:
    return f"variables: {{b: {{componentTypeId: {type_id}, propertyName: {name}}}}}"


FAULTS: dict[str, tuple[str, str]] = {
    "data type of a series": (
        of("r: {dataType: LONG, isTimeSeries: true}"),
        '4:19 TWIN062 SiteWise has no data type LONG for "r"; use one of: STRING, INTEGER, DOUBLE, BOOLEAN',
    ),
    "computed text": (
        of("r: {dataType: STRING, expression: p}"),
        '4:19 TWIN062 "r" is computed, which gives a DOUBLE, not STRING; write DOUBLE',
    ),
    "id of an existing property": (
        of("r: {dataType: DOUBLE, isTimeSeries: true, configuration: {sitewisePropertyId: a-b}}"),
        '4:83 TWIN062 "sitewisePropertyId" names a property of an existing asset, and the twin creates its own; '
        "remove it, or write assets: existing",
    ),
    "id of an existing asset": (
        of("sitewiseAssetId: STRING"),
        '4:22 TWIN062 "sitewiseAssetId" names an existing asset, and the twin creates its own; remove it, or write '
        "assets: existing",
    ),
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
    "window in words": (
        of("r: {expression: avg(p), window: hourly}"),
        '4:37 TWIN005 window "hourly" is not allowed: 2 to 23 characters, minutes, hours, days or weeks such as 5m; '
        "change it to what is allowed",
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
        '4:74 TWIN063 component type "com.e.C" has no managed assets; did you mean "com.e.B"?',
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
    assert found(model(tmp_path, types, entities)) == [f"component_types/t.yaml:{expected}"]


def test_fault_in_a_parent_is_reported_once_and_there(tmp_path: Path) -> None:
    types = (
        'com.e.Base: {propertyDefinitions: {p: {dataType: DOUBLE, isTimeSeries: true}, r: {expression: "p +"}}}\n'
        "com.e.A: {extendsFrom: [com.e.Base], functions: {dataReader: plant}}\n"
        "com.e.B: {extendsFrom: [com.e.Base], functions: {dataReader: plant}}\n"
    )
    assert found(model(tmp_path, types, "")) == [
        "component_types/t.yaml:1:95 TWIN063 expected a value, got the end of the expression; correct the expression"
    ]


def test_value_that_an_expression_would_not_see_is_refused(tmp_path: Path) -> None:
    entities = ENTITIES.replace("{brand: A}", "{brand: A, rated: 60}")
    assert found(model(tmp_path, entities=entities)) == [
        'entities/e.yaml:9:121 TWIN062 SiteWise computes with the default of "rated", not with a value of the '
        "entity; remove the value, or make the property a time series"
    ]


def test_two_components_with_one_property_are_refused(tmp_path: Path) -> None:
    entities = "a-1: {entityName: A 1, components: {one: {componentTypeId: com.e.Light}, two: {componentTypeId: com.e.Spot}}}"
    assert found(model(tmp_path, entities=entities)) == [
        'entities/e.yaml:1:79 TWIN064 components "one" and "two" of "a-1" both have the property "brand", and an '
        "alias belongs to one; rename the property in one type, or move one component to an entity of its own"
    ]


def test_models_that_need_each_other_are_left_apart_with_a_warning(tmp_path: Path) -> None:
    types = of()
    entities = (
        "a-1:\n  entityName: A 1\n  components: {a: {componentTypeId: com.e.A}}\n  children:\n"
        "    a-2:\n      entityName: A 2\n      components: {a: {componentTypeId: com.e.A}}\n"
        "      children: {b-1: {entityName: B 1, components: {b: {componentTypeId: com.e.B}}}}\n"
    )
    folder = model(tmp_path, types, entities)

    assert found(folder) == [
        'entities/e.yaml:7:23 TWIN065 warning: assets of "com.e.A" are not linked to those of "com.e.A": '
        "CloudFormation cannot create asset models that need each other; no action is needed, they are read "
        "all the same"
    ]
    held_assets = sitewise_of(load(folder))
    assert held_assets.models["com.e.A"].children == ("com.e.B",)
    assert held_assets.assets["a-1", "a"].children == ()
    assert held_assets.assets["a-2", "a"].children == (("com.e.B", ("b-1", "b")),)


def test_more_hierarchies_than_a_model_has_are_refused(tmp_path: Path) -> None:
    kinds = [f"com.e.K{number}" for number in range(11)]
    types = of() + "".join(f"{kind}: {{extendsFrom: [com.e.B]}}\n" for kind in kinds)
    children = "".join(
        f"    k-{number}: {{entityName: K {number}, components: {{k: {{componentTypeId: {kind}}}}}}}\n"
        for number, kind in enumerate(kinds)
    )
    entities = (
        f"a-1:\n  entityName: A 1\n  components: {{a: {{componentTypeId: com.e.A}}}}\n  children:\n{children}"
    )
    assert found(model(tmp_path, types, entities)) == [
        'component_types/t.yaml:1:1 TWIN065 assets of "com.e.A" have 11 types of assets below, 10 are allowed; '
        "put entities of some types below others"
    ]


@pytest.mark.parametrize(
    ("count", "finding"),
    [
        (217, None),
        (218, "TWIN066 warning: 218 entities, 218 assets and about 44 others come near the 500 resources of a stack"),
        (228, "TWIN066 warning: 228 entities, 228 assets and about 44 others come near the 500 resources of a stack"),
        (229, "TWIN066 229 entities, 229 assets and about 44 others are more than the 500 resources of a stack"),
    ],
)  # fmt: skip
def test_assets_count_as_resources(count: int, finding: str | None, tmp_path: Path) -> None:
    entities = "".join(
        f"a-{number}: {{entityName: A {number}, components: {{a: {{componentTypeId: com.e.{'AB'[number % 2]}}}}}}}\n"
        for number in range(count)
    )
    findings = found(model(tmp_path, of(), entities))
    assert [one.split(" ", 1)[1].split(";")[0] for one in findings] == ([finding] if finding else [])


def test_alias_template_is_refused_when_the_twin_makes_the_assets(tmp_path: Path) -> None:
    assets, file = "assets: managed", tmp_path / "twin.yaml"

    file.write_text(TWIN.replace(assets, f"{assets}, propertyAlias: /p"))
    (finding,) = found(tmp_path)
    assert finding.startswith("twin.yaml:3:10 TWIN005 ")
    assert "propertyAlias is for existing assets; managed ones get their aliases from the twin" in finding

    file.write_text(TWIN.replace(assets, 'propertyAlias: "/${entityId}"'))
    assert found(tmp_path) == []
