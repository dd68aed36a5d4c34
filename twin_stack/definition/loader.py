"""From a folder to a checked definition: ``models/factory`` in, ``TwinDefinition`` or every mistake out."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

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
from twin_stack.definition.gathering import gather_places
from twin_stack.definition.graph import parents_first
from twin_stack.definition.ignores import apply_ignores
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.phases.resolve import resolve_declarations, resolve_types
from twin_stack.definition.response_members import strip_read_only_members
from twin_stack.definition.rules.reading import TOO_MANY_FINDINGS
from twin_stack.definition.twin_definition import TwinDefinition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Finding, IgnoredFinding
    from twin_stack.definition.phases.read import ModelFiles
    from twin_stack.definition.schema import TwinFile
    from twin_stack.definition.unchecked import UncheckedDefinition


class CheckResult(NamedTuple):
    """The result of a check.

    Attributes:
        definition: The definition, None when there are errors.
        findings: All findings, in the order of files and lines.
        ignored: Findings that the files accept, with the reasons.
    """

    definition: TwinDefinition | None
    findings: list[Finding]
    ignored: Sequence[IgnoredFinding]


def load(folder: Path) -> TwinDefinition:
    """Read and check the definition of a twin.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.

    Returns:
        The definition; findings that do not stop the synthesis are in its ``warnings``.

    Raises:
        DefinitionError: With every mistake found, in the order of files and lines.
    """
    return require_definition(*check(folder))


def require_definition(definition: TwinDefinition | None, findings: Sequence[Finding]) -> TwinDefinition:
    """Return a definition without errors, or raise its errors.

    Args:
        definition: The definition, None when there are errors.
        findings: All findings.

    Raises:
        DefinitionError: There is no definition.
    """
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
    return check_folder(folder)[:2]


def check_folder(folder: Path) -> CheckResult:
    """Read and check the definition of a twin, and return the findings that it accepts too.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.
    """
    return examine_files(lambda findings: read_files(folder, findings), folder)


def check_files(
    read: Callable[[Findings], ModelFiles | None], folder: Path, *, tolerated: frozenset[str] = frozenset()
) -> tuple[TwinDefinition | None, list[Finding]]:
    """Check the content of definition files, without raising.

    Args:
        read: Returns the content and appends every mistake of reading; None where nothing can be read.
        folder: The place of findings that concern the definition as a whole.
        tolerated: Codes of errors with which there is a definition all the same: limits of one way to deploy
            it, where it goes another way.

    Returns:
        The definition, None when there are errors, and all findings in the order of files and lines.
    """
    return examine_files(read, folder, tolerated=tolerated)[:2]


def examine_files(
    read: Callable[[Findings], ModelFiles | None],
    folder: Path,
    *,
    tolerated: frozenset[str] = frozenset(),
    observe: Callable[[UncheckedDefinition], None] | None = None,
) -> CheckResult:
    """Check the content of definition files, and return the findings that they accept too.

    Args:
        read: As for ``check_files``.
        folder: As for ``check_files``.
        tolerated: As for ``check_files``.
        observe: Receives what the files declare before rules check it, also with mistakes.
    """
    with _paused_garbage_collection():
        return _examine_files(read, folder, tolerated, observe)


@contextmanager
def _paused_garbage_collection() -> Iterator[None]:
    """Pause the search for cycles: a check makes millions of objects that stay, and it takes a third."""
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


def _examine_files(
    read: Callable[[Findings], ModelFiles | None],
    folder: Path,
    tolerated: frozenset[str],
    observe: Callable[[UncheckedDefinition], None] | None,
) -> CheckResult:
    findings = Findings()
    try:
        files = read(findings)
        if files is None:
            return CheckResult(None, sorted(findings), ())
        declarations = expand(files, findings)
        unchecked = coerce(resolve_declarations(declarations, findings), findings)
        if observe is not None:
            observe(unchecked)
        _apply_rules(unchecked, findings)
    except TooManyFindingsError:
        message = f"more than {MAX_FINDINGS:,} mistakes, the rest is not shown"
        place = Location(folder, 1, 1)
        excess = TOO_MANY_FINDINGS.finding(place, message, "correct these first")
        return CheckResult(None, [*sorted(findings), excess], ())
    except ModelTooLargeError as error:
        return CheckResult(None, [*sorted(findings), error.finding], ())
    documents = {document.path for document in files.documents["scenes"]} | {*files.assets.values()}
    kept, ignored = apply_ignores(findings, files.ignores, documents)
    in_order = gather_places(kept)
    has_errors = any(
        finding.severity is Severity.ERROR and finding.code not in tolerated for finding in in_order
    )
    if unchecked.twin is None or has_errors:
        return CheckResult(None, in_order, ignored)
    definition = _finish(unchecked, unchecked.twin, files.assets_folder, tuple(in_order))
    return CheckResult(definition, in_order, ignored)


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
