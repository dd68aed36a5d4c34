"""A string type whose error message says in words what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.transliteration import without_accents
from twin_stack.definition.wording import list_some, name_character, quote_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

    from twin_stack.definition.rule import Rule


@dataclass(frozen=True)
class StringRule:
    """A string type that says what is allowed, which a pattern alone does not.

    Attributes:
        rule: Rule that a string violates which is not allowed.
        label: What the string is, in the user's words, such as ``entity id``.
        min_length: Fewest characters.
        max_length: Most characters.
        pattern: Regular expression for the whole string.
        allowed: The pattern in words.
    """

    rule: Rule
    label: str
    min_length: int
    max_length: int
    pattern: str
    allowed: str

    def fits(self, value: str) -> bool:
        """Return whether a string is allowed.

        Args:
            value: Any string. The length is tested first: some patterns take quadratic time.
        """
        return self.min_length <= len(value) <= self.max_length and self.full_match(value) is not None

    @cached_property
    def full_match(self) -> Callable[[str], re.Match[str] | None]:
        """The compiled pattern's ``fullmatch``."""
        return re.compile(self.pattern).fullmatch

    def check(self, value: str) -> str:
        """Return the value when it is allowed.

        Args:
            value: Any string.

        Raises:
            PydanticCustomError: The value is not allowed.
        """
        if self.fits(value):
            return value
        raise refusal(
            self.rule,
            "{label} {value} is not allowed{because}: {min_length} to {max_length} characters, {allowed}",
            label=self.label,
            value=quote_value(value),
            because=self._wrong_characters(value),
            spelling=self._spelling(value),
            min_length=self.min_length,
            max_length=self.max_length,
            allowed=self.allowed,
        )

    def _wrong_characters(self, value: str) -> str:
        """Return words for the characters of a value that are allowed nowhere, empty where all are."""
        if not self._allows("a"):  # a pattern such as an ARN's does not consist of characters
            return ""
        wrong = [character for character in dict.fromkeys(value[:1_000]) if not self._allows(character)]
        return f", it has {list_some([name_character(character) for character in wrong], 2)}" if wrong else ""

    def _spelling(self, value: str) -> str:
        """Return the value without accents where it is allowed so, else nothing."""
        spelling = without_accents(value)
        return spelling if self.fits(spelling) else ""

    def _allows(self, character: str) -> bool:
        """Return whether a character is allowed at some place."""
        words = (character, f"aa{character}aa", f"aa/{character}/aa")
        return any(self.full_match(word) is not None for word in words)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check after the string check."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the limits to editors."""
        limits = {
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "pattern": f"^({self.pattern})$",
        }
        return {**handler(schema), **limits}
