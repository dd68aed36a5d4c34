"""Files of the repository that other tools read: workflows, issue forms, hooks."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
ISSUE_FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
YAML_FILES = [
    *ISSUE_FORMS,
    *sorted((ROOT / ".github").glob("*.yml")),
    WORKFLOW,
    ROOT / ".pre-commit-config.yaml",
    ROOT / ".pre-commit-hooks.yaml",
]
PINNED_ACTION = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run_hook(hook: dict[str, Any], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the entry of a hook, with the programs of this environment."""
    program, *words = shlex.split(hook["entry"])
    executable = Path(sys.executable).parent / Path(program).name
    return subprocess.run(
        [executable, *words, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_yaml_file_parses(path: Path) -> None:
    assert read_yaml(path)


def test_workflow_runs_the_script_of_the_repository() -> None:
    steps = read_yaml(WORKFLOW)["jobs"]["test"]["steps"]

    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_workflow_may_only_read_the_repository() -> None:
    workflow = read_yaml(WORKFLOW)

    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    (checkout,) = [step for step in workflow["jobs"]["test"]["steps"] if "checkout" in step.get("uses", "")]
    assert checkout["with"] == {"persist-credentials": False}


def test_actions_are_pinned_by_commit_with_their_tag() -> None:
    uses = re.findall(r"uses: (.+)", WORKFLOW.read_text(encoding="utf-8"))

    assert len(uses) == 3
    assert [line for line in uses if not PINNED_ACTION.fullmatch(line)] == []


@pytest.mark.parametrize(
    "path", [path for path in ISSUE_FORMS if path.name != "config.yml"], ids=lambda path: path.name
)
def test_issue_form_has_what_github_requires(path: Path) -> None:
    form = read_yaml(path)

    assert {"name", "description", "body"} <= set(form)
    questions = [item for item in form["body"] if item["type"] != "markdown"]
    assert questions
    ids = [item["id"] for item in questions]
    assert len(set(ids)) == len(ids)
    assert [item["id"] for item in questions if not item["attributes"].get("label")] == []


def test_hook_for_other_repositories_checks_a_definition(tmp_path: Path) -> None:
    (hook,) = read_yaml(ROOT / ".pre-commit-hooks.yaml")
    model = shutil.copytree(ROOT / "models" / "minimal", tmp_path / "minimal")

    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("twin-check", "python", False)
    assert run_hook(hook, model).returncode == 0

    (model / "entities" / "mistake.yaml").write_text("a-1: {entityNam: A}\n", encoding="utf-8")
    result = run_hook(hook, model)
    assert result.returncode == 1
    assert "TWIN003" in result.stdout + result.stderr


def test_hooks_of_this_repository_check_each_model() -> None:
    (local,) = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = {hook["id"]: hook for hook in local["hooks"]}
    models = sorted(path.parent.name for path in (ROOT / "models").glob("*/twin.yaml"))

    assert {f"twin-check-{name}" for name in models} <= set(hooks)
    for name in models:
        hook = hooks[f"twin-check-{name}"]
        assert re.match(hook["files"], f"models/{name}/twin.yaml")
        assert hook["entry"] == f".venv/bin/twin check models/{name}"
    # The others differ by the name alone; tests/models/test_definitions.py checks their models.
    assert run_hook(hooks["twin-check-minimal"]).returncode == 0


@pytest.mark.parametrize("hook_id", ["ruff-check", "ruff-format"])
def test_hook_of_this_repository_accepts_a_clean_file(hook_id: str) -> None:
    (local,) = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    (hook,) = [hook for hook in local["hooks"] if hook["id"] == hook_id]
    arguments = ["app.py"] if hook_id == "ruff-check" else ["--check", "app.py"]

    result = run_hook(hook, *arguments)

    assert result.returncode == 0, result.stdout + result.stderr


def test_links_in_files_for_contributors_lead_to_files() -> None:
    pages = [ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / ".github").rglob("*.md"))]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text(encoding="utf-8"))
    ]

    assert len(links) > 10
    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture-of-the-code.md"])
def test_map_of_the_code_names_what_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:twin_stack|lambdas|tests|docs|viewer|models)/[^`*]*)`", text)

    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_floors_of_the_page_are_the_layers_of_import_linter() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers"]
    page = (ROOT / "docs" / "architecture-of-the-code.md").read_text(encoding="utf-8")
    floors = re.findall(r"^\| \d \| (.+) \|$", page, re.MULTILINE)

    assert [re.findall(r"\w+", floor) for floor in floors] == [re.findall(r"\w+", layer) for layer in layers]


def source_files() -> list[Path]:
    """Return the files of the repository that people write, without what is installed or generated."""
    folders = ("docs", "lambdas", "models", "tests", "twin_stack", "viewer/src", "viewer/tests")
    kinds = {".css", ".md", ".mjs", ".py", ".ts"}
    installed = {"node_modules", "__pycache__", "_assets", "dist", "artefacts"}
    files = []
    for folder in folders:
        for parent, subfolders, names in os.walk(ROOT / folder):
            # What is installed has more files than all the rest, and is not even listed.
            subfolders[:] = [name for name in subfolders if name not in installed]
            files += [Path(parent, name) for name in names if Path(name).suffix in kinds]
    return files


def test_long_files_have_a_reason_in_the_contributing_guide() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Files above 450 lines")[1]
    reasons = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE))
    files = source_files()
    long = [path for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 450]

    assert len(files) > 400
    assert {str(path.relative_to(ROOT)) for path in long} - set(reasons) == set()
    assert [name for name in reasons if not (ROOT / name).is_file()] == []
