"""From a folder to a checked definition: ``models/factory`` in, ``TwinDefinition`` or every mistake out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.budget import ModelTooLargeError
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.findings import (
    MAX_FINDINGS,
    DefinitionError,
    Findings,
    Location,
    Severity,
    TooManyFindingsError,
)
from twin_stack.definition.graph import parents_first
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.phases.resolve import resolve_declarations, resolve_types
from twin_stack.definition.response_members import strip_read_only_members
from twin_stack.definition.rules.reading import TOO_MANY_FINDINGS
from twin_stack.definition.twin_definition import TwinDefinition

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import TwinFile
    from twin_stack.definition.unchecked import UncheckedDefinition


def load(folder: Path) -> TwinDefinition:
    """Read and check the definition of a twin.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.

    Returns:
        The definition; findings that do not stop the synthesis are in its ``warnings``.

    Raises:
        DefinitionError: With every mistake found, in the order of files and lines.
    """
    definition, findings = check(folder)
    if definition is None:
        raise DefinitionError([finding for finding in findings if finding.severity is Severity.ERROR])
    return definition


def check(folder: Path) -> tuple[TwinDefinition | None, list[Finding]]:
    """Read and check the definition of a twin, without raising.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.

    Returns:
        The definition, None when there are errors, and all findings in the order of files and lines.
    """
    findings = Findings()
    try:
        unchecked = _read(folder, findings)
        if unchecked is not None:
            _apply_rules(unchecked, findings)
    except TooManyFindingsError:
        message = f"more than {MAX_FINDINGS:,} mistakes, the rest is not shown"
        place = Location(folder, 1, 1)
        return None, [*sorted(findings), TOO_MANY_FINDINGS.finding(place, message, "correct these first")]
    except ModelTooLargeError as error:
        return None, [*sorted(findings), error.finding]
    in_order = sorted(findings)
    has_errors = any(finding.severity is Severity.ERROR for finding in in_order)
    if unchecked is None or unchecked.twin is None or has_errors:
        return None, in_order
    return _finish(unchecked, unchecked.twin, folder / "assets", tuple(in_order)), in_order


def _read(folder: Path, findings: Findings) -> UncheckedDefinition | None:
    files = read_files(folder, findings)
    if files is None:
        return None
    declarations = expand(files, findings)
    return coerce(resolve_declarations(declarations, findings), findings)


def _apply_rules(unchecked: UncheckedDefinition, findings: Findings) -> None:
    for rule in all_rules().values():
        for find_violations in rule.checks:
            findings += find_violations(unchecked)


def _finish(
    unchecked: UncheckedDefinition, twin: TwinFile, assets: Path, warnings: tuple[Finding, ...]
) -> TwinDefinition:
    types, entities = unchecked.component_types, unchecked.entities
    type_order = parents_first({type_id: own.needs for type_id, own in types.items()})
    entity_order = parents_first({key: [entity.parent_entity_id] for key, entity in entities.items()})
    stripped = {type_id: strip_read_only_members(types[type_id]) for type_id in type_order}
    is_unchanged = all(stripped[type_id] is own for type_id, own in types.items())
    return TwinDefinition(
        twin=twin,
        component_types=stripped,
        entities={entity_id: entities[entity_id] for entity_id in entity_order},
        scenes=dict(sorted(unchecked.scenes.items())),
        resolved_types=unchecked.resolved_types if is_unchanged else resolve_types(stripped, frozenset()),
        ancestors=unchecked.ancestors,
        assets=assets if unchecked.assets else None,
        asset_files=unchecked.assets,
        warnings=warnings,
        sources=unchecked.sources,
    )
