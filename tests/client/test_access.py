"""The client and the workspace of a command."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from twin_stack.client import TwinClientError, entities, make_client, resolve_workspace


def test_workspace_is_the_option_or_the_variable_and_required_when_there_are_several(plant: Any) -> None:
    variable = {"TWIN_WORKSPACE": "Other"}
    assert resolve_workspace(plant, "Chosen", variable) == "Chosen"
    assert resolve_workspace(plant, None, variable) == "Other"
    assert resolve_workspace(plant, None, {}) == "Factory"
    plant.create_workspace(workspaceId="Annex")
    with pytest.raises(TwinClientError) as refused:
        resolve_workspace(plant, None, {})
    assert str(refused.value) == (
        "2 workspaces in this account and region: Annex, Factory; "
        "choose one with --workspace or TWIN_WORKSPACE"
    )


def test_account_without_a_workspace_is_an_error(services: Any, make_client: Any) -> None:
    with pytest.raises(TwinClientError, match=r"^no workspace in this account and region; deploy one"):
        entities(client=make_client("iottwinmaker"))


def test_the_package_to_install_is_named_when_boto3_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(TwinClientError, match=r"run: pip install twin-stack\[local\]$"):
        make_client("iottwinmaker")


def test_the_endpoint_is_named_when_nothing_listens_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "1"),
        ("AWS_SECRET_ACCESS_KEY", "1"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ):
        monkeypatch.setenv(name, value)
    with pytest.raises(
        TwinClientError, match=r"^EndpointConnectionError: .*127\.0\.0\.1:9.*; check the endpoint"
    ):
        entities(workspace="Factory")


def test_the_variable_that_boto3_reads_is_named_when_there_is_no_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(TwinClientError, match=r"^NoRegionError: .*; set AWS_DEFAULT_REGION, or a region"):
        entities(workspace="Factory")
