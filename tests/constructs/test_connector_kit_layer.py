"""The kit as a layer."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from aws_cdk import RemovalPolicy, Stack

from tests.support.templates import Synthesized, synthesize
from twin_stack import ConnectorKitLayer

if TYPE_CHECKING:
    from pathlib import Path


def _build(stack: Stack) -> None:
    ConnectorKitLayer(stack, "Kit")


@pytest.fixture(scope="module")
def synthesized() -> Synthesized:
    return synthesize(_build)


def _asset(synthesized: Synthesized) -> Path:
    (asset,) = (path for path in synthesized.directory.glob("asset.*") if path.is_dir())
    return asset


def test_layer_contains_only_the_kit_on_lambdas_import_path(synthesized: Synthesized) -> None:
    asset = _asset(synthesized)
    assert [path.name for path in asset.iterdir()] == ["python"]
    assert [path.name for path in (asset / "python").iterdir()] == ["connector_kit"]
    code = "import connector_kit; print(connector_kit.__file__, connector_kit.serve)"
    result = subprocess.run(
        [
            sys.executable,
            "-B",
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(asset / 'python')!r}); {code}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(asset) in result.stdout


def test_layer_contains_no_bytecode(synthesized: Synthesized) -> None:
    assert [
        path for path in _asset(synthesized).rglob("*") if path.suffix == ".pyc" or "__pycache__" in path.name
    ] == []


def test_asset_is_named_by_its_content(synthesized: Synthesized) -> None:
    assert _asset(synthesized).name == _asset(synthesize(_build)).name


def test_old_versions_are_retained(synthesized: Synthesized) -> None:
    (layer,) = synthesized.resources.values()
    assert (layer["DeletionPolicy"], layer["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_old_versions_are_deleted_with_removal_policy_destroy() -> None:
    synthesized = synthesize(
        lambda stack: ConnectorKitLayer(stack, "Kit", removal_policy=RemovalPolicy.DESTROY)
    )
    (layer,) = synthesized.resources.values()
    assert layer["DeletionPolicy"] == "Delete"


def test_version_of_another_stack_is_taken_by_its_arn() -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:layer:kit:3"
    seen = []
    synthesize(lambda stack: seen.append(ConnectorKitLayer.from_layer_version_arn(stack, "Kit", arn)))
    assert seen[0].layer_version_arn == arn
