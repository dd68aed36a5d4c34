"""The page that lists the licences of dependencies: `make licenses`."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.packaging.dependencies import Dependency, read_lock_file, read_requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "licenses.md"

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "LicenseRef-public-domain",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0.1",
    "Zlib",
}
"""Licences under which a dependency may be used unchanged, in a product of any licence, with a notice."""

INTRODUCTION = """\
# Licences of dependencies

twin-stack is licensed under Apache-2.0. This page lists the licences of what it uses, as SPDX expressions.
`make licenses` writes it from the requirements and lock files and from the metadata of the packages.

A test refuses every licence that is not on the list `ALLOWED` of `tests/packaging/licenses.py`: above all the
GPL, the AGPL, and packages that name no licence. Of alternatives ("MIT OR GPL-3.0-or-later"), one has to be
allowed. What `make conformance` installs is neither distributed nor listed.

Tests hold a copy of the JSON Schema of SARIF 2.1.0, an OASIS Standard, which may be copied unchanged with its
notice: `tests/support/oasis/NOTICE.md`.

`make dist` writes the packages of a release, with versions and hashes, as a CycloneDX bill of materials.
"""


def sections() -> dict[str, list[Dependency]]:
    """Return the dependencies by the heading under which the page lists them."""
    package = read_requirements("requirements.txt")
    local = read_requirements("requirements-local.txt")
    development = read_requirements("requirements-dev.txt")
    page = read_lock_file("viewer/package-lock.json", development=False)
    cli = read_lock_file("package-lock.json", development=False)
    return {
        "The package `twin-stack`": list(package.values()),
        "The page, which the package contains": list(page.values()),
        "The embedded AWS, `twin-stack[local]`, and what builds the project": [
            local[name] for name in local.keys() - package.keys()
        ],
        "The CDK CLI": list(cli.values()),
        "Development": [
            *(development[name] for name in development.keys() - local.keys()),
            *(
                dependency
                for name, shipped in (("package-lock.json", cli), ("viewer/package-lock.json", page))
                for path, dependency in read_lock_file(name, development=True).items()
                if path not in shipped
            ),
        ],
    }


def is_allowed(expression: str) -> bool:
    """Return whether at least one alternative of an SPDX expression consists of allowed licences.

    Expressions with inner parentheses do not occur so far, and are not allowed.

    Example:
        >>> is_allowed("(MIT OR GPL-3.0-or-later)"), is_allowed("MIT AND GPL-3.0-only"), is_allowed("unknown")
        (True, False, False)
        >>> is_allowed("MIT AND (GPL-3.0-only OR MIT)"), is_allowed("GPL-3.0-only AND (MIT OR ISC)")
        (False, False)
    """
    if flat := re.fullmatch(r"\(([^()]+)\)|([^()]+)", expression):
        alternatives = (flat[1] or flat[2]).split(" OR ")
        return any(ALLOWED.issuperset(alternative.split(" AND ")) for alternative in alternatives)
    return False


def render_page() -> str:
    """Return the text of the page."""
    parts = [INTRODUCTION]
    for heading, dependencies in sections().items():
        parts.append(f"\n## {heading}\n\n| licence | packages |\n|---|---|\n{render_rows(dependencies)}\n")
    return "".join(parts)


def render_rows(dependencies: Iterable[Dependency]) -> str:
    """Return the rows of a table: one for each licence, with the names of its packages."""
    names = defaultdict(set)
    for dependency in dependencies:
        names[dependency.license].add(dependency.name)
    return "\n".join(f"| {license} | {', '.join(sorted(names[license]))} |" for license in sorted(names))


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
