"""README and docs: commands have the options that they use, links lead to files, the README stays short."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer.main

from tests.support.code_blocks import ROOT, CodeBlock, code_blocks, pages
from twin_stack.cli import app as twin_command


def commands_of_twin() -> list[tuple[CodeBlock, list[str]]]:
    """Return each line of a page that runs `twin`, as words."""
    lines = [
        (block, line)
        for page in pages()
        for block in code_blocks(page, "sh")
        for line in block.text.replace("\\\n", " ").splitlines()
    ]
    words = [(block, shlex.split(line, comments=True)) for block, line in lines]
    return [(block, line) for block, line in words if line and line[0] in ("twin", ".venv/bin/twin")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "words"),
    commands_of_twin(),
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else None,
)
def test_options_of_commands_exist(block: CodeBlock, words: list[str]) -> None:
    command: Any = typer.main.get_command(twin_command)
    for word in words[1:]:
        if word not in getattr(command, "commands", {}):
            break
        command = command.commands[word]
    options = {
        option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
    }

    assert command.name in words
    assert {word for word in words if word.startswith("-") and word != "-"} <= options, str(block)


def test_links_lead_to_files() -> None:
    targets = [
        (page, target)
        for page in pages()
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    ]

    assert len(targets) > 40
    missing = [
        (page, target) for page, target in targets if not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert missing == []


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 170
