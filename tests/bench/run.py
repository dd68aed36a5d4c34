"""Measure what the project promises against its peers, and write ``docs/benchmarks.md``.

Each module of `SECTIONS` measures one topic and returns its part of the page. Seconds differ from
machine to machine: what counts are ratios in one run.

    python -m tests.bench.run             all of them
    python -m tests.bench.run synthesis   one; the rest of the page stays as it was
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import (
    bulk,
    bulk_synthesis,
    checks,
    connectors,
    editors,
    local,
    plan,
    synthesis,
    viewer,
    viewer_scale,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"

SECTIONS: dict[str, Callable[[], str]] = {
    "check": checks.section,
    "plan": plan.section,
    "synthesis": synthesis.section,
    "bulk-synthesis": bulk_synthesis.section,
    "local": local.section,
    "connectors": connectors.section,
    "viewer": viewer.section,
    "viewer-scale": viewer_scale.section,
    "editors": editors.section,
    "bulk": bulk.section,
}
"""Each measures and returns Markdown that begins with its heading of the second level; by name, in
the order of the page."""

HEAD = """# Benchmarks

Written by `make bench`. Only the ratios are comparable: both sides of each were measured alternately, in
one run, on one machine: Python {python}, Node {node}, {processors} processors.
"""


def main() -> None:
    """Run the sections that are named, or all, and write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}")
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in SECTIONS]:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    parts = written() if names else {}
    for name, measure in SECTIONS.items():
        if not names or name in names:
            text = measure().strip()
            parts[_heading(text)] = text
            # Results are kept even if the next benchmark fails.
            PAGE.write_text("\n\n".join([head().strip(), *parts.values()]) + "\n", encoding="utf-8")


def written() -> dict[str, str]:
    """Return the sections of the page as it is, by heading."""
    if not PAGE.exists():
        return {}
    parts = re.split(r"^(?=## )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {_heading(part): part.strip() for part in parts}


def head() -> str:
    """Return the page's beginning."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return HEAD.format(python=platform.python_version(), node=node, processors=os.cpu_count())


def _heading(section: str) -> str:
    return section.partition("\n")[0]


if __name__ == "__main__":
    main()
