"""The documentation of a rule as Markdown, for ``docs/errors/`` and ``twin check --explain``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from twin_stack.definition.checks.documentation import documentation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twin_stack.definition.checks.documentation import ExampleFile
    from twin_stack.definition.rule import Rule

_MODEL = "models/hall"
_LANGUAGES = {".yaml": "yaml", ".json": "json", ".csv": "csv"}


def explain(rule: Rule) -> str:
    """Return what a rule is about: explanation, an example with its finding, and the corrected example.

    Args:
        rule: The rule.
    """
    documentation = documentation_of(rule)
    parts = [
        f"# {rule.code}",
        f"*{rule.name}*",
        documentation.explanation,
        *_examples(documentation.bad.values()),
        f"```text\n{finding_on_page(documentation.finding)}\n```",
        documentation.fix,
        *_examples(documentation.good.values()),
    ]
    return "\n\n".join(parts) + "\n"


def finding_on_page(finding: str) -> str:
    """Return a finding with its place relative to the folder of an app, whose model is ``models/hall``.

    Args:
        finding: The finding of an example, its place relative to the model's folder, unless that is
            ``cdk.json``.
    """
    folder = "" if finding.startswith("cdk.json") else _MODEL if finding.startswith(":") else f"{_MODEL}/"
    return f"{folder}{finding.replace('MODEL', _MODEL)}"


def _examples(files: Iterable[ExampleFile]) -> Iterator[str]:
    for file in files:
        if file.is_removed:
            yield f"`{file.path}` is removed."
        else:
            language = _LANGUAGES.get(PurePosixPath(file.path).suffix, "text")
            text = file.text.replace('"MODEL"', f'"{_MODEL}"')
            yield f"`{file.path}`{file.title.removeprefix(file.path)}:\n\n```{language}\n{text}```"
