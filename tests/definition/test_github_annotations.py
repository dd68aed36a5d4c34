"""Findings as annotations of GitHub Actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition import Finding, Location
from twin_stack.definition.github_annotations import github_annotations


@pytest.mark.parametrize(
    ("file", "message", "expected"),
    [
        ("e.yaml", "is wrong", "::error file=e.yaml,line=3,col=7,title=TWIN014::is wrong; correct it"),
        ("a,b:c.yaml", "50 %", "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=TWIN014::50 %25; correct it"),
        ("e.yaml", "a\n::b", "::error file=e.yaml,line=3,col=7,title=TWIN014::a%0A::b; correct it"),
        ("/repository/m/e.yaml", "x", "::error file=m/e.yaml,line=3,col=7,title=TWIN014::x; correct it"),
    ],
)
def test_annotation_is_one_command(file: str, message: str, expected: str) -> None:
    finding = Finding(Location(Path(file), 3, 7), "TWIN014", message, "correct it")
    assert list(github_annotations([finding], Path("/repository"))) == [expected]
