"""Dependencies of resources: CloudFormation creates in this order and deletes in the opposite one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def waits_for(template: dict[str, Any]) -> dict[str, set[str]]:
    """For each resource all those that exist before it does, near and far."""
    resources = template["Resources"]
    near = {name: set(_named(resource)) & resources.keys() for name, resource in resources.items()}
    return {name: _far(name, near) for name in resources}


def _far(start: str, near: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    pending = [*near[start]]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += near[name]
    return reached


def _named(value: Any) -> Iterator[str]:
    """Everything a resource names in DependsOn, Ref, Fn::GetAtt and Fn::Sub."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from _SUBSTITUTED.findall(text)
        case dict():
            depends_on = value.get("DependsOn", [])
            yield from depends_on if isinstance(depends_on, list) else [depends_on]
            for item in value.values():
                yield from _named(item)
        case list():
            for item in value:
                yield from _named(item)
