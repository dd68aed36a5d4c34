"""The cost of imports. Allowed imports are checked by import-linter, see pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).parents[1]


IMPORTS = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    print(module, [name for name in ("jsii", "aws_cdk", "boto3") if name in sys.modules])
import twin_stack
print(len(twin_stack.__all__), sorted(n for n in twin_stack.__all__ if getattr(twin_stack, n) is None))
"""


@pytest.mark.slow
def test_imports_start_no_jsii_runtime_and_every_public_name_is_there() -> None:
    modules = ["twin_stack", "twin_stack.definition", "twin_stack.cli", "app"]
    # One process: what an import loads stays loaded.
    result = subprocess.run(
        [sys.executable, "-c", IMPORTS, *modules], cwd=ROOT, capture_output=True, text=True, check=True
    )

    *loaded, public = result.stdout.splitlines()
    assert loaded == [f"{module} []" for module in modules]
    number, missing = public.split(maxsplit=1)
    assert int(number) > 20
    assert missing == "[]"


def test_type_checker_finds_misspelt_names_and_keywords() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]

    # A strict check fails on an exception that hides no error, and `make lint` runs it on this file.
    assert settings["strict"] is True
    assert "warn_unused_ignores" not in settings
    assert "tests" in settings["files"]


if TYPE_CHECKING:
    from aws_cdk import App, Stack

    from twin_stack import Component, FunctionOptions, SceneAssets, SiteWiseConnector
    from twin_stack import DigitlTwin as MisspeltTwin  # type: ignore[attr-defined]

    component: type[Component] = Component
    twin = MisspeltTwin
    SceneAssets(Stack(App()), "Assets", pfad="assets")  # type: ignore[call-arg]
    SiteWiseConnector(Stack(App()), "It", memroy_size=512)  # type: ignore[call-arg]
    FunctionOptions(memory_size="512")  # type: ignore[typeddict-item]
