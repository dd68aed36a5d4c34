"""What the check accepts, the service accepts; what the service refuses, the check refuses."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.definition.models import write
from tests.support.soak import repetitions
from tests.support.twinmaker import make_entity, make_type
from twin_stack.definition import Severity, check

if TYPE_CHECKING:
    from pathlib import Path

READER = {
    "dataReader": {"implementedBy": {"lambda": {"arn": "arn:aws:lambda:us-east-1:123456789012:function:r"}}}
}
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(
    [
        {"stringValue": "A"},
        {"stringValue": "x" * 257},
        {"integerValue": 1},
        {"longValue": 2**40},
        {"doubleValue": 1.5},
        {"booleanValue": True},
        {"listValue": [{"doubleValue": 1.0}]},
        {"listValue": [{"stringValue": "A"}]},
        {"mapValue": {"k": {"integerValue": 1}}},
        {"relationshipValue": {"targetEntityId": "hall-1"}},
    ]
)
DATA_TYPES = st.sampled_from(  # no MAP: its bare values may have the name of a member of the service's form
    [
        {"type": "STRING"},
        {"type": "STRING", "allowedValues": [{"stringValue": "A"}]},
        {"type": "INTEGER"},
        {"type": "LONG"},
        {"type": "DOUBLE", "unitOfMeasure": "bar"},
        {"type": "BOOLEAN"},
        {"type": "LIST", "nestedType": {"type": "DOUBLE"}},
        {"type": "RELATIONSHIP"},
    ]
)


@st.composite
def properties(draw: st.DrawFn) -> dict[str, Any]:
    definition: dict[str, Any] = {"dataType": draw(DATA_TYPES)}
    if draw(st.integers(0, 3)) == 0:
        definition |= {"isTimeSeries": True, "isStoredExternally": True}
    elif draw(st.booleans()):
        definition["defaultValue"] = draw(VALUES)
    if draw(st.integers(0, 3)) == 0:
        definition["isRequiredInEntity"] = True
    return definition


@st.composite
def component_types(draw: st.DrawFn) -> dict[str, Any]:
    own: dict[str, Any] = {"propertyDefinitions": draw(st.dictionaries(NAMES, properties(), max_size=3))}
    if draw(st.booleans()):
        own["functions"] = READER
    if draw(st.integers(0, 3)) == 0:
        own["isSingleton"] = True
    return own


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return component types and entities in the service's form, in an order in which they can be created."""
    types = {"com.e.A": draw(component_types()), "com.e.B": draw(component_types())}
    if draw(st.booleans()):
        types["com.e.B"]["extendsFrom"] = [draw(st.sampled_from(["com.e.A", "com.e.A", "com.e.None"]))]
    entities: dict[str, Any] = {"hall-1": {"entityName": "Hall"}}
    values = st.dictionaries(NAMES, VALUES.map(lambda value: {"value": value}), max_size=3)
    components = st.fixed_dictionaries(
        {
            "componentTypeId": st.sampled_from(["com.e.A", "com.e.B", "com.e.B", "com.e.C"]),
            "properties": values,
        }
    )
    entities["machine-1"] = {
        "entityName": "Machine",
        "parentEntityId": draw(st.sampled_from(["$ROOT", "hall-1", "hall-1", "hall-2"])),
        "components": draw(st.dictionaries(NAMES, components, max_size=2)),
    }
    return types, entities


def refusal_of_service(client: Any, types: Any, entities: Any) -> str | None:
    """Return why the service refuses a definition, None where it takes all of it."""
    try:
        for type_id, members in types.items():
            make_type(client, type_id, **members)
        for entity_id, members in entities.items():
            make_entity(client, entity_id, **members)
    except (ClientError, ParamValidationError) as error:
        return str(error)
    return None


NUMBERS = count()


def test_check_and_service_accept_the_same(twinmaker: Any, tmp_path: Path) -> None:
    outcomes: set[bool] = set()

    @settings(max_examples=repetitions(40, 1_000), deadline=None, suppress_health_check=list(HealthCheck))
    @given(definition=definitions())
    def compare(definition: tuple[dict[str, Any], dict[str, Any]]) -> None:
        number = next(NUMBERS)  # all examples share a workspace, so that each has ids of its own
        text = json.dumps(definition).replace("com.e.", f"com.e{number}.")
        for entity_id in ("hall-1", "hall-2", "machine-1"):
            text = text.replace(f'"{entity_id}"', f'"{entity_id}-{number}"')
        types, entities = json.loads(text)
        files: dict[str, str | bytes] = {
            "component_types/t.json": json.dumps(types),
            "entities/e.json": json.dumps(entities),
        }
        _, findings = check(write(tmp_path / str(number), files))
        errors = [str(finding) for finding in findings if finding.severity is Severity.ERROR]
        refusal = refusal_of_service(twinmaker, types, entities)
        outcomes.add(bool(errors))
        assert bool(errors) == (refusal is not None), (errors, refusal)

    compare()
    assert outcomes == {True, False}
