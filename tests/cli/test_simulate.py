"""The AWS that `twin simulate` writes to, and the ones that it refuses."""

from __future__ import annotations

import os
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

import twin_stack.cli.simulate
import twin_stack.client.write_target
from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.local_factory import LocalFactory

pytestmark = pytest.mark.slow


ACCOUNT = "111122223333"
LOOPBACK = "http://127.0.0.1:14566"
KEYS = {"AWS_ACCESS_KEY_ID": "1", "AWS_SECRET_ACCESS_KEY": "1"}
REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with an AWS configuration file and no local twin; the environment names no AWS."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "TWIN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").write_text(
        "[profile plant]\nregion = eu-west-1\n"
        f"[profile here]\nregion = eu-west-1\nendpoint_url = {LOOPBACK}\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Workspaces that a command wrote to, in place of writing to them."""
    workspaces: list[str | None] = []

    def record(workspace: str | None, **_: Any) -> str:
        workspaces.append(workspace)
        return str(workspace)

    monkeypatch.setattr(twin_stack.cli.simulate, "write_past", record)
    return workspaces


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> str:
    """The account of the credentials."""
    client = SimpleNamespace(
        meta=SimpleNamespace(endpoint_url="https://sts.eu-west-1.amazonaws.com"),
        get_caller_identity=lambda: {"Account": ACCOUNT},
    )
    monkeypatch.setattr(twin_stack.client.write_target, "make_client", lambda _: client)
    return ACCOUNT


def simulate(*options: str, env: dict[str, str]) -> Result:
    return CliRunner().invoke(app, ["simulate", *options], env=env)


HERE = KEYS | REGION | {"AWS_ENDPOINT_URL": LOOPBACK}
REMOTE: dict[str, dict[str, str]] = {
    "keys": KEYS | REGION,
    "region": REGION,
    "profile": {"AWS_PROFILE": "plant", "AWS_CONFIG_FILE": "config"},
    "address": KEYS | REGION | {"AWS_ENDPOINT_URL": "https://10.0.0.7:4566"},
    "name": KEYS | REGION | {"AWS_ENDPOINT_URL": "http://localhost.example.com:4566"},
    "one service": HERE | {"AWS_ENDPOINT_URL_DYNAMODB": "https://example.com"},
    "endpoint ignored": HERE | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
}
OPTIONS = (("--workspace", "plant"), ("--live",))


@pytest.mark.parametrize(
    ("environment", "options"),
    [*((environment, ()) for environment in REMOTE.values()), *((REMOTE["keys"], own) for own in OPTIONS)],
    ids=[*REMOTE, "workspace", "live"],
)
def test_aws_account_is_refused_without_the_option(
    no_aws: Path, written: list[Any], environment: dict[str, str], options: tuple[str, ...]
) -> None:
    result = simulate(*options, env=environment)

    assert result.exit_code == 1
    assert re.match(
        r"error: this would write to \S+, which is not on this machine; .* --aws ACCOUNT_ID ", result.stderr
    )
    assert written == []


def test_aws_needs_the_workspace_by_name(no_aws: Path, written: list[Any]) -> None:
    result = simulate("--aws", ACCOUNT, env=KEYS | REGION | {"TWIN_WORKSPACE": "plant"})

    assert (result.exit_code, written) == (1, [])
    assert result.stderr == "error: --aws needs the workspace by name: give --workspace\n"


@pytest.mark.parametrize(("named", "workspaces"), [(ACCOUNT, ["plant"]), ("999988887777", [])])
def test_writes_to_the_account_of_the_credentials_only(
    no_aws: Path, written: list[Any], sts: str, named: str, workspaces: list[str]
) -> None:
    result = simulate("--aws", named, "--workspace", "plant", env=KEYS | REGION)

    assert written == workspaces
    assert (result.exit_code == 0) is bool(workspaces)


@pytest.mark.parametrize(
    "environment",
    [
        KEYS | REGION | {"AWS_ENDPOINT_URL": LOOPBACK},
        {"AWS_PROFILE": "here", "AWS_CONFIG_FILE": "config"},
        KEYS | REGION | {"AWS_ENDPOINT_URL": "http://localhost:14566"},
        KEYS | REGION | {"AWS_ENDPOINT_URL": "http://[::1]:14566"},
    ],
    ids=["endpoint", "profile", "localhost", "IPv6"],
)
def test_this_machine_is_the_default_target(
    no_aws: Path, written: list[Any], environment: dict[str, str]
) -> None:
    result = simulate(env=environment)

    assert (result.exit_code, written) == (0, [None])


def test_aws_is_refused_where_the_endpoint_is_this_machine(no_aws: Path, written: list[Any]) -> None:
    result = simulate("--aws", ACCOUNT, "-w", "plant", env=KEYS | REGION | {"AWS_ENDPOINT_URL": LOOPBACK})

    assert (result.exit_code, written) == (1, [])
    assert result.stderr.startswith(f"error: --aws is given, but {LOOPBACK} is on this machine; ")


def test_a_wrong_duration_is_refused_in_one_line(no_aws: Path) -> None:
    result = simulate(
        "--last", "6", env=KEYS | REGION | {"AWS_ENDPOINT_URL": LOOPBACK, "TWIN_WORKSPACE": "x"}
    )

    assert result.exit_code == 1
    assert result.stderr.startswith('error: --last is "6"; write a number')


def test_telemetry_is_written_when_simulated(local_factory: LocalFactory) -> None:
    environment = local_factory.twin.environment() | {"TWIN_WORKSPACE": local_factory.workspace_id}
    result = simulate("--last", "10m", "--every", "5m", env=environment)

    assert result.exit_code == 0
    where = f"workspace {local_factory.workspace_id} of the local twin at {local_factory.twin.endpoint}"
    assert result.stdout.startswith(f"writing to {where}\n")
    assert re.search(r"my-factory-twin: [46] rows in DynamoDB, [46] values in SiteWise", result.stdout)
    assert result.stderr == ""
