"""The database: transactions inside transactions, restarts, and kills at random moments."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.soak import repetitions
from twin_stack.contract.times import format_time, parse_time
from twin_stack.local.service.store import Store

if TYPE_CHECKING:
    from twin_stack.local.service import LocalServices

FACTORY = {"workspaceId": "Factory"}
ROOT = Path(__file__).parents[3]
INSERT = "INSERT INTO tags VALUES ('s', ?, '{}')"


def test_failed_nested_transaction_is_rolled_back_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    with store.transaction() as db:
        db.execute(INSERT, ("outer",))
        with pytest.raises(ZeroDivisionError), store.transaction():
            db.execute(INSERT, ("inner",))
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), store.transaction() as db:
        db.execute(INSERT, ("whole",))
        raise ZeroDivisionError
    with store.reading() as db:
        assert db.execute("SELECT arn FROM tags").fetchall() == [("outer",)]
    store.close()


def test_commits_are_on_the_disk_when_a_transaction_ends(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    with store.reading() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


@pytest.mark.parametrize(
    ("text", "nanos", "shown"),
    [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2022-01-01T00:00:00.5Z", 1_640_995_200_500_000_000, "2022-01-01T00:00:00.500Z"),
        ("2022-01-01T01:00:00.123456789+01:00", 1_640_995_200_123_456_789, "2022-01-01T00:00:00.123456789Z"),
        ("1899-12-31T00:00:00.000Z", -2_209_075_200_000_000_000, "1899-12-31T00:00:00Z"),
        ("1969-12-31T23:59:59.999Z", -1_000_000, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_kept_to_the_nanosecond_when_parsed_and_shown(text: str, nanos: int, shown: str) -> None:
    assert parse_time(text) == nanos
    assert format_time(nanos) == shown


@pytest.mark.parametrize(
    "text",
    ["2022-01-01", "2022-01-01T00:00:00", "2022-13-01T00:00:00Z", "2022-01-01T00:00:00.1234567891Z", ""],
)
def test_text_is_refused_when_it_names_no_moment_with_a_zone(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time|month must be"):
        parse_time(text)


def test_data_persist_when_the_database_is_reopened(
    start: Any, twinmaker: Any, services: LocalServices, sitewise: Any
) -> None:
    twinmaker.create_entity(**FACTORY, entityId="e1", entityName="x", tags={"a": "b"})
    model = sitewise.create_asset_model(assetModelName="m")["assetModelId"]
    sitewise.batch_put_asset_property_value(
        entries=[
            {
                "entryId": "a",
                "propertyAlias": "/a",
                "propertyValues": [
                    {"value": {"doubleValue": 1.0}, "timestamp": {"timeInSeconds": 1_700_000_000}}
                ],
            }
        ]
    )
    before = twinmaker.get_entity(**FACTORY, entityId="e1")
    services.close()
    start()
    after = twinmaker.get_entity(**FACTORY, entityId="e1")
    assert {k: v for k, v in after.items() if k != "ResponseMetadata"} == {
        k: v for k, v in before.items() if k != "ResponseMetadata"
    }
    assert twinmaker.list_tags_for_resource(resourceARN=after["arn"])["tags"] == {"a": "b"}
    assert sitewise.describe_asset_model(assetModelId=model)["assetModelName"] == "m"
    assert sitewise.get_asset_property_value(propertyAlias="/a")["propertyValue"]["value"] == {
        "doubleValue": 1
    }


def test_another_schema_version_is_refused_when_the_database_is_opened(
    start: Any, services: LocalServices, database: Path
) -> None:
    with services._store.transaction() as db:
        db.execute("PRAGMA user_version = 99")
    services.close()
    with pytest.raises(RuntimeError, match="has schema version 99, this program reads 1; delete the file"):
        start()


WRITER = """
import sys
from pathlib import Path
from twin_stack.local.service import LocalServices

services = LocalServices(Path(sys.argv[1]), invoke=None, s3=None)
if not services.call("iottwinmaker", "ListWorkspaces", {})["workspaceSummaries"]:
    services.call("iottwinmaker", "CreateWorkspace", {"workspaceId": "Factory"})
number = int(sys.argv[2])
while True:
    name = f"e-{number:06}"
    params = {"workspaceId": "Factory", "entityId": name, "entityName": name}
    services.call("iottwinmaker", "CreateEntity", params)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.slow
@pytest.mark.soak
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    tmp_path: Path, start: Any, database: Path
) -> None:
    acknowledged = -1
    chance = random.Random(7)
    for _ in range(repetitions(2, 20)):
        output = tmp_path / "output"
        with output.open("w") as sink:
            process = subprocess.Popen(
                [sys.executable, "-c", WRITER, str(database), str(acknowledged + 1)],
                stdout=sink,
                cwd=ROOT,
            )
            deadline = time.monotonic() + 20
            while not output.read_text() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            process.send_signal(signal.SIGKILL)
            process.wait()
        lines = output.read_text().split("\n")[:-1]
        assert lines
        acknowledged = int(lines[-1])
        services = start()
        seen, token = set(), None
        while True:
            params = {"workspaceId": "Factory", "maxResults": 200, **({"nextToken": token} if token else {})}
            page = services.call("iottwinmaker", "ListEntities", params)
            seen |= {item["entityId"] for item in page["entitySummaries"]}
            token = page.get("nextToken")
            if not token:
                break
        services.close()
        assert {f"e-{n:06}" for n in range(acknowledged + 1)} <= seen
        # at most the one that was being written is there without having been acknowledged
        assert len(seen) <= acknowledged + 2
        acknowledged = len(seen) - 1
