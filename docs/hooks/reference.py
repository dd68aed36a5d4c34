"""MkDocs hook: write the command reference, and check links that leave the folder ``docs``.

The site holds the pages of ``docs`` only. Links to other files of the repository work where the Markdown is
read in the repository; in the site they become plain text, and a link to a missing file fails the build.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main

from twin_stack.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS_PLACE = "<!-- every command of twin -->"
"""Line of ``docs/reference/cli.md`` that the commands replace."""

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])+)\]\((\.\.?/[^)\s#]*)(#[^)\s]*)?\)")

_log = logging.getLogger("mkdocs.hooks.reference")


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """Return the Markdown of a page, with commands written and outside links made plain.

    Args:
        markdown: Text of the page.
        page: The page.
        config: Configuration of the site.
    """
    if COMMANDS_PLACE in markdown:
        markdown = markdown.replace(COMMANDS_PLACE, "\n".join(command_reference()))
    docs = Path(config["docs_dir"])
    return without_outside_links(markdown, docs / page.file.src_uri, docs)


def without_outside_links(markdown: str, path: Path, docs: Path) -> str:
    """Return Markdown in which a link to a file outside of the documentation is its text only.

    A link to a file that does not exist is logged as a warning, which fails a strict build.

    Args:
        markdown: Text of the page.
        path: The page's file.
        docs: Folder of the documentation.
    """

    def replace(link: re.Match[str]) -> str:
        target = (path.parent / link[2]).resolve()
        if target.is_relative_to(docs.resolve()):
            return link[0]
        if not target.exists():
            _log.warning("%s links to %s, which does not exist", path.name, link[2])
        return link[1]

    return _LINK.sub(replace, markdown)


def command_reference() -> Iterator[str]:
    """Yield the lines that document each command of ``twin``, as Markdown."""
    yield from _command(typer.main.get_command(app), "twin")


def _command(command: Any, name: str) -> Iterator[str]:
    yield from (f"## {name}", "")
    if command.help:
        yield from (command.help.strip(), "")
    parameters = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    arguments = [parameter for parameter in parameters if parameter.param_type_name == "argument"]
    options = [parameter for parameter in parameters if parameter.param_type_name == "option"]
    words = [name, "[OPTIONS]" if options else "", *(_argument_name(argument) for argument in arguments)]
    subcommands = getattr(command, "commands", {})
    usage = " ".join(word for word in [*words, "COMMAND" if subcommands else ""] if word)
    yield from ("```text", usage, "```", "")
    if arguments:
        yield from ("| argument | meaning |", "|---|---|")
        yield from (f"| `{_argument_name(argument)}` | {_cell(argument.help)} |" for argument in arguments)
        yield ""
    if options:
        yield from ("| option | default | meaning |", "|---|---|---|")
        yield from (
            f"| {', '.join(f'`{option}`' for option in [*parameter.opts, *parameter.secondary_opts])} "
            f"| {_default(parameter.default)} | {_cell(parameter.help)} |"
            for parameter in options
        )
        yield ""
    if command.epilog:
        yield from (_example(command.epilog), "")
    for subcommand in subcommands.values():
        if not subcommand.hidden:
            yield from _command(subcommand, f"{name} {subcommand.name}")


def _argument_name(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).strip("[]")
    return name if argument.required else f"[{name}]"


def _default(value: Any) -> str:
    return "" if value in (None, False, True, ()) or callable(value) else f"`{value}`"


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _example(epilog: str) -> str:
    label, _, command = epilog.partition(": ")
    return f"{label}: `{command}`" if label == "Example" else epilog
