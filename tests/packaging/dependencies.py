"""What the project depends on, read from its requirements and lock files."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"
REQUIREMENT = re.compile(r"^([a-z0-9.-]+)==(\S+)(.*(?:\n +--hash=.*)+)\n((?: +#.*\n)*)", re.MULTILINE)

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Licences that a classifier of a Python package names exactly, by the last part of the classifier."""

STATED_LICENSES = {
    "colorama": "BSD-3-Clause",
    "defusedxml": "PSF-2.0",
    # The wheel lacks `rst.el`, the only file of the source distribution under the GPL.
    "docutils": "LicenseRef-public-domain AND BSD-2-Clause AND BSD-3-Clause AND Python-2.0.1",
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "jinja2": "BSD-3-Clause",
    "mpmath": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "pyyaml-ft": "MIT",
    "sympy": "BSD-3-Clause",
}
"""Licences of Python packages by their licence files, where metadata is ambiguous or not installed."""


@dataclass(frozen=True)
class Dependency:
    """A package of another project.

    Attributes:
        registry: ``pypi`` or ``npm``.
        name: Its name there.
        version: The locked version.
        license: An SPDX expression, or ``unknown``.
        digests: The digests of its files in hexadecimal, by SHA-256 for Python and SHA-512 for npm.
        needed_by: Names of packages in the same file that depend on it.
    """

    registry: str
    name: str
    version: str
    license: str
    digests: frozenset[str]
    needed_by: frozenset[str]


def read_requirements(name: str) -> dict[str, Dependency]:
    """Return the packages of a compiled requirements file, by name."""
    packages = {}
    for match in REQUIREMENT.finditer((ROOT / name).read_text(encoding="utf-8")):
        package, version, hashes, comment = match.groups()
        packages[package] = Dependency(
            registry="pypi",
            name=package,
            version=version,
            license=python_license(package),
            digests=frozenset(re.findall(r"sha256:([0-9a-f]{64})", hashes)),
            needed_by=frozenset(
                re.findall(
                    r"^ +#(?: via)? +(?!via$)([\w.-]+)(?: \(pyproject\.toml\))?$", comment, re.MULTILINE
                )
            ),
        )
    return packages


@cache
def python_license(package: str) -> str:
    """Return the licence of a Python package by its metadata, as an SPDX expression, or ``unknown``."""
    if package in STATED_LICENSES:
        return STATED_LICENSES[package]
    try:
        headers = metadata(package)
    except PackageNotFoundError:
        return UNKNOWN
    classifiers = [value.split(" :: ")[-1] for value in headers.get_all("Classifier", [])]
    for text in (headers["License-Expression"], headers["License"], *map(CLASSIFIERS.get, classifiers)):
        expression = spdx(text)
        if expression != UNKNOWN:
            return expression
    return UNKNOWN


def read_lock_file(name: str, *, development: bool) -> dict[str, Dependency]:
    """Return the packages of an npm lock file, by path.

    Args:
        name: The path of the file in the repository.
        development: Whether packages that only development needs are included.
    """
    entries: dict[str, dict[str, Any]] = json.loads((ROOT / name).read_text(encoding="utf-8"))["packages"]
    users = defaultdict(set)
    for user, entry in entries.items():
        for package in {**entry.get("dependencies", {}), **entry.get("optionalDependencies", {})}:
            users[resolve(package, user, entries)].add(user)
    return {
        path: Dependency(
            registry="npm",
            name=path.rpartition("node_modules/")[2],
            version=entry["version"],
            license=spdx(entry.get("license")),
            digests=frozenset(
                b64decode(text).hex() for text in re.findall(r"sha512-(\S+)", entry.get("integrity", ""))
            ),
            needed_by=frozenset(users[path]),
        )
        for path, entry in entries.items()
        if path and (development or not entry.get("dev"))
    }


def resolve(package: str, user: str, entries: dict[str, dict[str, Any]]) -> str | None:
    """Return the path at which Node finds a package for its user, or ``None`` if it is not locked."""
    folder: str = user
    while True:
        path = f"{folder}/node_modules/{package}".lstrip("/")
        if path in entries or not folder:
            return path if path in entries else None
        folder = folder.rpartition("node_modules/")[0].rstrip("/")


def spdx(text: str | None) -> str:
    """Return a licence as a canonical SPDX expression, or ``unknown``."""
    try:
        return canonicalize_license_expression(text or "")
    except InvalidLicenseExpression:
        return UNKNOWN
