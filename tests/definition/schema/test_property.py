"""Properties of component types, and the values that components give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tests.definition.managed_models import model, of
from tests.definition.models import finding_lines
from twin_stack.definition.schema import PropertyDefinition, PropertyValue

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = "2 to 23 characters, minutes, hours, days or weeks such as 5m"


def test_window_in_words_is_refused(tmp_path: Path) -> None:
    entities = "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}"
    assert finding_lines(model(tmp_path, of("r: {expression: avg(p), window: hourly}"), entities)) == [
        f'component_types/t.yaml:4:37 TWIN005 window "hourly" is not allowed: {WINDOW}; change it to what is allowed'
    ]


def test_name_of_a_type_is_short_for_a_property_of_that_type() -> None:
    assert PropertyDefinition.model_validate("LONG") == PropertyDefinition.model_validate(
        {"dataType": {"type": "LONG"}}
    )


def test_expression_is_a_time_series_of_doubles_unless_it_says_otherwise() -> None:
    computed = PropertyDefinition.model_validate({"expression": "p * 2"})
    assert computed.data_type is not None
    assert (computed.data_type.type, computed.is_time_series) == ("DOUBLE", True)
    text = PropertyDefinition.model_validate({"expression": "p * 2", "dataType": "STRING"})
    assert text.data_type is not None
    assert text.data_type.type == "STRING"


def test_property_without_expression_is_no_time_series_by_itself() -> None:
    assert PropertyDefinition.model_validate({"dataType": "DOUBLE"}).is_time_series is None


def test_declared_variables_are_empty_without_variables() -> None:
    assert PropertyDefinition().declared_variables == {}


def test_bare_value_is_kept_as_written() -> None:
    assert PropertyValue.model_validate({"targetEntityId": "m-1"}).value == {"targetEntityId": "m-1"}
    assert PropertyValue.model_validate({}).value == {}
    assert PropertyValue.model_validate(5).definition is None


def test_value_of_a_response_is_taken_out_of_its_members() -> None:
    written = PropertyValue.model_validate(
        {"value": {"longValue": 5}, "definition": {"dataType": "LONG"}, "areAllPropertyValuesReturned": True}
    )
    assert written.value == {"longValue": 5}
    assert written.definition == PropertyDefinition.model_validate("LONG")


def test_true_in_quotes_is_not_converted() -> None:
    with pytest.raises(ValidationError, match="valid boolean"):
        PropertyDefinition.model_validate({"isTimeSeries": "true"})
