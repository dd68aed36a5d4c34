"""Two mistakes that do not touch each other give exactly the findings of both."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.soak import SOAK
from twin_stack.definition import check
from twin_stack.definition.checks.documentation import Documentation, documentation_of
from twin_stack.definition.checks.registry import all_rules

if TYPE_CHECKING:
    from pathlib import Path

WHOLE_DEFINITION = frozenset(
    {"TWIN024", "TWIN025", "TWIN046", "TWIN066", "TWIN098", "TWIN099", "TWIN130", "TWIN212", "TWIN261"}
)
"""Rules about the definition as a whole, which anything else in it touches."""
HIDING = frozenset({"TWIN001", "TWIN002", "TWIN007", "TWIN009", "TWIN030", "TWIN031"})
"""Rules of files that cannot be read: what they would declare is not known."""
STEP = 7 if SOAK else 101
"""Each pair of so many is tried: all of them take minutes."""
LARGE = 1_000
"""Lines of an example that `make soak` pairs with others: four checks a pair read them."""


@cache
def documented() -> dict[str, Documentation]:
    rules = {code: documentation_of(rule) for code, rule in all_rules().items()}
    return {
        code: documentation
        for code, documentation in rules.items()
        if code not in WHOLE_DEFINITION | HIDING
        and "cdk.json" not in documentation.bad
        and (SOAK or all(file.lines < LARGE for file in documentation.bad.values()))
    }


def pairs() -> list[tuple[str, str]]:
    """Return codes whose examples have no file in common."""
    documentations = documented()
    return [
        (first, second)
        for first, second in combinations(documentations, 2)
        if not (documentations[first].bad.keys() | documentations[first].good.keys())
        & (documentations[second].bad.keys() | documentations[second].good.keys())
    ]


def lines(folder: Path, *files: dict[str, bytes]) -> list[str]:
    merged = {name: content for each in files for name, content in each.items()}
    model = write(folder / "MODEL", merged)
    return [
        str(finding).replace(f"{folder}/MODEL/", "").replace(f"{folder}/", "") for finding in check(model)[1]
    ]


@pytest.mark.slow
@pytest.mark.soak
def test_mistakes_of_two_examples_are_both_found_and_nothing_else(tmp_path: Path) -> None:
    documentations = documented()
    tried = 0
    for number, (first, second) in enumerate(pairs()[::STEP]):
        former, latter = documentations[first], documentations[second]
        folder = tmp_path / str(number)
        if lines(folder / "good", former.good_files(), latter.good_files()):
            continue  # they touch each other, such as by an id
        alone = [lines(folder / "one", former.bad_files(), latter.good_files())]
        alone.append(lines(folder / "other", former.good_files(), latter.bad_files()))
        if alone != [[former.finding], [latter.finding]]:
            continue  # the good example of one corrects the bad one of the other, or makes it another mistake
        both = lines(folder / "both", former.bad_files(), latter.bad_files())
        assert sorted(both) == sorted([former.finding, latter.finding]), (first, second)
        tried += 1
    assert tried > 10
