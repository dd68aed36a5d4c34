"""Validators of JSON Schemas; the library is imported on first use, since its grammars take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Draft = Literal["Draft4Validator", "Draft7Validator", "Draft202012Validator"]


def make_validator(schema: Mapping[str, Any], draft: Draft, *, has_formats: bool = False) -> Any:
    """Return the validator of a schema, which is valid itself.

    Args:
        schema: The schema.
        draft: Class of the library for its version.
        has_formats: Whether formats are validated.
    """
    import jsonschema  # type: ignore[import-untyped]  # noqa: PLC0415

    kind = getattr(jsonschema, draft)
    kind.check_schema(schema)
    return kind(schema, format_checker=jsonschema.FormatChecker() if has_formats else None)
