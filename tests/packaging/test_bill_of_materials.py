"""The bill of materials of a release."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from tests.packaging.dependencies import ROOT
from tests.support.json_schema import import_jsonschema

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    # Each worker imports this file, and these libraries take a third of the time of all imports.
    import_jsonschema()
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    from tests.packaging.bill_of_materials import render_bill_of_materials  # noqa: PLC0415

    text = render_bill_of_materials()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return dict(json.loads(text))


def test_lists_each_package_of_an_installation_once(document: dict[str, Any]) -> None:
    locked = dict(
        re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    )
    listed = {
        component["name"]: component["version"]
        for component in document["components"]
        if component["purl" if "purl" in component else "bom-ref"].startswith("pkg:pypi/")
    }
    assert len(locked) > 20
    assert locked.items() <= listed.items()
    assert "ministack" in listed
    assert "hatchling" not in listed, "only a build needs it"
    references = [component["bom-ref"] for component in document["components"]]
    assert sorted(set(references)) == sorted(references)


def test_lists_the_libraries_that_the_page_contains(document: dict[str, Any]) -> None:
    names = {component["name"] for component in document["components"] if "pkg:npm/" in component["bom-ref"]}
    assert {"three", "uplot", "aws4fetch", "dompurify", "marked", "vector-tile"} <= names
    assert "vite" not in names


def test_each_library_has_a_licence_and_the_digests_of_the_lock_file(document: dict[str, Any]) -> None:
    libraries = [component for component in document["components"] if component["type"] == "library"]
    assert len(libraries) > 50
    assert [library["name"] for library in libraries if not library["licenses"]] == []
    digests = {
        library["name"]: [
            entry["content"] for file in library["externalReferences"] for entry in file["hashes"]
        ]
        for library in libraries
    }
    assert [name for name, contents in digests.items() if not contents] == []
    assert all(f"sha256:{digest}" in (ROOT / "requirements.txt").read_text() for digest in digests["pyyaml"])


def test_each_component_is_reached_from_the_package(document: dict[str, Any]) -> None:
    uses = {entry["ref"]: entry.get("dependsOn", []) for entry in document["dependencies"]}
    reached = {document["metadata"]["component"]["bom-ref"]}
    while more := {used for user in reached for used in uses[user]} - reached:
        reached |= more
    assert reached == uses.keys()
    assert len(reached) == len(document["components"]) + 1


def test_release_contains_the_bill_of_materials() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert workflow.index("run: make dist") < workflow.index("gh release create")
    recipe = subprocess.run(
        ["make", "--dry-run", "dist"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "tests.packaging.bill_of_materials dist/" in recipe
