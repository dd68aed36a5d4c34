"""The factory satisfies the security contract, which detects each missing or weakened property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.soak import SOAK
from tests.templates.mutants import mutants
from tests.templates.security_contract import contract
from tests.templates.security_contract.contract import is_kept, problems
from tests.templates.security_contract.free_members import FREE, WILDCARDS, is_free
from tests.templates.security_contract.statements import flatten_resource

if TYPE_CHECKING:
    from tests.support.templates import Synthesized

pytestmark = pytest.mark.slow


ORIGINS = ["http://localhost:3000"]


def test_factory_keeps_the_contract_when_synthesized(factory: Synthesized) -> None:
    assert problems(factory.template, cors_origins=ORIGINS) == []


def test_minimal_keeps_the_contract_when_it_has_no_connector(minimal: Synthesized) -> None:
    assert problems(minimal.template, cors_origins=[]) == []


def test_building_keeps_the_contract_when_the_service_reads_sitewise(building: Synthesized) -> None:
    assert problems(building.template, cors_origins=[]) == []


def test_windfarm_keeps_the_contract_when_its_rows_come_by_a_topic_rule(windfarm: Synthesized) -> None:
    assert problems(windfarm.template, cors_origins=[]) == []


@pytest.fixture(scope="module")
def survivors(factory: Synthesized) -> set[tuple[str, str, str]]:
    """Mutants the contract does not notice: type of resource, path, what was done."""
    flattened = {name: flatten_resource(resource) for name, resource in factory.resources.items()}

    def flatten(template: dict[str, Any]) -> dict[str, Any]:
        # A mutant has the resources of the factory but for one.
        return {
            name: flattened[name] if resource is factory.resources[name] else flatten_resource(resource)
            for name, resource in template["Resources"].items()
        }

    kept: set[tuple[str, str, str]] = set()
    seen: set[tuple[str, str, str]] = set()
    for name, path, words, mutant in mutants(factory.template):
        mutation = (factory.resources[name]["Type"], path, words)
        # What two policies permit differs where their members have the same path, and other resources refer
        # to some of a type only.
        if mutation in seen and path != "itself" and "Policy" not in mutation[0] and not SOAK:
            continue
        seen.add(mutation)
        if mutation not in kept and is_kept(flatten(mutant), cors_origins=ORIGINS, suspect=name):
            kept.add(mutation)
    return kept


def test_contract_detects_each_mutant_of_security(
    survivors: set[tuple[str, str, str]],
) -> None:
    unnoticed = [survivor for survivor in survivors if not is_free(survivor[0], survivor[1])]

    assert sorted(unnoticed) == []


def test_every_free_member_of_the_contract_is_used(survivors: set[tuple[str, str, str]]) -> None:
    unused = {
        (type_name, free)
        for type_name, members in FREE.items()
        for free in members
        if not any(
            survivor[0] == type_name and f"{survivor[1]}.".startswith(f"{free}.") for survivor in survivors
        )
    }

    assert unused == set()


def test_mutants_cover_every_resource_of_the_factory(factory: Synthesized) -> None:
    mutations = [(name, path, words) for name, path, words, _ in mutants(factory.template)]

    assert {name for name, _, _ in mutations} == factory.resources.keys()
    bucket = factory.id_of("AWS::S3::Bucket")
    assert (bucket, "Properties.PublicAccessBlockConfiguration.BlockPublicAcls", "turned") in mutations
    policy = factory.id_of("AWS::S3::BucketPolicy")
    assert (policy, "Properties.PolicyDocument.Statement.0.Effect", "turned round") in mutations
    assert len(mutations) > 1000


@pytest.mark.parametrize("wildcard", WILDCARDS)
def test_every_wildcard_is_in_use_when_a_reason_is_given(
    wildcard: str, factory: Synthesized, building: Synthesized, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = {text: reason for text, reason in WILDCARDS.items() if text != wildcard}
    monkeypatch.setattr(contract, "WILDCARDS", reasons)

    remaining = problems(factory.template, cors_origins=ORIGINS)
    remaining += problems(building.template, cors_origins=[])

    assert remaining
    assert all("no reason is known for" in problem for problem in remaining)
