"""The risk of another engine of entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.usage import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.plan.changes import Change, Risk

_WALK: Final = "docs/scale.md, Change the engine"


@risk_rule("PLAN047", "engine-changed", Level.DANGER)
def engine_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another engine without the steps that keep the entities.

    Each engine deletes its entities when it leaves the stack, after the other one found that they exist
    already. With `handOver: true`, which has to be deployed before, they stay; the bulk engine takes them
    over with `adopt`, CloudFormation by an import.

    Before:
        twin.yaml:
            workspaceId: plant
        entities/e.yaml:
            hall: {entityName: Hall}

    After:
        twin.yaml:
            workspaceId: plant
            engine: bulk

    Risk:
        PLAN047 danger: engine: bulk takes the place of cloudformation, which deletes its 1 entity

    Do:
        Deploy `handOver: true` first, then the other engine with `bulk.adopt: true` or after `cdk import`,
        see [the page on scale](scale.md#change-the-engine).
    """
    before, after = comparison.before.twin, comparison.after.twin
    for change in _engine_changes(comparison):
        entities = count(len(comparison.before.entities), "entity", "entities")
        message = f"engine: {after.engine} takes the place of {before.engine}, which "
        if not before.hand_over:
            message += f"deletes its {entities}"
            yield engine_changed.risk(change, message, f"deploy handOver: true first, see {_WALK}")
        elif after.engine == "bulk" and not (after.bulk is not None and after.bulk.adopt):
            message += f"keeps its {entities}; the deployment fails, because they exist already"
            yield engine_changed.risk(change, message, "write bulk: {adopt: true}")


@risk_rule("PLAN048", "entities-imported", Level.ATTENTION)
def entities_imported(comparison: Comparison) -> Iterator[Risk]:
    """Warn of entities that CloudFormation has to import before the deployment.

    With `handOver: true`, the bulk engine leaves its entities in the workspace. CloudFormation would create
    them, and fails because they exist already.

    Before:
        twin.yaml:
            workspaceId: plant
            engine: bulk
            handOver: true
        entities/e.yaml:
            hall: {entityName: Hall}

    After:
        twin.yaml:
            workspaceId: plant
            handOver: true

    Risk:
        PLAN048 attention: CloudFormation takes over 1 entity of engine: bulk, and has to import it before

    Do:
        Import the entities before the deployment, see [the page on scale](scale.md#change-the-engine).
    """
    number = len(comparison.before.entities)
    for change in _engine_changes(comparison):
        if comparison.before.twin.hand_over and comparison.after.twin.engine == "cloudformation":
            entities, pronoun = count(number, "entity", "entities"), "it" if number == 1 else "them"
            message = (
                f"CloudFormation takes over {entities} of engine: bulk, and has to import {pronoun} before"
            )
            yield entities_imported.risk(change, message, f"run cdk import first, see {_WALK}")


def _engine_changes(comparison: Comparison) -> Iterator[Change]:
    """Yield the workspace if its entities get another engine."""
    is_other = comparison.before.twin.engine != comparison.after.twin.engine
    if is_other and comparison.before.entities:
        yield from comparison.of(Kind.WORKSPACE)
