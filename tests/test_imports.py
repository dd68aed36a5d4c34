"""The cost of imports. Allowed imports are checked by import-linter, see pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.parametrize("module", ["twin_stack", "twin_stack.cli", "twin_stack.definition", "app"])
def test_import_starts_no_jsii_runtime(module: str) -> None:
    code = (
        f"import sys, {module}; print([name for name in ('jsii', 'aws_cdk', 'boto3') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.slow
def test_every_public_name_can_be_imported() -> None:
    code = "import twin_stack; print(sorted(n for n in twin_stack.__all__ if getattr(twin_stack, n) is None))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.slow
def test_misspelt_name_and_keyword_are_errors_of_a_type_checker(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(
        "from aws_cdk import App, Stack\n"
        "from twin_stack import Component, DigitlTwin, FunctionOptions, SceneAssets, SiteWiseConnector\n"
        'SceneAssets(Stack(App()), "Assets", pfad="assets")\n'
        "Component\n"
        'SiteWiseConnector(Stack(App()), "It", memroy_size=512)\n'
        "FunctionOptions(memory_size='512')\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={ROOT}/.mypy_cache", str(file)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Module "twin_stack" has no attribute "DigitlTwin"' in result.stdout
    assert 'Unexpected keyword argument "pfad" for "SceneAssets"' in result.stdout
    assert 'Unexpected keyword argument "memroy_size" for "SiteWiseConnector"' in result.stdout
    assert 'Incompatible types (expression has type "str", TypedDict item "memory_size"' in result.stdout
    assert "Component" not in result.stdout
