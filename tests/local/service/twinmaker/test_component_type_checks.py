"""Quotas of component types, and references between them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.twinmaker import FACTORY, TEXT, get_type, make_type


def test_all_missing_types_are_named_in_the_words_that_tmdt_looks_for(twinmaker: Any) -> None:
    with pytest.raises(
        twinmaker.exceptions.ValidationException, match="types a, b do not exist in workspace Factory"
    ):
        make_type(twinmaker, "child", extendsFrom=["a", "b"])


def test_a_type_has_at_most_800_properties(twinmaker: Any) -> None:
    make_type(twinmaker, "wide", propertyDefinitions={f"p{number}": TEXT for number in range(800)})
    assert len(get_type(twinmaker, "wide")["propertyDefinitions"]) == 800
    with pytest.raises(twinmaker.exceptions.ServiceQuotaExceededException, match="801 properties") as caught:
        make_type(twinmaker, "wider", extendsFrom=["wide"], propertyDefinitions={"one": TEXT})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402
    with pytest.raises(twinmaker.exceptions.ServiceQuotaExceededException, match="the quota is 800"):
        twinmaker.update_component_type(
            **FACTORY,
            componentTypeId="wide",
            propertyDefinitions={f"p{number}": TEXT for number in range(801)},
        )


def test_inheritance_has_at_most_10_levels(twinmaker: Any) -> None:
    make_type(twinmaker, "t1")
    for level in range(2, 11):
        make_type(twinmaker, f"t{level}", extendsFrom=[f"t{level - 1}"])
    with pytest.raises(twinmaker.exceptions.ServiceQuotaExceededException, match="11 levels of inheritance"):
        make_type(twinmaker, "t11", extendsFrom=["t10"])


def test_a_composition_tree_has_at_most_5_levels_and_50_types(twinmaker: Any) -> None:
    make_type(twinmaker, "t1")
    for level in range(2, 6):
        inner = {"inner": {"componentTypeId": f"t{level - 1}"}}
        make_type(twinmaker, f"t{level}", compositeComponentTypes=inner)
    quota = twinmaker.exceptions.ServiceQuotaExceededException
    with pytest.raises(quota, match="6 levels of composite components; the quota is 5"):
        make_type(twinmaker, "t6", compositeComponentTypes={"inner": {"componentTypeId": "t5"}})
    pair = {name: {"componentTypeId": "t1"} for name in ("a", "b")}
    make_type(twinmaker, "pair", compositeComponentTypes=pair)
    full = {f"p{number}": {"componentTypeId": "pair"} for number in range(16)}
    make_type(twinmaker, "full", compositeComponentTypes=full)
    one_more = {**full, "p16": {"componentTypeId": "pair"}}
    with pytest.raises(quota, match="52 component types in its composition tree; the quota is 50"):
        make_type(twinmaker, "fuller", compositeComponentTypes=one_more)


def test_allowed_values_of_a_nested_type_are_of_that_type(twinmaker: Any) -> None:
    nested = {"type": "STRING", "allowedValues": [{"integerValue": 7}]}
    expected = r"stages\.nestedType\.allowedValues is of type STRING and takes stringValue, got integerValue"
    with pytest.raises(twinmaker.exceptions.ValidationException, match=expected):
        make_type(
            twinmaker,
            "mixer",
            propertyDefinitions={"stages": {"dataType": {"type": "LIST", "nestedType": nested}}},
        )
