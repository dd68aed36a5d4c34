"""Order and cycles of things that name their parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parents_first(parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names so that each stands behind its parents, else in the order given.

    Args:
        parents: Parents by name; names that are not keys are passed over. There must be no cycle.
    """
    ordered: dict[str, None] = {}
    for start in parents:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            missing = [parent for parent in parents[name] if parent in parents and parent not in ordered]
            if name in ordered or not missing:
                ordered[name] = None
                waiting.pop()
            else:
                waiting += reversed(missing)
    return list(ordered)


def cycles(parents: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return each cycle once, as the names along it, the first of them in the order given.

    Args:
        parents: Parents by name; names that are not keys are passed over.
    """
    found: list[list[str]] = []
    finished: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}  # names on the way from the start, and the parent to try next
        stack = [start]
        while stack:
            name = stack[-1]
            turn = path.setdefault(name, 0)
            known = [parent for parent in parents[name] if parent in parents]
            if name in finished or turn >= len(known):
                finished.add(name)
                path.pop(name, None)
                stack.pop()
                continue
            path[name] = turn + 1
            parent = known[turn]
            if parent in path:
                found.append(stack[stack.index(parent) :])
            elif parent not in finished:
                stack.append(parent)
    return found
