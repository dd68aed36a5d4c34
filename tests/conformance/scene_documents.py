"""Compare how the page and AWS IoT App Kit's scene composer read scenes and rules, in plain Node.

`make conformance` installs the scene composer and runs this; `make test` does not.
"""

from __future__ import annotations

import json
import math
import subprocess
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.scene_mutations import mutated_scene
from tests.support.scene_samples import sample_scene
from twin_stack.definition import load
from twin_stack.definition.scene_document import scene_problems
from twin_stack.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODELS = ROOT / "models"
CASES = ROOT.parent / "shared" / "cases" / "scene_composer_fixtures" / "scenes"
MANY = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Comparison:
    """A Node process that runs both implementations.

    Args:
        bundle: ``compare.mjs``, bundled.
    """

    def __init__(self, bundle: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def run(self, kind: str, **inputs: Any) -> tuple[Any, Any]:
        """Return the results of App Kit and of the page."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"kind": kind, **inputs}) + "\n")
        self._process.stdin.flush()
        results = json.loads(self._process.stdout.readline())
        return results.get("appKit"), results.get("page")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Comparison]:
    bundle = tmp_path_factory.mktemp("compare") / "compare.cjs"
    command = ["node_modules/.bin/esbuild", "compare.mjs", "--bundle", "--platform=node", "--format=cjs"]
    # Modules are strict code in a browser, where App Kit loses a scene whose fogSettings is a text.
    command += [
        "--banner:js='use strict';",
        "--loader:.hdr=empty",
        "--log-level=error",
        f"--outfile={bundle}",
    ]
    subprocess.run(command, cwd=HERE, check=True, timeout=120)
    process = Comparison(bundle)
    yield process
    process.close()


def is_unknown_model(problem: Any) -> bool:
    """Return whether a problem is a ``modelType`` that is missing or unknown."""
    is_value = problem["kind"] == "not-allowed" and problem["path"][-1] == "modelType"
    is_missing = problem["message"] == 'a ModelRef without "modelType" is not drawn'
    return bool(is_value or is_missing)


WARNINGS: dict[str, Callable[[Any], bool]] = {
    "Unknown component type": lambda problem: (
        problem["kind"] == "component-type"
        or (problem["kind"] == "component-form" and problem["level"] == "error")
    ),
    "Unknown model type": is_unknown_model,
    "may contain features not supported": lambda problem: problem["kind"] == "later-version",
}
"""Problems of the page by the message of App Kit's warnings."""


def assert_same_result(comparison: Comparison, text: str, *, tree: bool) -> dict[str, Any]:
    """Assert that App Kit, the page and the check lose the same scenes and warn of the same parts.

    The page and the check may report more than App Kit, which is silent about much.
    """
    app_kit, page = comparison.run("scene", text=text, tree=tree)
    assert (app_kit["level"] == "fatal") == (page["level"] == "fatal"), (app_kit, page)
    if app_kit["level"] == "warning":
        assert page["level"] in ("warning", "error"), (app_kit, page)
    for phrase, is_same in WARNINGS.items():
        count = sum(phrase in message for message in app_kit["messages"])
        page_count = sum(is_same(problem) for problem in page["problems"] if "kind" in problem)
        # App Kit stops at the first fatal problem; the page reports all problems.
        reports_more = page["level"] == "fatal" and count <= page_count
        assert count == page_count or reports_more, (phrase, app_kit, page)
    assert app_kit.get("roots") == page.get("roots")
    assert_same_check(text, page)
    result: dict[str, Any] = page
    return result


def assert_same_check(text: str, page: Any) -> None:
    """Assert that the check has the page's problems, with the same levels and words."""
    document: Any = None
    with suppress(ValueError):
        document = json.loads(text)
    if isinstance(document, dict):
        problems = {
            (problem.kind, json.dumps(problem.path), problem.level, printable(problem.message))
            for problem in scene_problems(document)
        }
        assert problems == {
            (problem["kind"], json.dumps(problem["path"]), problem["level"], printable(problem["message"]))
            for problem in page["problems"]
        }


@pytest.mark.parametrize(
    "model", sorted(path.name for path in MODELS.iterdir() if (path / "twin.yaml").exists())
)
def test_scenes_of_the_models_are_read_alike_without_problems(comparison: Comparison, model: str) -> None:
    for scene in load(MODELS / model).scenes.values():
        result = assert_same_result(comparison, json.dumps(scene.document), tree=True)
        assert result["messages"] == []


MESSAGES = {
    "CookieFactoryWaterTank.scene.json": [],
    "invalid-spec-version.scene.json": ['"specVersion" is "a.1"'],
    "mix-error-warning.scene.json": [
        '"specVersion" is "1.1"',
        '"unitOfMeasure" is "meter"',
        'component type "FutureNonExistComponent" is not known',
        "so its models are black",
        "node index 1 is not one of the 1 nodes",
        "node index 2 is not one of the 1 nodes",
    ],
    "overlay.scene.json": [],
    "scene_1.json": [],
    "scene_2.scene.json": ["a Tag with a rule is not bound to a property"],
    "unsupported-minor-version.scene.json": [
        '"specVersion" is "1.1"',
        'component type "FutureNonExistComponent1" is not known',
        'component type "FutureNonExistComponent2" is not known',
        'component type "FutureNonExistComponent3" is not known',
        "so its models are black",
    ],
}
"""Messages of the page about the scene composer's own fixtures, by file."""


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not here")
@pytest.mark.parametrize(("file", "messages"), MESSAGES.items(), ids=list(MESSAGES))
def test_scenes_of_the_scene_composers_own_tests_are_read_alike(
    comparison: Comparison, file: str, messages: list[str]
) -> None:
    result = assert_same_result(comparison, (CASES / file).read_text(encoding="utf-8"), tree=True)
    assert len(result["messages"]) == len(messages)
    for expected in messages:
        assert any(expected in message for message in result["messages"]), (expected, result["messages"])


@pytest.mark.parametrize("text", ["", "[]", "7", '"1.0"', "null", "{}", '{"specVersion": "1.0"}', "{"])
def test_a_text_that_is_not_a_scene_is_fatal_in_both(comparison: Comparison, text: str) -> None:
    assert assert_same_result(comparison, text, tree=False)["level"] == "fatal"


NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_nan=False).map(
    lambda number: round(number, 3)
)
NAMES = st.sampled_from(["temperature", "rpm", "oil-level", "oil-level-min", "alarm_status", "flag"])
VALUES = NUMBERS | st.booleans() | st.sampled_from(["", "ACTIVE", "NORMAL", "7", "true", "false"])
TARGETS = st.one_of(
    st.sampled_from(["Info", "Warning", "Error", "Video", "Custom", "error", ""]).map(
        lambda name: f"iottwinmaker.common.icon:{name}"
    ),
    st.sampled_from(["#d13212", "red", "#abc", "rgba(255,0,0,0.5)", "hsla(120,50%,50%,0.25)", ""]).map(
        lambda color: f"iottwinmaker.common.color:{color}"
    ),
    st.sampled_from(["0.3", "1", "0", "", "x"]).map(lambda opacity: f"iottwinmaker.common.opacity:{opacity}"),
    st.sampled_from(["iottwinmaker.common.number", "Error", "", "common.icon:Error"]),
)


def literals() -> st.SearchStrategy[str]:
    return NUMBERS.map(str) | st.sampled_from(["true", "false", "'ACTIVE'", "'true'", "''"])


OPERATORS = ["==", "!=", ">", ">=", "<", "<=", "+", "-", "*", "/", "%", "&&", "||", "in", "^"]
EXPRESSIONS = st.recursive(
    NAMES | literals(),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        inner.map(lambda operand: f"!({operand})"),
        inner.map(lambda operand: f"({operand})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]}) ? ({parts[1]}) : ({parts[2]})"),
        inner.map(lambda operand: f"{operand} >"),
        inner.map(lambda operand: f"{operand}|unknown"),
    ),
    max_leaves=6,
)
METADATA = st.fixed_dictionaries({}, optional={"color": st.just("#ff00ff"), "iconName": st.just("bell")})
STATEMENTS = st.fixed_dictionaries(
    {"expression": EXPRESSIONS, "target": TARGETS}, optional={"targetMetadata": METADATA}
)
RULES = st.fixed_dictionaries({"statements": st.lists(STATEMENTS, max_size=4)})


@MANY
@given(rule=st.none() | RULES, name=NAMES, value=st.none() | VALUES, fallback=st.sampled_from(["", "own", 0]))
def test_rules_have_the_same_outcome(
    comparison: Comparison, rule: Any, name: str, value: Any, fallback: Any
) -> None:
    app_kit, page = comparison.run("rule", rule=rule, property=name, value=value, fallback=fallback)
    assert app_kit == page


@MANY
@given(target=TARGETS)
def test_targets_are_read_alike(comparison: Comparison, target: str) -> None:
    app_kit, page = comparison.run("target", target=target)
    assert app_kit == page


def is_close(a: float | None, b: float | None) -> bool:
    return a == b or (a is not None and b is not None and math.isclose(a, b))


@MANY
@given(target=TARGETS)
def test_colours_and_opacities_are_read_alike(comparison: Comparison, target: str) -> None:
    app_kit, page = comparison.run("materialStyle", target=target)
    assert (app_kit is None) == (page is None)
    if app_kit:
        assert app_kit.get("color") == page.get("color")
        assert is_close(app_kit.get("opacity"), page.get("opacity"))


@MANY
@given(
    content=st.lists(st.sampled_from(["${a}", "${b c}", "}", "$a", " text ", "\n"])).map("".join),
    values=st.dictionaries(
        st.sampled_from(["a", "b c"]), NUMBERS | st.booleans() | st.sampled_from(["", "x"])
    ),
)
def test_variables_of_texts_are_replaced_alike(
    comparison: Comparison, content: str, values: dict[str, Any]
) -> None:
    app_kit, page = comparison.run("text", content=content, values=values)
    assert app_kit == page


def rarely(usual: st.SearchStrategy[Any], *unusual: Any) -> st.SearchStrategy[Any]:
    """Return a strategy that draws an unusual value in one of eight cases."""
    return st.integers(0, 7).flatmap(lambda number: st.sampled_from(unusual) if number == 0 else usual)


VECTORS = st.lists(NUMBERS, min_size=3, max_size=3)
TRANSFORMS = st.fixed_dictionaries({}, optional={"position": VECTORS, "rotation": VECTORS, "scale": VECTORS})
RULE_IDS = st.sampled_from(["one", "two"])
BOUND = st.fixed_dictionaries(
    {
        "dataBindingContext": st.fixed_dictionaries(
            {"entityId": NAMES, "componentName": NAMES, "propertyName": NAMES}
        )
    }
)
RULE_BOUND = st.fixed_dictionaries(
    {},
    optional={
        "ruleBasedMapId": rarely(RULE_IDS, "nope", "", None),
        "valueDataBinding": rarely(BOUND, {}, None),
    },
)
COMPONENTS = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("ModelRef"),
            "uri": st.just("x.glb"),
            "modelType": rarely(st.sampled_from(["GLB", "GLTF", "Tiles3D"]), "glb", None),
        }
    ),
    st.fixed_dictionaries({"type": st.just("SubModelRef"), "selector": NAMES}),
    RULE_BOUND.map(lambda members: {"type": "Tag", "icon": "iottwinmaker.common.icon:Info", **members}),
    RULE_BOUND.map(lambda members: {"type": "ModelShader", **members}),
    st.fixed_dictionaries(
        {
            "type": st.just("MotionIndicator"),
            "shape": st.sampled_from(["LinearPlane", "Ring"]),
            "valueDataBindings": rarely(
                st.dictionaries(st.sampled_from(["speed", "foregroundColor"]), rarely(RULE_BOUND, None)), None
            ),
            "config": rarely(st.just({"numOfRepeatInY": 2, "backgroundColorOpacity": 1}), None),
        }
    ),
    st.fixed_dictionaries({"type": st.just("Camera"), "cameraIndex": rarely(st.integers(0, 1), 2, -1, "0")}),
    st.fixed_dictionaries(
        {
            "type": st.just("Light"),
            "lightType": rarely(st.sampled_from(["Ambient", "Point"]), "Sun"),
            "lightSettings": st.just({"color": 16777215}),
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("DataOverlay"), "dataRows": st.just([]), "valueDataBindings": st.just([])}
    ),
    BOUND.map(lambda binding: {"type": "EntityBinding", "valueDataBinding": binding}),
    st.just({"type": "PlaneGeometry", "width": 1, "height": 1}),
    st.just({"type": "Hologram"}),
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, Any], bool]:
    """Draw a scene whose nodes usually form a tree, and whether they do."""
    count = draw(st.integers(0, 6))
    nodes: list[Any] = []
    for _ in range(count):
        node: dict[str, Any] = {"transform": draw(rarely(TRANSFORMS, None, {})), "children": []}
        if draw(st.booleans()):
            node["name"] = draw(st.text(min_size=1, max_size=5))
        node["components"] = draw(rarely(st.lists(rarely(COMPONENTS, None), max_size=3), None))
        nodes.append(node)
    roots: list[int] = []
    for index in range(count):
        parent = draw(st.integers(-1, index - 1))
        (roots if parent < 0 else nodes[parent]["children"]).append(index)
    is_tree = True
    if nodes and draw(st.integers(0, 7)) == 0:
        child = draw(st.sampled_from([99, -1, None, "x", 0]))
        draw(st.sampled_from(nodes))["children"].append(child)
        is_tree = child != 0
    rules = {rule_id: draw(RULES) for rule_id in ("one", "two")}
    scene = {
        "specVersion": draw(rarely(st.just("1.0"), "1.5", "2.0", "1", 1, None, "1.0.0", "a.1", "0.9")),
        "version": "1",
        "nodes": draw(rarely(st.just(nodes), None)),
        "rootNodeIndexes": draw(rarely(st.just(roots), None, [7])),
        "cameras": draw(rarely(st.just([{"fov": 50}, {}]), None, [])),
        "rules": draw(rarely(st.just(rules), None, {"one": {}}, {"one": {"statements": [None]}})),
        "properties": draw(
            rarely(
                st.just({"environmentPreset": "neutral"}),
                None,
                {"fogSettings": {"color": "grey"}},
                {"fogCustomColors": "red"},
                {"sceneBackgroundSettings": {"color": 3}},
                {"groundPlaneSettings": {"opacity": 4}},
            )
        ),
    }
    for member in draw(st.sets(st.sampled_from(["cameras", "rules", "properties"]), max_size=1)):
        del scene[member]
    return scene, is_tree


@settings(MANY, max_examples=2000)
@given(generated=trees())
def test_generated_scenes_are_read_alike(
    comparison: Comparison, generated: tuple[dict[str, Any], bool]
) -> None:
    scene, is_tree = generated
    assert_same_result(comparison, json.dumps(scene), tree=is_tree)


@pytest.mark.parametrize("seed", range(10))
def test_scenes_with_mistakes_are_read_alike(comparison: Comparison, seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        assert_same_result(comparison, json.dumps(mutated_scene(random)), tree=False)


@pytest.mark.parametrize("seed", range(10))
def test_scenes_of_values_that_app_kit_shows_have_no_error(comparison: Comparison, seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        text = json.dumps(sample_scene(random))
        app_kit, page = comparison.run("scene", text=text, tree=True)
        assert app_kit["level"] == "none", app_kit
        assert page["level"] in ("none", "warning"), page
        assert app_kit["roots"] == page["roots"]
