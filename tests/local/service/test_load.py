"""Many entities, through the API and by transfer job, and reads of a tenth of them, 16 at a time.

`make soak` takes ten thousand entities.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.soak import repetitions
from tests.support.twinmaker import run_export, run_import
from twin_stack.client.access import pages

ENTITIES = repetitions(200, 10_000)
READS = ENTITIES // 10
FACTORY = {"workspaceId": "Factory"}

pytestmark = [pytest.mark.soak, pytest.mark.slow]


def test_concurrent_creations_and_reads_are_correct(twinmaker: Any, functions: Any, capsys: Any) -> None:
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="mixer",
        functions={"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}}},
        propertyDefinitions={
            "serial": {"dataType": {"type": "STRING"}, "isExternalId": True, "isRequiredInEntity": True},
            "Temperature": {
                "dataType": {"type": "DOUBLE"},
                "isTimeSeries": True,
                "isStoredExternally": True,
            },
        },
    )

    def reader(event: Any) -> Any:
        number = event["properties"]["serial"]["value"]["stringValue"]
        reference = {k: event[k] for k in ("entityId", "componentName")}
        point = {"time": "2022-01-01T00:00:01Z", "value": {"doubleValue": float(number)}}
        series = {
            "entityPropertyReference": {**reference, "propertyName": "Temperature"},
            "values": [point] * 100,
        }
        return {"propertyValues": [series], "nextToken": None}

    functions.handlers["reader"] = reader

    def create(number: int) -> None:
        parent = f"e{number // 10 * 10}" if number % 10 else "$ROOT"
        values = {"serial": {"value": {"stringValue": str(number)}}}
        twinmaker.create_entity(
            **FACTORY,
            entityId=f"e{number}",
            entityName=f"mixer {number}",
            parentEntityId=parent,
            components={"C": {"componentTypeId": "mixer", "properties": values}},
        )

    times: list[float] = []

    def read(number: int) -> None:
        began = time.perf_counter()
        answer = twinmaker.get_property_value_history(
            **FACTORY,
            entityId=f"e{number}",
            componentName="C",
            selectedProperties=["Temperature"],
            startTime="2022-01-01T00:00:00Z",
            endTime="2022-01-02T00:00:00Z",
        )
        times.append(time.perf_counter() - began)
        values = answer["propertyValues"][0]["values"]
        assert [item["value"]["doubleValue"] for item in values] == [float(number)] * 100

    began = time.perf_counter()
    for number in range(ENTITIES):
        create(number)
    created = time.perf_counter() - began
    began = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(read, (n * 7 % ENTITIES for n in range(READS))))
    duration = time.perf_counter() - began
    with capsys.disabled():
        print(  # noqa: T201 durations are printed, not tested
            f"\n{ENTITIES} entities in {created:.1f} s; {READS} reads in {duration:.1f} s, "
            f"median {statistics.median(times) * 1000:.1f} ms, worst {max(times) * 1000:.0f} ms"
        )
    assert len(times) == READS


def test_many_entities_are_imported_and_exported(twinmaker: Any, objects: Any) -> None:
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="mixer",
        propertyDefinitions={"serial": {"dataType": {"type": "STRING"}}},
    )
    # Children before their parents, as a file may have them.
    document = {
        "entities": [
            {
                "entityId": f"e{number}",
                "entityName": f"mixer {number}",
                "parentEntityId": f"e{number // 10 * 10}" if number % 10 else "$ROOT",
                "components": {
                    "C": {
                        "componentTypeId": "mixer",
                        "properties": {"serial": {"value": {"stringValue": str(number)}}},
                    }
                },
            }
            for number in reversed(range(ENTITIES))
        ]
    }

    job = run_import(twinmaker, objects, document)

    assert job["status"]["state"] == "COMPLETED"
    assert job["progress"] == {
        "totalCount": ENTITIES,
        "succeededCount": ENTITIES,
        "skippedCount": 0,
        "failedCount": 0,
    }
    listed = pages(twinmaker.list_entities, "entitySummaries", **FACTORY, maxResults=200)
    assert {item["entityId"]: item["parentEntityId"] for item in listed} == {
        item["entityId"]: item["parentEntityId"] for item in document["entities"]
    }
    exported = {item["entityId"]: item for item in run_export(twinmaker, objects)["entities"]}
    serials = {
        entity_id: item["components"]["C"]["properties"]["serial"]["value"]["stringValue"]
        for entity_id, item in exported.items()
    }
    assert serials == {f"e{number}": str(number) for number in range(ENTITIES)}
