"""Handlers to invoke, and a folder without AWS."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.invocations import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import os
import sys

import connector_kit
import helper


def answer(event, value, time="2026-03-02T06:01:00Z"):
    reference = {"entityId": event["entityId"], "componentName": event["componentName"]}
    item = {"entityPropertyReference": {**reference, "propertyName": "pressure"}}
    return {"propertyValues": [{**item, "values": [{"time": time, "value": value}]}], "nextToken": None}


def right(event, context):
    print("a print of the handler")
    return answer(event, {"doubleValue": helper.VALUE})


def wrong(event, context):
    return answer(event, {"intValue": 7}, event["startTime"])


def many(event, context):
    page = answer(event, {"doubleValue": 1.5})
    page["propertyValues"][0]["values"] *= 50
    page["propertyValues"][0]["values"][1:] = [{"time": "noon", "value": {"doubleValue": 1}}] * 49
    return page


def warned(event, context):
    return answer(event, {"doubleValue": os.environ["VALUE"]})


def raises(event, context):
    raise connector_kit.StoreError("the store is closed")


def exits(event, context):
    sys.exit("enough")


def dies(event, context):
    os._exit(3)


def hangs(event, context):
    import time

    time.sleep(context.get_remaining_time_in_millis() / 1000 + 5)


def decimal(event, context):
    from decimal import Decimal

    return answer(event, {"doubleValue": Decimal(1)})
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder with handlers, without an AWS configuration."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "mine.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "code" / "helper.py").write_text("VALUE = 1.5\n", encoding="utf-8")
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def factory(place: Path) -> Path:
    """A copy of the factory."""
    shutil.copytree(ROOT / "models" / "factory", place / "factory")
    return place / "factory"
