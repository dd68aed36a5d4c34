"""A mistake in ``connectors``, ``ingest`` or ``existing`` hides no other, and nothing follows from it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.definition.models import write
from tests.support.soak import sample
from twin_stack.definition import check
from twin_stack.definition.checks.documentation import Documentation, documentation_of
from twin_stack.definition.checks.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEMBERS = ("connectors", "ingest", "existing")
MISTAKE = {"nonsense": 1}
OF_ALL_ENTRIES = frozenset({"TWIN087", "TWIN104", "TWIN122", "TWIN212"})
"""Rules that report what no entry does: one with a mistake may do it."""


@cache
def documented() -> dict[str, Documentation]:
    """Return the documentation of rules whose examples have a ``twin.yaml``."""
    rules = {code: documentation_of(rule) for code, rule in all_rules().items()}
    return {
        code: each for code, each in rules.items() if "twin.yaml" in each.good and "cdk.json" not in each.bad
    }


def parsed(files: dict[str, bytes]) -> dict[str, Any]:
    """Return the twin file, empty where it is not there or cannot be read."""
    try:
        twin = yaml.safe_load(files.get("twin.yaml", b""))
    except yaml.YAMLError:
        return {}
    return twin if isinstance(twin, dict) else {}


def with_twin_file(files: dict[str, bytes], twin: dict[str, Any]) -> dict[str, bytes]:
    return {**files, "twin.yaml": yaml.safe_dump(twin, sort_keys=False).encode()}


def broken_entries(twin: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield each copy of a twin file that has one entry with a mistake, and a member that is no mapping."""
    for member in MEMBERS:
        entries = twin.get(member)
        if not isinstance(entries, dict):
            continue
        yield (member, ""), {**twin, member: 5}
        for name, entry in entries.items():
            if isinstance(entry, dict):
                yield (member, name), {**twin, member: {**entries, name: {**entry, **MISTAKE}}}


def codes(folder: Path, files: dict[str, bytes]) -> list[str]:
    return sorted(finding.code for finding in check(write(folder, files))[1])


@pytest.mark.parametrize("code", sample(sorted(documented())))
def test_nothing_follows_from_a_mistake_in_an_entry(code: str, tmp_path: Path) -> None:
    files = documented()[code].good_files()
    twin = parsed(files)
    assert twin
    for number, (place, broken) in enumerate(broken_entries(twin)):
        codes_found = codes(tmp_path / str(number), with_twin_file(files, broken))
        assert codes_found in (["TWIN003"], ["TWIN004"]), place


@pytest.mark.slow
@pytest.mark.parametrize("code", sample(sorted(documented().keys() - OF_ALL_ENTRIES)))
def test_mistake_in_another_entry_hides_no_finding(code: str, tmp_path: Path) -> None:
    files = documented()[code].bad_files()
    twin = parsed(files)
    alone = codes(tmp_path / "alone", files)
    assert alone or code == "TWIN233"  # a note of an import
    entries = {member: twin.get(member, {}) for member in ("connectors", "ingest")}
    broken = {
        member: {**each, "zz-other": MISTAKE} for member, each in entries.items() if isinstance(each, dict)
    }
    if twin and broken:
        codes_found = codes(tmp_path / "broken", with_twin_file(files, {**twin, **broken}))
        assert [each for each in codes_found if each in alone] == alone, codes_found
