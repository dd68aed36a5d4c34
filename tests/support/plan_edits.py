"""Edits of models with their plans: the files of ``tests/plan/edits``.

    python -m tests.support.plan_edits

writes the plan of each edit as it is now; read what it changes. In an edit, lines with ``-`` are replaced by
the lines with ``+`` that follow them, wherever they stand in the file; lines with ``+`` alone are appended.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

from tests.support.generated_twin import write_generated_twin
from twin_stack.formats.definition_source import checked_definition
from twin_stack.plan import make_plan
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import plan_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twin_stack.definition import TwinDefinition

EDITS: Final = Path(__file__).parents[1] / "plan" / "edits"
MODELS: Final = Path(__file__).parents[2] / "models"
GENERATED: Final = "generated"
_REMOVED: Final = " (removed)"
_CHANGES_WITH_SIZES: Final = ("bytes of the template", "(estimate)")
"""Lines of a plan that change with each change of the synthesis; other tests hold them."""


class Edit(NamedTuple):
    """An edit of a model and its plan.

    Attributes:
        area: Name of the file that has it.
        name: What is edited.
        model: Folder of ``models``, or ``generated`` for the twin of 2,000 entities.
        files: What changes in which files.
        plan: The lines of the plan, risks first and the summary last.
    """

    area: str
    name: str
    model: str
    files: str
    plan: str

    def render(self) -> str:
        """Return the edit as it stands in its file."""
        lines = [f"- edit: {self.name}"]
        lines += [f"  model: {self.model}"] if self.model != "factory" else []
        for key in ("files", "plan"):
            lines += [f"  {key}: |", *(f"    {line}".rstrip() for line in getattr(self, key).splitlines())]
        return "\n".join(lines) + "\n"


def read_edits(areas: Iterable[str] | None = None) -> list[Edit]:
    """Return the edits of some areas, by default of all."""
    files = [EDITS / f"{area}.yaml" for area in areas] if areas is not None else sorted(EDITS.glob("*.yaml"))
    return [
        Edit(file.stem, entry["edit"], entry.get("model", "factory"), entry["files"], entry["plan"] or "")
        for file in files
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


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
    return checked_definition(model_folder(model))


def edited_model(edit: Edit, folder: Path) -> TwinDefinition:
    """Return the model after an edit, written to a folder."""
    shutil.copytree(model_folder(edit.model), folder)
    path = folder
    for file_name, old, new in hunks(edit.files):
        path = folder / file_name
        if old is None and new is None:
            path.unlink()
        elif old is None:
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                (path.read_text(encoding="utf-8") if path.exists() else "") + f"{new}\n", encoding="utf-8"
            )
        else:
            text = path.read_text(encoding="utf-8")
            removed, added = (old, new) if new is not None else (f"{old}\n", "")
            assert removed in text, f"{file_name} has no {removed}"
            path.write_text(text.replace(removed, added), encoding="utf-8")
    return checked_definition(folder)


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


def plan_lines(before: TwinDefinition, after: TwinDefinition, folders: Iterable[Path]) -> list[str]:
    """Return the lines of a plan with places relative to their folder, without sizes and estimates."""
    plan = make_plan(before, after)
    text = "\n".join(list(plan_text(plan, summary_line(plan)))[1:])
    for folder in folders:
        text = text.replace(f"{folder}/", "")
    return [line for line in text.splitlines() if not any(words in line for words in _CHANGES_WITH_SIZES)]


def plan_of(edit: Edit, folder: Path) -> str:
    """Return the plan of an edit as its file holds it."""
    lines = plan_lines(
        model_before(edit.model), edited_model(edit, folder), (folder, model_folder(edit.model))
    )
    return "\n".join(lines) + "\n"


def _write_plans() -> None:
    for file in sorted(EDITS.glob("*.yaml")):
        header = "".join(re.findall(r"(?m)\A(?:#.*\n)*", file.read_text(encoding="utf-8"))[:1])
        written = []
        for edit in read_edits([file.stem]):
            with tempfile.TemporaryDirectory() as temporary:
                written.append(edit._replace(plan=plan_of(edit, Path(temporary, "model"))).render())
        file.write_text(header + "\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    _write_plans()
