"""Hold a deployment to its plan: the file of a plan names what was reviewed by a hash of each thing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.output_files import replace_file
from twin_stack.plan.document import VERSION, plan_document
from twin_stack.plan.members import content_digests, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Plan

_THINGS: Final = "things"
_MAX_NAMES: Final = 10


def write_plan(file: Path, plan: Plan, after: TwinDefinition | None) -> None:
    """Write a plan with a hash of each thing after the change.

    Args:
        file: The file to write.
        plan: The plan.
        after: The definition after the change; None if the twin is removed.

    Raises:
        TwinError: The file cannot be written.
    """
    document = plan_document(plan)
    document["to"][_THINGS] = content_digests(after) if after is not None else {}
    with translate_os_errors("name another file with --out"):
        replace_file(file, f"{json.dumps(document, indent=2)}\n".encode())


def require_planned(file: Path, definition: TwinDefinition) -> None:
    """Refuse a definition that is not the one of a plan.

    Args:
        file: The file of the plan, as ``write_plan`` wrote it.
        definition: What would be deployed.

    Raises:
        TwinError: The file is no plan, or the definition differs from what was planned; names the things.
    """
    planned = _read_things(file)
    present = content_digests(definition)
    if hash_of(planned) == hash_of(present):
        return
    names = sorted(_different_things(planned, present))
    listed = ", ".join(names[:_MAX_NAMES])
    listed += f" and {len(names) - _MAX_NAMES:,} more" if len(names) > _MAX_NAMES else ""
    raise TwinError(
        f"the definition is not the one of the plan {file}: {listed}; nothing is deployed; make the plan "
        "again by `twin plan --out`, and review it"
    )


def _different_things(
    planned: Mapping[str, Mapping[str, str]], present: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    for kind in planned.keys() | present.keys():
        before, after = planned.get(kind, {}), present.get(kind, {})
        for thing_id in before.keys() | after.keys():
            if thing_id not in after:
                yield f'{kind} "{thing_id}" is missing'
            elif before.get(thing_id) != after[thing_id]:
                yield f'{kind} "{thing_id}" {"differs" if thing_id in before else "is new"}'


def _read_things(file: Path) -> Mapping[str, Mapping[str, str]]:
    remedy = "write it by `twin plan --out FILE`"
    with translate_os_errors(remedy):
        text = file.read_bytes()
    try:
        document: Any = json.loads(text)
        version, things = document["version"], document["to"][_THINGS]
        planned = {
            str(kind): {str(key): str(value) for key, value in digests.items()}
            for kind, digests in things.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TwinError(f"{file} is no plan that a deployment can be held to; {remedy}") from error
    if version != VERSION:
        raise TwinError(f"{file} is a plan of version {version}, this is version {VERSION}; {remedy}")
    return planned
