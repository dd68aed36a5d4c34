"""Lambda functions of component types, as connectors of ``twin.yaml``: one for each function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_NO_NAME: Final = frozenset({"to", "fill", "in", "lambda", "arn", "function", "here"})
"""Words of placeholders, such as ``__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__``, that name nothing."""


class LambdaConnectors:
    """Names the Lambda functions of component types.

    Args:
        twin: Members of ``twin.yaml``, whose ``connectors`` receive a connector for each function.
    """

    def __init__(self, twin: dict[str, Any]) -> None:
        self._twin = twin
        self._names: dict[str, str] = {}

    def use(self, component_type: dict[str, Any]) -> dict[str, Any]:
        """Return a component type whose functions name connectors.

        Args:
            component_type: The type, whose functions name ARNs.
        """
        functions = component_type.get("functions")
        if not isinstance(functions, dict):
            return component_type
        named = {
            name: self._function(function) if isinstance(function, dict) else function
            for name, function in functions.items()
        }
        return {**component_type, "functions": named}

    def _function(self, function: Mapping[str, Any]) -> dict[str, Any]:
        implementation = function.get("implementedBy")
        lambda_ = implementation.get("lambda") if isinstance(implementation, dict) else None
        arn = lambda_.get("arn") if isinstance(lambda_, dict) else None
        if not isinstance(arn, str):
            return dict(function)
        others = {name: value for name, value in function.items() if name != "implementedBy"}
        return {"connector": self._name(arn), **others}

    def _name(self, arn: str) -> str:
        if arn not in self._names:
            stem = _stem(arn)
            connectors = self._twin.setdefault("connectors", {})
            name, number = stem, 1
            while name in connectors:
                number += 1
                name = f"{stem}-{number}"
            connectors[name] = {"kind": "lambda", "arn": str(arn)}
            self._names[arn] = name
        return self._names[arn]


def _stem(arn: str) -> str:
    """Return a name for a function: its own, or the words of a placeholder."""
    function = re.fullmatch(r"arn:.*:function:([A-Za-z0-9_-]{1,64})", arn)
    if function:
        return function[1]
    words = [word.lower() for word in _WORDS.findall(arn) if word.lower() not in _NO_NAME]
    return "-".join(words)[:64] or "connector"
