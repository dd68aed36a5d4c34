"""What asset models and assets cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.managed_models import ENTITIES, TWIN, model, of
from tests.definition.models import finding_lines
from twin_stack.definition import load
from twin_stack.definition.sitewise import sitewise_of

if TYPE_CHECKING:
    from pathlib import Path


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
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_a_type_is_reported_alone(name: str, tmp_path: Path) -> None:
    types, expected = FAULTS[name]
    entities = "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}"
    assert finding_lines(model(tmp_path, types, entities)) == [f"component_types/t.yaml:{expected}"]


def test_value_that_an_expression_would_not_see_is_refused(tmp_path: Path) -> None:
    entities = ENTITIES.replace("{brand: A}", "{brand: A, rated: 60}")
    assert finding_lines(model(tmp_path, entities=entities)) == [
        'entities/e.yaml:9:121 TWIN062 SiteWise computes with the default of "rated", not with a value of the '
        "entity; remove the value, or make the property a time series"
    ]


def test_two_components_with_one_property_are_refused(tmp_path: Path) -> None:
    entities = "a-1: {entityName: A 1, components: {one: {componentTypeId: com.e.Light}, two: {componentTypeId: com.e.Spot}}}"
    assert finding_lines(model(tmp_path, entities=entities)) == [
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

    assert finding_lines(folder) == [
        'entities/e.yaml:7:23 TWIN065 warning: assets of "com.e.A" are not linked to those of "com.e.A": '
        "CloudFormation cannot create asset models that need each other; no action is needed, they are read "
        "all the same"
    ]
    held_assets = sitewise_of(load(folder))
    assert held_assets.models["com.e.A"].children == ("com.e.B",)
    assert held_assets.assets["a-2", "a"].parent is None
    assert held_assets.assets["b-1", "b"].parent == ("a-2", "a")


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
    assert finding_lines(model(tmp_path, types, entities)) == [
        'component_types/t.yaml:1:1 TWIN065 assets of "com.e.A" have 11 types of assets below, 10 are allowed; '
        "put entities of some types below others"
    ]


@pytest.mark.parametrize(
    ("count", "finding"),
    [
        (219, None),
        (220, "warning: 220 entities, 220 assets, 2 component types, 2 asset models and 37 others, together 481, come near the 500 resources of a stack"),
        (229, "warning: 229 entities, 229 assets, 2 component types, 2 asset models and 37 others, together 499, come near the 500 resources of a stack"),
        (230, "230 entities, 230 assets, 2 component types, 2 asset models and 37 others, together 501, are more than the 500 resources of a stack"),
    ],
)  # fmt: skip
def test_assets_count_as_resources(count: int, finding: str | None, tmp_path: Path) -> None:
    entities = "".join(
        f"a-{number}: {{entityName: A {number}, components: {{a: {{componentTypeId: com.e.{'AB'[number % 2]}}}}}}}\n"
        for number in range(count)
    )
    findings = finding_lines(model(tmp_path, of(), entities))
    assert [text.split(" ", 1)[1].split(";")[0] for text in findings] == (
        [f"TWIN066 {finding}"] if finding else []
    )


def test_every_property_that_a_model_cannot_have_is_reported_once(tmp_path: Path) -> None:
    types = of(
        "r: {dataType: LONG, isTimeSeries: true}",
        'u: {dataType: {type: DOUBLE, unitOfMeasure: "a\\u0007"}, isTimeSeries: true}',
    )
    types += "com.e.C: {extendsFrom: [com.e.A]}\n"
    assert [line.split(";")[0] for line in finding_lines(model(tmp_path, types, ""))] == [
        'component_types/t.yaml:4:19 TWIN062 SiteWise has no data type LONG for "r"',
        'component_types/t.yaml:5:49 TWIN062 unit "a\\x07" has control characters',
    ]


def test_longest_name_of_an_asset_model_is_shared_by_workspace_and_type(tmp_path: Path) -> None:
    longest = "com." + "a" * (256 - len("my-twin/") - 4)
    assert (
        finding_lines(model(tmp_path / "fits", f"{longest}: {{functions: {{dataReader: plant}}}}\n", ""))
        == []
    )
    (finding,) = finding_lines(
        model(tmp_path / "long", f"{longest}a: {{functions: {{dataReader: plant}}}}\n", "")
    )
    assert finding.startswith('component_types/t.yaml:1:1 TWIN062 the asset model of "com.aaa')
    assert finding.endswith(
        "would have a name longer than 256 characters; shorten the id of workspace or type"
    )


@pytest.mark.parametrize("length", [256, 257])
def test_longest_name_of_an_asset_is_shared_by_workspace_entity_and_component(
    length: int, tmp_path: Path
) -> None:
    name = "x" * (length - len("my-twin/a-1/"))
    types = of("p2: {dataType: DOUBLE, isTimeSeries: true}")
    entities = f"a-1: {{entityName: A 1, components: {{{name}: {{componentTypeId: com.e.A}}}}}}"
    lines = finding_lines(model(tmp_path, types, entities))
    assert len(lines) == (length > 256)
    assert all("TWIN062 the asset of" in line and "longer than 256 characters" in line for line in lines)


def test_value_that_no_expression_uses_may_differ_for_each_entity(tmp_path: Path) -> None:
    assert finding_lines(model(tmp_path, entities=ENTITIES.replace("{brand: A}", "{brand: B}"))) == []


def test_existing_assets_have_no_limits_of_the_twin(tmp_path: Path) -> None:
    types = of("r: {dataType: LONG, isTimeSeries: true}", "sitewiseAssetId: STRING").replace(
        "    hourly: {expression: avg(q), window: 1h}\n", ""
    )
    existing = TWIN.replace("assets: managed", "assets: existing")
    assert finding_lines(model(tmp_path, types, "", existing)) == []
