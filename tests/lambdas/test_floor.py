"""Lambda code imports nothing of the library and nothing that is not in Lambda's runtime."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).parents[2] / "lambdas"
OWN = {
    "alarm_evaluator",
    "aws_client",
    "connector_kit",
    "custom_resource",
    "dynamodb_connector",
    "entity_reconciler",
    "former_ids",
    "history_guard",
    "scene_uploader",
    "sitewise_connector",
    "sitewise_manager",
}
SDK = {"boto3", "botocore"}
WITH_SDK = {"repository.py", "calls.py", "clients.py"}
STUBS = {"mypy_boto3_dynamodb", "mypy_boto3_iotsitewise"}
FILES = sorted(LAMBDAS.rglob("*.py"))


def imports(tree: ast.Module, *, runtime_only: bool = False) -> set[str]:
    """Top-level names a module imports; optionally without those under TYPE_CHECKING."""
    names: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and runtime_only:
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import of {node.module}; Lambda's root is the asset"
            names.add((node.module or "").split(".")[0])
        pending += ast.iter_child_nodes(node)
    return names


@pytest.mark.slow
def test_modules_import_only_the_runtime_and_their_own_kind() -> None:
    assert len(FILES) > 100
    assert {str(path.relative_to(LAMBDAS)): names for path in FILES if (names := foreign_imports(path))} == {}


def foreign_imports(path: Path) -> set[str]:
    """Return what a module imports that it may not."""
    own_kind = {"connector_kit"} if path.parent.name == "connector_kit" else OWN
    at_run_time = own_kind | (SDK if path.name in WITH_SDK else set())
    tree = ast.parse(path.read_text())
    names = imports(tree) - (own_kind | SDK | STUBS)
    return (names | (imports(tree, runtime_only=True) - at_run_time)) - set(sys.stdlib_module_names)


def test_kit_loads_without_an_aws_sdk() -> None:
    code = (
        "import sys, connector_kit, dynamodb_connector.query, sitewise_connector.query\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules), 'loads the SDK'\n"
    )
    subprocess.run([sys.executable, "-B", "-c", code], cwd=LAMBDAS, check=True)


@pytest.mark.slow
def test_handlers_exist_under_their_configured_names() -> None:
    code = "import sys\n" + "".join(
        f"from {connector}.handler import handler\n"
        f"from {connector}.environment import ENVIRONMENT_NAMES\n"
        "assert callable(handler)\n"
        f"assert 'boto3' not in sys.modules, '{connector}: boto3 costs a cold start more than botocore'\n"
        for connector in ("alarm_evaluator", "dynamodb_connector", "sitewise_connector")
    )
    subprocess.run([sys.executable, "-B", "-c", code], cwd=LAMBDAS, check=True, env={"PATH": ""})
