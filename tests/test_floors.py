"""Who may know whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AWS = {"aws_cdk", "constructs", "jsii", "cdk_nag", "boto3", "botocore", "ministack"}
UPPER = {
    f"twin_stack.{floor}"
    for floor in ("constructs", "stack", "settings", "plan", "local", "cli", "policy", "grafana", "preview")
}
RULES = [
    ("lambdas", {"twin_stack", "app", "aws_cdk", "constructs", "jsii", "pydantic", "yaml"}),
    ("lambdas/connector_kit", {"boto3", "botocore", "dynamodb_connector", "sitewise_connector"}),
    (
        "twin_stack/contract",
        AWS | UPPER | {"twin_stack.definition", "typer", "app", "pydantic", "yaml", "connector_kit"},
    ),
    ("twin_stack/invoke", {"twin_stack.constructs", "twin_stack.cli", "aws_cdk", "jsii", "app"}),
    ("twin_stack/definition", AWS | UPPER | {"typer", "app", "connector_kit"}),
    ("twin_stack/constructs", (UPPER - {"twin_stack.constructs"}) | {"boto3", "botocore", "typer", "app"}),
    (
        "twin_stack/grafana",
        (AWS | UPPER | {"typer", "app", "connector_kit", "twin_stack.client"}) - {"twin_stack.grafana"},
    ),
    ("twin_stack/architecture.py", AWS | UPPER | {"twin_stack.definition", "typer", "app"}),
    (
        "twin_stack/preview",
        {
            "twin_stack.constructs",
            "twin_stack.stack",
            "twin_stack.cli",
            "aws_cdk",
            "jsii",
            "boto3",
            "botocore",
            "app",
        },
    ),
    ("twin_stack/stack.py", {"twin_stack.cli", "twin_stack.local", "twin_stack.settings", "boto3", "app"}),
    ("twin_stack/settings.py", AWS | {"twin_stack.constructs", "twin_stack.stack", "app"}),
    (
        "twin_stack/local",
        {"twin_stack.constructs", "twin_stack.definition", "twin_stack.stack", "aws_cdk", "app"},
    ),
]


def imports(file: Path) -> set[str]:
    """Every module a file imports, wherever in it, type checking included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(file.relative_to(ROOT).parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (above, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(("place", "unknown"), RULES, ids=[place for place, _ in RULES])
def test_floor_does_not_know_what_is_above_it(place: str, unknown: set[str]) -> None:
    path = ROOT / place
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert files
    for file in files:
        for module in imports(file):
            parts = module.split(".")
            above = {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & unknown
            assert not above, f"{file.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("module", ["twin_stack", "twin_stack.cli", "twin_stack.definition", "app"])
def test_import_starts_no_jsii_runtime(module: str) -> None:
    code = (
        f"import sys, {module}; print([name for name in ('jsii', 'aws_cdk', 'boto3') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_every_public_name_can_be_imported() -> None:
    code = "import twin_stack; print(sorted(n for n in twin_stack.__all__ if getattr(twin_stack, n) is None))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
