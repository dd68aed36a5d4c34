"""Keep secrets out of a plan: values whose names say so, and those that a definition marks.

The hashes of a plan are those of the values themselves, so that a change of a masked value is still a change.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, Self

from twin_stack.plan.differences import is_data_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Change, Detail, Kind, Risk

MASK: Final = "(masked)"
"""In place of a masked value."""
_DYNAMIC_REFERENCE: Final = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):[^}]*\}\}")
"""Source: CloudFormation user guide, "Get values stored in other services using dynamic references"."""
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRETS: Final = frozenset(
    {"credential", "credentials", "passphrase", "passwd", "password", "pwd", "secret", "token"}
)
_SECRET_KEYS: Final = frozenset({"access", "api", "encryption", "private", "secret", "shared", "signing"})
_VALUE_MEMBERS: Final = frozenset({"allowedValues", "defaultValue", "value"})
"""Members in which a property and its definition hold values."""


def is_secret_name(name: str) -> bool:
    """Return whether a name says that its value is a secret, such as ``adminPassword`` or ``API_KEY``.

    Args:
        name: Name of a member or property.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return False
    return words[-1] in _SECRETS or (words[-1] == "key" and len(words) > 1 and words[-2] in _SECRET_KEYS)


def mask_references(text: str) -> str:
    """Return a text with ``MASK`` in place of CloudFormation's references to secrets.

    Args:
        text: Any text.
    """
    return _DYNAMIC_REFERENCE.sub(MASK, text)


class Masking:
    """Masks values in a plan.

    Args:
        patterns: Names of members and properties whose values are masked; ``*`` stands for any text.
    """

    def __init__(self, patterns: Collection[str]) -> None:
        self._patterns = sorted(set(patterns))
        self._masked: defaultdict[tuple[Kind, str], set[str]] = defaultdict(set)

    @classmethod
    def of(cls, patterns: Collection[str], *sides: TwinDefinition | None) -> Self:
        """Return what masks the names of patterns, and those that definitions mark.

        Args:
            patterns: Names of members and properties.
            sides: Definitions; None for a side without one.
        """
        return cls([*patterns, *(name for side in sides if side is not None for name in side.twin.sensitive)])

    def hides(self, name: str) -> bool:
        """Return whether the values of a property are masked.

        Args:
            name: Name of the property.
        """
        return is_secret_name(name) or self._hides(name, is_of_secret=False)

    def changes(self, changes: Sequence[Change]) -> list[Change]:
        """Return changes without masked values.

        Args:
            changes: The changes.
        """
        return [self._change(change) for change in changes]

    def _change(self, change: Change) -> Change:
        if change.content is not None:
            values = self._masked[change.kind, change.id]
            return replace(change, content=self._value(change.content, values, is_of_secret=False))
        if not change.details:
            return change
        return replace(change, details=tuple(self._detail(change, detail) for detail in change.details))

    def risks(self, risks: Sequence[Risk]) -> list[Risk]:
        """Return risks whose texts have no value that ``changes`` masked.

        Args:
            risks: Risks of the changes that were masked before.
        """
        return [
            replace(risk, message=self._text(risk, risk.message), remedy=self._text(risk, risk.remedy))
            for risk in risks
        ]

    def _text(self, risk: Risk, text: str) -> str:
        for value in sorted(self._masked.get((risk.kind, risk.id), ()), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)
        return mask_references(text)

    def _detail(self, change: Change, detail: Detail) -> Detail:
        values = self._masked[change.kind, change.id]
        is_of_secret = is_hidden = False
        for key in detail.path:
            is_hidden = is_hidden or self._hides(key, is_of_secret=is_of_secret)
            is_of_secret = is_of_secret or is_secret_name(key)
        is_last_secret = bool(detail.path) and is_secret_name(detail.path[-1])

        def masked(value: Any) -> Any:
            if value is not None and (is_hidden or (is_last_secret and _is_value(value))):
                values.update(_texts(value))
                return MASK
            return self._value(value, values, is_of_secret=is_of_secret)

        return replace(detail, before=masked(detail.before), after=masked(detail.after))

    def _hides(self, key: str, *, is_of_secret: bool) -> bool:
        """Return whether a key hides all below it."""
        return (is_of_secret and key in _VALUE_MEMBERS) or any(
            fnmatchcase(key, pattern) for pattern in self._patterns
        )

    def _value(self, value: Any, values: set[str], *, is_of_secret: bool) -> Any:
        if isinstance(value, dict):
            members = {}
            for key, member in value.items():
                is_secret = is_secret_name(str(key))
                if self._hides(str(key), is_of_secret=is_of_secret) or (is_secret and _is_value(member)):
                    values.update(_texts(member))
                    members[key] = MASK
                else:
                    members[key] = self._value(member, values, is_of_secret=is_of_secret or is_secret)
            return members
        if isinstance(value, list):
            return [self._value(member, values, is_of_secret=is_of_secret) for member in value]
        return mask_references(value) if isinstance(value, str) else value


def _is_value(value: Any) -> bool:
    return not isinstance(value, dict) or is_data_value(value)


def _texts(value: Any) -> Iterator[str]:
    """Yield the forms in which messages show the scalars of a value."""
    if isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    elif value is not None and value != "":
        yield str(value)
        yield json.dumps(value, ensure_ascii=False)
        if isinstance(value, float) and value.is_integer():
            yield str(int(value))
