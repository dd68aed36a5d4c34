"""The check of scene documents: what can be found in a document alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.checks.scene_assets import has_own_light
from twin_stack.definition.checks.scene_bindings import rules_with_unknown_bindings
from twin_stack.definition.findings import Finding, Severity
from twin_stack.definition.rules.scenes import INVALID_SCENE
from twin_stack.definition.scene_document import scene_problems
from twin_stack.definition.scene_parts import document_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.unchecked import UncheckedDefinition


@INVALID_SCENE.checked_by
def document_problems(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report the mistakes of scene documents, each under the rule that ``scene_problems.json`` names.

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        unknown_rules = rules_with_unknown_bindings(definition, scene)
        for problem in scene_problems(scene.document):
            if problem.kind == "unbound-name" and problem.path[1] in unknown_rules:
                continue  # the name of the binding is wrong, not the one in the rule
            if problem.kind == "unlit-scene" and has_own_light(definition, scene):
                continue
            place = document_place(definition, scene_id, problem.path, of_key=problem.is_key)
            severity = Severity.WARNING if problem.level == "warning" else Severity.ERROR
            yield Finding(place, problem.code, problem.message, problem.remedy, severity)
