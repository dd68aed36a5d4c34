"""The Lambda code imports nothing of the package; facts that it repeats must be equal."""

from __future__ import annotations

import re
from typing import get_args

from alarm_evaluator import environment as alarm_environment
from alarm_evaluator import rules as alarm_rules
from alarm_evaluator import shapes as alarm_shapes
from entity_reconciler import entity_changes, entity_documents, estimate, live, planning
from entity_reconciler import shapes as entity_shapes
from sitewise_manager import asset_list, list_request, ownership
from sitewise_manager import repository as manager_repository
from sitewise_manager import request as manager_request

from connector_kit import answer_size, filters, request, serving, tokens, values
from connector_kit import schema as kit_schema
from dynamodb_connector import environment as dynamodb_environment
from dynamodb_connector import schema as dynamodb_schema
from dynamodb_connector import shapes as dynamodb_shapes
from sitewise_connector import addressing, repository, schema, shapes, writing
from twin_stack.contract import history as contract_history
from twin_stack.contract import schema as contract_schema
from twin_stack.contract.answers import MAX_ANSWER_BYTES
from twin_stack.definition.checks.bulk import MAX_OPERATION_SECONDS
from twin_stack.definition.schema import Connector
from twin_stack.definition.table_key_schema import BUCKETS
from twin_stack.twinmaker import (
    custom_resources,
    data_tag,
    data_types,
    names,
    patterns,
    quotas,
    telemetry_table,
)


def test_limits_of_values_are_equal() -> None:
    assert values.MAX_STRING_LENGTH == data_types.MAX_STRING
    assert values.MAX_MEMBERS == data_types.MAX_MEMBERS
    assert values.MAX_NESTING == contract_schema.MAX_NESTING
    assert data_types.INTEGER_BITS["INTEGER"] == writing._INTEGER_BITS


def test_data_types_and_members_of_values_are_equal() -> None:
    assert set(values.DATA_TYPES) == set(data_types.MEMBER_OF_TYPE)
    assert set(values._MEMBERS) == set(data_types.MEMBER_OF_TYPE.values())
    assert set(schema._DATA_TYPES) == set(data_types.SITEWISE_TYPES.values())
    assert set(entity_changes._DEFINED) == set(data_types.DEFINITION_REQUEST_MEMBERS)


def test_names_of_functions_are_equal() -> None:
    assert re.findall(r"\w+Reader\w*", serving.READS) == [*names.HISTORY_READERS, names.ATTRIBUTE_READER]


def test_operators_of_filters_are_equal() -> None:
    assert filters.OPERATORS == contract_history.OPERATORS


def test_limit_of_answers_is_equal() -> None:
    assert answer_size.MAX_ANSWER_BYTES == MAX_ANSWER_BYTES


def test_limits_of_pages_are_equal() -> None:
    assert request.MAX_RESULTS == quotas.MAX_PAGE
    assert live.PAGE == quotas.MAX_PAGE
    assert tokens.MAX_TOKEN_LENGTH == quotas.MAX_NEXT_TOKEN


def test_patterns_of_names_are_equal() -> None:
    name = patterns.NAME
    samples = ["a", "a-b_c9", "", " ", "a b", "ä", "a.b", "x" * name.max_length, "x" * (name.max_length + 1)]
    for sample in samples:
        assert (kit_schema._NAME.fullmatch(sample) is not None) == name.fits(sample), sample


def test_forms_of_entities_are_equal() -> None:
    assert entity_shapes.ROOT == names.ROOT
    assert entity_documents._NAME.pattern == patterns.ENTITY_NAME.pattern
    assert patterns.DESCRIPTION.max_length == entity_documents._MAX_DESCRIPTION
    assert entity_documents._MAX_STRING == data_types.MAX_STRING
    assert entity_documents._MAX_LIST == data_types.MAX_MEMBERS


def test_limits_of_the_bulk_engine_are_equal() -> None:
    assert planning.MAX_JOB_RESOURCES == quotas.MAX_JOB_RESOURCES
    assert planning.MAX_JOB_BYTES < quotas.MAX_JOB_FILE_BYTES
    assert estimate.FORWARD_SECONDS == MAX_OPERATION_SECONDS


def test_limits_of_sitewise_are_equal() -> None:
    assert shapes.MAX_PAGE_VALUES == quotas.MAX_SITEWISE_POINTS
    assert shapes.MAX_WRITE_ENTRIES == quotas.MAX_SITEWISE_ENTRIES
    assert shapes.MAX_ENTRY_VALUES == quotas.MAX_SITEWISE_VALUES
    assert repository._MAX_HISTORY_ENTRIES == quotas.MAX_SITEWISE_HISTORY_ENTRIES
    assert repository._MAX_LATEST_ENTRIES == quotas.MAX_SITEWISE_LATEST_ENTRIES
    assert repository._MAX_MODEL_PAGE == quotas.MAX_SITEWISE_PAGE
    assert manager_repository._PAGE == quotas.MAX_SITEWISE_PAGE
    assert manager_repository._MAX_LATEST == quotas.MAX_SITEWISE_LATEST_ENTRIES


def test_names_of_sitewise_are_equal() -> None:
    assert addressing.ASSET_PROPERTY == names.SITEWISE_ASSET_ID
    assert addressing.ASSET_EXTERNAL_PROPERTY == names.SITEWISE_ASSET_EXTERNAL_ID
    assert schema.MODEL_PROPERTY == names.SITEWISE_ASSET_MODEL_ID
    assert addressing.PROPERTY_CONFIGURATION == names.SITEWISE_PROPERTY_ID
    assert addressing.PROPERTY_EXTERNAL_CONFIGURATION == names.SITEWISE_PROPERTY_EXTERNAL_ID
    assert addressing.ALIAS_CONFIGURATION == names.SITEWISE_PROPERTY_ALIAS


def test_ids_of_sitewise_are_equal() -> None:
    pattern = f"{patterns.UUID.pattern}|{addressing.EXTERNAL}{patterns.SITEWISE_EXTERNAL_ID.pattern}"
    samples = [
        "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55",
        "5F0E4B8C-2B64-4C0F-9F86-2F8A3C1D7E55",
        "externalId:pump-1:flow",
        "externalId:pump-",
        "externalId:p",
        "pump-1",
    ]
    for sample in samples:
        expected = re.fullmatch(pattern, sample) is not None
        assert (addressing._ID.fullmatch(sample) is not None) == expected, sample
    assert len(addressing.EXTERNAL) + patterns.SITEWISE_EXTERNAL_ID.max_length == addressing._MAX_ID


def test_tags_are_equal() -> None:
    assert ownership.WORKSPACE == data_tag.DATA_TAG
    assert patterns.TAG_VALUE.max_length == manager_request._MAX_TAG
    assert patterns.TAG_VALUE.max_length == asset_list._MAX_TAG


def test_types_of_custom_resources_are_equal() -> None:
    assert manager_request.MODEL_TYPE == custom_resources.ASSET_MODEL
    assert manager_request.ASSET_TYPE == custom_resources.ASSET
    assert list_request.LIST_TYPE == custom_resources.ASSETS


def test_states_of_alarms_are_equal() -> None:
    assert set(alarm_rules.OPERATOR_ACTIONS) == {names.ALARM_ACKNOWLEDGED, names.ALARM_SNOOZED}
    assert alarm_environment.MAX_AHEAD == quotas.SITEWISE_FUTURE_SECONDS * 1000


def test_attributes_of_the_telemetry_table_are_equal() -> None:
    defaults = dynamodb_environment.Environment._field_defaults
    assert defaults["partition_key"] == telemetry_table.DEVICE_ID
    assert defaults["sort_key"] == telemetry_table.TIMESTAMP
    assert dynamodb_shapes.COMPONENT_TYPE_KEY == telemetry_table.COMPONENT_TYPE_ID
    assert dynamodb_schema.EXPIRES == telemetry_table.EXPIRES
    assert alarm_shapes.PARTITION_KEY == telemetry_table.DEVICE_ID
    assert alarm_shapes.SORT_KEY == telemetry_table.TIMESTAMP
    assert alarm_shapes.COMPONENT_TYPE == telemetry_table.COMPONENT_TYPE_ID


def test_keys_of_rows_are_equal() -> None:
    units = Connector.model_fields["time_unit"].annotation
    assert {*dynamodb_environment.UNIT_NANOSECONDS, dynamodb_environment.ISO} == set(get_args(units))
    assert dynamodb_environment.BUCKETS == BUCKETS
