"""Hostile files end in one clear finding, within bounded time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.definition.models import finding_lines, write
from tests.support.soak import SOAK, repetitions
from twin_stack.definition import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow


PART = 5 if SOAK else 1
"""Factor of the number of mistakes, each of which costs as much as the others."""
LONG = {"many values", "chain of types"}
"""Left to `make soak`: "lists in a list" and "types with many properties" exceed the same limits sooner."""
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
FILES: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "anchor bomb": ("e.yaml", BOMB.encode(), "TWIN007"),
    "python tag": ("e.yaml", b"a: !!python/object/apply:os.system [ls]\n", "TWIN007"),
    "own tag": ("e.yaml", b"a: !secret x\n", "TWIN007"),
    "self alias": ("e.yaml", b"a: &a [*a]\n", "TWIN002"),
    "merge key": ("e.yaml", b"a: &a {entityName: A1}\nb-1: {<<: *a}\n", "TWIN007"),
    "deep YAML": ("e.yaml", b"[" * 200_000, "TWIN007"),
    "deep JSON": ("e.json", b"[" * 200_000, "TWIN007"),
    "50 MB": ("e.yaml", lambda: b"a: " + b"x" * 50_000_000, "TWIN001"),
    "many values": ("e.yaml", lambda: b"".join(b"k%d: 1\n" % number for number in range(300_000)), "TWIN007"),
    "latin-1": ("e.yaml", b"a: caf\xe9\n", "TWIN001"),
    "UTF-16": ("e.yaml", "a: b".encode("utf-16"), "TWIN001"),
    "NUL": ("e.yaml", b"a: \x00\n", "TWIN002"),
    "tab": ("e.yaml", b"a:\n\tb: 1\n", "TWIN002"),
    "two documents": ("e.yaml", b"a: 1\n---\nb: 2\n", "TWIN007"),
    "huge number": ("e.json", b'{"a": ' + b"9" * 100_000 + b"}", "TWIN005"),
    "NaN": ("e.json", b'{"a": NaN}', "TWIN002"),
    "cut JSON": ("e.json", b'{"a": {"b": 1}', "TWIN002"),
}
MANY: dict[str, Callable[[], tuple[dict[str, bytes], str]]] = {
    "lists in a list": lambda: ({"entities/e.json": b"[" + b"[]," * 400_000 + b"[]]"}, "TWIN007"),
    "long tag": lambda: ({"entities/e.yaml": b"a: !" + b"x" * 9_000_000 + b" 1"}, "TWIN007"),
    "keys that stand twice": lambda: ({"entities/e.yaml": b"a: 1\n" * (PART * 12_000)}, "TWIN099"),
    "unknown keys": lambda: ({"twin.yaml": b"".join(b"k%d: 1\n" % number for number in range(PART * 12_000))}, "TWIN099"),
    "entities with mistakes": lambda: ({"entities/e.yaml": b"".join(b"a%d: {}\n" % n for n in range(PART * 8_000))}, "TWIN099"),
    "unknown parents": lambda: (
        {"entities/e.yaml": b"".join(b"a%d: {entityName: ab, parentEntityId: b%d}\n" % (n, n) for n in range(PART * 3_000))},
        "TWIN099",
    ),
    "chain of types": lambda: (
        {"component_types/t.yaml": b"".join(b"t%d: {extendsFrom: [t%d]}\n" % (n, n + 1) for n in range(8_000))
            + b"t8000: {propertyDefinitions: {" + b", ".join(b"p%d: STRING" % n for n in range(130)) + b"}}"},
        "TWIN005",
    ),
    "circles of types": lambda: (
        {"component_types/t.yaml": b"".join(b"t%d: {extendsFrom: [t%d,a0,t0]}\n" % (n, n + 1) for n in range(PART * 1_600))},
        "TWIN099",
    ),
    "types with many properties": lambda: (
        {
            "component_types/t.yaml": b"t0: {propertyDefinitions: {" + b",".join(b"p%d: LONG" % n for n in range(8_000))
            + b"}}\n" + b"".join(b"t%d: {extendsFrom: [t0]}\n" % n for n in range(1, 3_000))
        },
        "TWIN005",
    ),
    "rows of a CSV": lambda: (
        {
            "entities/e.yaml": b'forEach: {csv: e.csv}\nentity: {entityId: "a${row.id}", entityName: ab, tags: {'
            + b",".join(b"k%d: x" % n for n in range(45)) + b"}}",
            "entities/e.csv": b"id\n" + b"".join(b"%d\n" % n for n in range(90_000)),
        },
        "TWIN030",
    ),
    "circles of nodes": lambda: (
        {
            "scenes/hall.json": b'{"specVersion":"1.0","rootNodeIndexes":[0],"nodes":['
            + b",".join(b'{"transform":{},"children":[%d,0]}' % ((n + 1) % (PART * 3_000)) for n in range(PART * 3_000)) + b"]}"
        },
        "TWIN099",
    ),
    "id that takes long to match": lambda: (
        {
            "component_types/t.yaml": b"com.e.S: {propertyDefinitions: {r: {dataType: RELATIONSHIP}}}",
            "entities/e.yaml": b"m-1: {entityName: M1, components: {c: {componentTypeId: com.e.S, properties: {r: "
            + b"a" * 9_000_000 + b"!}}}}",
        },
        "TWIN021",
    ),
}  # fmt: skip
MEASURE = """
import os, resource, signal, sys, time
from pathlib import Path
from twin_stack.definition import check

def measure(folder, user):
    if user and os.geteuid() == 0:  # root reads everything
        check(Path(folder))  # imports all that it needs
        os.setuid(int(user))
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
    signal.alarm(60)
    start = time.process_time()
    findings = check(Path(folder))[1]
    seconds = time.process_time() - start
    # The usual figure of a child begins with the size of its parent.
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peak = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    print(seconds, (peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] // 1024)
    for finding in findings:
        print(str(finding).replace(folder + "/", ""))

check(Path("models/minimal"))  # imports what all children need
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        measure(*line.rstrip("\\n").split("\\t"))
        sys.stdout.flush()
        os._exit(0)
    print("exit code", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""A program that checks each folder that it reads in a process of its own, which need not import anything.

With the number of a user after the folder, it has the rights of that one.
"""
NOBODY = "65534"


class Measured(Protocol):
    """Return the findings of a model whose check took less than five seconds and half a gigabyte."""

    def __call__(self, folder: Path, user: str = "") -> list[str]: ...


@pytest.fixture(scope="module")
def measured() -> Iterator[Measured]:
    command = [sys.executable, "-c", MEASURE]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None

        def measure(folder: Path, user: str = "") -> list[str]:
            print(folder, user, sep="\t", file=program.stdin, flush=True)
            lines: list[str] = []
            for line in program.stdout or ():
                if line.startswith("exit code"):
                    break
                lines.append(line.rstrip("\n"))
            else:
                pytest.fail(f"the program ended: {lines}")
            assert line == "exit code 0\n", lines
            taken, *findings = lines
            seconds, megabytes = taken.split()
            assert float(seconds) < 5
            assert int(megabytes) < 500
            assert max(map(len, findings)) < 600, "a finding is one line to read, not the file again"
            return findings

        yield measure
        program.stdin.close()


def codes_of(findings: list[str]) -> list[str]:
    return [finding.split()[1] for finding in findings]


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in FILES if SOAK or name not in LONG])
def test_file_gives_one_finding_in_bounded_time_and_memory(
    name: str, measured: Measured, tmp_path: Path
) -> None:
    file, content, code = FILES[name]
    text = content() if callable(content) else content
    assert codes_of(measured(write(tmp_path, {f"entities/{file}": text}))) == [code]


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in MANY if SOAK or name not in LONG])
def test_many_mistakes_end_in_bounded_time_and_memory(name: str, measured: Measured, tmp_path: Path) -> None:
    files, code = MANY[name]()
    codes = codes_of(measured(write(tmp_path, {**files})))
    assert code in codes
    assert len(codes) <= 1_001


def test_things_that_are_no_files_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path, {"entities/e.yaml": "m-1: {entityName: M1}\n"})
    (folder / "entities" / "folder.yaml").mkdir()
    (folder / "entities" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (folder / "entities" / "loop.yaml").symlink_to(folder / "entities" / "loop.yaml")
    os.mkfifo(folder / "entities" / "pipe.yaml")
    codes = {line.split(":")[0]: line.split()[1] for line in finding_lines(folder)}
    for name in ("gone", "loop", "pipe"):
        assert codes[f"entities/{name}.yaml"] == "TWIN001"


def test_what_may_not_be_read_says_why(measured: Measured) -> None:
    # Each start of pytest, of another run as well, takes the folder of its temporary files from other users.
    with TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        folder = write(
            Path(root), {"entities/e.yaml": "m-1: {entityName: M1}\n", "scenes/hall.yaml": "nodes: []\n"}
        )
        (folder / "entities" / "e.yaml").chmod(0)
        (folder / "scenes").chmod(0)
        findings = measured(folder, NOBODY)
        (folder / "scenes").chmod(0o755)
    assert findings == [
        "entities/e.yaml:1:1 TWIN001 cannot be read (Permission denied); check that it is a file you may read",
        "scenes:1:1 TWIN001 cannot be read (Permission denied); check that it is a folder you may read",
    ]


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["machine-1", "$ROOT", "com.example.Sensor", "telemetry", "${row.id}", "STRING", "1.0", "Tag"]),
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "entityId", "entityName", "children", "components", "componentTypeId", "properties", "propertyDefinitions",
        "dataType", "type", "functions", "connector", "extendsFrom", "forEach", "entity", "csv", "nodes", "rules",
        "statements", "rootNodeIndexes", "cameras", "cameraIndex", "valueDataBinding", "dataBindingContext", "value",
        "definition", "workspaceId", "connectors", "kind", "parentEntityId", "compositeComponents", "specVersion",
        "transform", "ruleBasedMapId", "uri", "a", "machine-1", "com.example.Sensor", "doubleValue", "listValue",
    ]
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.soak
@settings(
    max_examples=repetitions(25, 2000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(["twin", "component_types/t", "entities/e", "scenes/s"]), tree=TREES)
def test_no_tree_of_values_makes_the_check_raise(place: str, tree: object, tmp_path: Path) -> None:
    import json  # noqa: PLC0415

    text = json.dumps(tree)
    folder = write(tmp_path, {"entities/base.yaml": "machine-1: {entityName: Machine 1}\n"})
    for file in ("component_types/t.json", "entities/e.json", "scenes/s.json", "twin.json"):
        (folder / file).unlink(missing_ok=True)
    (folder / "twin.yaml").unlink(missing_ok=True)
    if place != "twin":
        write(folder, {})
    write_to = folder / f"{place}.json"
    write_to.parent.mkdir(exist_ok=True)
    write_to.write_text(text, encoding="utf-8")
    definition, findings = check(folder)
    assert definition is not None or findings
