"""Order and cycles of things that name their parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


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


def ancestors(parents: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the ancestors of each name: its parents in the order given, then theirs, each once.

    Args:
        parents: Parents by name, without a cycle. A name that is not a key has no parents of its own.
    """
    by_name: dict[str, tuple[str, ...]] = {}
    for name, own in parents.items():
        line = dict.fromkeys(own)
        queue = list(line)
        for ancestor in queue:
            new = [parent for parent in parents.get(ancestor, ()) if parent not in line]
            line.update(dict.fromkeys(new))
            queue += dict.fromkeys(new)
        by_name[name] = tuple(line)
    return by_name


def cycles(parents: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Yield cycles, as the names along each, so that without them nothing is its own ancestor.

    Args:
        parents: Parents by name; names that are not keys are passed over.
    """
    finished: set[str] = set()
    for start in parents:
        if start in finished:
            continue
        path: dict[str, Iterator[str]] = {start: iter(parents[start])}  # what is left to try of each
        while path:
            name, left = next(reversed(path.items()))
            parent = next(left, None)
            if parent is None:
                finished.add(name)
                del path[name]
            elif parent in path:
                names = list(path)
                yield names[names.index(parent) :]
            elif parent in parents and parent not in finished:
                path[parent] = iter(parents[parent])
