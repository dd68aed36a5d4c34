"""Validators of JSON Schemas; the library is imported on first use."""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Draft = Literal["Draft4Validator", "Draft7Validator", "Draft202012Validator"]


_IRI: Literal["rfc3987_syntax"] = "rfc3987_syntax"
"""Module with 40 grammars, which take seconds to compile, of which the library uses two to validate IRIs."""

_PLAIN_URL = re.compile(r"https://[a-z0-9.-]+(?:/[A-Za-z0-9._~@-]*)*")
"""IRIs of characters that every segment of a path may have, by section 2.2 of RFC 3987."""


def import_jsonschema() -> Any:
    """Import the library of JSON Schemas; the grammars of IRIs are compiled on the first use."""
    if _IRI in sys.modules:
        return importlib.import_module("jsonschema")

    def is_valid_syntax(term: str, value: str) -> bool:
        is_plain = _PLAIN_URL.fullmatch(value) is not None
        return is_plain or bool(importlib.import_module(_IRI).is_valid_syntax(term, value))

    stub = ModuleType(_IRI)
    stub.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_IRI] = stub
    try:
        return importlib.import_module("jsonschema")
    finally:
        del sys.modules[_IRI]


def make_validator(schema: Mapping[str, Any], draft: Draft, *, has_formats: bool = False) -> Any:
    """Return the validator of a schema, which is valid itself.

    Args:
        schema: The schema.
        draft: Class of the library for its version.
        has_formats: Whether formats are validated.
    """
    jsonschema = import_jsonschema()
    kind = getattr(jsonschema, draft)
    kind.check_schema(schema)
    return kind(schema, format_checker=jsonschema.FormatChecker() if has_formats else None)
