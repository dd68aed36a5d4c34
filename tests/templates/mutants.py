"""Templates with one value weakened or removed."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Template = dict[str, Any]
Path = tuple[str | int, ...]

ANYTHING = {"Action": "*", "Effect": "Allow", "Resource": "*"}


def mutants(template: Template) -> Iterator[tuple[str, str, str, Template]]:
    """Each mutant with its resource, the path in it, and what was done there.

    Every member and item is taken away; every flag is turned, number multiplied and text replaced; every
    list gets one more of the worst kind; every statement gets wider.
    """
    for name, resource in template["Resources"].items():
        others = {
            other: other_resource for other, other_resource in template["Resources"].items() if other != name
        }
        yield name, "itself", "taken away", {**template, "Resources": others}
        for path in _paths(resource, ()):
            for words, changed in _changes(path, resource):
                resources = {**template["Resources"], name: changed}
                yield name, ".".join(map(str, path)), words, {**template, "Resources": resources}


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _changes(path: Path, resource: Any) -> Iterator[tuple[str, Any]]:
    changed, parent = _copy(path, resource)
    del parent[path[-1]]
    yield "taken away", changed
    _, parent = _copy(path, resource)
    for words, worse in _worse(path[-1], parent[path[-1]]):
        changed, parent = _copy(path, resource)
        parent[path[-1]] = worse
        yield words, changed


def _copy(path: Path, resource: Any) -> tuple[Any, Any]:
    """A resource whose members on the path are copies, and what holds the path's end in it."""
    changed = copy.copy(resource)
    parent = changed
    for step in path[:-1]:
        parent[step] = copy.copy(parent[step])
        parent = parent[step]
    return changed, parent


def _worse(key: str | int, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case bool():
            yield "turned", not value
        case int() | float():
            yield "multiplied", value * 1000
        case str():
            yield "replaced", "another"
        case list():
            yield "lengthened", [*value, ANYTHING if key == "Statement" else "*"]
    match key:
        case "Action":
            yield (
                "widened to one more action",
                [*(value if isinstance(value, list) else [value]), "iam:PassRole"],
            )
        case "Resource" | "Principal" if value != "*":
            yield "widened to everything", "*"
        case "Effect":
            yield "turned round", "Deny" if value == "Allow" else "Allow"
