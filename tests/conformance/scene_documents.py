"""The page reads scenes and rules as AWS IoT App Kit's scene composer does, in plain Node.

`make conformance` installs the scene composer and runs this; `make test` does not.
"""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin_stack.definition import load

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODELS = ROOT / "models"
CASES = ROOT.parent / "shared" / "cases" / "scene_composer_fixtures" / "scenes"
MANY = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Judge:
    """A process that has both codes, and is asked questions."""

    def __init__(self, bundle: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, what: str, **question: Any) -> tuple[Any, Any]:
        """Return their answer and ours."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"ask": what, **question}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer.get("theirs"), answer.get("ours")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    bundle = tmp_path_factory.mktemp("judge") / "judge.cjs"
    command = ["node_modules/.bin/esbuild", "judge.mjs", "--bundle", "--platform=node", "--format=cjs"]
    command += ["--loader:.hdr=empty", "--log-level=error", f"--outfile={bundle}"]
    subprocess.run(command, cwd=HERE, check=True, timeout=120)
    judge = Judge(bundle)
    yield judge
    judge.close()


def assert_same_verdict(judge: Judge, text: str, *, tree: bool) -> dict[str, Any]:
    """Both lose the same scenes, and warn of the same parts; ours may warn of what theirs does in silence."""
    theirs, ours = judge.ask("scene", text=text, tree=tree)
    assert (theirs["level"] == "fatal") == (ours["level"] == "fatal"), (theirs, ours)
    if theirs["level"] == "warning":
        assert ours["level"] == "warning", (theirs, ours)
    for word in ("Unknown component type", "Unknown model type", "may contain features not supported"):
        counts = [sum(word in line for line in one["words"]) for one in (theirs, ours)]
        # Theirs stops at the first fatal mistake, ours tells all of them.
        assert counts[0] == counts[1] or (ours["level"] == "fatal" and counts[0] <= counts[1]), (
            word,
            theirs,
            ours,
        )
    assert theirs.get("roots") == ours.get("roots")
    verdict: dict[str, Any] = ours
    return verdict


@pytest.mark.parametrize(
    "model", sorted(path.name for path in MODELS.iterdir() if (path / "twin.yaml").exists())
)
def test_scenes_of_the_models_are_read_alike_and_have_no_fault(judge: Judge, model: str) -> None:
    for scene in load(MODELS / model).scenes.values():
        ours = assert_same_verdict(judge, json.dumps(scene.document), tree=True)
        assert ours["words"] == []


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not here")
def test_scenes_of_the_scene_composers_own_tests_are_read_alike(judge: Judge) -> None:
    scenes = sorted(CASES.glob("*.json"))
    assert len(scenes) >= 7
    for scene in scenes:
        assert_same_verdict(judge, scene.read_text(), tree=True)


@pytest.mark.parametrize("text", ["", "[]", "7", '"1.0"', "null", "{}", '{"specVersion": "1.0"}', "{"])
def test_what_is_no_scene_is_lost_in_both(judge: Judge, text: str) -> None:
    assert assert_same_verdict(judge, text, tree=False)["level"] == "fatal"


NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: round(one, 3))
NAMES = st.sampled_from(["temperature", "rpm", "oil-level", "alarm_status", "flag"])
VALUES = NUMBERS | st.booleans() | st.sampled_from(["", "ACTIVE", "NORMAL", "7", "true", "false"])
TARGETS = st.one_of(
    st.sampled_from(["Info", "Warning", "Error", "Video", "Custom", "error", ""]).map(
        lambda one: f"iottwinmaker.common.icon:{one}"
    ),
    st.sampled_from(["#d13212", "red", "#abc", "rgba(255,0,0,0.5)", "hsla(120,50%,50%,0.25)", ""]).map(
        lambda one: f"iottwinmaker.common.color:{one}"
    ),
    st.sampled_from(["0.3", "1", "0", "", "x"]).map(lambda one: f"iottwinmaker.common.opacity:{one}"),
    st.sampled_from(["iottwinmaker.common.number", "Error", "", "common.icon:Error"]),
)


def literals() -> st.SearchStrategy[str]:
    return NUMBERS.map(str) | st.sampled_from(["true", "false", "'ACTIVE'", "'true'", "''"])


OPERATORS = ["==", "!=", ">", ">=", "<", "<=", "+", "-", "*", "/", "%", "&&", "||", "in", "^"]
EXPRESSIONS = st.recursive(
    NAMES | literals(),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        inner.map(lambda one: f"!({one})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]}) ? ({three[1]}) : ({three[2]})"),
        inner.map(lambda one: f"{one} >"),
        inner.map(lambda one: f"{one}|unknown"),
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
def test_rules_say_the_same_of_a_value(judge: Judge, rule: Any, name: str, value: Any, fallback: Any) -> None:
    theirs, ours = judge.ask("rule", rule=rule, property=name, value=value, fallback=fallback)
    assert theirs == ours


@MANY
@given(target=TARGETS)
def test_targets_are_read_alike(judge: Judge, target: str) -> None:
    theirs, ours = judge.ask("target", target=target)
    assert theirs == ours


def close(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and math.isclose(one, other))


@MANY
@given(target=TARGETS)
def test_colours_and_opacities_are_read_alike(judge: Judge, target: str) -> None:
    theirs, ours = judge.ask("paint", target=target)
    assert (theirs is None) == (ours is None)
    if theirs:
        assert theirs.get("color") == ours.get("color")
        assert close(theirs.get("opacity"), ours.get("opacity"))


@MANY
@given(
    content=st.lists(st.sampled_from(["${a}", "${b c}", "}", "$a", " text ", "\n"])).map("".join),
    values=st.dictionaries(
        st.sampled_from(["a", "b c"]), NUMBERS | st.booleans() | st.sampled_from(["", "x"])
    ),
)
def test_texts_are_filled_alike(judge: Judge, content: str, values: dict[str, Any]) -> None:
    theirs, ours = judge.ask("text", content=content, values=values)
    assert theirs == ours


def rarely(usual: st.SearchStrategy[Any], *odd: Any) -> st.SearchStrategy[Any]:
    """Mostly the usual; one time in eight something odd."""
    return st.integers(0, 7).flatmap(lambda one: st.sampled_from(odd) if one == 0 else usual)


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
    RULE_BOUND.map(lambda one: {"type": "Tag", "icon": "iottwinmaker.common.icon:Info", **one}),
    RULE_BOUND.map(lambda one: {"type": "ModelShader", **one}),
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
    BOUND.map(lambda one: {"type": "EntityBinding", "valueDataBinding": one}),
    st.just({"type": "PlaneGeometry", "width": 1, "height": 1}),
    st.just({"type": "Hologram"}),
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, Any], bool]:
    """A scene whose nodes form a tree, and sometimes one that points elsewhere too."""
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
        odd = draw(st.sampled_from([99, -1, None, "x", 0]))
        draw(st.sampled_from(nodes))["children"].append(odd)
        is_tree = odd != 0
    rules = {one: draw(RULES) for one in ("one", "two")}
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
def test_generated_scenes_are_read_alike(judge: Judge, generated: tuple[dict[str, Any], bool]) -> None:
    scene, is_tree = generated
    assert_same_verdict(judge, json.dumps(scene), tree=is_tree)
