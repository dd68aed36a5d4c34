"""The verb ``twin plan``."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support import sarif
from tests.support.code_blocks import code_blocks
from twin_stack.cli import app
from twin_stack.preview import RenderedPage

ROOT = Path(__file__).parents[2]
ZONE = "models/factory/entities/zone-a.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["plan", *arguments])


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the factory, to copy."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "models" / "factory", folder / "models" / "factory")
    shutil.copy(ROOT / "cdk.json", folder)
    with chdir(folder):
        git("init", "--quiet", "--initial-branch", "main")
        git("add", ".")
        git("commit", "--quiet", "-m", "The factory")
    return folder


@pytest.fixture
def repository(first_commit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the factory, whose branch main has one commit."""
    shutil.copytree(first_commit, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_working_tree_is_compared_with_the_default_branch(repository: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "no change"

    replace(repository / ZONE, "CNC Machine 1", "CNC Machine One")
    result = run()
    assert result.exit_code == 2, result.output
    assert '    ~ entityName: "CNC Machine 1" -> "CNC Machine One"' in result.output.splitlines()
    assert result.output.splitlines()[-1] == "1 to change"


def test_branch_is_compared_with_where_it_left_the_default_branch(repository: Path) -> None:
    git("switch", "--quiet", "--create", "change")
    replace(repository / ZONE, "CNC Machine 1", "CNC Machine One")
    git("commit", "--quiet", "--all", "-m", "Another name")
    git("switch", "--quiet", "main")
    replace(repository / ZONE, "Assembly Robot 1", "Robot")
    git("commit", "--quiet", "--all", "-m", "A change of main alone")
    git("switch", "--quiet", "change")
    result = run("--format", "summary")
    assert (result.exit_code, result.output) == (2, "1 to change\n")


def test_revisions_are_compared_and_places_name_them(repository: Path) -> None:
    replace(repository / ZONE, "\n    press-001:", "\n    press-101:")
    replace(repository / "models/factory/scenes/factory-overview.yaml", "press-001", "press-101")
    replace(repository / ZONE, "com.example.Press\n", "com.example.Press\n      tags: {Line: B}\n")
    git("commit", "--quiet", "--all", "-m", "Another press")
    result = run("--from", "HEAD~1:models/factory", "--to", "HEAD:models/factory", "--json")
    assert result.exit_code == 2, result.output
    document = json.loads(result.output)
    assert document["version"] == 1
    assert document["from"]["label"] == "HEAD~1:models/factory"
    assert len(document["from"]["hash"]) == 64
    risk = document["risks"][0]
    assert (risk["code"], risk["id"]) == ("PLAN010", "press-001")
    assert risk["file"] == "HEAD~1:models/factory/entities/zone-a.yaml"


@pytest.mark.slow
def test_dangers_are_refused_on_request(repository: Path) -> None:
    replace(repository / "models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    assert run("--fail-on", "remove,replace").exit_code == 2
    assert run("--fail-on", "danger").exit_code == 3
    assert run("--fail-on", "attention").exit_code == 3
    result = run("--fail-on", "dangerous")
    assert result.exit_code == 1
    assert "danger, attention, replace, remove, breaking" in " ".join(result.output.replace("│", "").split())


@pytest.mark.slow
def test_commands_of_the_page_hold(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(repository / ZONE, "CNC Machine 1", "CNC Machine One")
    synthesized(repository / "base/cdk.out", 90)
    synthesized(repository / "cdk.out", 30)
    deployed: list[Path | None] = []
    monkeypatch.setattr("twin_stack.local.commands.up", lambda *_, plan, **__: deployed.append(plan))
    lines = [line for block in code_blocks("docs/plan.md", "sh") for line in block.text.splitlines()]
    exit_codes, previews = [], []
    for line in lines:
        command, *arguments = shlex.split(line)
        if command == "npx":  # tests/app/test_planned.py
            assert arguments == ["cdk", "deploy", "-c", "plan=plan.json"]
        elif arguments[0] == "up":
            CliRunner().invoke(app, arguments)
        elif arguments[0] == "preview":  # needs the built page
            rendered = RenderedPage("<!doctype html>", ())
            with monkeypatch.context() as patch:
                patch.setattr("twin_stack.preview.render_page", lambda *_, page=rendered: page)
                previews.append(CliRunner().invoke(app, arguments).exit_code)
        else:
            exit_codes.append(CliRunner().invoke(app, arguments).exit_code)
    assert exit_codes == [2, 2, 2, 2, 2]
    assert previews == [0, 0]
    assert (repository / "change.html").is_file()
    assert deployed == [Path("plan.json")]
    assert (repository / "plan.json").is_file()


@pytest.fixture
def removal(repository: Path) -> Path:
    """The repository after the press got another id and other content, which is a danger."""
    replace(repository / ZONE, "\n    press-001:", "\n    press-101:")
    replace(repository / "models/factory/scenes/factory-overview.yaml", "press-001", "press-101")
    replace(repository / ZONE, "com.example.Press\n", "com.example.Press\n      tags: {Line: B}\n")
    return repository


@pytest.mark.slow
def test_accepted_risk_is_not_refused_and_keeps_its_reason(removal: Path) -> None:
    assert run("--fail-on", "danger").exit_code == 3
    result = run("--accept", "PLAN010:press-001", "--reason", "Scrapped in May", "--fail-on", "danger")
    assert result.exit_code == 2, result.output
    assert "accepted: Scrapped in May" in result.output
    accepted = (removal / "accepted-risks.yaml").read_text(encoding="utf-8")
    assert accepted == "- code: PLAN010\n  id: press-001\n  reason: Scrapped in May\n"

    result = run("--fail-on", "danger", "--format", "summary")
    assert (result.exit_code, result.output) == (
        2,
        "1 to add, 1 to change, 1 to remove (press-001), 1 accepted\n",
    )
    assert json.loads(run("--json").output)["risks"][0]["accepted"] == "Scrapped in May"
    assert "**Accepted**" in run("--format", "markdown").output
    assert run("--format", "github").output == ""

    run("--accept", "PLAN010:press-001", "--reason", "Sold in June")
    assert (removal / "accepted-risks.yaml").read_text(encoding="utf-8").count("code:") == 1


def test_acceptance_without_effect_is_a_warning(repository: Path) -> None:
    file = repository / "accepted-risks.yaml"
    file.write_text("- {code: PLAN010, id: press-009, reason: Sold}\n", encoding="utf-8")
    result = run()
    assert result.exit_code == 0
    assert "accepts PLAN010 of press-009, no risk of this change; remove the entry" in result.output

    file.write_text("- {code: PLAN081, id: Table, reason: A test stage}\n", encoding="utf-8")
    assert "accepts" not in run().output, "two definitions do not say what becomes of a table"


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--accept", "PLAN010:a"),
        ("--reason", "why"),
        ("--accept", "PLAN010:a", "--reason", " "),
        ("--accept", "PLAN009:a", "--reason", "why"),
        ("--accept", "PLAN010", "--reason", "why"),
    ],
)
def test_acceptance_needs_code_id_and_reason(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 1
    assert not Path("accepted-risks.yaml").exists()


@pytest.mark.slow
def test_risks_are_annotations_at_files_of_the_change(removal: Path) -> None:
    replace(removal / "models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    text = (removal / "models/factory/twin.yaml").read_text(encoding="utf-8")
    line = text[: text.index("expiresAfterDays")].count("\n") + 1
    lines = run("--format", "github").output.splitlines()
    assert [line.partition("::entity")[0].partition("::new rows")[0] for line in lines] == [
        "::error file=models/factory/twin.yaml,line=1,col=1,title=PLAN010",
        f"::error file=models/factory/twin.yaml,line={line},col=23,title=PLAN045",
    ]
    document = json.loads(run("--format", "sarif").output)
    assert sarif.violations(document) == []
    (log,) = document["runs"]
    assert [result["ruleId"] for result in log["results"]] == ["PLAN010", "PLAN045"]
    assert [rule["id"] for rule in log["tool"]["driver"]["rules"]] == ["PLAN010", "PLAN045"]
    assert [result["ruleIndex"] for result in log["results"]] == [0, 1]


def test_picture_and_prices_are_files(repository: Path) -> None:
    replace(repository / ZONE, "    press-001:", "    press-000: {entityName: Old}\n    press-001:")
    prices = repository / "prices.json"
    prices.write_text(
        '{"source": "a list", "date": "2026-01-31", "currency": "EUR", "entityMonth": 1}', encoding="utf-8"
    )
    result = run("--svg", "plan.svg", "--prices", "prices.json")
    assert "4.00 -> 5.00 EUR a month" in result.output
    assert "+ press-000 added" in (repository / "plan.svg").read_text(encoding="utf-8")
    result = run("--svg", "missing/plan.svg")
    assert result.exit_code == 1
    assert "name another file with --svg" in result.output


def test_markdown_is_a_comment(repository: Path) -> None:
    replace(repository / "models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    result = run("--format", "markdown")
    assert result.output.startswith("### Plan: 1 to change, 1 danger\n")
    assert "- PLAN045 new rows of ingest" in result.output


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("nowhere", '"nowhere" is neither a folder nor a git revision of one'),
        ("v9:models/factory", '"v9" is no revision of this repository'),
        ("--help:models", "is no revision of this repository"),
        ("main:models/factory/twin.yaml", "is not a folder; name the folder that holds twin.yaml"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_unusable_side_is_an_error(side: str, message: str) -> None:
    result = run(f"--from={side}", "--to", "models/factory")
    assert result.exit_code == 1
    assert message in result.output


def test_mistakes_of_a_revision_have_its_name(repository: Path) -> None:
    replace(repository / ZONE, "com.example.Press", "com.example.Pres")
    git("commit", "--quiet", "--all", "-m", "A mistake")
    result = run("--from", "HEAD:models/factory", "--to", "models/factory")
    assert result.exit_code == 1
    assert "HEAD:models/factory/entities/zone-a.yaml:" in result.output
    assert "TWIN014" in result.output


@pytest.mark.usefixtures("repository")
def test_new_folder_is_added_with_a_note() -> None:
    result = run("--from", "main:models/other", "--to", "models/factory", "--format", "summary")
    assert result.exit_code == 2
    assert "15 to add" in result.output
    assert "main:models/other does not exist, so everything is added" in result.output


def test_folder_without_repository_needs_the_other_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--to", str(ROOT / "models" / "minimal"), "--from", str(ROOT / "models" / "minimal"))
    assert result.exit_code == 0
    shutil.copytree(ROOT / "models" / "minimal", tmp_path / "model")
    result = run("--to", "model")
    assert result.exit_code == 1
    assert "is in no git repository" in result.output
    result = run()
    assert result.exit_code == 1
    assert "name the definition with --to" in " ".join(result.output.replace("│", "").split())


def test_wrong_option_is_an_error_and_no_change() -> None:
    assert run("--no-such-option").exit_code == 1
    assert run("--json", "--format", "markdown").exit_code == 1
    assert run("--help").exit_code == 0
    assert "Example: twin plan --from main:models/factory" in run("--help").output


@pytest.mark.slow
def test_breaking_change_is_refused_on_request(repository: Path) -> None:
    replace(repository / "models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    assert run("--fail-on", "breaking").exit_code == 2, "shorter history breaks no reader"
    replace(repository / "models/factory/twin.yaml", "factory/+/press", "works/+/press")
    assert run("--fail-on", "replace,breaking").exit_code == 3
    assert run("--fail-on", "replace", "--fail-on", "breaking").exit_code == 3
    assert [(risk["code"], risk["breaking"]) for risk in json.loads(run("--json").output)["risks"]] == [
        ("PLAN044", True),
        ("PLAN045", False),
    ]
    accepted = run("--accept", "PLAN044:presses", "--reason", "New devices", "--fail-on", "breaking")
    assert accepted.exit_code == 2, "an accepted risk is not refused"


@pytest.mark.slow
def test_output_is_one_document_and_notes_are_apart(repository: Path) -> None:
    (repository / "accepted-risks.yaml").write_text(
        "- {code: PLAN010, id: old, reason: Sold}\n", encoding="utf-8"
    )
    replace(repository / ZONE, "CNC Machine 1", "CNC Machine One")
    for arguments in (("--json",), ("--format", "json"), ("--format", "sarif")):
        result = run(*arguments)
        assert isinstance(json.loads(result.stdout), dict), arguments
        assert "accepts PLAN010 of old" in result.stderr
        assert "compare" not in result.stderr, "progress is for terminals"


def test_progress_is_for_terminals(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin_stack.cli.sides.is_terminal", lambda: True)
    base = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], check=True, capture_output=True, text=True
    )
    result = run()
    assert result.stdout.splitlines()[-1] == "no change"
    assert result.stderr.splitlines() == [
        f"read {base.stdout.strip()}:models/factory",
        "read models/factory",
        "compare the two sides",
    ]


@pytest.mark.usefixtures("repository")
def test_interrupted_plan_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr("twin_stack.plan.make_plan", interrupt)
    result = run("--out", "plan.json", "--accept", "PLAN010:press-001", "--reason", "Scrapped")
    assert result.exit_code == 130
    assert not Path("plan.json").exists()
    assert not Path("accepted-risks.yaml").exists()
    assert list(temporary.iterdir()) == []


def synthesized(folder: Path, retention: int) -> Path:
    """Return a folder as ``cdk synth`` writes it, with a log of the twin that keeps events for some days."""
    folder.mkdir(parents=True)
    template = {
        "Resources": {
            "Workspace": {
                "Type": "AWS::IoTTwinMaker::Workspace",
                "Properties": {"WorkspaceId": "my-factory-twin"},
            },
            "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": retention}},
        }
    }
    (folder / "my-factory-twin.template.json").write_text(json.dumps(template), encoding="utf-8")
    return folder


def test_templates_beside_definitions_say_what_becomes_of_resources(repository: Path) -> None:
    stacks = [str(synthesized(repository / f"cdk-{days}.out", days)) for days in (90, 30)]
    result = run("--templates", *stacks)
    assert result.exit_code == 2, result.output
    assert (
        "PLAN082 danger: AWS::Logs::LogGroup Log keeps events for 30 days instead of 90 days" in result.output
    )
    assert result.output.splitlines()[-1] == "1 resource to change, 1 danger"

    replace(repository / "models/factory/twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9")
    result = run("--templates", *stacks, "--format", "github", "--fail-on", "danger")
    assert result.exit_code == 3, result.output
    lines = result.output.splitlines()
    assert [line.partition(",title=")[2][:7] for line in lines] == ["PLAN045", "PLAN082"]
    assert lines[0].startswith("::error file=models/factory/twin.yaml,line=")
    assert lines[1].startswith("::error file=models/factory/twin.yaml,line=1,")


@pytest.mark.slow
def test_one_run_writes_several_forms(repository: Path) -> None:
    replace(repository / ZONE, "CNC Machine 1", "CNC Machine One")
    names = {form: f"plan.{form}" for form in ("markdown", "text", "summary", "sarif", "json", "github")}
    options = [word for form, name in names.items() for word in ("--write", f"{form}={name}")]
    result = run(*options, "--format", "summary")
    assert result.exit_code == 2, result.output
    assert result.output == "1 to change\n"
    for form, name in names.items():
        printed = run("--format", form).output
        assert (repository / name).read_text(encoding="utf-8") == printed, form


@pytest.mark.parametrize("value", ["markdown", "markdown=", "html=plan.html"])
def test_file_to_write_needs_a_form_and_a_name(value: str) -> None:
    result = run("--write", value)
    assert result.exit_code == 1
    assert f'"{value}" is not FORMAT=FILE' in " ".join(result.output.replace("│", "").split())
