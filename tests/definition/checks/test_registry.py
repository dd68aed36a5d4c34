"""Each rule: its bad example gives just the documented finding, its good example none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.soak import sample
from twin_stack.definition import DefinitionError, Severity, check, load
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules
from twin_stack.definition.files import read
from twin_stack.formats import tmdt
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ExportOptions, ImportOptions
from twin_stack.settings import CONTEXT_KEY, read_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition import Finding, TwinDefinition
    from twin_stack.definition.rule import Rule


RULES = sorted(all_rules().values(), key=lambda rule: rule.code)


CODES = [rule.code for rule in RULES]


def test_codes_are_kept() -> None:
    numbers = [
        *range(1, 34),
        *range(40, 49),
        *range(60, 67),
        *range(80, 88),
        98,
        99,
        *range(100, 106),
        110,
        111,
        112,
        *range(120, 123),
        *range(130, 132),
        160,
        *range(170, 188),
        *range(190, 194),
        *range(210, 216),
        *range(230, 234),
        *range(250, 254),
        260,
        261,
        270,
        271,
        *range(280, 283),
    ]
    assert [f"TWIN{number:03}" for number in numbers] == CODES


def check_with_stages(files: dict[str, bytes]) -> tuple[TwinDefinition | None, Sequence[Finding]]:
    """Check a model in a new folder ``MODEL``, and the stages of the app if the example has them.

    A project of AWS's development tools is imported instead.
    """
    if "tmdt.json" in files:
        return imported(write(Path("MODEL"), files))
    model = write(Path("MODEL"), {name: text for name, text in files.items() if name != "cdk.json"})
    definition, findings = check(model)
    if findings or "cdk.json" not in files:
        return definition, findings
    file = write(Path(), {"cdk.json": files["cdk.json"]}) / "cdk.json"
    try:
        stage = read_stage(read(file)["context"][CONTEXT_KEY], None, file=file)
    except DefinitionError as error:
        return None, error.findings
    shared = stage.findings(Path(), account=None, region=None)
    return None if shared else definition, shared


def imported(project: Path) -> tuple[TwinDefinition | None, Sequence[Finding]]:
    """Import a project and return the definition and what was lost."""
    options = ImportOptions(workspace_id="my-twin", client=str, progress=print)
    twin = tmdt.import_twin(str(project), options)
    written = write_definition(twin, Path("definition"))
    assert written.findings == []
    return load(Path("definition")), twin.losses


def exported(files: dict[str, bytes]) -> tuple[TwinDefinition | None, Sequence[Finding]]:
    """Export a model as a project and return the definition and what was lost."""
    model = write(Path("MODEL"), files)
    options = ExportOptions(force=False, progress=print)
    return load(model), tmdt.export_twin(model, Path("project"), options).losses


@pytest.mark.parametrize("rule", sample(RULES), ids=sample(CODES))
def test_examples_of_a_rule_give_its_finding_alone_and_none(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good").mkdir()
    monkeypatch.chdir(tmp_path)
    documentation = documentation_of(rule)
    look = exported if rule.code == "TWIN233" else check_with_stages
    bad, good = documentation.bad_files(), documentation.good_files()  # megabytes, with some rules
    assert good != bad
    definition, findings = look(bad)
    lines = [str(finding).removeprefix("MODEL/").removeprefix("MODEL") for finding in findings]
    if rule.code == "TWIN099":
        lines = lines[-1:]
    assert lines == [documentation.finding]
    is_warning = findings[-1].severity is Severity.WARNING
    assert (definition is not None) == is_warning

    monkeypatch.chdir(tmp_path / "good")
    definition, findings = check_with_stages(good)
    assert findings == []
    assert definition is not None


def test_names_of_rules_differ() -> None:
    names = {rule.name for rule in RULES}
    assert len(names) == len(RULES)
