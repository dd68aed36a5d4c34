"""Problems of a scene document, and its version."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition.scene_document import problems as problems_module
from twin_stack.definition.scene_document.problems import (
    Problems,
    SceneProblem,
    TooManyProblemsError,
    closest_remedy,
)


def test_problem_has_the_words_of_its_kind_unless_others_are_given() -> None:
    problems = Problems()
    problems.add("version", ("specVersion",), value='"2.0"')
    problems.add("version", ("a", 1), level="warning", remedy="leave it", is_key=True, value="1")
    assert problems.all == [
        SceneProblem(
            "version",
            ("specVersion",),
            "fatal",
            "TWIN040",
            '"specVersion" is "2.0"',
            'write "1.0", in quotes',
        ),
        SceneProblem(
            "version", ("a", 1), "warning", "TWIN040", '"specVersion" is 1', "leave it", is_key=True
        ),
    ]
    assert problems.has("later-version", "version")
    assert not problems.has("later-version")


def test_no_more_than_the_most_problems_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems_module, "MAX_PROBLEMS", 2)
    problems = Problems()
    for _ in range(2):
        problems.add("version", (), value="1")
    with pytest.raises(TooManyProblemsError):
        problems.add("version", (), value="1")
    assert len(problems.all) == 2


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("Tags", 'did you mean "Tag"?'),
        (5, "use one of: Light, Tag"),
        ("x" * 100_000, "use one of: Light, Tag"),
    ],
    ids=["alike", "number", "long"],
)
def test_remedy_names_what_is_alike(value: Any, remedy: str) -> None:
    assert closest_remedy(value, ["Tag", "Light"]) == remedy
