"""Live telemetry, and the topic rules that receive it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.simulated_plant import NOW
from twin_stack.simulate.publishing import publish_live

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients

TWO_SECONDS = timedelta(seconds=2)


def test_live_writes_at_each_tick_until_stopped_when_time_goes_on(clients: Clients) -> None:
    present = [NOW.timestamp() + 0.5]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        present[0] += seconds

    loop = publish_live(clients, "Factory", interval=TWO_SECONDS, now=lambda: present[0], sleep=sleep)
    assert [next(loop).rows, next(loop).rows] == [3, 3]
    present[0] += 100
    next(loop)
    loop.close()  # type: ignore[attr-defined]
    instants = sorted({int(instant) for _, instant in clients.dynamodb.rows})
    assert len(instants) == 3
    assert all(instant % 2000 == 0 for instant in instants)
    assert instants[1] - instants[0] == 2000
    assert instants[2] - instants[1] == 100_000
    assert waits[1] == pytest.approx(2)


def test_live_devices_publish_when_a_topic_rule_receives_their_values(clients: Clients) -> None:
    clients.iot.rules["rule"] = {
        "ruleName": "rule",
        "sql": "SELECT topic(2) AS device_id, timestamp AS timestamp, 'sensor' AS component_type_id, "
        "temperature AS temperature FROM 'plant/+'",
        "actions": [{"dynamoDBv2": {"putItem": {"tableName": "rows"}}}],
    }
    moment = NOW.timestamp() // 2 * 2
    loop = publish_live(clients, "Factory", interval=TWO_SECONDS, now=lambda: moment, sleep=lambda _: None)
    written = next(loop)

    # The machine's rows are of the type that the rule writes; the alarm's and the robot's are not.
    assert (written.messages, written.rows) == (1, 2)
    ((topic, message),) = clients.iot.published
    assert topic == "plant/machine"
    assert message == {"timestamp": int(moment * 1000), "temperature": message["temperature"]}
    assert {device for device, _ in clients.dynamodb.rows} == {"A-1", "robot"}
