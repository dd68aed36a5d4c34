"""The licences of dependencies, and the page that lists them."""

from __future__ import annotations

import doctest

import tests.packaging.licenses as page
from tests.packaging.dependencies import UNKNOWN, read_lock_file, read_requirements, resolve, spdx


def test_page_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.render_page(), "run `make licenses`"


def test_each_dependency_has_an_allowed_licence() -> None:
    dependencies = [dependency for section in page.sections().values() for dependency in section]
    assert len(dependencies) > 200
    refused = {
        dependency.name: dependency.license
        for dependency in dependencies
        if not page.is_allowed(dependency.license)
    }
    assert refused == {}, (
        "replace the dependency, or allow its licence in tests/packaging/licenses.py with a reason"
    )


def test_refuses_the_gpl_and_missing_licences() -> None:
    results = doctest.testmod(page)
    assert results.attempted > 0
    assert results.failed == 0
    for expression in (
        "GPL-2.0-only",
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "LGPL-2.1-only",
        UNKNOWN,
        spdx("Proprietary"),
    ):
        assert not page.is_allowed(expression)


def test_requirements_name_their_users() -> None:
    packages = read_requirements("requirements-local.txt")
    assert packages["ministack"].needed_by == {"twin-stack"}
    assert {"boto3", "ministack"} <= packages["botocore"].needed_by
    assert packages["hatchling"].needed_by == frozenset(), "the build needs it, not the package"


def test_lock_file_resolves_nested_packages_first() -> None:
    entries: dict[str, dict[str, object]] = {
        "": {},
        "node_modules/a": {},
        "node_modules/a/node_modules/b": {},
        "node_modules/b": {},
    }
    assert resolve("b", "node_modules/a", entries) == "node_modules/a/node_modules/b"
    assert resolve("b", "", entries) == "node_modules/b"
    assert resolve("a", "node_modules/a/node_modules/b", entries) == "node_modules/a"
    assert resolve("absent", "node_modules/a/node_modules/b", entries) is None


def test_lock_file_leaves_development_packages_out() -> None:
    shipped = read_lock_file("viewer/package-lock.json", development=False)
    everything = read_lock_file("viewer/package-lock.json", development=True)
    assert "node_modules/vite" in everything.keys() - shipped.keys()
    assert shipped["node_modules/three"].needed_by == {""}
