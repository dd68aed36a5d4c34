"""The official JSON Schema of SARIF 2.1.0, which code scanning of GitHub and editors read our logs by."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]

SCHEMA = Path(__file__).parent / "oasis" / "sarif-schema-2.1.0.json"


@cache
def _validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def violations(log: object) -> list[str]:
    """Return what the schema refuses in a log, with the place in it."""
    errors = _validator().iter_errors(log)
    return [f"{error.json_path}: {error.message}" for error in errors]
