"""Members of AWS's own files that no request and no template takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.rules.members import UNKNOWN_KEY
from twin_stack.definition.schema.shape import LEFT_OUT_MEMBERS
from twin_stack.definition.source import LocatedMap, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition


_NAMES = frozenset(LEFT_OUT_MEMBERS)


@UNKNOWN_KEY.checked_by
def members_left_out(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Note members that are left out, once each with their number, at the first place.

    Args:
        definition: Component types and entities as they were read.
    """
    containers_by_name: dict[str, list[LocatedMap]] = {}
    for source in definition.sources.values():
        for container in (source, *_components(source)):
            if _NAMES.isdisjoint(container):
                continue
            for name in _NAMES & container.keys():
                containers_by_name.setdefault(name, []).append(container)
    for name, containers in sorted(containers_by_name.items()):
        times = "" if len(containers) == 1 else f" ({len(containers)} times)"
        message = f'"{name}"{times} is left out: {LEFT_OUT_MEMBERS[name]}'
        yield UNKNOWN_KEY.warning(at(containers[0], name, of_key=True), message, "no action is needed")


def _components(source: LocatedMap) -> Iterator[LocatedMap]:
    for name in ("components", "compositeComponents"):
        components = source.get(name)
        if isinstance(components, LocatedMap):
            yield from (component for component in components.values() if isinstance(component, LocatedMap))
