"""Make a plan of two definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Kind, Plan
from twin_stack.plan.compare import compare
from twin_stack.plan.costs import cost_lines, read_prices
from twin_stack.plan.former_references import PresentIds
from twin_stack.plan.headroom import quota_changes
from twin_stack.plan.load import load_lines
from twin_stack.plan.masking import Masking, mask_references
from twin_stack.plan.members import content_digests, hash_of
from twin_stack.plan.order import definition_steps, template_steps
from twin_stack.plan.parameters import parameter_lines
from twin_stack.plan.permissions import definition_permission_lines
from twin_stack.plan.registry import risk_rules
from twin_stack.plan.resources import permission_lines, resource_changes
from twin_stack.plan.rule import Comparison
from twin_stack.plan.tree import affected_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Risk
    from twin_stack.plan.costs import Prices
    from twin_stack.plan.rule import Template

_KINDS: Final = list(Kind)
NOTHING: Final = "nothing"
"""Label of a side without a definition."""


def make_plan(
    before: TwinDefinition | None,
    after: TwinDefinition | None,
    *,
    before_label: str = "",
    after_label: str = "",
    prices: Prices | None = None,
    masked: Collection[str] = (),
    templates: tuple[Template, Template] | None = None,
) -> Plan:
    """Return what the change from one definition to another does to the twin.

    Args:
        before: The definition before the change; None for a first deployment.
        after: The definition after it; None if the twin is removed.
        before_label: Name of the first side, such as ``main:models/factory``.
        after_label: Name of the second side.
        prices: Prices of a region. Default: those of the package, which are dated.
        masked: Names of members and properties whose values are masked, beside those of ``sensitive`` of both
            definitions.
        templates: The templates of the stacks before and after; None if a side has none.
    """
    ids = PresentIds(before, after) if before is not None and after is not None else None
    changes = compare(before, after, ids)
    risks: list[Risk] = []
    if before is not None and after is not None and ids is not None and (changes or templates):
        comparison = Comparison(before, after, ids, changes, templates)
        risks = [risk for rule in risk_rules().values() for risk in rule.find(comparison)]
        risks.sort(key=lambda risk: (-risk.level, risk.code, _KINDS.index(risk.kind), risk.id, risk.message))
    masking = Masking.of(masked, before, after)
    resources = resource_changes(*templates) if templates is not None else []
    steps = (
        template_steps(resources, *templates)
        if templates is not None
        else definition_steps(changes, before, after)
    )
    permissions = (
        permission_lines(*templates) if templates is not None else definition_permission_lines(before, after)
    )
    parameters = (
        map(mask_references, parameter_lines(*templates, masking.hides)) if templates is not None else ()
    )
    changes = masking.changes(changes)
    risks = masking.risks(risks)
    return Plan(
        before=before_label or NOTHING,
        after=after_label or NOTHING,
        before_hash=_hash(before),
        after_hash=_hash(after),
        changes=tuple(changes),
        risks=tuple(risks),
        quotas=quota_changes(before, after, templates) if changes or templates else (),
        estimates=(
            *cost_lines(changes, before, after, prices or read_prices()),
            *(load_lines(before, after) if changes else ()),
        ),
        rows=affected_rows(changes, before, after),
        resources=tuple(resources),
        parameters=tuple(parameters),
        permissions=tuple(map(mask_references, permissions)),
        steps=steps,
    )


def _hash(definition: TwinDefinition | None) -> str:
    return hash_of(content_digests(definition)) if definition is not None else hash_of({})
