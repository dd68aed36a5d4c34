"""A twin with ``engine: bulk`` satisfies the security contract, which detects each weakened property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.definition.models import write
from tests.support.templates import cdk_context
from tests.templates.mutants import mutants
from tests.templates.security_contract.bulk_engine import FREE, BulkEngine
from tests.templates.security_contract.contract import problems
from tests.templates.security_contract.statements import flatten_resource
from twin_stack import TwinStack, load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

WORKSPACE_ID = "plant"
FILES = {
    "twin.yaml": f"workspaceId: {WORKSPACE_ID}\nengine: bulk\n",
    "component_types/t.yaml": "com.example.Pump: {propertyDefinitions: {model: STRING}}\n",
    "entities/e.yaml": "pump: {entityName: Pump, components: {pump: {componentTypeId: com.example.Pump}}}\n",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("plant")
    write(folder, FILES)
    app = App(context=cdk_context())
    TwinStack(app, "Plant", definition=load(folder), operations=None)
    (stack,) = app.synth().stacks
    resources = {
        name: {member: value for member, value in resource.items() if member != "Metadata"}
        for name, resource in stack.template["Resources"].items()
    }
    return {**stack.template, "Resources": resources}


def flatten(template: dict[str, Any]) -> dict[str, Any]:
    return {name: flatten_resource(resource) for name, resource in template["Resources"].items()}


@pytest.fixture(scope="module")
def names(template: dict[str, Any]) -> dict[str, str]:
    """The workspace and its bucket, by the argument of the contract."""
    engine = BulkEngine(flatten(template))
    return {"workspace_id": WORKSPACE_ID, "workspace": engine.workspace, "bucket": engine.bucket}


def test_twin_keeps_the_contract(template: dict[str, Any], names: dict[str, str]) -> None:
    engine = BulkEngine(flatten(template))
    expected = engine.expected(**names)
    others = {name: own for name, own in template["Resources"].items() if name not in expected}

    assert list(engine.problems(**names)) == []
    assert len(expected) == 14
    assert problems({**template, "Resources": others}, cors_origins=[]) == []


@pytest.fixture(scope="module")
def survivors(template: dict[str, Any], names: dict[str, str]) -> set[tuple[str, str, str]]:
    """Mutants of the engine's resources that the contract does not notice."""
    own = BulkEngine(flatten(template)).expected(**names)
    engine = {name: resource for name, resource in template["Resources"].items() if name in own}
    flattened = {name: flatten_resource(resource) for name, resource in engine.items()}
    unnoticed = set()
    for name, path, words, mutant in mutants({"Resources": engine}):
        resources = {
            other: flattened[other] if resource is engine[other] else flatten_resource(resource)
            for other, resource in mutant["Resources"].items()
        }
        if not any(BulkEngine(resources).problems(**names)):
            unnoticed.add((engine[name]["Type"], path, words))
    return unnoticed


def test_contract_detects_each_mutant_of_the_engine(survivors: set[tuple[str, str, str]]) -> None:
    unnoticed = [
        (type_name, path, words)
        for type_name, path, words in survivors
        if not any(f"{path}.".startswith(f"{free}.") for free in FREE.get(type_name, {}))
    ]
    assert sorted(unnoticed) == []


def test_every_free_member_is_used(survivors: set[tuple[str, str, str]]) -> None:
    unused = {
        (type_name, free)
        for type_name, members in FREE.items()
        for free in members
        if not any(own == type_name and f"{path}.".startswith(f"{free}.") for own, path, _ in survivors)
    }
    assert unused == set()
