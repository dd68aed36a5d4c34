"""The version of a scene document, as AWS's viewer reads it."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition.scene_document.problems import Problems
from twin_stack.definition.scene_document.version import check_version


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        ("1.0", []),
        (" 1.0-beta", []),
        ("+1.0", []),
        ("0.9", ["later-version"]),
        ("1.1", ["later-version"]),
        ("1.x", ["version"]),
        ("1", ["version"]),
        ("1.0.0", ["version"]),
        ("1.0.x", []),
        ("2.0", ["version"]),
        ("", ["version"]),
        (1.0, ["version"]),
        (None, ["version"]),
        (f"1.{'9' * 5_000}", ["version"]),
        (f"1.{2**53}", ["version"]),
    ],
)
def test_later_minor_version_is_a_warning_and_a_later_major_one_loses_the_scene(
    version: Any, kinds: list[str]
) -> None:
    problems = Problems()
    check_version(problems, {"specVersion": version})
    assert [problem.kind for problem in problems.all] == kinds
    assert all(problem.path == ("specVersion",) for problem in problems.all)
