"""Order, ancestors and cycles of names that have parents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


def parents_first(parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names so that each comes after its parents, else in the order given.

    Args:
        parents: Parents by name; names that are not keys are ignored. There must be no cycle.
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


class Ancestors(Mapping[str, tuple[str, ...]]):
    """The ancestors of each name: its parents in the order given, then theirs, each once.

    They are computed when they are asked for: a chain of 10,000 names has 50 million of them.

    Args:
        parents: Parents by name, without a cycle. A name that is not a key has no parents of its own.
    """

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        self._parents = parents

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self._parents:
            raise KeyError(name)
        return tuple(self.walk(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._parents)

    def __len__(self) -> int:
        return len(self._parents)

    def walk(self, name: str) -> Iterator[str]:
        """Yield the ancestors of a name, nearest first.

        Args:
            name: The name; one that is not a key has no ancestors.
        """
        seen = dict.fromkeys(self._parents.get(name, ()))
        queue = list(seen)
        for ancestor in queue:
            yield ancestor
            new = [parent for parent in dict.fromkeys(self._parents.get(ancestor, ())) if parent not in seen]
            seen.update(dict.fromkeys(new))
            queue += new


def cycles(parents: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Yield cycles, as the names along each; without them no name is its own ancestor.

    Args:
        parents: Parents by name; names that are not keys are ignored.
    """
    finished: set[str] = set()
    for start in parents:
        if start in finished:
            continue
        if all(parent in finished or parent not in parents for parent in parents[start]):
            finished.add(start)  # as where parents are written before their children
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
