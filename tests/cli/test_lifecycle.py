"""Verbs for what outlives a stack, on an account of a few resources in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

import twin_stack.cli.lifecycle
import twin_stack.client.account
import twin_stack.client.orphan_data
import twin_stack.client.orphan_deletion
import twin_stack.client.orphans
from twin_stack.cli import app
from twin_stack.client.orphan_data import Held
from twin_stack.client.orphans import Kind, Resource
from twin_stack.client.stack_resources import StackResource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLE, LOGS = Resource(Kind.TABLE, "plant-telemetry"), Resource(Kind.LOG_GROUP, "/twin-stack/plant/x")


class Inventory:
    """Tables that exist."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def exists(self, _type_name: str, identifier: Mapping[str, str]) -> bool:
        return identifier.get("TableName") in self._names

    def generated(self, _type_name: str, _prefix: str) -> list[str]:
        return []


@pytest.fixture
def deleted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids that were deleted from an account with two orphans, in place of deleting them."""
    ids: list[str] = []
    endpoint = "http://127.0.0.1:14566"

    def client(_service: str) -> Any:
        return SimpleNamespace(meta=SimpleNamespace(endpoint_url=endpoint, region_name="eu-west-1"))

    account = twin_stack.client.account.Account(
        account_id="111122223333",
        region="eu-west-1",
        partition="aws",
        client=client,
        inventory=Inventory("plant-telemetry"),
        owned=[StackResource("other", "Rows", "AWS::DynamoDB::Table", "other-telemetry")],
    )
    newest = datetime.now(UTC) - timedelta(days=3, hours=1)
    held = {TABLE: Held(bytes=2_000, items=7, noun="rows", newest=newest), LOGS: Held(bytes=0)}
    monkeypatch.setattr(twin_stack.cli.lifecycle, "prefer_local_twin", lambda: None)
    monkeypatch.setattr(twin_stack.client.account, "read_account", lambda: account)
    monkeypatch.setattr(twin_stack.client.orphans, "data_names", lambda _clients: ["plant"])
    monkeypatch.setattr(twin_stack.client.orphans, "find_orphans", lambda *_: [TABLE, LOGS])
    monkeypatch.setattr(
        twin_stack.client.orphans,
        "describe",
        lambda orphan, _clients: (
            {"TableArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/rows"} if orphan is TABLE else {}
        ),
    )
    monkeypatch.setattr(twin_stack.client.orphan_data, "measure", lambda orphan, _clients: held[orphan])
    monkeypatch.setattr(
        twin_stack.client.orphan_deletion, "delete", lambda orphan, _clients: ids.append(orphan.id)
    )
    return ids


def twin(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def assembly(folder: Path, **tables: dict[str, Any]) -> Path:
    resources = {
        name: {"Type": "AWS::DynamoDB::Table", "Properties": properties}
        for name, properties in tables.items()
    }
    (folder / "t.json").write_text(json.dumps({"Resources": resources}))
    plant = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"plant": plant}}))
    return folder


def test_mapping_is_printed_and_what_is_missing_is_named_beside_it(
    deleted: list[str], tmp_path: Path
) -> None:
    folder = assembly(tmp_path, Rows={"TableName": "plant-telemetry"}, Gone={"TableName": "gone"})

    result = twin("import-map", "plant", "--assembly", str(folder))

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"Rows": {"TableName": "plant-telemetry"}}
    assert "not in the mapping: Gone (AWS::DynamoDB::Table): gone does not exist" in result.stderr
    assert deleted == []


def test_mapping_is_written_into_a_file_with_the_next_command(deleted: list[str], tmp_path: Path) -> None:
    folder = assembly(tmp_path, Rows={"TableName": "plant-telemetry"})
    file = tmp_path / "map.json"

    result = twin("import-map", "--assembly", str(folder), "--output", str(file))

    assert json.loads(file.read_text()) == {"Rows": {"TableName": "plant-telemetry"}}
    assert result.stdout == ""
    assert f"next: npx cdk import plant --resource-mapping {file}" in result.stderr.replace("\n", "")
    assert deleted == []


def test_app_is_written_that_imports_what_waits_for_other_things(deleted: list[str], tmp_path: Path) -> None:
    (tmp_path / "cdk.out").mkdir()
    folder = assembly(tmp_path / "cdk.out", Rows={"TableName": "plant-telemetry"})
    template = json.loads((folder / "t.json").read_text())
    template["Resources"]["Rows"]["DependsOn"] = ["Guard"]
    (folder / "t.json").write_text(json.dumps(template))
    files = ("--output", str(tmp_path / "map.json"), "--import-app", str(tmp_path / "import"))

    assert twin("import-map", "--assembly", str(folder)).exit_code == 1
    result = twin("import-map", "--assembly", str(folder), *files)

    assert result.exit_code == 0
    assert f"--app {tmp_path / 'import'}" in result.stderr.replace("\n", "")
    assert "DependsOn" not in (tmp_path / "import" / "t.json").read_text()
    again = twin("import-map", "--assembly", str(folder), *files)
    assert again.exit_code == 1
    assert "name another folder with --import-app" in again.stderr
    assert deleted == []


def test_json_has_mapping_and_reasons(deleted: list[str], tmp_path: Path) -> None:
    folder = assembly(tmp_path, Rows={"TableName": "plant-telemetry"}, Gone={"TableName": "gone"})

    document = json.loads(twin("import-map", "--assembly", str(folder), "--json").stdout)

    assert document["mapping"] == {"Rows": {"TableName": "plant-telemetry"}}
    assert [item["logical_id"] for item in document["missing"]] == ["Gone"]
    assert deleted == []


def test_nothing_to_import_is_an_error(deleted: list[str], tmp_path: Path) -> None:
    result = twin("import-map", "--assembly", str(assembly(tmp_path, Gone={"TableName": "gone"})))

    assert result.exit_code == 1
    assert "nothing that exists can be imported into the stack plant; deploy it as usual" in result.stderr
    assert deleted == []


@pytest.mark.parametrize("words", [["plant"], []])
def test_orphans_are_listed_with_their_data(deleted: list[str], words: list[str]) -> None:
    result = twin("orphans", *words)

    assert result.exit_code == 0
    table, logs = result.stdout.splitlines()
    assert table.split() == [
        "table/plant-telemetry",
        "2.0",
        "KB,",
        "7",
        "rows",
        "newest",
        "data",
        "3",
        "days",
        "ago",
    ]
    assert logs.split() == ["log-group//twin-stack/plant/x", "0", "bytes", "no", "data"]
    assert deleted == []


def test_lines_that_attach_are_printed_on_demand(deleted: list[str]) -> None:
    result = twin("orphans", "plant", "--attach")

    assert "    existing:\n      telemetryTable:\n" in result.stdout
    assert "    # twin import-map STACK" in result.stdout
    assert deleted == []


def test_json_has_the_lines_that_attach_too(deleted: list[str]) -> None:
    table, logs = json.loads(twin("orphans", "plant", "--attach", "--json").stdout)

    assert (table["id"], table["items"], table["attach"][0]) == (TABLE.id, 7, "existing:")
    assert (logs["id"], len(logs["attach"])) == (LOGS.id, 1)
    assert deleted == []


def test_deleted_ids_are_printed_as_json(deleted: list[str]) -> None:
    keys = ("--delete", TABLE.id, "--yes-delete-data", TABLE.id)

    assert json.loads(twin("orphans", "plant", *keys, "--json").stdout) == {
        "deleted": [TABLE.id],
        "target": "the local twin at http://127.0.0.1:14566",
    }
    assert deleted == [TABLE.id]


def test_listing_how_to_attach_and_deleting_exclude_each_other(deleted: list[str]) -> None:
    keys = ("--delete", TABLE.id, "--yes-delete-data", TABLE.id)

    result = twin("orphans", "plant", *keys, "--attach")

    assert result.exit_code == 2
    assert "give --attach or --delete, not both" in result.stderr
    assert deleted == []


def test_orphan_is_deleted_with_two_keys_only(deleted: list[str]) -> None:
    refused = twin("orphans", "plant", "--delete", "table/plant-telemetry")
    assert refused.exit_code == 1
    assert "--yes-delete-data table/plant-telemetry" in refused.stderr
    assert deleted == []

    both = twin(
        "orphans", "plant", "--delete", "table/plant-telemetry", "--yes-delete-data", "table/plant-telemetry"
    )
    assert both.exit_code == 0
    assert both.stdout == "deleted table/plant-telemetry of the local twin at http://127.0.0.1:14566\n"
    assert deleted == ["table/plant-telemetry"]


def test_orphan_in_an_account_is_deleted_if_the_account_is_named(
    deleted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = twin_stack.client.account.read_account()
    remote = SimpleNamespace(
        meta=SimpleNamespace(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com", region_name="eu-west-1")
    )
    in_aws = SimpleNamespace(client=lambda _service: remote, owned=account.owned)
    monkeypatch.setattr(twin_stack.client.account, "read_account", lambda: in_aws)
    keys = ("--delete", TABLE.id, "--yes-delete-data", TABLE.id)

    result = twin("orphans", "plant", *keys)

    assert result.exit_code == 1
    assert "give --aws ACCOUNT_ID to write to that AWS account" in result.stderr
    assert deleted == []
