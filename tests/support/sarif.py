"""The official JSON Schema of SARIF 2.1.0, which code scanning of GitHub and editors read our logs by."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.json_schema import make_validator

SCHEMA = Path(__file__).parent / "oasis" / "sarif-schema-2.1.0.json"


@cache
def _validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return make_validator(schema, "Draft4Validator", has_formats=True)


def violations(log: object) -> list[str]:
    """Return what the schema refuses in a log, with the place in it."""
    errors = _validator().iter_errors(log)
    return [f"{error.json_path}: {error.message}" for error in errors]
