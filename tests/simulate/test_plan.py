"""The targets of a workspace's telemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.simulated_plant import DAY
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients


def test_rows_that_are_keyed_otherwise_are_left_out_and_named(clients: Clients) -> None:
    clients.lambda_.settings = {"PARTITION": "${device}#${day}"}
    written = write_telemetry(clients, "Factory", **DAY)
    assert written.rows == 0
    assert "machine sensor: no connector that can be simulated answers for sensor" in written.problems


def test_a_missing_function_leaves_out_its_components_only(clients: Clients) -> None:
    clients.lambda_.missing.add("telemetry")
    written = write_telemetry(clients, "Factory", **DAY)
    assert (written.rows, written.values > 0) == (0, True)
    named = [problem for problem in written.problems if "function:telemetry" in problem]
    assert sorted(problem.partition(":")[0] for problem in named) == ["alarm", "counter", "sensor"]
    assert not [problem for problem in written.problems if "answers for sensor" in problem]


def test_alarms_of_an_evaluator_are_not_simulated(clients: Clients) -> None:
    assert "A-1" in {device.id for device in make_plan(clients, "Factory").devices}
    clients.lambda_.mappings.append({"FunctionArn": "arn:aws:lambda:us-east-1:1:function:evaluator"})
    assert "A-1" not in {device.id for device in make_plan(clients, "Factory").devices}


def test_places_are_read_from_connectors_and_components(clients: Clients) -> None:
    plan = make_plan(clients, "Factory")

    assert [(device.id, device.component_type_id) for device in plan.devices] == [
        ("machine", "sensor"),
        ("A-1", "alarm"),
        ("robot", "counter"),
    ]
    assert [(asset.id, [signal.column for signal in asset.signals]) for asset in plan.assets] == [
        ("asset-2", ["p1"]),
        ("asset-1", ["p1"]),
    ]
    assert plan.problems == ("lamp lamp: no connector that can be simulated answers for lamp",)
    assert {device.table.name for device in plan.devices} == {"rows"}


def test_table_has_the_keys_of_the_connectors_environment(clients: Clients) -> None:
    clients.lambda_.settings = {
        "PARTITION_KEY": "pk",
        "SORT_KEY": "sk",
        "TIME_UNIT": "iso",
        "KEY_PROPERTY": "key",
    }
    table = make_plan(clients, "Factory").devices[0].table

    assert (table.partition_key, table.sort_key, table.time_unit, table.key_property) == (
        "pk",
        "sk",
        "iso",
        "key",
    )


@pytest.mark.slow
def test_a_large_twin_is_simulated_in_some_entities_of_each_type(clients: Clients) -> None:
    for number in range(8):
        clients.twinmaker.create_entity(
            workspaceId="Factory",
            entityId=f"more-{number}",
            entityName=f"more {number}",
            components={"sensor": {"componentTypeId": "sensor"}},
        )
    clients.twinmaker.create_entity(workspaceId="Factory", entityId="room", entityName="room")
    read: list[str] = []
    clients.twinmaker.meta.events.register(
        "provide-client-params.iottwinmaker.GetEntity", lambda params, **_: read.append(params["entityId"])
    )

    plan = make_plan(clients, "Factory", max_entities=6)

    assert len(read) == 6
    assert {"broken", "lamp", "machine", "robot"} < set(read)
    assert plan.problems[0] == (
        "only 6 of 13 entities get telemetry, some of each component type, because each is read by a call; "
        "run `twin simulate --max-entities 13` for all"
    )
    assert len(make_plan(clients, "Factory", max_entities=14).devices) == 11
