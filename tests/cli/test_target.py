"""Which AWS a verb reads: the local twin of the folder, unless the environment names another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from twin_stack.cli.target import prefer_local_twin, use_access
from twin_stack.local import launcher
from twin_stack.local.state import Access, LocalError, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Server(pid=1, port=14566, page_port=14567, started=0.0, secret="secret")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process environment without AWS settings, and a local twin that runs."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(launcher, "running", lambda _: SERVER)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_local_twin_is_used_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    prefer_local_twin()

    assert os.environ["AWS_ENDPOINT_URL"] == SERVER.endpoint
    assert capsys.readouterr().err == f"the local twin at {SERVER.endpoint}\n"


@pytest.mark.parametrize(
    "name",
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE"],
)
def test_environment_that_names_an_aws_wins(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "plant")

    prefer_local_twin()

    assert os.environ[name] == "plant"
    assert {key for key in os.environ if key.startswith("AWS_")} == {name}


def test_only_endpoints_of_this_machine_can_be_used() -> None:
    with pytest.raises(LocalError, match="not an address of this machine"):
        use_access(Access("https://iottwinmaker.eu-west-1.amazonaws.com", "secret"))
