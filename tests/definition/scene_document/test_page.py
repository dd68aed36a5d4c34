"""The check and the page find the same mistakes of scene documents, with the same levels and words."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.page_reader import PageReader
from tests.support.scene_mutations import expression, mutated_scene, valid_scene
from tests.support.scene_samples import sample_scene
from tests.support.soak import CHECK, repetitions
from twin_stack.definition.scene_document import scene_problems
from twin_stack.twinmaker.jexl import ExpressionSyntaxError, evaluation_fault, names_of, parse_expression
from twin_stack.twinmaker.scene_texts import expression_excess
from twin_stack.twinmaker.scenes import problem_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

SCENES = repetitions(400, 10_000)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> PageReader:
    return PageReader(tmp_path_factory.mktemp("page"))


def of_check(document: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {
        (problem.kind, json.dumps(problem.path), problem.level, problem.message)
        for problem in scene_problems(document)
    }


def of_page(problems: Iterable[dict[str, Any]]) -> set[tuple[str, str, str, str]]:
    return {
        (problem["kind"], json.dumps(problem["path"]), problem["level"], problem["message"])
        for problem in problems
        if "kind" in problem
    }


def dark_scene() -> dict[str, Any]:
    scene = valid_scene()
    del scene["properties"]["environmentPreset"]
    scene["nodes"][5]["components"] = []
    return scene


def scene_with_digit() -> dict[str, Any]:
    scene = valid_scene()
    component = scene["nodes"][1]["components"][1]
    component["valueDataBinding"]["dataBindingContext"]["propertyName"] = "1rpm"
    scene["rules"]["colors"]["statements"][0]["expression"] = "1rpm > 3"
    return scene


def scene_with_many_expressions() -> dict[str, Any]:
    scene = valid_scene()
    statement = {"expression": f"temperature == '{'x' * 400}'", "target": "iottwinmaker.common.number"}
    scene["rules"]["speed"]["statements"] = [statement] * 250
    return scene


def test_a_scene_without_mistakes_has_none_in_both(page: PageReader) -> None:
    assert of_check(valid_scene()) == set()
    assert page.problems([valid_scene()]) == [[]]


@pytest.mark.slow
def test_generated_scenes_have_the_same_problems_in_both(page: PageReader) -> None:
    scenes = [mutated_scene(Random(seed)) for seed in range(SCENES)]
    scenes += [dark_scene(), scene_with_digit(), scene_with_many_expressions()]
    kinds: set[str] = set()
    for seed, (scene, problems) in enumerate(zip(scenes, page.problems(scenes), strict=True)):
        expected = of_check(scene)
        assert of_page(problems) == expected, seed
        kinds |= {kind for kind, *_ in expected}
    # The few scenes of `make check` do not have each kind.
    assert CHECK or problem_texts().keys() - kinds == set()


def fault_and_names(text: str) -> tuple[str | None, list[str]]:
    excess = expression_excess(text)
    if excess is not None:
        return excess, []
    try:
        tree = parse_expression(text)
    except ExpressionSyntaxError as error:
        return str(error), []
    return evaluation_fault(tree), names_of(tree)


@pytest.mark.slow
def test_generated_expressions_have_the_same_faults_and_names_in_both(page: PageReader) -> None:
    random = Random(1)
    expressions = list(dict.fromkeys(expression(random) for _ in range(5_000)))
    valid = 0
    for text, answer in zip(expressions, page.expressions(expressions), strict=True):
        fault, names = fault_and_names(text)
        assert (answer["fault"], answer["names"]) == (fault, names), text
        valid += fault is None
    assert 100 < valid < len(expressions) - 100


@pytest.mark.slow
def test_scenes_of_values_that_viewers_show_have_no_error(page: PageReader) -> None:
    scenes = [sample_scene(Random(seed)) for seed in range(300)]
    for seed, (scene, problems) in enumerate(zip(scenes, page.problems(scenes), strict=True)):
        levels = {problem.level for problem in scene_problems(scene)}
        assert levels <= {"warning"}, (seed, [str(problem) for problem in scene_problems(scene)])
        assert of_page(problems) == of_check(scene), seed
