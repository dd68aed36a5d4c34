"""Many entities and many readers at once: small here, big when asked for.

`TWIN_LOAD=1` reads and writes the numbers the project promises: 10,000 entities, 1,000 history
reads 16 at a time.
"""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

BIG = os.environ.get("TWIN_LOAD") == "1"
ENTITIES, READS = (10_000, 1_000) if BIG else (150, 96)
FACTORY = {"workspaceId": "Factory"}


def test_no_answer_is_wrong_when_many_entities_are_made_and_read_at_once(
    twinmaker: Any, functions: Any, capsys: Any
) -> None:
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
    done = time.perf_counter() - began
    if BIG:
        with capsys.disabled():
            print(  # noqa: T201 numbers somebody asked for
                f"\n{ENTITIES} entities in {created:.1f} s; {READS} reads in {done:.1f} s, "
                f"median {statistics.median(times) * 1000:.1f} ms, worst {max(times) * 1000:.0f} ms"
            )
    assert len(times) == READS
