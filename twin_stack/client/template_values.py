"""Values of a CloudFormation template that are known before it is deployed. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


def resolve(value: Any, template: Mapping[str, Any], parameters: Mapping[str, str]) -> str | None:
    """Return the text of a value; None where it is known at the deployment only.

    Args:
        value: A text, or one of the functions Ref, Fn::Join and Fn::Sub. ``Ref`` to a resource is known where
            the resource has a property that CloudFormation returns: a workspace's id.
        template: The template.
        parameters: Values of pseudo parameters, such as ``AWS::Region``.
    """
    match value:
        case str(text):
            return text
        case {"Ref": str(name)}:
            return _reference(name, template, parameters)
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return _all(delimiter, [resolve(part, template, parameters) for part in parts])
        case {"Fn::Sub": str(text)}:
            return _substituted(text, template, parameters)
    return None


def _all(delimiter: str, parts: list[str | None]) -> str | None:
    resolved_parts = [part for part in parts if part is not None]
    return delimiter.join(resolved_parts) if len(resolved_parts) == len(parts) else None


def _reference(name: str, template: Mapping[str, Any], parameters: Mapping[str, str]) -> str | None:
    if name in parameters:
        return parameters[name]
    resource = template.get("Resources", {}).get(name, {})
    if resource.get("Type") == "AWS::IoTTwinMaker::Workspace":
        return resolve(resource["Properties"].get("WorkspaceId"), template, parameters)
    return None


def _substituted(text: str, template: Mapping[str, Any], parameters: Mapping[str, str]) -> str | None:
    values: list[str | None] = []
    rest = 0
    for match in _PLACEHOLDER.finditer(text):
        values.append(text[rest : match.start()])
        literal, name = match.groups()
        values.append(f"${{{name}}}" if literal else _reference(name, template, parameters))
        rest = match.end()
    return _all("", [*values, text[rest:]])


def references(resource: Mapping[str, Any], *, keeps_order: bool = True) -> set[str]:
    """Return the logical ids and parameters that a resource needs.

    Args:
        resource: A resource of a template.
        keeps_order: Whether ``DependsOn`` counts.
    """
    members = {key: value for key, value in resource.items() if keeps_order or key != "DependsOn"}
    return set(_references(members))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in {"Ref", "Condition"} and isinstance(item, str):
                yield item
            elif key == "DependsOn":
                yield from [item] if isinstance(item, str) else item
            elif key == "Fn::GetAtt":
                yield item.split(".")[0] if isinstance(item, str) else item[0]
            elif key == "Fn::Sub":
                yield from _substitutions(item)
            else:
                yield from _references(item)


def _substitutions(value: Any) -> Iterator[str]:
    text, own = (value, {}) if isinstance(value, str) else value
    yield from _references(own)
    for literal, name in _PLACEHOLDER.findall(text):
        if not literal and name not in own:
            yield name.split(".")[0]
