"""Edits of models with their plans: the files of ``tests/plan/edits``.

    python -m tests.support.plan_edits

writes the plan of each edit as it is now; read what it changes. In an edit, lines with ``-`` are replaced by
the lines with ``+`` that follow them, wherever they stand in the file; lines with ``+`` alone are appended.
``template.json`` is the accepted template of the factory's stack, which both sides of such an edit have.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, AnyStr, Final, NamedTuple

import yaml

from tests.support.generated_twin import write_generated_twin
from twin_stack.definition.files import parse
from twin_stack.definition.loader import check_files, require_definition
from twin_stack.definition.phases.read import FileSource, read_files
from twin_stack.formats.definition_source import LIMITS_OF_A_STACK
from twin_stack.plan import make_plan
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twin_stack.definition import TwinDefinition
    from twin_stack.definition.findings import Finding
    from twin_stack.plan import Plan

EDITS: Final = Path(__file__).parents[1] / "plan" / "edits"
MODELS: Final = Path(__file__).parents[2] / "models"
GENERATED: Final = "generated"
TEMPLATE: Final = "template.json"
_ACCEPTED_TEMPLATE: Final = (
    Path(__file__).parents[1]
    / "templates/__snapshots__/test_models/test_template_is_the_accepted_one[my-factory-twin].json"
)
_REMOVED: Final = " (removed)"
_CHANGES_WITH_SIZES: Final = ("bytes of the template", "(estimate)")
"""Lines of a plan that change with each change of the synthesis; other tests hold them."""


class Edit(NamedTuple):
    """An edit of a model and its plan.

    Attributes:
        area: Name of the file that has it.
        name: What is edited.
        model: Folder of ``models``, or ``generated`` for the twin of 608 entities.
        before: What both sides have that the model has not, in the form of ``files``; empty for nothing.
        files: What changes in which files.
        plan: The lines of the plan, risks first and the summary last.
    """

    area: str
    name: str
    model: str
    before: str
    files: str
    plan: str

    def render(self) -> str:
        """Return the edit as it stands in its file."""
        lines = [f"- edit: {self.name}"]
        lines += [f"  model: {self.model}"] if self.model != "factory" else []
        for key in ("before", "files", "plan"):
            if text := getattr(self, key):
                lines += [f"  {key}: |", *(f"    {line}".rstrip() for line in text.splitlines())]
        return "\n".join(lines) + "\n"


def read_edits(areas: Iterable[str] | None = None) -> list[Edit]:
    """Return the edits of some areas, by default of all."""
    files = [EDITS / f"{area}.yaml" for area in areas] if areas is not None else sorted(EDITS.glob("*.yaml"))
    return [
        Edit(file.stem, entry["edit"], entry.get("model", "factory"), *_texts(entry))
        for file in files
        for entry in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    ]


def _texts(entry: dict[str, str]) -> tuple[str, str, str]:
    return entry.get("before", ""), entry["files"], entry.get("plan") or ""


class Side(NamedTuple):
    """A side of an edit.

    Attributes:
        folder: Folder of the definition.
        definition: The definition.
        template: The template of its stack, None for an edit of a definition alone.
    """

    folder: Path
    definition: TwinDefinition
    template: dict[str, Any] | None


def read_model(folder: Path) -> TwinDefinition:
    """Return the definition of a folder; a file is parsed once for each text that it has.

    Raises:
        DefinitionError: It has mistakes.
    """
    source = FileSource(parse=_parse)
    result = check_files(
        lambda findings: read_files(folder, findings, source=source), folder, tolerated=LIMITS_OF_A_STACK
    )
    return require_definition(*result)


def _parse(file: Path, text: str, *, findings: list[Finding]) -> Any:
    root, of_file = _parse_once(file, text)
    findings += of_file
    return root


@cache
def _parse_once(file: Path, text: str) -> tuple[Any, tuple[Finding, ...]]:
    findings: list[Finding] = []
    return parse(file, text, findings=findings), tuple(findings)


@cache
def model_folder(model: str) -> Path:
    """Return the folder of a model, which is written first where it is generated."""
    if model != GENERATED:
        return MODELS / model
    folder = Path(tempfile.mkdtemp(prefix="generated-twin-"))
    write_generated_twin(folder)
    return folder


@cache
def model_before(model: str) -> TwinDefinition:
    """Return a model without an edit."""
    return read_model(model_folder(model))


def edited_sides(edit: Edit, folder: Path) -> tuple[Side, Side]:
    """Return the model before and after an edit.

    Args:
        edit: The edit.
        folder: Folder for the sides that are not the model itself, in place of those of another edit.
    """
    has_template = TEMPLATE in edit.files
    if edit.before or has_template:
        before = _write_side(model_folder(edit.model), folder / "before", edit.before, has_template)
    else:
        before = Side(model_folder(edit.model), model_before(edit.model), None)
    return before, _write_side(before.folder, folder / "after", edit.files, has_template)


def _write_side(model: Path, folder: Path, files: str, has_template: bool) -> Side:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder)
    template = folder.with_name(f"{folder.name}-{TEMPLATE}")
    if has_template:
        before = model.with_name(f"{model.name}-{TEMPLATE}")
        shutil.copy(before if before.exists() else _ACCEPTED_TEMPLATE, template)
    apply_hunks(files, folder, template)
    content = json.loads(template.read_text(encoding="utf-8")) if has_template else None
    return Side(folder, read_model(folder), content)


def apply_hunks(files: str, folder: Path, template: Path | None = None) -> None:
    """Edit the files of a model.

    Args:
        files: What changes in which files.
        folder: Folder of the model.
        template: File of the template of its stack.
    """
    for file_name, old, new in hunks(files):
        path = template if file_name == TEMPLATE and template is not None else folder / file_name
        if old is None and new is None:
            path.unlink()
        elif old is None:
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                (path.read_text(encoding="utf-8") if path.exists() else "") + f"{new}\n", encoding="utf-8"
            )
        elif path.suffix == ".glb":
            path.write_bytes(_replaced(path.read_bytes(), old.encode(), (new or "").encode(), file_name))
        else:
            text = path.read_text(encoding="utf-8")
            removed, added = (old, new) if new is not None else (f"{old}\n", "")
            path.write_text(_replaced(text, removed, added, file_name), encoding="utf-8")


def _replaced(content: AnyStr, old: AnyStr, new: AnyStr, file_name: str) -> AnyStr:
    assert old in content, f"{file_name} has no {old!r}"
    return content.replace(old, new)


def hunks(files: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the file, the text that goes and the text that comes of each part of an edit."""
    file_name = ""
    old: list[str] = []
    new: list[str] = []
    for line in [*files.splitlines(), ""]:
        is_old, is_new = line.startswith(("- ", "-\n")) or line == "-", line.startswith("+ ") or line == "+"
        if (old or new) and (not is_new) and not (is_old and not new):
            yield file_name, "\n".join(old) if old else None, "\n".join(new) if new else None
            old, new = [], []
        if is_old:
            old.append(line[2:])
        elif is_new:
            new.append(line[2:])
        elif line.endswith(_REMOVED):
            yield line.removesuffix(_REMOVED), None, None
        else:
            file_name = line


def plan_sides(before: Side, after: Side) -> Plan:
    """Return the plan of an edit, with the resources of stacks where both sides have a template."""
    templates = None
    if before.template is not None and after.template is not None:
        templates = before.template, after.template
    return make_plan(before.definition, after.definition, templates=templates)


def plan_lines(plan: Plan, before: Side, after: Side) -> list[str]:
    """Return the lines of a plan with places relative to their folder, without sizes and estimates."""
    text = "\n".join(list(plan_text(plan, summary_line(plan)))[1:])
    for side in (after, before):
        text = text.replace(f"{side.folder}/", "")
    return [line for line in text.splitlines() if not any(words in line for words in _CHANGES_WITH_SIZES)]


def plan_of(edit: Edit, folder: Path) -> str:
    """Return the plan of an edit as its file holds it."""
    sides = edited_sides(edit, folder)
    return "\n".join(plan_lines(plan_sides(*sides), *sides)) + "\n"


def _write_plans() -> None:
    for file in sorted(EDITS.glob("*.yaml")):
        header = "".join(re.findall(r"(?m)\A(?:#.*\n)*", file.read_text(encoding="utf-8"))[:1])
        written = []
        for edit in read_edits([file.stem]):
            with tempfile.TemporaryDirectory() as temporary:
                written.append(edit._replace(plan=plan_of(edit, Path(temporary))).render())
        file.write_text(header + "\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    _write_plans()
