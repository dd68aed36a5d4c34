"""Test the local TwinMaker on what AWS published: documented requests, captured events, the sample twin.

The tests are those of `make test`, which run there on cases of our own. The files are in `../shared/cases`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.local.service.conftest import (  # noqa: F401 (fixtures)
    clock,
    database,
    functions,
    make_client,
    objects,
    server,
    services,
    start,
    twinmaker,
)
from tests.local.service.twinmaker.test_component_types import (  # noqa: F401 (tests)
    test_documented_types_are_accepted_when_their_arns_are_filled_in,
)
from tests.local.service.twinmaker.test_property_values import (  # noqa: F401 (fixture and tests)
    mixer,
    test_attribute_reader_is_called_for_external_values,
    test_writer_gets_the_entries_and_its_errors_are_returned,
)
from tests.local.service.twinmaker.test_sample_twin import (  # noqa: F401 (tests)
    test_a_whole_twin_is_accepted_and_returned,
)
from tests.local.service.twinmaker.test_schema_initializer import (  # noqa: F401 (tests)
    test_the_documented_initializer_exchange_happens_when_a_component_is_added,
    test_the_documented_initializer_exchange_happens_when_a_type_has_one,
)
from tests.local.service.twinmaker.test_traces import (  # noqa: F401 (tests)
    test_events_have_exactly_the_captured_members,
    test_get_entity_returns_the_entity_of_the_trace,
    test_history_sends_the_event_and_returns_the_result_of_the_trace,
    test_the_event_by_component_type_has_defaults_and_no_entity_when_no_entity_is_named,
)
from tests.local.service.twinmaker.test_transfer_jobs import (  # noqa: F401 (tests)
    test_the_documented_files_create_and_replace_when_imported,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} does not exist")

FILES = {
    "initializer_of_type.request": "aws_docs_udq/schemainitializer.request",
    "initializer_of_type.response": "aws_docs_udq/schemainitializer.response",
    "initializer_of_component.request": "aws_docs_udq/schema_initializer_in_entity_lifecycle.request",
    "initializer_of_component.response": "aws_docs_udq/schema_initializer_in_entity_lifecycle.response",
    "attribute_reader.request": "aws_docs_udq/attributepropertyvaluereaderbyentity.request",
    "writer.response": "aws_docs_udq/datawriter.response",
    "bulk_create": "aws_docs_bulk_import/example_create",
    "bulk_update": "aws_docs_bulk_import/example_update",
    "trace.request": "udq_captured_events/timestream_1_service_request",
    "trace.event": "udq_captured_events/timestream_2_lambda_event",
    "trace.entity": "udq_captured_events/timestream_3_entity_model",
    "trace.response": "udq_captured_events/timestream_5_lambda_response",
    "trace.result": "udq_captured_events/timestream_6_service_result",
    "event.ascending": "udq_captured_events/synthetic_v2_lambda_event",
    "event.descending": "udq_captured_events/synthetic_v3_lambda_event",
    "sample.entities": "cookiefactory_v2_tmdt/entities",
}
DOCUMENTED_TYPES = (
    "timestream-telemetry",
    *(f"cookiefactory.{n}" for n in ("watertank", "mixer", "space", "alarm")),
)
TEXT = {"dataType": {"type": "STRING"}}
SERIES = {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}


def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def documented_types() -> Any:
    return [read(f"aws_docs_udq/component_types/com.example.{name}") for name in DOCUMENTED_TYPES]


def sample_types() -> Any:
    names = read("cookiefactory_v2_tmdt/tmdt")["component_types"]
    return [read(f"cookiefactory_v2_tmdt/{name.removesuffix('.json')}") for name in names]


def trace_types() -> Any:
    """Return component types from which the entity of the trace can be made."""
    reader = {"dataReader": {"implementedBy": {"lambda": {"arn": ""}}}}
    return [
        {
            "componentTypeId": "com.example.timestream-telemetry",
            "functions": reader,
            "propertyDefinitions": {
                "telemetryAssetId": {**TEXT, "isRequiredInEntity": True},
                "telemetryAssetType": {**TEXT, "isRequiredInEntity": True},
            },
        },
        {
            "componentTypeId": "com.example.cookiefactory.alarm",
            "extendsFrom": ["com.example.timestream-telemetry", "com.amazon.iottwinmaker.alarm.basic"],
            "functions": reader,
            "propertyDefinitions": {"telemetryAssetType": {"defaultValue": {"stringValue": "Alarm"}}},
        },
        {
            "componentTypeId": "com.example.cookiefactory.mixer",
            "extendsFrom": ["com.example.timestream-telemetry"],
            "propertyDefinitions": {
                "telemetryAssetType": {"defaultValue": {"stringValue": "Mixer"}},
                "RPM": SERIES,
                "Temperature": SERIES,
            },
        },
    ]


BUILT = {"documented_types": documented_types, "sample.types": sample_types, "trace.types": trace_types}


@pytest.fixture
def case() -> Callable[[str], Any]:
    """Return what AWS published, by the name that it has in the cases of our own."""
    return lambda name: BUILT[name]() if name in BUILT else read(FILES[name])
