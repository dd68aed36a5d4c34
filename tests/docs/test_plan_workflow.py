"""The steps of the workflows that comment a pull request with its plan, with stand-ins for the APIs."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.code_blocks import code_blocks
from tests.support.twin_program import twin_program

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github" / "workflows" / "twin-plan.yml"
GITLAB = ROOT / ".gitlab" / "twin-plan.yml"
ZONE = "models/factory/entities/zone-a.yaml"

pytestmark = pytest.mark.slow

Json = dict[str, Any]

API = """
import json, os, pathlib, sys
store = pathlib.Path(os.environ["API_STORE"])
state = json.loads(store.read_text()) if store.exists() else {"comments": [], "checks": [], "calls": 0}
state["calls"] += 1
arguments = sys.argv[1:]
def field(name):
    for kind, text in zip(arguments, arguments[1:]):
        is_field = kind.startswith(("--field", "--raw-field", "--data-urlencode"))
        if is_field and text.startswith((name + "=", name + "@")):
            value = text[len(name) + 1:]
            is_file = text[len(name)] == "@" or (kind == "--field" and value.startswith("@"))
            return pathlib.Path(value.lstrip("@")).read_text() if is_file else value
method = next((b for a, b in zip(arguments, arguments[1:]) if a in ("--method", "--request")), "GET")
url = next(a for a in arguments if "/comments" in a or "/check-runs" in a or "/notes" in a)
if method == "GET":
    mark = os.environ.get("MARK")
    if mark:  # gh prints the ids that its filter finds
        print("\\n".join(str(c["id"]) for c in state["comments"] if c["body"].startswith(mark)))
    else:
        print(json.dumps(state["comments"]))
elif "check-runs" in url:
    state["checks"].append({name: field(name) for name in ("conclusion", "output[title]", "head_sha")})
elif method in ("PATCH", "PUT"):
    number = int(url.rpartition("/")[2])
    next(c for c in state["comments"] if c["id"] == number)["body"] = field("body")
else:
    state["comments"].append({"id": len(state["comments"]) + 1, "body": field("body")})
store.write_text(json.dumps(state))
"""


SYNTH = """
import json, os, pathlib, sys
settings = pathlib.Path("cdk.json").read_text()
if "cannot-synthesize" in settings:
    sys.exit("the app fails")
if not pathlib.Path("node_modules", "installed").exists():
    sys.exit("the packages are missing")
folder = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
assert sys.argv[sys.argv.index("-c") + 1].startswith("model=")
if accepted := os.environ.get("ACCEPTED_TEMPLATE"):
    template = json.loads(pathlib.Path(accepted).read_text())
    stage = json.loads(settings)["context"]["twin-stack"]["stages"]["dev"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Logs::LogGroup" and "logRetentionDays" in stage:
            resource["Properties"]["RetentionInDays"] = stage["logRetentionDays"]
    folder.mkdir()
    (folder / "my-factory-twin.template.json").write_text(json.dumps(template))
    sys.exit()
workspace = {"Type": "AWS::IoTTwinMaker::Workspace", "Properties": {"WorkspaceId": "my-factory-twin"}}
folder.mkdir()
(folder / "my-factory-twin.template.json").write_text(json.dumps({"Resources": {"Workspace": workspace}}))
"""


@dataclass
class Project:
    """A clone with the factory, whose branch is one change ahead of the default branch."""

    folder: Path
    environment: dict[str, str]

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def git(self, *arguments: str) -> str:
        identity = [
            "-c",
            "user.name=tests",
            "-c",
            "user.email=tests@example.com",
            "-c",
            "commit.gpgsign=false",
        ]
        result = subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return result.stdout.strip()

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def api(self) -> Json:
        state: Json = json.loads(Path(self.environment["API_STORE"]).read_text(encoding="utf-8"))
        return state


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The text of a program ``twin``."""
    with twin_program(tmp_path_factory.mktemp("twin")) as text:
        yield text


@pytest.fixture
def project(tmp_path: Path, twin: str) -> Project:
    origin, folder, tools = tmp_path / "origin", tmp_path / "clone", tmp_path / "tools"
    shutil.copytree(ROOT / "models" / "factory", origin / "models" / "factory")
    for name in ("cdk.json", "app.py"):
        shutil.copy(ROOT / name, origin)
    (origin / ".gitignore").write_text("node_modules/\n", encoding="utf-8")
    tools.mkdir()
    python = f"#!{sys.executable}\n"
    for name, text in {
        "gh": python + API,
        "curl": python + API,
        "npx": python + SYNTH,
        "twin": twin,
    }.items():
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(stat.S_IRWXU)
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "API_STORE": str(tmp_path / "api.json"),
        "TWIN": "twin",
        "MODEL": "models/factory",
        "FAIL_ON": "danger",
        "INSTALL": "true",
        "TEMPLATE": "",
        "CDK_VALIDATION": "false",
    }
    project = Project(origin, environment)
    project.git("init", "--quiet", "--initial-branch", "main")
    project.git("add", ".")
    project.git("commit", "--quiet", "-m", "The factory")
    subprocess.run(["git", "clone", "--quiet", origin, folder], check=True)
    project.folder = folder
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "installed").touch()
    project.git("switch", "--quiet", "--create", "change")
    return project


def run_github(project: Project, tmp_path: Path, **changed: str) -> tuple[list[str], str]:
    """Run the steps of the job as GitHub does; returns the names of those that failed, and all output."""
    (job,) = yaml.safe_load(GITHUB.read_text(encoding="utf-8"))["jobs"].values()
    (tmp_path / "output").write_text("", encoding="utf-8")
    for name in ("base", "base.out", "cdk.out"):  # each job has an empty folder
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    variables = {
        "BASE": "main",
        "MAY_WRITE": "true",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_REPOSITORY": "owner/name",
        "GITHUB_SERVER_URL": "https://github.example.com",
        "GITHUB_RUN_ID": "42",
        "NUMBER": "7",
        "HEAD_SHA": "abc",
        **changed,
    }
    failed, output = [], ""
    for step in (step for step in job["steps"] if "run" in step):
        outputs = dict(line.split("=") for line in (tmp_path / "output").read_text(encoding="utf-8").split())
        if step.get("if") == "steps.plan.outputs.code == '3'" and outputs["code"] != "3":
            continue
        outputs_of_plan = {name.upper(): outputs.get(name, "") for name in ("code", "artefact")}
        result = project.run(step["run"], **variables, **outputs_of_plan)
        output += result.stdout + result.stderr
        if result.returncode:
            failed.append(step["name"])
            break
    return failed, output


def test_comment_is_created_edited_and_kept(project: Project, tmp_path: Path) -> None:
    project.edit(ZONE, "CNC Machine 1", "CNC Machine One")
    project.git("commit", "--quiet", "--all", "-m", "Another name")
    failed, output = run_github(project, tmp_path)
    assert failed == [], output
    (comment,) = project.api["comments"]
    assert comment["body"].startswith("<!-- twin plan of models/factory -->\n### Plan: 1 to change\n")
    assert "Only definitions are compared" not in comment["body"]
    assert project.api["checks"][-1] == {
        "conclusion": "success",
        "output[title]": "1 to change",
        "head_sha": "abc",
    }

    project.edit("models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    project.git("commit", "--quiet", "--all", "-m", "Shorter")
    failed, output = run_github(project, tmp_path)
    assert failed == ["Refuse"]
    assert "::error::the change has what fail-on refuses (danger): 2 to change, 1 danger" in output
    assert re.search(r"::error file=models/factory/twin.yaml,line=\d+,col=23,title=PLAN045", output)
    (comment,) = project.api["comments"]
    assert "2 to change, 1 danger" in comment["body"]
    assert project.api["checks"][-1]["conclusion"] == "failure"
    assert "2 to change" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "twin-plan" / "plan.json").read_text(encoding="utf-8"))["version"] == 1

    project.git("revert", "--no-edit", "HEAD", "HEAD~1")
    assert run_github(project, tmp_path)[0] == []
    (comment,) = project.api["comments"]
    assert "### Plan: no change" in comment["body"]


def test_shorter_retention_of_a_stage_is_in_the_comment(project: Project, tmp_path: Path) -> None:
    project.edit("cdk.json", '"dev": {', '"dev": {"logRetentionDays": 7,')
    project.git("commit", "--quiet", "--all", "-m", "Shorter logs")
    snapshots = ROOT / "tests" / "templates" / "__snapshots__" / "test_models"
    accepted = snapshots / "test_template_is_the_accepted_one[my-factory-twin].json"
    project.environment["ACCEPTED_TEMPLATE"] = str(accepted)
    failed, output = run_github(project, tmp_path)
    assert failed == ["Refuse"], output
    (comment,) = project.api["comments"]
    assert re.search(r"PLAN082 AWS::Logs::LogGroup \w+ keeps events for 7 days instead of", comment["body"])
    assert "Only definitions are compared" not in comment["body"]
    assert "::error file=models/factory/twin.yaml,line=1,col=1,title=PLAN082" in output
    assert "PLAN082" in (tmp_path / "twin-plan" / "plan.sarif").read_text(encoding="utf-8")


def test_base_that_does_not_synthesize_is_said_in_the_comment(project: Project, tmp_path: Path) -> None:
    project.git("switch", "--quiet", "main")
    project.edit("cdk.json", '"versionReporting"', '"cannot-synthesize": true, "versionReporting"')
    project.git("commit", "--quiet", "--all", "-m", "The app fails")
    project.git("push", "--quiet", "origin", "HEAD:refs/heads/broken")
    project.git("switch", "--quiet", "--create", "correct")
    project.git("fetch", "--quiet")
    project.edit("cdk.json", '"cannot-synthesize": true, ', "")
    project.edit(ZONE, "CNC Machine 1", "CNC Machine One")
    project.git("commit", "--quiet", "--all", "-m", "The app works")
    failed, output = run_github(project, tmp_path, BASE="broken")
    assert failed == [], output
    (comment,) = project.api["comments"]
    note = (
        "> The base does not synthesize here, see base.txt in the artefact. Only definitions are compared: "
    )
    assert f"### Plan: 1 to change\n\n{note}" in comment["body"]
    assert "the app fails" in (tmp_path / "twin-plan" / "base.txt").read_text(encoding="utf-8")


def test_long_comment_is_cut_and_names_the_artefact(project: Project, tmp_path: Path) -> None:
    ids = [f"extra-machine-{number:04}-{'x' * 80}" for number in range(600)]
    extra = "\n".join(f"{entity_id}: {{entityName: {entity_id}}}" for entity_id in ids)
    (project.folder / "models/factory/entities/extra.yaml").write_text(extra, encoding="utf-8")
    project.edit("models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    project.edit("models/factory/twin.yaml", "workspaceId:", "engine: bulk\nworkspaceId:")
    project.git("add", "--all")
    project.git("commit", "--quiet", "-m", "Many machines")
    failed, output = run_github(project, tmp_path)
    assert failed == ["Refuse"], output
    (comment,) = project.api["comments"]
    assert 50_000 < len(comment["body"]) < 65_536, "GitHub takes no longer comments"
    assert comment["body"].index("PLAN045") < 500
    assert comment["body"].endswith(
        "The rest is cut; `twin plan` prints all of it.\n\nAll of it is in the artefact "
        "[twin-plan-models-factory](https://github.example.com/owner/name/actions/runs/42#artifacts).\n"
    )
    whole = (tmp_path / "twin-plan" / "plan.txt").read_text(encoding="utf-8")
    assert "extra-machine-0599" in whole
    assert "extra-machine-0599" not in comment["body"]


def test_mistake_ends_the_job_before_it_comments(project: Project, tmp_path: Path) -> None:
    project.edit(ZONE, "com.example.Press", "com.example.Pres")
    project.git("commit", "--quiet", "--all", "-m", "A mistake")
    failed, output = run_github(project, tmp_path)
    assert failed == ["Check"]
    assert "title=TWIN014" in output
    assert not Path(project.environment["API_STORE"]).exists()


def test_workflow_has_few_rights_and_no_secret() -> None:
    text = GITHUB.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write", "checks": "write"}
    assert "secrets." not in text
    assert "pull_request_target" not in text
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert len(scripts) >= 6
    assert [script for script in scripts if not script.startswith("set -euo pipefail\n")] == []
    assert [script for script in scripts if "${{" in script] == [], "an expression would be run as code"
    token_steps = [step["name"] for step in job["steps"] if "GH_TOKEN" in step.get("env", {})]
    assert token_steps == ["Comment", "Title of the check"]


def test_page_calls_the_workflow_with_inputs_that_it_has() -> None:
    (block,) = code_blocks("docs/plan.md", "yaml")
    (call,) = yaml.safe_load(block.text)["jobs"].values()
    workflow = yaml.safe_load(GITHUB.read_text(encoding="utf-8"))
    inputs = workflow[True]["workflow_call"]["inputs"]  # YAML 1.1 reads the key "on" as true
    (job,) = workflow["jobs"].values()
    assert call["uses"].partition("@")[0].endswith(GITHUB.relative_to(ROOT).as_posix())
    assert call["with"].keys() == inputs.keys()
    assert call["permissions"] == job["permissions"]


def test_gitlab_job_keeps_one_note(project: Project) -> None:
    (job,) = yaml.safe_load(GITLAB.read_text(encoding="utf-8")).values()
    (script,) = job["script"]
    variables = {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": project.git("rev-parse", "HEAD"),
        "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "7",
    }
    project.edit(ZONE, "CNC Machine 1", "CNC Machine One")
    result = project.run(script, **variables, TWIN_PLAN_TOKEN="token")
    assert result.returncode == 0, result.stderr
    project.edit("models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    result = project.run(script, **variables, TWIN_PLAN_TOKEN="token")
    assert result.returncode == 1
    (note,) = project.api["comments"]
    assert note["body"].startswith("<!-- twin plan of models/factory -->\n### Plan: 2 to change, 1 danger")
    assert "Only definitions are compared" not in note["body"]
    assert "token" not in result.stdout + result.stderr
