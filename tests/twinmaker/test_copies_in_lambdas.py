"""The Lambda code imports nothing of the package; facts that it repeats must be equal."""

from __future__ import annotations

from alarm_evaluator import shapes as alarm_shapes

from connector_kit import answer_size, request, tokens, values
from connector_kit import schema as kit_schema
from dynamodb_connector import shapes as dynamodb_shapes
from dynamodb_connector.environment import Environment
from sitewise_connector import addressing, repository, schema, shapes
from twin_stack.contract.answers import MAX_ANSWER_BYTES
from twin_stack.twinmaker import data_types, names, patterns, quotas, telemetry_table


def test_limits_of_values_are_equal() -> None:
    assert values.MAX_STRING_LENGTH == data_types.MAX_STRING
    assert values.MAX_MEMBERS == data_types.MAX_MEMBERS


def test_limit_of_answers_is_equal() -> None:
    assert answer_size.MAX_ANSWER_BYTES == MAX_ANSWER_BYTES


def test_limits_of_pages_are_equal() -> None:
    assert request.MAX_RESULTS == quotas.MAX_PAGE
    assert tokens.MAX_TOKEN_LENGTH == quotas.MAX_NEXT_TOKEN


def test_patterns_of_names_are_equal() -> None:
    name = patterns.NAME
    samples = ["a", "a-b_c9", "", " ", "a b", "ä", "a.b", "x" * name.max_length, "x" * (name.max_length + 1)]
    for sample in samples:
        assert (kit_schema._NAME.fullmatch(sample) is not None) == name.fits(sample), sample


def test_limits_of_sitewise_are_equal() -> None:
    assert shapes.MAX_PAGE_VALUES == quotas.MAX_SITEWISE_POINTS
    assert shapes.MAX_WRITE_ENTRIES == quotas.MAX_SITEWISE_ENTRIES
    assert shapes.MAX_ENTRY_VALUES == quotas.MAX_SITEWISE_VALUES
    assert repository._MAX_HISTORY_ENTRIES == quotas.MAX_SITEWISE_HISTORY_ENTRIES
    assert repository._MAX_LATEST_ENTRIES == quotas.MAX_SITEWISE_LATEST_ENTRIES


def test_names_of_sitewise_are_equal() -> None:
    assert addressing.ASSET_PROPERTY == names.SITEWISE_ASSET_ID
    assert schema.MODEL_PROPERTY == names.SITEWISE_ASSET_MODEL_ID
    assert addressing.PROPERTY_CONFIGURATION == names.SITEWISE_PROPERTY_ID


def test_attributes_of_the_telemetry_table_are_equal() -> None:
    defaults = Environment._field_defaults
    assert defaults["partition_key"] == telemetry_table.DEVICE_ID
    assert defaults["sort_key"] == telemetry_table.TIMESTAMP
    assert dynamodb_shapes.COMPONENT_TYPE_KEY == telemetry_table.COMPONENT_TYPE_ID
    assert alarm_shapes.PARTITION_KEY == telemetry_table.DEVICE_ID
    assert alarm_shapes.SORT_KEY == telemetry_table.TIMESTAMP
    assert alarm_shapes.COMPONENT_TYPE == telemetry_table.COMPONENT_TYPE_ID
