"""The cost of imports. Allowed imports are checked by import-linter, see pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
