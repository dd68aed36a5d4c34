"""The version of a scene document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.scene_document.problems import Problems

_LEADING_NUMBER = re.compile(r"\s*([+-]?[0-9]+)")


def check_version(problems: Problems, document: Mapping[str, Any]) -> None:
    """Check the version as AWS's viewer reads it: a later minor one is a warning, a later major one fatal.

    Args:
        problems: Receives the problems.
        document: The document.
    """
    version = document.get("specVersion")
    numbers = _numbers(version)
    major, minor = (int(part) for part in scene_facts().spec_version.split("."))
    if len(numbers) != 2 or numbers[0] > major:
        problems.add("version", ("specVersion",), value=quote_value(version))
    elif numbers[1] > minor:
        problems.add("later-version", ("specVersion",), value=quote_value(version))


def _numbers(version: object) -> list[int]:
    """Return the numbers of a version, as ``Number.parseInt`` of JavaScript reads its parts."""
    if not isinstance(version, str):
        return []
    matches = [_LEADING_NUMBER.match(part) for part in version.split(".")]
    numbers = [int(match[1]) for match in matches if match and len(match[1]) < 300]
    return [number for number in numbers if abs(number) < 2**53]
