"""Dashboards of the models, for tests."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import check
from twin_stack.grafana import Settings, generate
from twin_stack.grafana.query import DATA_SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition import Finding, TwinDefinition

ROOT = Path(__file__).parents[2]

MODELS = sorted(path.parent.name for path in ROOT.glob("models/*/twin.yaml"))

VERSIONS = ("12", "13.1")

MODELS_AND_VERSIONS = [
    pytest.param(model, version, marks=pytest.mark.slow if model == "campus" else (), id=f"{model}-{version}")
    for model in MODELS
    for version in VERSIONS
]
"""Parameters of tests of all dashboards; those of ten thousand devices take seconds."""

Json = dict[str, Any]


def pages(files: dict[str, str]) -> dict[str, Json]:
    return {
        path.removeprefix("dashboards/"): json.loads(text)
        for path, text in files.items()
        if path.endswith(".json")
    }


@cache
def checked_model(model: str) -> tuple[TwinDefinition | None, Sequence[Finding]]:
    """Return the definition of a model of this repository and its findings; the campus takes seconds."""
    return check(ROOT / "models" / model)


def definition_of(model: str) -> TwinDefinition:
    """Return the definition of a model of this repository."""
    definition, findings = checked_model(model)
    assert definition, findings
    return definition


@cache
def pages_of(model: str, version: str) -> dict[str, Json]:
    """Return the dashboards of a model for a version of Grafana, by path; tests only read them."""
    return pages(generate(definition_of(model), Settings(version=version)))


def factory(**settings: Any) -> dict[str, str]:
    return generate(definition_of("factory"), Settings(**settings))


def queries(page: Json) -> list[Json]:
    return [
        target
        for panel in page["panels"]
        for target in panel.get("targets", [])
        if target["datasource"]["type"] == DATA_SOURCE
    ]


def panel_of(page: Json, title: str) -> Json:
    matches: list[Json] = [panel for panel in page["panels"] if panel["title"] == title]
    (panel,) = matches
    return panel


def choices(page: Json) -> dict[str, list[str]]:
    """The entity ids that each variable offers, as Grafana reads it; of one to type in, the id at first."""
    options_by_variable = {}
    for variable in page.get("templating", {}).get("list", []):
        if variable["type"] == "custom":
            options = [re.fullmatch(r"\s*(.+)\s:\s(.+)", text) for text in variable["query"].split(",")]
            options_by_variable[f"${{{variable['name']}}}"] = [match[2] for match in options if match]
            assert variable["current"]["value"] == options_by_variable[f"${{{variable['name']}}}"][0]
        elif variable["type"] == "textbox" and not variable.get("hide"):
            options_by_variable[f"${{{variable['name']}}}"] = [variable["query"]]
    return options_by_variable
