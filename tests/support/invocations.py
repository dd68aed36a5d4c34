"""`twin invoke` in the process of the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tests.support.connector_events import EVENTS
from twin_stack.cli import app

ROOT = Path(__file__).parents[2]
EVENT = str(EVENTS / "history_by_entity.json")


def twin(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["invoke", *arguments], input=text)


def documented(*arguments: str) -> Any:
    return json.loads(twin(*arguments, "--json", "--quiet").stdout)
