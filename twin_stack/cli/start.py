"""The start of ``twin``: imports no more than the verb needs."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Final

from twin_stack.cli.exit_codes import BUG, INTERRUPTED
from twin_stack.cli.output import close_output, echo

if TYPE_CHECKING:
    from twin_stack.cli.checking import CheckOptions

FAMILIES: Final = {
    "check": ("check",),
    "definition": ("architecture", "grafana", "preview"),
    "editors": ("fmt", "lsp"),
    "formats": ("export", "import"),
    "local": ("down", "logs", "status", "up"),
    "client": ("alarm", "entities", "get", "history"),
    "simulate": ("simulate",),
    "invoke": ("invoke",),
    "lifecycle": ("import-map", "orphans"),
    "plan": ("plan",),
}
"""Modules with their verbs, in the order of the help text."""

_GARBAGE_THRESHOLD: Final = 50_000
"""New objects after which Python collects garbage. Imports make tens of thousands of objects that stay, which
a collection after every 700, the default, traverses again and again."""


def main() -> None:
    """Run the command line; a bug ends with its traceback and exit code 70."""
    gc.set_threshold(_GARBAGE_THRESHOLD, *gc.get_threshold()[1:])
    try:
        code = _run(sys.argv[1:])
    except Exception:  # noqa: BLE001 (everything that is not a TwinError is a bug)
        import traceback

        echo(traceback.format_exc(), err=True, nl=False)
        code = BUG
    sys.exit(code)


def _run(words: list[str]) -> int | None:
    """Run a command line and return its exit code, None where the parser of options exits itself."""
    if words[:1] == ["check"] and _has_plain_words():
        from twin_stack.cli.checking import parse_plain_words

        options = parse_plain_words(words[1:])
        if options is not None:
            return _check(options)
    from twin_stack.cli.root import make_app

    families = [family for family, verbs in FAMILIES.items() if words and words[0] in verbs]
    make_app(families or FAMILIES)()
    return None


def _has_plain_words() -> bool:
    """Return whether words are plain arguments: no shell completion, no pattern of files as on Windows."""
    return os.name == "posix" and "_TWIN_COMPLETE" not in os.environ


def _check(options: CheckOptions) -> int:
    """Check as ``twin_stack.cli.check.check`` does, without the parser of options and what it imports."""
    from twin_stack.cli.checking import run_check
    from twin_stack.errors import TwinError

    # Looking for plugins reads the metadata of all installed packages.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        return run_check(options)
    except TwinError as error:
        echo(error.report(), err=True)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        close_output()
        return 1
